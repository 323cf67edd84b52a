"""Rows about fellows: applications, and what became of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from program.access import PRIVILEGED, Role
from program.accounts.models import Account
from program.cohorts.models import Cohort
from program.fellows.models import Fellowship, FellowshipStage
from program.imports.courses import fellowship_course
from program.imports.known import (
    account_key,
    accounts_by_address,
    accounts_by_name,
    told_of_account,
)
from program.imports.people import Match, Matcher, name_in
from program.imports.plans import (
    Change,
    Parsed,
    Planned,
    Verdict,
    Wish,
    also_known_by,
    be_twin,
    follow_twins,
    wishes,
    words,
)
from program.imports.roster import Roster, read_roster

FIELDS = (
    ("track", "Track"),
    ("second_track", "Second track"),
    ("track_weight", "Share of the first track"),
    ("project", "Project"),
    ("starts_on", "First day"),
    ("ends_on", "Last day"),
    ("research_manager", "Research manager"),
)
NEW_PLACE = {"second_track": None, "track_weight": 100, "project": ""}


@dataclass(frozen=True, slots=True)
class FellowWork:
    """What is to be written for one row."""

    match: Match[Account]
    name: str
    address: str
    place: Fellowship | None
    wishes: Sequence[Wish]
    new_name: str
    course: Sequence[FellowshipStage]
    reason: str


def plan_fellows(parsed: Sequence[Parsed], *, cohort: Cohort, choices: Mapping[str, str]) -> list[Planned]:
    """What each row would do."""
    roster = read_roster(cohort)
    matcher = _matcher(parsed, choices)
    return follow_twins([_plan(row, roster, matcher) for row in parsed])


def _plan(row: Parsed, roster: Roster, matcher: Matcher[Account]) -> Planned:
    name, address = name_in(row.values), row.values.get("email", "")
    label = ", ".join(part for part in (name, address) if part) or "nobody named"
    planned = Planned(row.number, label, Verdict.WRONG, address=address)
    if not address:
        planned.errors = [*row.errors] or ["Address: there is none, and fellows are known by it."]
        return planned
    match = matcher.match(row.number, name=name, address=address)
    if match.known:
        planned.account_id, planned.label = match.known.id, f"{match.known.name}, {address}"
    if match.options:
        planned.verdict, planned.options = Verdict.ASKED, match.options
        planned.errors = [*row.errors]
    elif match.same_as is not None and not row.errors:
        be_twin(planned, match.same_as, address=address if match.is_new_address else "")
        planned.work = FellowWork(match, name, address, None, (), "", (), "")
    else:
        _compare(planned, row, name, match, roster)
    return planned


def _compare(planned: Planned, row: Parsed, name: str, match: Match[Account], roster: Roster) -> None:
    """Fill in what would be written, or what is wrong."""
    place = roster.places.get(match.known.id) if match.known else None
    errors = [*row.errors, *([match.error] if match.error else []), *_faults_of(match.known, place, name)]
    wanted = _wanted(row.values, place, roster, errors)
    now = {attribute: getattr(place, attribute) for attribute, _label in FIELDS} if place else NEW_PLACE
    if place is None:
        wanted = {"starts_on": roster.cohort.starts_on, "ends_on": roster.cohort.ends_on} | wanted
        if "track" not in wanted and "track" not in row.values:
            errors.append("Track: there is none, and a new fellow needs one.")
    _check(now | wanted, place, roster, errors)
    stage = row.values.get("stage", FellowshipStage.APPLIED if place is None else place.stage)
    course = _course(place, stage, errors)
    planned.errors = errors
    if errors:
        return
    found = wishes(FIELDS, now, wanted)
    new_name = (
        name if _may_be_renamed(match.known) and match.known and name not in ("", match.known.name) else ""
    )
    planned.changes = [
        *_told_of_person(planned, match.known, new_name, is_placed=place is not None),
        *also_known_by(planned.address if match.is_new_address else ""),
        *(wish.shown for wish in found),
        *([Change("Stage", words(place and place.stage), words(stage))] if course else ()),
    ]
    planned.verdict = (
        Verdict.NEW if place is None else Verdict.CHANGED if planned.changes else Verdict.UNCHANGED
    )
    planned.work = FellowWork(
        match, name, planned.address, place, found, new_name, course, row.values.get("reason", "")
    )


def _told_of_person(
    planned: Planned, account: Account | None, new_name: str, *, is_placed: bool
) -> list[Change]:
    if account is None:
        return [Change("Account", words(None), planned.label)]
    changes = [Change("Name", account.name, new_name)] if new_name else []
    if not is_placed and Role.FELLOW not in account.roles:
        changes.append(Change("Role", words(None), words(Role.FELLOW)))
    return changes


def _faults_of(account: Account | None, place: Fellowship | None, name: str) -> list[str]:
    if account is None:
        return [] if name else ["Name: there is none, and nobody with this address is known."]
    if account.disabled_at is not None:
        return ["This account is disabled. Enable it under People first, if the person is to come back."]
    if place is None and not account.roles.isdisjoint(PRIVILEGED):
        return [
            "This is somebody who runs the programme: only an administrator makes them a fellow, under People."
        ]
    return []


def _may_be_renamed(account: Account | None) -> bool:
    """Whoever has joined says themself what they are called."""
    return account is not None and account.joined_at is None


def _wanted(
    values: Mapping[str, Any], place: Fellowship | None, roster: Roster, errors: list[str]
) -> dict[str, Any]:
    wanted = {
        key: values[key] for key in ("track_weight", "project", "starts_on", "ends_on") if key in values
    }
    for key, attribute, find in (
        ("track", "track", roster.track),
        ("second_track", "second_track", roster.track),
        ("manager", "research_manager", roster.manager),
    ):
        if key in values:
            try:
                wanted[attribute] = find(values[key])
            except ValueError as error:
                errors.append(f"{dict(FIELDS)[attribute]}: {error}")
    is_second_new = place is None or place.second_track is None
    if "second_track" in wanted and "track_weight" not in wanted and is_second_new:
        wanted["track_weight"] = 50
    return wanted


def _check(then: Mapping[str, Any], place: Fellowship | None, roster: Roster, errors: list[str]) -> None:
    """What cannot be so together."""
    second, weight = then.get("second_track"), then["track_weight"]
    if second is not None and second is then.get("track"):
        errors.append("Second track: it is the first one too.")
    if (second is None) != (weight == 100):
        errors.append("Share of the first track: 100 % goes with one track, less with two.")
    if then["starts_on"] > then["ends_on"]:
        errors.append("Last day: it is before the first one.")
    cohort = roster.cohort
    mend = "please put a day in it, or leave the cell empty for the whole of it."
    if then["starts_on"] < cohort.starts_on:
        errors.append(f"First day: {cohort.name} begins later, on {words(cohort.starts_on)}: {mend}")
    if then["ends_on"] > cohort.ends_on:
        errors.append(f"Last day: {cohort.name} ends earlier, on {words(cohort.ends_on)}: {mend}")
    first, last = roster.tied.get(place.id, (None, None)) if place else (None, None)
    if (first and first < then["starts_on"]) or (last and last > then["ends_on"]):
        errors.append("First day: a mentor or a leave is on days outside of these. Change that first.")


def _course(place: Fellowship | None, stage: FellowshipStage, errors: list[str]) -> Sequence[FellowshipStage]:
    if place is None:
        return [stage]
    try:
        return fellowship_course(place.stage, stage)
    except ValueError as error:
        errors.append(f"Stage: the fellowship {error}")
        return ()


def _matcher(parsed: Iterable[Parsed], choices: Mapping[str, str]) -> Matcher[Account]:
    given = {row.values["email"]: name_in(row.values) for row in parsed if "email" in row.values}
    known = accounts_by_address(given)
    unknown = [name for address, name in given.items() if name and address not in known]
    return Matcher(account_key, told_of_account, known, accounts_by_name(unknown), choices)
