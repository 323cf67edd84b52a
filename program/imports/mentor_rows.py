"""Rows about mentors: who they are, and their part in the cohort."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from program.accounts.models import Account
from program.cohorts.models import Cohort, Track
from program.extensions import db
from program.folding import fold
from program.imports.courses import engagement_course
from program.imports.kinds import ImportKind
from program.imports.known import (
    mentor_key,
    mentors_by_address,
    mentors_with_fellows,
    read_pool,
    told_of_mentor,
)
from program.imports.organisations import NEW, Catalogue, NewOrganisation, read_catalogue
from program.imports.people import Match, Matcher, by_folded, name_in
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
from program.mentors.funnel import OUT
from program.mentors.models import Engagement, EngagementStage, Mentor

MENTOR_FIELDS = (
    ("name", "Name"),
    ("email", "Address"),
    ("organisation", "Organisation"),
    ("expertise", "Expertise"),
    ("links", "Links"),
    ("notes", "Notes"),
)
ENGAGEMENT_FIELDS = (
    ("track", "Track"),
    ("seats_min", "Seats, at least"),
    ("seats_wanted", "Seats wanted"),
    ("seats_granted", "Seats granted"),
    ("next_step", "Next step"),
    ("next_step_on", "Next step on"),
    ("owner", "Next step by"),
)
SEATS: dict[str, Any] = {"seats_min": 0, "seats_wanted": 0, "seats_granted": 0, "next_step": ""}
OF_ENGAGEMENT = frozenset({"track", "stage", "next_step_on", *SEATS})


@dataclass(frozen=True, slots=True)
class MentorWork:
    """What is to be written for one row."""

    match: Match[Mentor]
    address: str
    mentor_wishes: Sequence[Wish]
    engagement: Engagement | None
    engagement_wishes: Sequence[Wish]
    course: Sequence[EngagementStage]
    reason: str


@dataclass(frozen=True)
class Pool:
    """What the rows are held against."""

    kind: ImportKind
    cohort: Cohort
    actor: Account
    led: Collection[int]
    tracks: Mapping[str, Track]
    engagements: Mapping[int, Engagement]
    catalogue: Catalogue


def plan_mentors(
    parsed: Sequence[Parsed],
    *,
    kind: ImportKind,
    cohort: Cohort,
    choices: Mapping[str, str],
    actor: Account,
    today: date,
) -> list[Planned]:
    """What each row would do; rows about engagements make no mentors."""
    loads = [joinedload(Engagement.track), joinedload(Engagement.owner)]
    there = db.session.scalars(select(Engagement).filter_by(cohort_id=cohort.id).options(*loads))
    pool = Pool(
        kind,
        cohort,
        actor,
        mentors_with_fellows(cohort, today=today),
        {fold(track.name): track for track in cohort.tracks},
        {engagement.mentor_id: engagement for engagement in there},
        read_catalogue(),
    )
    mentors = read_pool()
    names = by_folded((mentor.folded, mentor) for mentor in mentors)
    matcher = Matcher(mentor_key, told_of_mentor, mentors_by_address(mentors), names, choices)
    return follow_twins([_plan(row, pool, matcher) for row in parsed])


def _plan(row: Parsed, pool: Pool, matcher: Matcher[Mentor]) -> Planned:
    name, address = name_in(row.values), row.values.get("email", "")
    label = ", ".join(part for part in (name, address) if part) or "nobody named"
    planned = Planned(row.number, label, Verdict.WRONG, address=address)
    if not (name or address):
        planned.errors = [*row.errors] or ["Name: there is none."]
        return planned
    match = matcher.match(row.number, name=name, address=address)
    if match.known:
        planned.account_id, planned.label = match.known.account_id, told_of_mentor(match.known)
    if match.options:
        planned.verdict, planned.options, planned.errors = Verdict.ASKED, match.options, [*row.errors]
    elif match.same_as is not None and not row.errors:
        be_twin(planned, match.same_as, address=address if match.is_new_address else "")
        planned.work = MentorWork(match, address, (), None, (), (), "")
    else:
        _compare(planned, row, name, match, pool)
    return planned


def _compare(planned: Planned, row: Parsed, name: str, match: Match[Mentor], pool: Pool) -> None:
    """Fill in what would be written, or what is wrong."""
    mentor = match.known
    errors = [*row.errors, *([match.error] if match.error else [])]
    if mentor is None and not match.error:
        if pool.kind is ImportKind.ENGAGEMENTS:
            errors.append(
                "Mentor: nobody in the pool is called so or has this address. Import the mentor first."
            )
        elif not name:
            errors.append("Name: there is none, and nobody with this address is in the pool.")
    wanted = _about_mentor(row.values, name, planned.address, mentor, pool)
    now = (
        {attribute: getattr(mentor, attribute, None) for attribute, _label in MENTOR_FIELDS} if mentor else {}
    )
    about_mentor = wishes(MENTOR_FIELDS, now, wanted)
    engagement = pool.engagements.get(mentor.id) if mentor else None
    about_engagement, course = _about_engagement(row.values, engagement, pool, errors)
    planned.errors = errors
    if errors:
        return
    other = planned.address if match.is_new_address and "email" not in wanted else ""
    planned.changes = [
        *also_known_by(other),
        *_told(about_mentor, about_engagement, engagement, course),
    ]
    is_new = mentor is None or (pool.kind is ImportKind.ENGAGEMENTS and engagement is None)
    planned.verdict = Verdict.NEW if is_new else Verdict.CHANGED if planned.changes else Verdict.UNCHANGED
    if isinstance(wanted.get("organisation"), NewOrganisation):
        planned.note = f"{wanted['organisation'].name} is {NEW}."
    reason = row.values.get("reason", "")
    planned.work = MentorWork(
        match, planned.address, about_mentor, engagement, about_engagement, course, reason
    )


def _told(
    about_mentor: Sequence[Wish],
    about_engagement: Sequence[Wish],
    engagement: Engagement | None,
    course: Sequence[EngagementStage],
) -> list[Change]:
    changes = [wish.shown for wish in (*about_mentor, *about_engagement)]
    if course:
        changes.append(Change("Stage", words(engagement and engagement.stage), words(course[-1])))
    return changes


def _about_mentor(
    values: Mapping[str, Any], name: str, address: str, mentor: Mentor | None, pool: Pool
) -> dict[str, Any]:
    """What the row says of the person. A known one keeps their address, and who has joined their name."""
    if pool.kind is ImportKind.ENGAGEMENTS:
        return {}
    wanted = {key: values[key] for key in ("expertise", "links", "notes") if key in values}
    if name and not (mentor and mentor.account and mentor.account.joined_at):
        wanted["name"] = name
    if address and (mentor is None or not (mentor.email or mentor.account)):
        wanted["email"] = address
    if "organisation" in values:
        found = pool.catalogue.find(values["organisation"])
        if not (mentor and mentor.organisation and mentor.organisation.current is found):
            wanted["organisation"] = found
    return wanted


def _about_engagement(
    values: Mapping[str, Any], engagement: Engagement | None, pool: Pool, errors: list[str]
) -> tuple[list[Wish], Sequence[EngagementStage]]:
    """What the row says of their part in the cohort, and the way to the stage; nothing if it says nothing."""
    if not OF_ENGAGEMENT & set(values):
        return [], ()
    wanted = {key: values[key] for key in (*SEATS, "next_step_on") if key in values}
    if "track" in values:
        found = pool.tracks.get(fold(values["track"]))
        if found is None:
            there = ", ".join(track.name for track in pool.cohort.tracks) or "none yet"
            errors.append(
                f"Track: {pool.cohort.name} has no “{values['track']}”. Please write one of: {there}."
            )
        else:
            wanted["track"] = found
    elif engagement is None:
        errors.append("Track: there is none, and a part in the cohort needs one. Is it in another column?")
    now: dict[str, Any] = SEATS
    if engagement is not None:
        now = {attribute: getattr(engagement, attribute) for attribute, _label in ENGAGEMENT_FIELDS}
    stage = values.get("stage", engagement.stage if engagement else EngagementStage.IDENTIFIED)
    course = _course(engagement, stage, pool, errors)
    if stage in OUT:
        wanted |= {"next_step": "", "next_step_on": None}
    then = now | wanted
    if 0 < then["seats_wanted"] < then["seats_min"]:
        errors.append("Seats wanted: they are fewer than the fewest they take.")
    if bool(then.get("next_step")) != bool(then.get("next_step_on")):
        errors.append("Next step: please give both what is to be done and by which day.")
    if wanted.get("next_step_on") and now.get("owner") is None:
        wanted["owner"] = pool.actor
    return wishes(ENGAGEMENT_FIELDS, now, wanted), course


def _course(
    engagement: Engagement | None, stage: EngagementStage, pool: Pool, errors: list[str]
) -> Sequence[EngagementStage]:
    if engagement is None:
        return [stage]
    if stage in OUT - {engagement.stage} and engagement.mentor_id in pool.led:
        errors.append("Stage: fellows are theirs in this cohort. Hand them over first.")
    if (engagement.stage, stage) == (EngagementStage.CONFIRMED, EngagementStage.WITHDRAWN):
        errors.append("Stage: a confirmed mentor who withdraws hands over. Please do it on their own page.")
        return ()
    try:
        return engagement_course(engagement.stage, stage)
    except ValueError as error:
        errors.append(f"Stage: the engagement {error}")
        return ()
