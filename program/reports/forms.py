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

PREFIX, MARK = "section-", "mark-"
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
    """What every report has besides its sections: the save that the page shows."""

    version = IntegerField(widget=HiddenInput(), validators=[_counts_saves], default=0)
    sections: tuple[TemplateSection, ...] = ()
    items: tuple[PlanItem, ...] = ()

    @property
    def body(self) -> dict[str, str]:
        """What was typed by the key of its section, and ticked by that of its item; what was not sent is not in it."""
        names = {PREFIX + section.key: section.key for section in self.sections}
        names |= {f"{OUTCOME}{item.id}": f"{OUTCOME}{item.id}" for item in self.items}
        return {key: self[name].data or "" for name, key in names.items() if self[name].raw_data}

    @property
    def marks(self) -> dict[str, str]:
        """The marks of the texts that the page showed, by section."""
        return {section.key: self[MARK + section.key].data or "" for section in self.sections}


def report_form(
    sections: Iterable[TemplateSection], *, complete: bool, items: Iterable[PlanItem] = ()
) -> type[ReportForm]:
    """The form of these sections and of the plan before; `complete` if the required ones must be filled."""
    listed, plan = tuple(sections), tuple(items)
    fields: dict[str, Any] = {PREFIX + one.key: _field(one, complete=complete) for one in listed}
    fields |= {MARK + one.key: HiddenField(validators=[Length(max=MARKS_LIMIT)]) for one in listed}
    links = [one for one in listed if one.kind is SectionKind.LINKS]
    fields |= {f"validate_{PREFIX}{one.key}": _are_links for one in links}
    fields |= {f"{OUTCOME}{item.id}": _outcome(item) for item in plan}
    return type("SectionsForm", (ReportForm,), {**fields, "sections": listed, "items": plan})


def shown(text: Mapping[str, str], *, keys: Iterable[str], version: int) -> dict[str, object]:
    """What a fresh form shows of the text of a report: the texts, and the marks by which it will know them.

    `keys` are those of the sections that it has.
    """
    outcomes = {key: word for key, word in text.items() if key.startswith(OUTCOME)}
    own = {key: text.get(key, "") for key in keys}
    texts = {PREFIX + key: words for key, words in own.items()}
    return {
        "version": version,
        **texts,
        **{MARK + key: mark_of(words) for key, words in own.items()},
        **outcomes,
    }


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
