"""The form of a report, made from the sections of its template."""

from collections.abc import Iterable

from wtforms import IntegerField
from wtforms.validators import StopValidation
from wtforms.widgets import HiddenInput

from program.forms import Form, text_field
from program.reports.models import SectionKind, TemplateSection

PREFIX = "section-"
ASKS_LIMIT = 4_000


def _counts_saves(_form: Form, field: IntegerField) -> None:
    """Anything between 0 and the last number that can be counted on from in the database."""
    if field.data is None or not 0 <= field.data < 2**31 - 1:
        raise StopValidation("Please open this page again.")


class ReportForm(Form):
    """What every report has besides its sections: the save that the page shows."""

    version = IntegerField(widget=HiddenInput(), validators=[_counts_saves], default=0)
    sections: tuple[TemplateSection, ...] = ()

    @property
    def body(self) -> dict[str, str]:
        """The text by the key of its section."""
        return {section.key: self[PREFIX + section.key].data or "" for section in self.sections}


def report_form(sections: Iterable[TemplateSection], *, complete: bool) -> type[ReportForm]:
    """The form of these sections; `complete` if the required ones must be filled, as for sending."""
    listed = tuple(sections)
    fields = {
        PREFIX + section.key: text_field(
            section.prompt,
            required=complete and section.required,
            limit=_limit(section),
            description=section.help,
        )
        for section in listed
    }
    return type("SectionsForm", (ReportForm,), {**fields, "sections": listed})


def _limit(section: TemplateSection) -> int:
    return ASKS_LIMIT if section.kind is SectionKind.ASKS else 20_000
