"""A template as the fellow sees it on the page that a report is written on, and who reads what."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from wtforms import Field

from program.authorship.modes import Audience
from program.forms import NO_TOKEN
from program.reports.forms import PREFIX, report_form
from program.reports.models import TemplateSection
from program.templating.keys import Wanted

NO_PROMPT = "(no prompt yet)"
READ_BY = {
    Audience.EVERYONE: "Read by the fellow's mentors, the research manager and staff, once it is sent.",
    Audience.MANAGER: "Read by the research manager only, once it is sent: never by mentors, nor by staff.",
    Audience.PAIR: "Read and written by the fellow and the research manager, from the first word; by nobody else.",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A section with its field, and who reads it."""

    section: TemplateSection
    typed: Field
    read_by: str


def lay_open(sections: Iterable[Wanted]) -> list[Shown]:
    """The sections with fresh fields; nothing of it is in the database."""
    rows = [_row(place, one) for place, one in enumerate(sections, start=1)]
    form = report_form(rows, complete=False)(formdata=None, meta=NO_TOKEN)
    return [Shown(row, form[PREFIX + row.key], READ_BY[row.audience]) for row in rows]


def _row(place: int, wanted: Wanted) -> TemplateSection:
    one = replace(wanted, prompt=wanted.prompt or NO_PROMPT)
    return TemplateSection(
        position=place,
        key=f"{place}",
        prompt=one.prompt,
        help=one.help,
        kind=one.kind,
        required=one.required,
        guide_words=one.guide_words,
        audience=one.audience,
    )
