"""Rows about assignments: which mentor a fellow has, from a day to a day."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from program.accounts.models import Account
from program.cohorts.models import Cohort
from program.extensions import db
from program.fellows.models import Assignment, AssignmentKind, Fellowship
from program.folding import fold
from program.imports.known import accounts_by_address, mentors_by_address, read_pool
from program.imports.people import by_folded
from program.imports.plans import PAIR, Parsed, Planned, Verdict, Wish, wishes, words
from program.mentors.funnel import OUT
from program.mentors.models import Engagement, EngagementStage, Mentor

P = TypeVar("P")
FIELDS = (
    ("mentor", "Mentor"),
    ("kind", "Primary or co-mentor"),
    ("starts_on", "First day"),
    ("ends_on", "Last day"),
)


@dataclass(frozen=True, slots=True)
class AssignmentWork:
    """What is to be written for one row."""

    place: Fellowship
    assignment: Assignment | None
    wishes: Sequence[Wish]


@dataclass(frozen=True, slots=True)
class Held:
    """Days on which a mentor is assigned to a fellow: so it is here, or so a row above wants it."""

    mentor: Mentor
    kind: AssignmentKind
    starts_on: date
    ends_on: date | None
    assignment: Assignment | None
    row: int | None = None

    @property
    def span(self) -> str:
        """Its days in words, and the row that they are from."""
        last = f" to {words(self.ends_on)}" if self.ends_on else ""
        return f"from {words(self.starts_on)}{last}" + (f" (row {self.row})" if self.row else "")

    def meets(self, starts_on: date, ends_on: date | None) -> bool:
        """Whether any day is on both sides."""
        return self.starts_on <= (ends_on or date.max) and starts_on <= (self.ends_on or date.max)


@dataclass(frozen=True)
class Pairs:
    """What the rows are held against."""

    cohort: Cohort
    places: Mapping[str, Fellowship]
    named_places: Mapping[str, Sequence[Fellowship]]
    mentors: Mapping[str, Mentor]
    named_mentors: Mapping[str, Sequence[Mentor]]
    held: dict[int, list[Held]]
    parts: Mapping[int, EngagementStage]

    def place(self, values: Mapping[str, Any]) -> Fellowship:
        """The fellow of a row. Raises ValueError with words for people."""
        return _one(
            self.places,
            self.named_places,
            values.get("fellow_email"),
            values.get("fellow"),
            f"fellow in {self.cohort.name}",
        )

    def mentor(self, values: Mapping[str, Any]) -> Mentor:
        """The mentor of a row. Raises ValueError with words for people."""
        return _one(
            self.mentors,
            self.named_mentors,
            values.get("mentor_email"),
            values.get("mentor"),
            "mentor in the pool",
        )


def plan_assignments(parsed: Sequence[Parsed], *, cohort: Cohort) -> list[Planned]:
    """What each row would do."""
    pairs = _read_pairs(parsed, cohort)
    return [_plan(row, pairs) for row in parsed]


def _plan(row: Parsed, pairs: Pairs) -> Planned:
    values, errors = row.values, [*row.errors]
    fellow = values.get("fellow") or values.get("fellow_email", "nobody named")
    mentor = values.get("mentor") or values.get("mentor_email", "nobody named")
    planned = Planned(
        row.number, PAIR.format(fellow, mentor), Verdict.WRONG, address=values.get("fellow_email", "")
    )
    place = _found(pairs.place, values, "Fellow", errors)
    guide = _found(pairs.mentor, values, "Mentor", errors)
    planned.errors = errors
    if place is None or guide is None:
        return planned
    planned.account_id, planned.label = place.account_id, PAIR.format(place.account.name, guide.name)
    there = _there(values, guide, pairs.held.get(place.id, ()), errors)
    now = {attribute: getattr(there, attribute) for attribute, _label in FIELDS} if there else {}
    begins = {} if there else {"kind": AssignmentKind.PRIMARY, "starts_on": place.starts_on, "ends_on": None}
    given = {key: values[key] for key in ("kind", "starts_on", "ends_on") if key in values}
    wanted = begins | {"mentor": guide} | given
    then = now | wanted
    _check(then, place, there, pairs.held.get(place.id, ()), errors)
    found = wishes(FIELDS, now, wanted)
    if found and pairs.parts.get(guide.id) in {None, *OUT}:
        errors.append(f"Mentor: {guide.name} does not mentor in {pairs.cohort.name}.")
    if errors:
        return planned
    planned.changes = [wish.shown for wish in found]
    planned.verdict = Verdict.NEW if there is None else Verdict.CHANGED if found else Verdict.UNCHANGED
    planned.work = AssignmentWork(place, there, found)
    others = [one for one in pairs.held.get(place.id, ()) if there is None or one.assignment is not there]
    pairs.held[place.id] = [
        *others,
        Held(guide, then["kind"], then["starts_on"], then["ends_on"], there, row.number),
    ]
    return planned


def _found(
    find: Callable[[Mapping[str, Any]], P], values: Mapping[str, Any], label: str, errors: list[str]
) -> P | None:
    try:
        return find(values)
    except ValueError as error:
        errors.append(f"{label}: {error}")
        return None


def _there(
    values: Mapping[str, Any], mentor: Mentor, held: Iterable[Held], errors: list[str]
) -> Assignment | None:
    """The assignment that the row is about, if it is here already."""
    theirs = [one for one in held if one.mentor is mentor]
    if "starts_on" in values:
        theirs = [one for one in theirs if one.starts_on == values["starts_on"]]
    if len(theirs) > 1:
        errors.append("First day: there are several assignments of this mentor, please say from which day.")
    above = [one.row for one in theirs if one.row is not None]
    errors += [f"Row {row} is about this assignment too: please keep one of the two." for row in above]
    return theirs[0].assignment if len(theirs) == 1 else None


def _check(
    then: Mapping[str, Any],
    place: Fellowship,
    there: Assignment | None,
    held: Iterable[Held],
    errors: list[str],
) -> None:
    """What cannot be so."""
    starts_on, ends_on = then["starts_on"], then["ends_on"]
    if ends_on is not None and ends_on < starts_on:
        errors.append("Last day: it is before the first one.")
        return
    if starts_on < place.starts_on or (ends_on or starts_on) > place.ends_on:
        span = f"from {words(place.starts_on)} to {words(place.ends_on)}"
        errors.append(f"First day: these days are outside of the fellowship, which goes {span}.")
    for one in held:
        if (there is not None and one.assignment is there) or not one.meets(starts_on, ends_on):
            continue
        if one.mentor is then["mentor"]:
            errors.append(f"Mentor: they are assigned already {one.span}.")
        elif AssignmentKind.PRIMARY is one.kind is then["kind"]:
            said = f"{one.mentor.name} is the primary mentor {one.span}"
            errors.append(f"Primary or co-mentor: {said}. End that first, or make one a co-mentor.")


def _one(
    by_address: Mapping[str, P],
    by_name: Mapping[str, Sequence[P]],
    address: str | None,
    name: str | None,
    what: str,
) -> P:
    if address:
        if address not in by_address:
            raise ValueError(f"no {what} has the address {address}.")
        return by_address[address]
    if not name:
        raise ValueError("there is none.")
    found = by_name.get(fold(name), ())
    if len(found) > 1:
        raise ValueError(f"several are called {name}: please give the address.")
    if not found:
        raise ValueError(f"no {what} is called {name}.")
    return found[0]


def _read_pairs(parsed: Sequence[Parsed], cohort: Cohort) -> Pairs:
    loads = [
        joinedload(Fellowship.account),
        selectinload(Fellowship.assignments).joinedload(Assignment.mentor),
    ]
    places = db.session.scalars(select(Fellowship).filter_by(cohort_id=cohort.id).options(*loads)).all()
    accounts: dict[str, Account] = accounts_by_address(
        {row.values["fellow_email"]: None for row in parsed if "fellow_email" in row.values}
    )
    of_account = {place.account_id: place for place in places}
    pool = read_pool()
    parts = select(Engagement.mentor_id, Engagement.stage).where(Engagement.cohort_id == cohort.id)
    return Pairs(
        cohort,
        {address: of_account[one.id] for address, one in accounts.items() if one.id in of_account},
        by_folded((fold(place.account.name), place) for place in places),
        mentors_by_address(pool),
        by_folded((mentor.folded, mentor) for mentor in pool),
        {
            place.id: [Held(a.mentor, a.kind, a.starts_on, a.ends_on, a) for a in place.assignments]
            for place in places
        },
        {part.mentor_id: part.stage for part in db.session.execute(parts)},
    )
