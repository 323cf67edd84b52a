"""What somebody types about a concern, and to whom they put it."""

import re
from collections.abc import Sequence
from secrets import token_hex
from typing import Any

from wtforms import (  # type: ignore[attr-defined]  # newer than its stubs
    HiddenField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    ValidationError,
)
from wtforms.validators import DataRequired
from wtforms.widgets import CheckboxInput, ListWidget

from program.accounts.models import Account
from program.concerns.models import ConcernState
from program.forms import AnyOf, Form, row_id, text_field

TEXT_LIMIT = 10_000
_ONCE = re.compile("[0-9a-f]{32}")


class OnceForm(Form):
    """A form that is one thing however often it is sent: `once` is drawn anew with each page."""

    once = HiddenField(default=lambda: token_hex(16))

    def validate_once(self, field: HiddenField) -> None:
        """Raises ValidationError for what no page of ours had."""
        if not _ONCE.fullmatch(field.data or ""):
            field.data = token_hex(16)
            raise ValidationError("Please send it again: this page was not complete.")


class RaiseForm(OnceForm):
    """A concern, and the members of staff it goes to."""

    text = text_field("What concerns you", required=True, limit=TEXT_LIMIT)
    staff = SelectMultipleField(
        "Who is to read it",
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        coerce=row_id,
        validators=[DataRequired("Please choose at least one member of staff.")],
    )

    def __init__(self, *, offered: Sequence[Account], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.offered = {one.id: one for one in offered}
        self.staff.choices = [SelectChoice(one.id, one.name) for one in offered]

    @property
    def chosen(self) -> list[Account]:
        """Those who are to read it."""
        return [self.offered[account_id] for account_id in dict.fromkeys(self.staff.data or ())]


class ThreadForm(OnceForm):
    """A line of the thread."""

    text = text_field("Write to those who read this concern", required=True, limit=TEXT_LIMIT)


class ThreadStepForm(OnceForm):
    """A step, with or without a word."""

    text = text_field("Write to those who read this concern", limit=TEXT_LIMIT)


class ColleagueForm(Form):
    """One more member of staff."""

    colleague = SelectField("One more member of staff", coerce=row_id)

    def __init__(self, *, offered: Sequence[Account], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.offered = {one.id: one for one in offered}
        self.colleague.choices = [SelectChoice(one.id, one.name) for one in offered]


class ConcernsForm(Form):
    """Which concerns are asked for. It is sent in the address and changes nothing: make it with NO_TOKEN."""

    state = AnyOf("State", ConcernState)
