"""What a mentor types under open asks."""

from collections.abc import Iterable
from typing import Any

from program.forms import Form, text_field
from program.reports.models import Ask

PREFIX = "ask-"
LIMIT = 10_000
"""Characters of an answer, as of a comment."""


class AskingForm(Form):
    """A form with a field for each of these asks."""

    asks: tuple[Ask, ...] = ()

    @property
    def answers(self) -> dict[int, str]:
        """The answers by ask id."""
        return {ask.id: self[f"{PREFIX}{ask.id}"].data or "" for ask in self.asks}


class AnswersOnlyForm(AskingForm):
    """A form with nothing else: one of them wants an answer."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether any ask has an answer, and none is too long."""
        good = bool(super().validate(extra_validators))
        if good and not any(self.answers.values()):
            first = self[f"{PREFIX}{self.asks[0].id}"]
            first.errors = [*first.errors, "Please write an answer here, or to another ask."]
            return False
        return good


def ask_fields(asks: Iterable[Ask]) -> dict[str, Any]:
    """A field for each ask."""
    return {f"{PREFIX}{ask.id}": text_field("Your answer", limit=LIMIT) for ask in asks}


def asks_form(asks: Iterable[Ask]) -> type[AnswersOnlyForm]:
    """The form of these open asks by themselves."""
    listed = tuple(asks)
    return type("AsksForm", (AnswersOnlyForm,), {**ask_fields(listed), "asks": listed})
