"""A template as staff type it: a group of fields for each section, and buttons that move them."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import (  # type: ignore[attr-defined]  # newer than its stubs
    BooleanField,
    HiddenField,
    IntegerField,
    SelectChoice,
    SelectField,
    StringField,
)
from wtforms.validators import NumberRange, Optional
from wtforms.widgets import HiddenInput

from program.authorship.modes import Audience
from program.forms import NO_TOKEN, Form, NumberField, clean_line, line_field, row_id, text_field
from program.reports.models import ReportTemplate, SectionKind
from program.templating.keys import Wanted
from program.templating.wording import KINDS, MOST, READERS

NAME, HELP = 80, 1_000
MOST_WORDS = 3_000
FIELDS = ("key", "prompt", "help", "kind", "audience", "required", "guide_words")
GUIDE = f"Please give a number of words from 10 to {MOST_WORDS:,}, or none."
_OF_ROW = re.compile(r"s([1-9]\d?)-(.+)", re.DOTALL)
Typed = MultiDict[str, str]


class EditForm(Form):
    """What the page of a template has beside its sections: how often it was saved before, and a button's step."""

    seen = IntegerField(widget=HiddenInput(), validators=[Optional()])
    step = StringField(filters=[clean_line], validators=[Optional()])


class SectionForm(Form):
    """One section."""

    key = HiddenField(filters=[clean_line])
    prompt = line_field("Prompt", description="The question or the heading that the fellow sees.")
    help = text_field("Help", limit=HELP, description="What helps to answer it, in a sentence or two.")
    kind = SelectField(
        "What is typed", choices=[SelectChoice(kind.value, word) for kind, word in KINDS.items()]
    )
    audience = SelectField(
        "Who reads it", choices=[SelectChoice(one.value, word) for one, word in READERS.items()]
    )
    required = BooleanField("Must be filled before it is sent")
    guide_words = NumberField(
        "A good length, in words",
        validators=[Optional(), NumberRange(10, MOST_WORDS, GUIDE)],
        description="Leave it empty for none; a number has none.",
    )

    @property
    def wanted(self) -> Wanted:
        """The section as far as it can be read: what is unknown is as in a new one."""
        kind = SectionKind(self.kind.data) if self.kind.data in set(SectionKind) else SectionKind.TEXT
        known = self.audience.data in set(Audience)
        return Wanted(
            prompt=self.prompt.data or "",
            key=self.key.data or "",
            help=self.help.data or "",
            kind=kind,
            required=self.required.data,
            guide_words=None
            if kind is SectionKind.SCALE or self.guide_words.errors
            else self.guide_words.data,
            audience=Audience(self.audience.data) if known else Audience.EVERYONE,
        )


class NewTemplateForm(Form):
    """Another template to start from, and what the new one is called."""

    name = line_field("Name", limit=NAME, description="For instance “Midterm report”.")
    original = SelectField("Start with the sections of", coerce=row_id)

    def __init__(self, *, offered: Iterable[ReportTemplate], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.original.choices = [SelectChoice(one.id, one.name) for one in offered]


def rows_of(sections: Iterable[Wanted]) -> list[SectionForm]:
    """The sections as they stand."""
    return [
        SectionForm(
            formdata=None,
            prefix=f"s{place}",
            meta=NO_TOKEN,
            data={name: getattr(one, name) for name in FIELDS},
        )
        for place, one in enumerate(sections, start=1)
    ]


def rows_sent(typed: Typed) -> list[SectionForm]:
    """The sections as they were typed."""
    return [SectionForm(formdata=typed, prefix=f"s{place}", meta=NO_TOKEN) for place in _places(typed)]


def arranged(typed: Typed, step: str) -> tuple[Typed, int]:
    """What was typed after a step (`up-2`, `down-2`, `remove-2`, `add`), and the place of the section to go on with."""
    order: list[int | None] = list(_places(typed))
    word, _, number = step.partition("-")
    places = [str(place) for place in order]
    at = places.index(number) if number in places else None
    here = _stepped(order, word, at)
    moved: Typed = MultiDict()
    for place, old in enumerate(order, start=1):
        if old is None:
            moved[f"s{place}-prompt"] = ""
        for name, values in _fields(typed, old):
            moved.setlist(f"s{place}-{name}", values)
    return moved, here


def _stepped(order: list[int | None], word: str, at: int | None) -> int:
    """Change the order; the place where it was changed, 0 if it was not."""
    if word == "add" and len(order) < MOST:
        order.append(None)
        return len(order)
    if at is None:
        return 0
    to = {"up": at - 1, "down": at + 1}.get(word, at)
    if word == "remove":
        order.pop(at)
        return min(at + 1, len(order))
    if to != at and 0 <= to < len(order):
        order.insert(to, order.pop(at))
        return to + 1
    return 0


def _places(typed: Typed) -> list[int]:
    found = (_OF_ROW.fullmatch(name) for name in typed)
    return sorted({int(match[1]) for match in found if match and match[2] == "prompt"})


def _fields(typed: Typed, place: int | None) -> Iterable[tuple[str, Sequence[str]]]:
    for name, values in typed.lists():
        match = _OF_ROW.fullmatch(name)
        if match and int(match[1]) == place:
            yield match[2], values
