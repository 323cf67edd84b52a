"""Cohorts with the figures of real programmes, as they are public: see the facts of the project. No real people."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from program.access import Role
from program.cohorts.models import Cohort, CohortState
from program.extensions import db
from program.fellows.models import FellowshipStage, FellowshipStep
from program.mentors.models import Engagement, EngagementStage, EngagementStep, Mentor
from tests.factories import NOW, make_account, make_cohort, make_fellowship, make_group, track_of

WEEK = timedelta(weeks=1)


def winter_2023() -> Cohort:
    """63 fellows and 20 mentors of 54, who are 44% on interpretability, 18% on evaluations and demos, 17% on oversight
    and control, and the rest on other tracks: three fellows stand on two tracks, so that the shares are exact.
    """
    shares = {
        "Interpretability": 0.44,
        "Evaluations and demos": 0.18,
        "Oversight and control": 0.17,
        "Other": 0.21,
    }
    cohort = make_cohort(name="Winter 2023-24", tracks=tuple(shares), **ended(date(2024, 1, 8)))
    for track in cohort.tracks:
        track.target_min = track.target_aim = track.target_max = shares[track.name]
    placed(
        cohort, {"Interpretability": 27, "Evaluations and demos": 11, "Oversight and control": 9, "Other": 13}
    )
    between = [
        ("Interpretability", 72, "Evaluations and demos"),
        ("Evaluations and demos", 6, "Oversight and control"),
        ("Oversight and control", 77, "Other"),
    ]
    for number, (track, weight, second) in enumerate(between):
        account = make_account(name=f"Winter between {number}", roles=[Role.FELLOW])
        place = make_fellowship(account, cohort, track=track, second_track=second, weight=weight)
        place.stage = FellowshipStage.COMPLETED
    confirmed, contacted = EngagementStage.CONFIRMED, EngagementStage.CONTACTED
    for track, count in {
        "Interpretability": 9,
        "Evaluations and demos": 4,
        "Oversight and control": 3,
        "Other": 4,
    }.items():
        engaged(cohort, track, {confirmed: count}, seats=3)
    engaged(cohort, "Interpretability", {contacted: 34})
    return cohort


def summer_2020() -> Cohort:
    """27 fellows by area: 13, 3, 4, 5 and 2."""
    areas = {"Area A": 13, "Area B": 3, "Area C": 4, "Area D": 5, "Area E": 2}
    cohort = make_cohort(name="Summer 2020", tracks=tuple(areas), **ended(date(2020, 7, 6)))
    placed(cohort, areas)
    return cohort


def governance_mentors() -> Cohort:
    """25 governance researchers were contacted, at least 2 mentors were planned, and 4 were confirmed."""
    cohort = make_cohort(
        name="Summer 2024",
        tracks=("Governance", "Interpretability"),
        starts_on=NOW.date() + 8 * WEEK,
        ends_on=NOW.date() + 18 * WEEK,
        state=CohortState.OPEN,
    )
    stages = (
        EngagementStage.CONFIRMED,
        EngagementStage.INTERESTED,
        EngagementStage.CONTACTED,
        EngagementStage.DECLINED,
    )
    engaged(cohort, "Governance", dict(zip(stages, (4, 2, 7, 12), strict=True)), seats=2)
    return cohort


def two_thirds_on_governance(*, one_less: bool = False) -> Cohort:
    """30 fellows of whom two thirds are on governance and technical governance, as a group of tracks is to have."""
    tracks = {"Governance": 12 - one_less, "Technical governance": 8, "Interpretability": 10 + one_less}
    cohort = make_cohort(name="Spring 2025", tracks=tuple(tracks))
    make_group(
        cohort,
        "Governance",
        "Technical governance",
        name="Governance and technical governance",
        low=2 / 3,
        aim=2 / 3,
    )
    placed(cohort, tracks, stage=FellowshipStage.ACTIVE)
    return cohort


def ended(starts_on: date) -> dict[str, object]:
    """A cohort of ten weeks that is over."""
    return {"starts_on": starts_on, "ends_on": starts_on + 10 * WEEK, "state": CohortState.CLOSED}


def placed(
    cohort: Cohort, tracks: Mapping[str, int], *, stage: FellowshipStage = FellowshipStage.COMPLETED
) -> None:
    """So many fellows on each of these tracks, who stand there since as many weeks as their number says."""
    for track, count in tracks.items():
        for number in range(count):
            account = make_account(name=f"{cohort.name} {track} {number}", roles=[Role.FELLOW])
            place = make_fellowship(account, cohort, track=track, stage=stage)
            step = FellowshipStep(
                fellowship=place, to_stage=stage, at=_last_of(cohort) - (number % 12) * WEEK
            )
            db.session.add(step)


def engaged(
    cohort: Cohort, track: str, stages: Mapping[EngagementStage, int], *, seats: int = 0
) -> list[Engagement]:
    """So many mentors of a track at each of these stages; the confirmed ones have all the seats they want."""
    found = []
    for stage, count in stages.items():
        for number in range(count):
            mentor = Mentor(name=f"{cohort.name} {track} {stage} {number}")
            engagement = Engagement(mentor=mentor, cohort=cohort, track=track_of(cohort, track), stage=stage)
            engagement.stage_since = _last_of(cohort) - number * WEEK
            engagement.seats_wanted = seats
            engagement.seats_granted = seats if stage is EngagementStage.CONFIRMED else 0
            engagement.steps = [EngagementStep(to_stage=stage, at=engagement.stage_since)]
            if stage is EngagementStage.DECLINED:
                asked = EngagementStep(to_stage=EngagementStage.CONTACTED, at=engagement.stage_since - WEEK)
                engagement.steps.insert(0, asked)
            found.append(engagement)
    db.session.add_all(found)
    db.session.flush()
    return found


def _last_of(cohort: Cohort) -> datetime:
    """Today, or the last day of a cohort that is over."""
    return min(NOW, datetime.combine(cohort.ends_on, time(12), UTC))
