"""How the demo's mentors were won and its fellows chosen: the dated steps behind where everybody stands."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from program.accounts.models import Account
from program.cohorts.models import Cohort, TrackGroup
from program.demo import people
from program.demo.people import MentorPerson
from program.demo.roster import Demo
from program.demo.setting import DAY
from program.extensions import db
from program.fellows.models import Fellowship, FellowshipStage, FellowshipStep, Handover, Leave
from program.mentors.models import Engagement, EngagementStage, EngagementStep, Mentor, MentorAbsence
from program.mentors.services import end_of

E, F = EngagementStage, FellowshipStage
WON: dict[EngagementStage, Sequence[EngagementStage]] = {
    E.IDENTIFIED: (E.IDENTIFIED,),
    E.CONTACTED: (E.IDENTIFIED, E.CONTACTED),
    E.INTERESTED: (E.IDENTIFIED, E.CONTACTED, E.INTERESTED),
    E.CONFIRMED: (E.IDENTIFIED, E.CONTACTED, E.INTERESTED, E.CONFIRMED),
    E.DECLINED: (E.IDENTIFIED, E.CONTACTED, E.DECLINED),
    E.WITHDRAWN: (E.IDENTIFIED, E.CONTACTED, E.INTERESTED, E.CONFIRMED, E.WITHDRAWN),
}
CHOSEN: dict[FellowshipStage, Sequence[FellowshipStage]] = {
    F.APPLIED: (F.APPLIED,),
    F.SHORTLISTED: (F.APPLIED, F.SHORTLISTED),
    F.WAITLISTED: (F.APPLIED, F.SHORTLISTED, F.WAITLISTED),
    F.DECLINED: (F.APPLIED, F.DECLINED),
    F.OFFERED: (F.APPLIED, F.SHORTLISTED, F.OFFERED),
    F.ACCEPTED: (F.APPLIED, F.SHORTLISTED, F.OFFERED, F.ACCEPTED),
    F.ACTIVE: (F.APPLIED, F.SHORTLISTED, F.OFFERED, F.ACCEPTED, F.ACTIVE),
    F.COMPLETED: (F.APPLIED, F.SHORTLISTED, F.OFFERED, F.ACCEPTED, F.ACTIVE, F.COMPLETED),
    F.WITHDRAWN: (F.APPLIED, F.SHORTLISTED, F.OFFERED, F.ACCEPTED, F.ACTIVE, F.WITHDRAWN),
}
"""The way to each stage."""
REASONS = {
    E.DECLINED: "Is on sabbatical until the autumn and would like to be asked again.",
    E.WITHDRAWN: "Changed employers and cannot take on fellows this season.",
    F.DECLINED: "A strong application, too far from what this season's mentors work on.",
    F.WAITLISTED: "First in line should a place on the track come free.",
    F.WITHDRAWN: "Took up a position sooner than planned.",
}
NEXT_STEPS = {
    E.IDENTIFIED: ("Ask a mutual acquaintance for an introduction", 9),
    E.CONTACTED: ("Write again, with two projects that fit", 2),
    E.INTERESTED: ("Agree on seats by telephone", -1),
}
"""What is to be done next with whoever stands there, and in how many days; for each who stands there too, two later."""


def tell_choices(demo: Demo) -> None:
    """Everything about the running cohort that was decided before it began, and while it ran."""
    _mentors_of(demo)
    places = [place.fellowship for place in demo.places]
    walk_fellowships(places, by=demo.coordinator, first_at=demo.now - 150 * DAY)
    _group(demo.cohort)
    _away(demo)
    db.session.flush()


def _mentors_of(demo: Demo) -> None:
    query = select(Engagement).filter_by(cohort_id=demo.cohort.id).options(joinedload(Engagement.mentor))
    pool = {person.name: person for person in (*people.MENTORS, *people.PROSPECTS)}
    engagements = db.session.scalars(query).all()
    for engagement in engagements:
        _describe(engagement.mentor, pool[engagement.mentor.name])
        engagement.seats_min = 1
    walk_engagements(engagements, by=demo.coordinator, first_at=demo.now - 160 * DAY, now=demo.now)


def _describe(mentor: Mentor, person: MentorPerson) -> None:
    mentor.email = person.email
    mentor.expertise = f"{person.track}; has supervised master's and doctoral projects."
    mentor.notes = "Prefers two meetings a week in the first month."


def walk_engagements(
    engagements: Sequence[Engagement], *, by: Account, first_at: datetime, now: datetime
) -> None:
    """The steps by which each came to its stage, nine days apart, and what is to be done next with it."""
    stood: Counter[EngagementStage] = Counter()
    for place, engagement in enumerate(engagements):
        at = first_at + timedelta(hours=7 * place)
        before: EngagementStage | None = None
        for stage in WON[engagement.stage]:
            step = EngagementStep(engagement=engagement, from_stage=before, to_stage=stage, at=at)
            step.by_id, step.reason = by.id, REASONS.get(stage, "")
            db.session.add(step)
            before, engagement.stage_since, at = stage, at, at + 9 * DAY
        if engagement.stage in NEXT_STEPS:
            engagement.next_step, days = NEXT_STEPS[engagement.stage]
            days += 2 * stood[engagement.stage]
            day = now.date() + days * DAY
            engagement.next_step_on, engagement.owner_id = day, by.id
            engagement.next_step_due_at = end_of(day, engagement.cohort)
            stood[engagement.stage] += 1


def walk_fellowships(fellowships: Sequence[Fellowship], *, by: Account, first_at: datetime) -> None:
    """The steps by which each came to its stage, twenty days apart."""
    for place, fellowship in enumerate(fellowships):
        at = first_at + timedelta(hours=5 * place)
        before: FellowshipStage | None = None
        for stage in CHOSEN[fellowship.stage]:
            step = FellowshipStep(fellowship=fellowship, from_stage=before, to_stage=stage, at=at)
            step.by_id, step.reason = by.id, REASONS.get(stage, "")
            db.session.add(step)
            before, at = stage, at + 20 * DAY


def _group(cohort: Cohort) -> None:
    governance = [track for track in cohort.tracks if "governance" in track.name.lower()]
    db.session.add(
        TrackGroup(
            cohort=cohort,
            name="All governance",
            target_min=0.25,
            target_aim=0.30,
            target_max=0.40,
            tracks=governance,
        )
    )


def _away(demo: Demo) -> None:
    """A fellow who will be away, a mentor who will, and a fellow who changed hands."""
    by_name = {place.person.name: place.fellowship for place in demo.places}
    later = demo.cohort.ends_on - 20 * DAY
    db.session.add(
        Leave(
            fellowship=by_name["Jonas Kettler"],
            starts_on=later,
            ends_on=later + 5 * DAY,
            reason="A conference",
        )
    )
    mentor = by_name["Jonas Kettler"].assignments[0].mentor
    db.session.add(
        MentorAbsence(mentor=mentor, starts_on=later, ends_on=later + 9 * DAY, reason="Parental leave")
    )
    moved = by_name["Amara Okafor"]
    db.session.add(
        Handover(
            fellowship=moved,
            to_id=moved.research_manager_id,
            day=demo.cohort.starts_on + 7 * DAY,
            note="Writes well and early. Ask her for the negative results too.",
            by_id=demo.coordinator.id,
            at=demo.now - 24 * DAY,
        )
    )
