"""What an import would do to each row: new, changed field by field, unchanged, asked about or wrong. Pure."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Any

from program.imports.kinds import COLUMNS, DAYS, ImportKind
from program.imports.reading import Line
from program.imports.values import day, day_order

NOTHING = "–"  # noqa: RUF001 - as in every table
PAIR = "{} with {}"
"""A fellow and their mentor, as the label of a row."""
SHOWN = 300
"""Characters of a value that the diff shows."""
PLAIN = frozenset(
    {
        *("seats_min", "seats_wanted", "seats_granted", "next_step_on"),
        *("track", "second_track", "track_weight", "starts_on", "ends_on", "kind"),
    }
)
"""Fields whose values are no text about anybody, so that the record of what was done has them."""


class Verdict(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    ASKED = "asked"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Change:
    """One field of somebody, before and after, as people read them."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """One row as values by the columns' keys; what was empty is not among them."""

    number: int
    values: Mapping[str, Any]
    errors: Sequence[str] = ()


@dataclass(slots=True)
class Planned:
    """What becomes of one row. `work` is done when it is applied, and is not part of what is shown.

    `twin` is the number of an earlier row about the same person, which counts instead of this one.
    """

    number: int
    label: str
    verdict: Verdict
    address: str = ""
    changes: Sequence[Change] = ()
    errors: Sequence[str] = ()
    options: Sequence[tuple[str, str]] = ()
    note: str = ""
    twin: int | None = None
    work: Any = None
    account_id: int | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """A field that a row wants to be otherwise than it is."""

    attribute: str
    label: str
    before: Any
    after: Any
    shown: Change = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "shown", Change(self.label, words(self.before), words(self.after)))


def parse(kind: ImportKind, lines: Sequence[Line], mapping: Mapping[str, int]) -> list[Parsed]:
    """Every row as values, and what is wrong with it."""
    orders = {
        key: day_order(line.cells[place] for line in lines if place < len(line.cells))
        for key, place in mapping.items()
        if key in DAYS
    }
    readers = {column.key: column for column in COLUMNS[kind]}
    parsed = []
    for line in lines:
        values, errors = {}, []
        for key, place in sorted(mapping.items(), key=lambda column: column[1]):
            cell = line.cells[place] if place < len(line.cells) else ""
            if place in line.faults:
                errors.append(f"{readers[key].label}: {line.faults[place]}.")
                continue
            try:
                if cell:
                    values[key] = day(cell, orders[key]) if key in DAYS else readers[key].reads(cell)
            except ValueError as error:
                errors.append(f"{readers[key].label}: {error}")
        parsed.append(Parsed(line.number, values, errors))
    return parsed


def be_twin(row: Planned, of: int, *, address: str) -> None:
    """The row is left out for an earlier one about the same person; its address, if it is new, is remembered."""
    row.twin, row.note = of, f"The same person as in row {of}: left out."
    row.changes = also_known_by(address)
    row.verdict = Verdict.CHANGED if row.changes else Verdict.UNCHANGED


def also_known_by(address: str) -> list[Change]:
    """That an address is another one of somebody; nothing without one."""
    return [Change("Other address", NOTHING, address)] if address else []


def follow_twins(planned: Sequence[Planned]) -> list[Planned]:
    """Who is left out for a row that is itself not written is not written either."""
    lost = {row.number for row in planned if row.verdict in {Verdict.WRONG, Verdict.ASKED}}
    for row in planned:
        if row.twin in lost:
            row.errors, row.changes, row.work = (
                [f"Row {row.twin}, of the same person, is not right yet."],
                (),
                None,
            )
            row.verdict, row.note = Verdict.WRONG, ""
    return [*planned]


def wishes(
    fields: Iterable[tuple[str, str]], now: Mapping[str, Any], wanted: Mapping[str, Any]
) -> list[Wish]:
    """The fields (attribute, label) that are wanted otherwise than they are now; what is not wanted stays."""
    return [
        Wish(attribute, label, now.get(attribute), wanted[attribute])
        for attribute, label in fields
        if attribute in wanted and wanted[attribute] != now.get(attribute)
    ]


def told_of(found: Iterable[Wish]) -> tuple[dict[str, str], dict[str, str]]:
    """What the record says of these: which fields, and before and after where they are no text about anybody."""
    changes = [*found]
    plain = [wish.shown for wish in changes if wish.attribute in PLAIN]
    fields = {"fields": ", ".join(wish.label for wish in changes)}
    return {one.label: one.before for one in plain}, fields | {one.label: one.after for one in plain}


def words(value: Any) -> str:
    """A value as people read it."""
    match value:
        case None | "":
            return NOTHING
        case StrEnum():
            return value.value
        case date():
            return f"{value.day} {value:%b %Y}"
        case _:
            text = str(getattr(value, "name", value))
            return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def counts_of(planned: Iterable[Planned]) -> dict[str, int]:
    """How many rows have which verdict; each verdict is there."""
    found = Counter(row.verdict for row in planned)
    return {verdict.value: found[verdict] for verdict in Verdict}


def digest(planned: Iterable[Planned]) -> str:
    """By this it shows whether what was confirmed is what would be done now."""
    told = [
        [
            row.number,
            row.verdict,
            [[c.label, c.before, c.after] for c in row.changes],
            [*row.errors],
            row.note,
            [*row.options],
        ]
        for row in planned
    ]
    return sha256(json.dumps(told).encode()).hexdigest()
