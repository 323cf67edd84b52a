"""Setting up a cohort."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from program.access import Role
from program.audit.models import AuditEvent, Tag
from program.cohorts.models import AuthorshipMode, Cohort, CohortState
from program.cohorts.queries import find_current_cohort, find_current_period, get_cohort, list_cohorts
from program.cohorts.services import TrackTarget, add_phase, create_cohort
from program.errors import ConflictError, NotFoundError
from program.extensions import db
from tests.factories import NOW, make_account, make_cohort, period_of


def test_a_cohort_has_its_tracks_in_order(app):
    staff = make_account(name="Ruth Calloway", roles=[Role.STAFF])
    cohort = create_cohort(
        name="Summer 26",
        time_zone="Europe/London",
        starts_on=date(2026, 5, 11),
        ends_on=date(2026, 7, 17),
        tracks=[
            TrackTarget("Interpretability", aim=0.4, low=0.3, high=0.5),
            TrackTarget("Governance", aim=0.1),
        ],
        actor=staff,
        now=NOW,
    )
    tracks = [
        (t.position, t.name, t.target_min, t.target_aim, t.target_max) for t in get_cohort(cohort.id).tracks
    ]
    assert tracks == [(1, "Interpretability", 0.3, 0.4, 0.5), (2, "Governance", 0.0, 0.1, 1.0)]
    event = db.session.scalars(select(AuditEvent).filter_by(tag=Tag.COHORT_CREATE)).one()
    assert (event.actor_id, event.subject_kind, event.subject_id) == (staff.id, "cohort", cohort.id)


def test_periods_are_numbered_on_over_phases(app):
    cohort = make_cohort(starts_on=date(2026, 5, 11), ends_on=date(2026, 5, 22))
    phase = add_phase(
        cohort,
        name="Extension",
        starts_on=date(2026, 5, 25),
        ends_on=date(2026, 6, 19),
        authorship=AuthorshipMode.TOGETHER,
        cadence_weeks=2,
    )
    db.session.expire_all()
    periods = [(p.number, p.phase.name, p.due_at) for p in get_cohort(cohort.id).periods]
    assert periods == [
        (1, "Research", datetime(2026, 5, 15, 16, tzinfo=UTC)),
        (2, "Research", datetime(2026, 5, 22, 16, tzinfo=UTC)),
        (3, "Extension", datetime(2026, 6, 5, 16, tzinfo=UTC)),
        (4, "Extension", datetime(2026, 6, 19, 16, tzinfo=UTC)),
    ]
    assert phase.authorship is AuthorshipMode.TOGETHER


@pytest.mark.parametrize(
    "wrong",
    [
        {"starts_on": date(2026, 7, 17), "ends_on": date(2026, 5, 11)},
        {"tracks": [TrackTarget("A", aim=1.2, high=1.5)]},
        {"tracks": [TrackTarget("A", aim=0.2, low=0.3)]},
        {"tracks": [TrackTarget("A", aim=0.2), TrackTarget("A", aim=0.3)]},
    ],
)
def test_the_database_keeps_nonsense_out(app, wrong):
    given = {
        "name": "Summer 26",
        "time_zone": "Europe/London",
        "starts_on": date(2026, 5, 11),
        "ends_on": date(2026, 7, 17),
        "tracks": [],
    }
    with pytest.raises(ConflictError):
        create_cohort(**{**given, **wrong}, actor=None, now=NOW)


def test_two_cohorts_cannot_have_one_name(app):
    make_cohort()
    with pytest.raises(ConflictError):
        make_cohort()


def test_the_current_cohort_is_the_latest_that_has_begun(app):
    assert find_current_cohort(NOW) is None
    spring = make_cohort(name="Spring 26", starts_on=date(2026, 1, 5), ends_on=date(2026, 3, 6))
    assert find_current_cohort(NOW) == spring
    summer = make_cohort()
    make_cohort(name="Winter 26", starts_on=date(2026, 11, 2), ends_on=date(2026, 12, 18))
    assert find_current_cohort(NOW) == summer
    make_cohort(name="Put off", starts_on=date(2026, 6, 1), state=CohortState.PLANNING)
    make_cohort(name="Called off", starts_on=date(2026, 6, 1), state=CohortState.CLOSED)
    make_cohort(name="Short", starts_on=date(2026, 6, 1), ends_on=date(2026, 6, 5))
    assert find_current_cohort(NOW) == summer, "it goes on, and they do not"
    extension = make_cohort(name="Extension", starts_on=date(2026, 6, 8), state=CohortState.OPEN)
    assert find_current_cohort(NOW) == extension


def test_the_current_period_is_the_next_to_fall_due(app):
    cohort = make_cohort()
    assert find_current_period(cohort, NOW).number == 5
    fifth = period_of(cohort, 5).due_at
    assert find_current_period(cohort, fifth).number == 6
    assert find_current_period(cohort, datetime(2027, 1, 1, tzinfo=UTC)) is None


def test_a_cohort_that_is_not_there_is_not_found(app):
    with pytest.raises(NotFoundError):
        get_cohort(999_999)


def test_cohorts_are_listed_the_latest_first_in_pages(app):
    for month in range(1, 13):
        for day in (1, 2, 3):
            make_cohort(name=f"{month}-{day}", starts_on=date(2026, month, day), ends_on=date(2027, 6, 1))
    first = list_cohorts(cursor=None)
    second = list_cohorts(cursor=first.next_cursor)
    assert (len(first.rows), len(second.rows), second.next_cursor) == (30, 6, None)
    names = [cohort.name for cohort in (*first.rows, *second.rows)]
    assert names == [f"{m}-{d}" for m in range(12, 0, -1) for d in (3, 2, 1)]
    assert db.session.query(Cohort).count() == 36
