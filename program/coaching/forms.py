"""To whom a research manager's fellows go."""

from collections.abc import Iterable, Sequence
from typing import Any

from wtforms import SelectChoice, SelectField  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired

from program.coaching.queries import Load
from program.forms import Form, text_field

NOBODY_YET = SelectChoice(0, "please choose")


class HandoverForm(Form):
    """The next research manager of a fellow, and what they should know."""

    to = SelectField(
        "Next research manager", coerce=int, validators=[DataRequired("Please choose a research manager.")]
    )
    note = text_field(
        "Note",
        limit=5_000,
        description="What the next one should know. They and staff read it; the fellow does not.",
    )

    def __init__(self, *, loads: Iterable[Load], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        able = (one for one in loads if one.can)
        people = [SelectChoice(one.account_id, f"{one.name} ({one.words})") for one in able]
        self.to.choices = [NOBODY_YET, *people] if people else []


class AllHandoverForm(HandoverForm):
    """All of one research manager's fellows in a cohort, or all whom nobody coaches yet."""

    whose = SelectField("Whose fellows", coerce=int)

    def __init__(self, *, loads: Sequence[Load], **kwargs: Any) -> None:
        super().__init__(loads=loads, **kwargs)
        self.whose.choices = [
            SelectChoice(0, "those whom nobody coaches yet"),
            *(SelectChoice(one.account_id, f"{one.name} ({one.here} here)") for one in loads),
        ]
