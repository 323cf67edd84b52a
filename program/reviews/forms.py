"""What a mentor types under a report."""

from collections.abc import Iterable

from wtforms import IntegerField
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from program.forms import Form, text_field
from program.reports.models import Ask

PREFIX = "ask-"
COMMENT_LIMIT = 10_000


class ReviewForm(Form):
    """The answers to the open asks, a comment, and which revision was read."""

    revision = IntegerField(widget=HiddenInput(), validators=[InputRequired("Please open this page again.")])
    comment = text_field("Comment to the fellow", limit=COMMENT_LIMIT)
    asks: tuple[Ask, ...] = ()

    @property
    def answers(self) -> dict[int, str]:
        """The answers by ask id."""
        return {ask.id: self[f"{PREFIX}{ask.id}"].data or "" for ask in self.asks}


def review_form(asks: Iterable[Ask], *, returning: bool) -> type[ReviewForm]:
    """The form under a report with these open asks; returning it needs a comment."""
    listed = tuple(asks)
    fields: dict[str, object] = {
        f"{PREFIX}{ask.id}": text_field("Your answer", limit=COMMENT_LIMIT) for ask in listed
    }
    if returning:
        fields["comment"] = text_field("Comment to the fellow", required=True, limit=COMMENT_LIMIT)
    return type("AnswersForm", (ReviewForm,), {**fields, "asks": listed})
