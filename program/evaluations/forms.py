"""The days of a round, and what a mentor says about a fellow."""

from collections.abc import Iterable, Sequence
from typing import Any

from wtforms import (  # type: ignore[attr-defined]  # newer than its stubs
    BooleanField,
    Field,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectMultipleField,
    ValidationError,
)
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from program.cohorts.forms import day_field
from program.evaluations.rules import EVIDENCE, MOST_REPORTS, Answers, Fault, Part
from program.evaluations.wording import LEAST, MOST, Dimension
from program.forms import Form, clean_line, row_id, text_field
from program.presentation import sentence
from program.reports.models import Report

EVIDENCE_LIMIT, COMMENT_LIMIT = 3_000, 6_000
SCORE, SHOWN = "score-", "evidence-"
SCORES = tuple(str(score) for score in range(LEAST, MOST + 1))
NOT_YET = SelectChoice("", "no score yet")
HELP = (
    f"What they did that shows it. A score of 1, 2, 9 or 10 needs a sentence, {EVIDENCE} characters or more."
)


class RoundForm(Form):
    """When mentors are asked."""

    opens_on = day_field("Opens on", description="From this day on mentors can write, and owe it.")
    due_on = day_field(
        "Due on", description="At 17:00. Mentors are reminded; what comes later is taken all the same."
    )


class TickField(SelectMultipleField):
    """Any of these, each with a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class EvaluationForm(Form):
    """A comment, the reports that support it, whether all four are alike on purpose, and which save this page shows.

    `sent` are the reports to choose from.
    """

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired("Please open this page again.")])
    comment = text_field("Anything else that staff should know", limit=COMMENT_LIMIT)
    reports = TickField("Reports that support it", coerce=row_id)
    meant = BooleanField("I mean all four")
    dimensions: tuple[Dimension, ...] = ()
    sent: tuple[Report, ...] = ()

    def validate_reports(self, field: Field) -> None:
        """So many at most."""
        if len(set(field.data or ())) > MOST_REPORTS:
            raise ValidationError(f"Tick the {MOST_REPORTS} reports that show it best, and no more.")

    def score(self, dimension: Dimension) -> Field:
        """The field of the dimension's score."""
        return self._called(SCORE + dimension.key)

    def evidence(self, dimension: Dimension) -> Field:
        """The field of what shows it."""
        return self._called(SHOWN + dimension.key)

    @property
    def answers(self) -> Answers:
        """What was typed."""
        scores = {one.key: self.score(one).data for one in self.dimensions}
        return Answers(
            scores={key: int(score) for key, score in scores.items() if score in SCORES},
            evidence={one.key: self.evidence(one).data or "" for one in self.dimensions},
            comment=self.comment.data or "",
            report_ids=frozenset(self.reports.data or ()),
        )

    def show(self, faults: Iterable[Fault]) -> None:
        """Put what is missing next to the fields that it is about."""
        for fault in faults:
            field = self._field_of(fault)
            field.errors = [*field.errors, fault.message]

    def _field_of(self, fault: Fault) -> Field:
        match fault.part:
            case Part.SCORE:
                return self._called(SCORE + fault.key)
            case Part.EVIDENCE:
                return self._called(SHOWN + fault.key)
            case Part.ALIKE:
                return self.meant

    def _called(self, name: str) -> Field:
        field: Field = self[name]
        return field


def evaluation_form(dimensions: Sequence[Dimension], reports: Sequence[Report]) -> type[EvaluationForm]:
    """The form of these dimensions about a fellow who has submitted these reports."""
    fields: dict[str, Any] = {"dimensions": tuple(dimensions), "sent": tuple(reports)}
    scores = [SelectChoice(score, score) for score in SCORES]
    for one in dimensions:
        fields[SCORE + one.key] = RadioField(
            f"Score: {one.name}",
            choices=[*scores, NOT_YET],
            default="",
            filters=[clean_line],
            validators=[Optional()],
        )
        fields[SHOWN + one.key] = text_field(f"Evidence: {one.name}", limit=EVIDENCE_LIMIT, description=HELP)
    choices = [SelectChoice(report.id, sentence(report.period.title)) for report in reports]
    fields["reports"] = TickField("Reports that support it", coerce=row_id, choices=choices)
    return type("DimensionsForm", (EvaluationForm,), fields)


def typed(answers: Answers, *, version: int) -> dict[str, Any]:
    """What is kept as the form's data, for somebody who comes back."""
    return {
        **{SCORE + key: str(score) for key, score in answers.scores.items()},
        **{SHOWN + key: text for key, text in answers.evidence.items()},
        "comment": answers.comment,
        "reports": sorted(answers.report_ids),
        "version": version,
    }
