"""The form of a report, made from the sections of its template and what its writer may type."""

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import (  # type: ignore[attr-defined]  # newer than its stubs
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectChoice,
)
from wtforms.validators import DataRequired, Length, Optional, StopValidation, ValidationError
from wtforms.widgets import HiddenInput

from program.forms import TEXT, Form, text_field
from program.links import read_links
from program.reports.drafting import OUTCOME
from program.reports.merging import mark_of
from program.reports.models import Outcome, PlanItem, SectionKind, TemplateSection
from program.typed import MARK

PREFIX = "section-"
LIST_LIMIT = 4_000
MARKS_LIMIT = 400
"""Some twenty marks: that of the text a page showed, and those of what it sent and heard nothing of."""


def _counts_saves(_form: Form, field: IntegerField) -> None:
    """Anything between 0 and the last number that can be counted on from in the database."""
    if field.data is None or not 0 <= field.data < 2**31 - 1:
        raise StopValidation("Please open this page again.")


def _are_links(_form: Form, field: Field) -> None:
    _links, errors = read_links(field.data or "")
    if errors:
        raise ValidationError(" ".join(errors))


class ReportForm(Form):
    """What every report has besides its sections: the save that the page shows, the version of the template, the files.

    `files` are the marks of the files beside it that the page shows, with commas between them.
    """

    version = IntegerField(widget=HiddenInput(), validators=[_counts_saves], default=0)
    template = IntegerField(widget=HiddenInput(), validators=[Optional()])
    files = HiddenField(validators=[Length(max=MARKS_LIMIT)])
    sections: tuple[TemplateSection, ...] = ()
    items: tuple[PlanItem, ...] = ()

    @property
    def body(self) -> dict[str, str]:
        """What was typed by the key of its section, and ticked by that of its item.

        What was not on the page is not in it; a choice that nobody made is sent by its mark alone.
        """
        names = {section.key: PREFIX + section.key for section in self.sections}
        names |= {key: key for key in self.ticks}
        return {
            key: self[name].data or ""
            for key, name in names.items()
            if self[name].raw_data or self[MARK + key].raw_data
        }

    @property
    def ticks(self) -> list[str]:
        """The keys under which it is kept what became of the plan before."""
        return [f"{OUTCOME}{item.id}" for item in self.items]

    @property
    def marks(self) -> dict[str, str]:
        """The marks of the texts that the page showed, by the key of the section or the item."""
        keys = [*(section.key for section in self.sections), *self.ticks]
        return {key: mark for key in keys if (mark := self[MARK + key].data)}


def report_form(
    sections: Iterable[TemplateSection], *, complete: bool, items: Iterable[PlanItem] = ()
) -> type[ReportForm]:
    """The form of these sections and of the plan before; `complete` if the required ones must be filled."""
    listed, plan = tuple(sections), tuple(items)
    fields: dict[str, Any] = {PREFIX + one.key: _field(one, complete=complete) for one in listed}
    fields |= {MARK + one.key: HiddenField(validators=[Length(max=MARKS_LIMIT)]) for one in listed}
    links = [one for one in listed if one.kind is SectionKind.LINKS]
    fields |= {f"validate_{PREFIX}{one.key}": _are_links for one in links}
    for item in plan:
        fields[f"{OUTCOME}{item.id}"] = _outcome(item)
        fields[f"{MARK}{OUTCOME}{item.id}"] = HiddenField(validators=[Length(max=MARKS_LIMIT)])
    return type("SectionsForm", (ReportForm,), {**fields, "sections": listed, "items": plan})


def shown(text: Mapping[str, str], *, kind: type[ReportForm] | ReportForm) -> dict[str, str]:
    """What a fresh form of this kind shows of the text of a report: the texts, and the marks it will know them by."""
    ticks = [f"{OUTCOME}{item.id}" for item in kind.items]
    sections = {PREFIX + one.key: text.get(one.key, "") for one in kind.sections}
    marks = {MARK + key: mark_of(text.get(key, "")) for key in (*(one.key for one in kind.sections), *ticks)}
    return {**sections, **marks, **{key: text[key] for key in ticks if key in text}}


def _field(section: TemplateSection, *, complete: bool) -> Any:
    required = complete and section.required
    if section.kind is SectionKind.SCALE:
        presence = DataRequired(f"Please fill in “{section.prompt}”.") if required else Optional()
        steps = [SelectChoice(str(step), str(step)) for step in range(11)]
        return RadioField(section.prompt, choices=steps, validators=[presence], description=section.help)
    limit = TEXT if section.kind is SectionKind.TEXT else LIST_LIMIT
    return text_field(section.prompt, required=required, limit=limit, description=section.help)


def _outcome(item: PlanItem) -> RadioField:
    choices = [SelectChoice(outcome.value, outcome.value) for outcome in Outcome]
    return RadioField(item.text, choices=choices, validators=[Optional()])
