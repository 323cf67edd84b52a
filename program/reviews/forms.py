"""What a mentor types under a report."""

from collections.abc import Iterable
from typing import Any

from wtforms import IntegerField, RadioField, SelectChoice, SelectMultipleField  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, StopValidation
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from program.answering.forms import PREFIX, AskingForm, ask_fields
from program.authorship.modes import Audience
from program.forms import Form, text_field
from program.reports.models import Ask, Report
from program.reviews.models import Signal, Verdict

COMMENT_LIMIT = 10_000
LINE_LIMIT = 1_000
WHOLE = "*"
"""What stands for all sections."""
SIGNALS = [SelectChoice("", "not said"), *(SelectChoice(one.value, one.word) for one in Signal)]


def _needed(_form: Form, field: SelectMultipleField) -> None:
    if not field.data:
        raise StopValidation("Please tick what should change, or the whole report.")


def _sections_field(choices: list[SelectChoice], **kwargs: Any) -> SelectMultipleField:
    return SelectMultipleField(
        "What should change",
        choices=choices,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        **kwargs,
    )


class ReviewForm(AskingForm):
    """The answers to open asks, a comment, which revision was read, and which save of the draft the page shows."""

    revision = IntegerField(widget=HiddenInput(), validators=[InputRequired("Please open this page again.")])
    version = IntegerField(widget=HiddenInput(), default=0)
    comment = text_field("Comment to the fellow", limit=COMMENT_LIMIT)
    sections = _sections_field([SelectChoice(WHOLE, "The whole report")])
    signal = RadioField("How it goes", choices=SIGNALS, default="")
    line = text_field("A line to staff", limit=LINE_LIMIT)

    @property
    def named(self) -> list[str]:
        """The keys of the sections that are to change; none for the whole report."""
        chosen = self.sections.data or []
        return [] if WHOLE in chosen else [*chosen]

    @property
    def chosen_signal(self) -> Signal | None:
        """How it goes, if that was said."""
        return Signal(self.signal.data) if self.signal.data else None

    @property
    def typed(self) -> dict[str, Any]:
        """All that was typed, as a draft keeps it."""
        answers = {str(ask): text for ask, text in self.answers.items() if text}
        return {
            "comment": self.comment.data or "",
            "sections": self.sections.data or [],
            "signal": self.signal.data or "",
            "line": self.line.data or "",
            "answers": answers,
        }


def review_form(report: Report, asks: Iterable[Ask], *, verdict: Verdict | None) -> type[ReviewForm]:
    """The form under a report with these open asks; no verdict asks for nothing, as a draft does."""
    listed = tuple(asks)
    named = [
        SelectChoice(one.key, one.prompt)
        for one in report.template.sections
        if one.audience is Audience.EVERYONE
    ]
    choices = [SelectChoice(WHOLE, "The whole report"), *named]
    fields = ask_fields(listed)
    fields["sections"] = _sections_field(choices, validators=[_needed] if verdict is Verdict.RETURN else [])
    if verdict in (Verdict.RETURN, Verdict.COMMENT):
        fields["comment"] = text_field("Comment to the fellow", required=True, limit=COMMENT_LIMIT)
    return type("AnswersForm", (ReviewForm,), {**fields, "asks": listed})


def as_data(typed: dict[str, Any], *, revision: int, version: int) -> dict[str, Any]:
    """What a form is filled with to show again what was typed."""
    answers = {f"{PREFIX}{ask}": text for ask, text in typed.get("answers", {}).items()}
    return {**typed, **answers, "revision": revision, "version": version}
