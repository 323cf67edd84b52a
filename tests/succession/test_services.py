"""A mentor withdraws in mid-cohort: nothing is left without an owner, and nothing of theirs stays open to them."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from program.access import Role
from program.accounts.models import AccountRole
from program.audit.models import AuditEvent, Tag
from program.board.facts import signals_in
from program.board.signals import SignalKind
from program.cohorts.models import CohortState
from program.errors import ForbiddenError, ForbiddenStepError
from program.extensions import db
from program.fellows.models import Assignment, AssignmentKind, FellowshipStage
from program.fellows.queries import list_mentored
from program.mentors.models import Engagement, EngagementStage
from program.mentors.services import plan_next_step
from program.notices.models import Notice, NoticeKind
from program.obligations.models import ObligationKind
from program.obligations.queries import list_owed_by
from program.reports.models import Report, ReportState
from program.reviews.models import Review, Verdict
from program.reviews.queries import owed_reviews
from program.reviews.services import answer_asks
from program.succession import services
from program.succession.queries import list_left, list_shares
from program.succession.services import withdraw_mentor
from tests.factories import (
    NOW,
    make_account,
    make_assignment,
    make_cohort,
    make_engagement,
    make_fellowship,
    make_mentor,
    make_report,
    make_review,
)
from tests.pages import words
from tests.scenarios import more_fellows

CO, PRIMARY = AssignmentKind.CO, AssignmentKind.PRIMARY
TODAY, DAY = NOW.date(), timedelta(days=1)
BEGAN = date(2026, 5, 11)


@pytest.fixture
def engagement(cast):
    return db.session.scalars(select(Engagement).filter_by(mentor_id=cast.mentorship.id)).one()


@pytest.fixture
def co(cast):
    """Who stands beside the mentor with the fellow."""
    mentor = make_mentor(make_account(name="Nina Beside", roles=[Role.MENTOR]))
    make_assignment(cast.fellowship, mentor, kind=CO)
    return mentor


def withdraw(engagement, cast, heirs, *, now=NOW):
    pairs = {place.id: mentor.id for place, mentor in heirs.items()}
    return withdraw_mentor(engagement, reason="New job.", heirs=pairs, actor=cast.staff, now=now)


def assignments_of(fellowship):
    query = (
        select(Assignment)
        .filter_by(fellowship_id=fellowship.id)
        .order_by(Assignment.starts_on, Assignment.id)
    )
    return [(a.mentor_id, a.kind, a.starts_on, a.ends_on) for a in db.session.scalars(query)]


def unread(cast):
    """The reports that no mentor is there to read."""
    said = signals_in(cast.cohort, now=NOW).values()
    return [signal.report_id for one in said for signal in one if signal.kind is SignalKind.UNREAD]


def owners(cohort):
    """Who owes a review of each submitted report of the cohort."""
    parts = list(owed_reviews(TODAY).selected_columns)
    return {row[2]: row[1] for row in db.session.execute(owed_reviews(TODAY).where(parts[3] == cohort.id))}


def submitted(cohort):
    query = select(Report.id).join(Report.fellowship).where(Report.state == ReportState.SUBMITTED)
    return {*db.session.scalars(query.where(Report.fellowship.has(cohort_id=cohort.id)))}


def test_no_obligation_is_left_without_an_owner(cast, engagement, co):
    [second] = more_fellows(cast, 1)
    waiting = [make_report(place, number=5, asks="Which data?") for place in (cast.fellowship, second)]
    make_report(cast.other_fellowship, number=5)
    reviewed_by = {report.id: cast.mentor.id for report in waiting}
    before = owners(cast.cohort)
    assert before.items() >= reviewed_by.items()
    assert withdraw(engagement, cast, {cast.fellowship: co, second: cast.other_mentorship}) == 2
    after = owners(cast.cohort)
    assert set(after) == set(before) == submitted(cast.cohort)
    assert [after[report.id] for report in waiting] == [co.account_id, cast.other_mentor.id]
    assert None not in after.values()
    assert unread(cast) == []
    assert [o for o in list_owed_by(cast.mentor.id, now=NOW) if o.kind is ObligationKind.REVIEW] == []


def test_without_successors_obligations_would_be_left_alone(cast, engagement, monkeypatch):
    """The proof above can tell: with the rule broken, a report has nobody who owes its answer."""
    report = make_report(cast.fellowship, number=5)
    monkeypatch.setattr(services, "_check_heir", lambda _share, _heir: None)
    withdraw(engagement, cast, {})
    assert owners(cast.cohort) == {}
    assert unread(cast) == [report.id]


def test_the_next_request_of_the_withdrawn_mentor_is_a_404(cast, engagement, client_of):
    report, page = make_report(cast.fellowship, number=5), client_of(cast.mentor)
    assert page.get(f"/reports/{report.id}").status_code == 200
    withdraw(engagement, cast, {cast.fellowship: cast.other_mentorship})
    assert page.get(f"/reports/{report.id}").status_code == 404
    assert client_of(cast.other_mentor).get(f"/reports/{report.id}").status_code == 200
    assert list_mentored(cast.mentor.id, now=NOW) == []


def test_an_end_of_today_would_leave_the_reports_open(cast, engagement, client_of, monkeypatch):
    """The proof above can tell: with the assignment ending today, the mentor still reads today."""

    def end_today(assignment, day, *, actor, now):
        assignment.ends_on = day

    report, page = make_report(cast.fellowship, number=5), client_of(cast.mentor)
    monkeypatch.setattr(services, "end_before", end_today)
    for later in ("take_step", "_tell"):
        monkeypatch.setattr(services, later, lambda *_args, **_kwargs: None)
    withdraw(engagement, cast, {cast.fellowship: cast.other_mentorship})
    assert page.get(f"/reports/{report.id}").status_code == 200


def test_the_co_mentor_leads_from_today_on_and_the_days_before_stay(cast, engagement, co):
    withdraw(engagement, cast, {cast.fellowship: co})
    assert assignments_of(cast.fellowship) == [
        (cast.mentorship.id, PRIMARY, BEGAN, TODAY - DAY),
        (co.id, CO, BEGAN, TODAY - DAY),
        (co.id, PRIMARY, TODAY, None),
    ]


def test_a_co_mentor_who_leads_for_a_while_stands_beside_again_afterwards(cast, engagement, co):
    cast.fellowship.assignments[0].ends_on = TODAY + 3 * DAY
    withdraw(engagement, cast, {cast.fellowship: co})
    assert assignments_of(cast.fellowship)[1:] == [
        (co.id, CO, BEGAN, TODAY - DAY),
        (co.id, PRIMARY, TODAY, TODAY + 3 * DAY),
        (co.id, CO, TODAY + 4 * DAY, None),
    ]
    events = db.session.scalars(select(AuditEvent).filter_by(tag=Tag.ASSIGNMENT_START)).all()
    assert [(e.after["mentor"], e.after["kind"], e.after["from"], e.after["to"]) for e in events] == [
        (co.id, "primary", TODAY.isoformat(), (TODAY + 3 * DAY).isoformat()),
        (co.id, "co", (TODAY + 4 * DAY).isoformat(), None),
    ]


def test_what_was_to_come_is_handed_over_as_it_was_planned(cast, engagement):
    [later] = more_fellows(cast, 1)
    ahead = later.assignments[0]
    ahead.starts_on, ahead.ends_on = TODAY + 5 * DAY, TODAY + 20 * DAY
    heir = cast.other_mentorship
    withdraw(engagement, cast, {cast.fellowship: heir, later: heir})
    assert assignments_of(later) == [(heir.id, PRIMARY, TODAY + 5 * DAY, TODAY + 20 * DAY)]


def test_an_assignment_that_began_today_never_was(cast, engagement):
    cast.fellowship.assignments[0].starts_on = TODAY
    withdraw(engagement, cast, {cast.fellowship: cast.other_mentorship})
    assert assignments_of(cast.fellowship) == [(cast.other_mentorship.id, PRIMARY, TODAY, None)]


def test_an_assignment_that_ends_today_ends_yesterday_and_today_is_the_successors(
    cast, engagement, client_of
):
    cast.fellowship.assignments[0].ends_on = TODAY
    report = make_report(cast.fellowship, number=5)
    withdraw(engagement, cast, {cast.fellowship: cast.other_mentorship})
    assert assignments_of(cast.fellowship) == [
        (cast.mentorship.id, PRIMARY, BEGAN, TODAY - DAY),
        (cast.other_mentorship.id, PRIMARY, TODAY, TODAY),
    ]
    assert client_of(cast.mentor).get(f"/reports/{report.id}").status_code == 404


def test_beside_whom_they_stood_nobody_has_to_follow(cast):
    make_assignment(cast.other_fellowship, cast.mentorship, kind=CO)
    mine = db.session.scalars(select(Engagement).filter_by(mentor_id=cast.mentorship.id)).one()
    withdraw(mine, cast, {cast.fellowship: cast.other_mentorship})
    assert (cast.mentorship.id, CO, BEGAN, TODAY - DAY) in assignments_of(cast.other_fellowship)


def test_who_leads_a_fellow_is_not_made_their_co_mentor(cast, engagement):
    """They would not lead any more, and nobody would owe the reviews."""
    make_assignment(cast.other_fellowship, cast.mentorship, kind=CO)
    heir = cast.other_mentorship
    with pytest.raises(ForbiddenStepError, match="Whoever is chosen for Kwame Boadu"):
        withdraw(engagement, cast, {cast.fellowship: heir, cast.other_fellowship: heir})
    assert (heir.id, PRIMARY, BEGAN, None) in assignments_of(cast.other_fellowship)


def test_who_has_left_the_programme_needs_no_successor_and_is_not_told(cast, engagement):
    cast.fellowship.stage = FellowshipStage.COMPLETED
    assert withdraw(engagement, cast, {}) == 1
    assert assignments_of(cast.fellowship) == [(cast.mentorship.id, PRIMARY, BEGAN, TODAY - DAY)]
    assert db.session.scalars(select(Notice.rung)).all() == ["staff"]


def test_what_somebody_else_changed_meanwhile_is_read_anew(cast, engagement):
    """As when the page had read the assignment before another one gave it a last day."""
    [own] = list_left(engagement, day=TODAY)
    query = update(Assignment).where(Assignment.id == own.id).values(ends_on=TODAY + 5 * DAY)
    db.session.execute(query, execution_options={"synchronize_session": False})
    withdraw(engagement, cast, {cast.fellowship: cast.other_mentorship})
    assert assignments_of(cast.fellowship)[-1] == (cast.other_mentorship.id, PRIMARY, TODAY, TODAY + 5 * DAY)


def test_fellows_of_another_cohort_stay_theirs(cast, engagement):
    winter = make_cohort(name="Winter 26")
    place = make_fellowship(make_account(name="Jonas Kettler", roles=[Role.FELLOW]), winter)
    make_assignment(place, cast.mentorship)
    withdraw(engagement, cast, {cast.fellowship: cast.other_mentorship})
    assert assignments_of(place) == [(cast.mentorship.id, PRIMARY, BEGAN, None)]


def test_the_past_keeps_its_author(cast, engagement):
    report = make_report(cast.fellowship, number=4, asks="Which data?")
    answers = {report.asks[0].id: "The small one."}
    make_review(report, cast.mentor, verdict=Verdict.RETURN, answers=answers)
    withdraw(engagement, cast, {cast.fellowship: cast.other_mentorship})
    assert db.session.scalars(select(Review.author_id)).all() == [cast.mentor.id]
    assert (report.asks[0].answer, report.asks[0].answered_by_id) == ("The small one.", cast.mentor.id)


def test_the_step_is_on_record_and_nothing_is_left_to_do_about_them(cast, engagement):
    plan_next_step(engagement, text="Ring", day=TODAY, owner=cast.staff, actor=cast.staff, now=NOW)
    withdraw(engagement, cast, {cast.fellowship: cast.other_mentorship})
    assert engagement.stage is EngagementStage.WITHDRAWN
    assert [(s.from_stage, s.to_stage, s.reason) for s in engagement.steps] == [
        (EngagementStage.CONFIRMED, EngagementStage.WITHDRAWN, "New job.")
    ]
    assert list_owed_by(cast.staff.id, now=NOW) == []
    tags = [Tag.ASSIGNMENT_END, Tag.ASSIGNMENT_START, Tag.ENGAGEMENT_STEP, Tag.MENTOR_WITHDRAW]
    events = db.session.scalars(
        select(AuditEvent.tag).where(AuditEvent.tag.in_(tags)).order_by(AuditEvent.id)
    )
    assert events.all() == tags


def test_everybody_whom_it_concerns_is_told_once(cast, engagement):
    more_fellows(cast, 1)
    heirs = {share.fellowship: cast.other_mentorship for share in list_shares(engagement, now=NOW)}
    for _ in range(2):
        withdraw(engagement, cast, heirs)
    query = select(Notice.rung, Notice.account_id).filter_by(kind=NoticeKind.MENTOR_WITHDRAWN)
    told = sorted((rung, account_id) for rung, account_id in db.session.execute(query))
    assert told == sorted(
        [
            *(("fellow", place.account_id) for place in heirs),
            ("successor", cast.other_mentor.id),
            ("manager", cast.manager.id),
            ("staff", cast.staff.id),
        ]
    )


def test_a_successor_is_a_confirmed_mentor_of_this_cohort_who_can_sign_in(cast, engagement):
    other = db.session.scalars(select(Engagement).filter_by(mentor_id=cast.other_mentorship.id)).one()
    away = make_mentor(make_account(name="Far Away", roles=[Role.MENTOR]))
    make_engagement(away, make_cohort(name="Winter 26"), track="Governance")
    for mentor in (cast.mentorship, away):
        with pytest.raises(ForbiddenStepError, match="choose again"):
            withdraw(engagement, cast, {cast.fellowship: mentor})
    cast.other_mentor.disabled_at = NOW
    with pytest.raises(ForbiddenStepError, match="choose again"):
        withdraw(engagement, cast, {cast.fellowship: cast.other_mentorship})
    cast.other_mentor.disabled_at, cast.other_mentor.held_roles = None, []
    with pytest.raises(ForbiddenStepError, match="choose again"):
        withdraw(engagement, cast, {cast.fellowship: cast.other_mentorship})
    cast.other_mentor.held_roles = [AccountRole(role=Role.MENTOR)]
    other.stage = EngagementStage.INTERESTED
    with pytest.raises(ForbiddenStepError, match="choose again"):
        withdraw(engagement, cast, {cast.fellowship: cast.other_mentorship})
    assert assignments_of(cast.fellowship) == [(cast.mentorship.id, PRIMARY, BEGAN, None)]


def test_a_fellow_without_a_successor_stops_it_all(cast, engagement):
    with pytest.raises(ForbiddenStepError, match="Amara Okafor would be left without a mentor"):
        withdraw(engagement, cast, {})
    assert engagement.stage is EngagementStage.CONFIRMED


def test_only_staff_do_this_and_never_in_an_archived_cohort(cast, engagement):
    heirs = {cast.fellowship.id: cast.other_mentorship.id}
    with pytest.raises(ForbiddenError):
        withdraw_mentor(engagement, reason="Mine.", heirs=heirs, actor=cast.mentor, now=NOW)
    cast.cohort.state = CohortState.ARCHIVED
    with pytest.raises(ForbiddenStepError, match="archived"):
        withdraw(engagement, cast, {cast.fellowship: cast.other_mentorship})


def test_open_asks_are_the_successors_to_answer_and_the_withdrawn_mentors_no_more(
    cast, engagement, client_of
):
    asked = make_report(cast.fellowship, number=4, asks="Which data?")
    make_review(asked, cast.mentor)
    report = make_report(cast.fellowship, number=5)
    withdraw(engagement, cast, {cast.fellowship: cast.other_mentorship})
    with pytest.raises(ForbiddenError):
        answer_asks(asked, asks=asked.asks, answers={asked.asks[0].id: "Mine."}, actor=cast.mentor, now=NOW)
    assert "Which data?" in words(client_of(cast.other_mentor).get(f"/reports/{report.id}"))
    answers = {asked.asks[0].id: "The small one."}
    answer_asks(asked, asks=asked.asks, answers=answers, actor=cast.other_mentor, now=NOW)
    assert (asked.asks[0].answer, asked.asks[0].answered_by_id) == ("The small one.", cast.other_mentor.id)
