"""A ladder as staff type it: a group of fields for each rung, and buttons that add and remove them."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, SelectChoice, SelectField, StringField  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from program.cohorts.forms import number_field, seen_field
from program.forms import NO_TOKEN, Form, NumberField, clean_line
from program.ladders.rules import LAST_END, MOST_RUNGS, Fault, digest_of, faults, in_order
from program.ladders.wording import reader_words
from program.obligations.models import ObligationKind
from program.reminders.defaults import readers_of
from program.reminders.ladder import Ladder, Reader, Rung, Unit

NONE, BEFORE, AT, AFTER = "", "before", "at", "after"
SIDES = {NONE: "no reminder", BEFORE: "before it is due", AT: "when it is due", AFTER: "after it was due"}
UNITS = {Unit.HOURS: "hours", Unit.WORKING_DAYS: "working days"}
FIELDS = ("side", "amount", "unit", "to")
SPARE = 2
"""So many empty rows stand below those of a ladder."""
_OF_ROW = re.compile(r"r([1-9]\d?)-(.+)", re.DOTALL)
Typed = MultiDict[str, str]


class RungForm(Form):
    """One rung: when, so much before or after, to whom."""

    side = SelectField("When", choices=[SelectChoice(*one) for one in SIDES.items()], default=NONE)
    amount = NumberField("How many", validators=[Optional(), NumberRange(0, message="Please give no sign.")])
    unit = SelectField(
        "Of",
        choices=[SelectChoice(unit.value, word) for unit, word in UNITS.items()],
        default=Unit.HOURS.value,
    )
    to = SelectField("To", default=Reader.OWNER.value)

    def __init__(self, kind: ObligationKind, **kwargs: Any) -> None:
        super().__init__(meta=NO_TOKEN, **kwargs)
        said = reader_words(kind)
        self.to.choices = [SelectChoice(reader.value, said[reader]) for reader in readers_of(kind)]

    @property
    def is_used(self) -> bool:
        """Whether it asks for a reminder."""
        return bool(self.side.data)

    def validate(self, extra_validators: Any = None) -> bool:
        """Each field by itself, then whether there is a number where one is needed."""
        if not super().validate(extra_validators):
            return False
        amount = self.amount.data
        if self.side.data in {BEFORE, AFTER} and not amount:
            self.amount.errors = ["Please give a number, 1 or more."]
        elif self.side.data == AT and amount:
            self.amount.errors = ["What is said when it is due needs no number: leave it empty."]
        elif self.side.data == NONE and amount:
            self.side.errors = ["Please choose when, or empty the number."]
        return not (self.amount.errors or self.side.errors)

    @property
    def rung(self) -> Rung:
        """What was asked for, once it is known to be right."""
        amount = self.amount.data or 0
        unit = Unit.HOURS if self.side.data == AT else Unit(self.unit.data)
        return Rung(-amount if self.side.data == BEFORE else amount, unit, Reader(self.to.data))


class LadderForm(Form):
    """What a ladder has beside its rungs; which one was there, which preview was agreed to, and a button's step."""

    version = HiddenField(validators=[InputRequired("Please open this page again."), Length(max=64)])
    seen = seen_field()
    step = StringField(filters=[clean_line], validators=[Optional()])
    end_days = number_field(
        "Days after which nobody is reminded any more",
        least=1,
        most=LAST_END,
        description=f"After the deadline. Longer than the last reminder, {LAST_END} at most.",
    )
    rows: Sequence[RungForm] = ()

    def validate(self, extra_validators: Any = None) -> bool:
        """Each field and each rung by itself, then the ladder that they make."""
        right = [row.validate() for row in self.rows]
        if not (super().validate(extra_validators) and all(right)):
            return False
        wrong = [*faults(self.ladder, self.kind)]
        self.show(wrong)
        return not wrong

    def __init__(self, kind: ObligationKind, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kind = kind

    @property
    def ladder(self) -> Ladder:
        """What was asked for, its rungs as they were typed; once it is known to be right."""
        return Ladder(tuple(row.rung for row in self.rows if row.is_used), self.end_days.data or 0)

    def show(self, wrong: Iterable[Fault]) -> None:
        """Put what is wrong next to the fields that it is about."""
        used = [row for row in self.rows if row.is_used]
        for fault in wrong:
            field = self[fault.part] if fault.place is None else used[fault.place][fault.part]
            field.errors = [*field.errors, fault.message]

    def renew(self, present: Ladder) -> None:
        """What is typed is made from this ladder from now on."""
        self.version.data, self.seen.data = digest_of(present), ""


def form_of(kind: ObligationKind, ladder: Ladder, *, present: Ladder) -> LadderForm:
    """The form of a ladder as it stands, with some empty rows; to be sent in the place of the present one."""
    form = LadderForm(kind, formdata=None, data={"end_days": ladder.end_days})
    form.renew(present)
    rungs: list[Rung | None] = [*in_order(ladder).rungs, *[None] * SPARE]
    form.rows = [
        RungForm(kind, formdata=None, prefix=f"r{place}", data=_fields_of(rung) if rung else {})
        for place, rung in enumerate(rungs[: max(MOST_RUNGS, len(ladder.rungs))], start=1)
    ]
    return form


def form_sent(kind: ObligationKind, typed: Typed) -> LadderForm:
    """The form as it was sent, after the step of its button if that is one of rows: `add`, or `remove-2`."""
    form = LadderForm(kind)
    places = _places(typed)
    word, _, number = (form.step.data or "").partition("-")
    if word == "remove":
        places = [place for place in places if str(place) != number]
    if word == "add" and len(places) < MOST_RUNGS:
        places.append(0)
    rows = [_renumbered(typed, old, place) for place, old in enumerate(places, start=1)]
    form.rows = [RungForm(kind, formdata=row, prefix=f"r{n}") for n, row in enumerate(rows, start=1)]
    return form


def _fields_of(rung: Rung) -> dict[str, Any]:
    side = AT if rung.amount == 0 else BEFORE if rung.amount < 0 else AFTER
    amount = abs(rung.amount) or None
    return {"side": side, "amount": amount, "unit": rung.unit.value, "to": rung.to.value}


def _places(typed: Typed) -> list[int]:
    found = (_OF_ROW.fullmatch(name) for name in typed)
    return sorted({int(match[1]) for match in found if match and match[2] == "side"})[:MOST_RUNGS]


def _renumbered(typed: Typed, old: int, place: int) -> Typed:
    """The fields of a row in its place; those of none are empty."""
    row: Typed = MultiDict({f"r{place}-side": NONE})
    for name in FIELDS:
        if values := typed.getlist(f"r{old}-{name}"):
            row.setlist(f"r{place}-{name}", values)
    return row
