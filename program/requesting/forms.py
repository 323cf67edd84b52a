"""What is asked for beside the calendar, of whom, until when."""

from collections.abc import Sequence
from typing import Any, TypeVar, cast

from wtforms import (  # type: ignore[attr-defined]  # newer than its stubs
    BooleanField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    ValidationError,
)
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from program.cohorts.forms import day_field
from program.cohorts.models import PeriodKind
from program.forms import Form, line_field, row_id
from program.reports.models import ReportTemplate
from program.requesting.rules import OF_ALL, Wanted
from program.requesting.services import RequestError

KINDS = {
    PeriodKind.MIDTERM: "A midterm report, of the whole cohort",
    PeriodKind.FINAL: "A final report, of the whole cohort",
    PeriodKind.ON_REQUEST: "A report on request, of whom you choose",
}
USUAL = "The one of weekly reports"


class RequestForm(Form):
    """The title and the days of a report beside the calendar."""

    called = line_field(
        "A name of its own",
        required=False,
        limit=60,
        description="Lists and mails say “report for …” with it. With none it is called after its kind.",
    )
    opens_on = day_field("Opens on", description="It can be written from the beginning of this day.")
    due_on = day_field("Due on", description="At 17:00, in the zone of the cohort's deadlines.")

    def wanted(self, kind: PeriodKind, template_id: int | None = None) -> Wanted:
        """What was typed, once it is known to be right."""
        return Wanted(
            kind,
            cast("Any", self.opens_on.data),
            cast("Any", self.due_on.data),
            called=self.called.data or "",
            template_id=template_id,
        )


class AskReportForm(RequestForm):
    """The same, with what it is, of whom it is asked, and which template it asks for."""

    kind = RadioField(
        "What you ask for",
        choices=[SelectChoice(kind.value, words) for kind, words in KINDS.items()],
        validators=[InputRequired("Please choose what you ask for.")],
    )
    everybody = BooleanField("Everybody in the cohort")
    fellows = SelectMultipleField(
        "Or these fellows",
        coerce=row_id,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        description="For a report on request; each gets a mail.",
    )
    template = SelectField("Template", default="")

    def __init__(
        self, fellows: Sequence[tuple[int, str]], templates: Sequence[ReportTemplate], **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.fellows.choices = [SelectChoice(str(own), name) for own, name in fellows]
        named = [SelectChoice(str(template.id), template.name) for template in templates]
        self.template.choices = [SelectChoice("", USUAL), *named]

    def validate_fellows(self, field: SelectMultipleField) -> None:
        """Raises ValidationError if it is for nobody, or for some where it has to be for all."""
        if self.kind.data in OF_ALL and field.data and not self.everybody.data:
            raise ValidationError(
                "A midterm or final report is asked of all: untick them, or ask on request."
            )
        if self.kind.data == PeriodKind.ON_REQUEST and not field.data and not self.everybody.data:
            raise ValidationError("Please choose of whom: everybody, or some of them.")

    @property
    def fellowship_ids(self) -> frozenset[int] | None:
        """Of whom it is asked; None is the whole cohort."""
        if self.everybody.data or self.kind.data in OF_ALL:
            return None
        return frozenset(self.fellows.data or ())

    @property
    def asked(self) -> Wanted:
        """What was typed, once it is known to be right."""
        template_id = int(self.template.data) if self.template.data else None
        return self.wanted(PeriodKind(self.kind.data), template_id)


F = TypeVar("F", bound=RequestForm)


def show_error(form: F, error: RequestError) -> F:
    """Put what a service said next to the field that it is about, or above a form that has none of it."""
    if error.field in form:
        field = form[error.field]
        field.errors = [*field.errors, str(error)]
    else:
        form.form_errors = [str(error)]
    return form
