"""The demo cohort has every state there is."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from program.access import Role
from program.accounts.models import Account, AccountRole
from program.audit.models import AuditEvent, Tag
from program.board.facts import list_looked
from program.cohorts.models import Cohort, CohortState
from program.cohorts.queries import find_current_cohort, find_current_period
from program.demo.cohort import CAST, load_demo
from program.evaluations.standing import list_standings, list_unled
from program.extensions import db
from program.fellows.models import Fellowship, FellowshipStep
from program.mentors.models import Engagement, EngagementStage, EngagementStep
from program.notices.models import Notice, NoticeKind, NoticeState
from program.obligations.models import ObligationKind
from program.obligations.queries import count_owed_in, list_owed_by
from program.organisations.models import Organisation, Sector
from program.releases.models import JobState, Release, SummaryJob
from program.reports.models import Ask, Report, ReportState, Revision
from program.reviews.models import Review
from program.surveys.models import Wave, WaveKind, WaveState
from program.surveys.queries import count_answered
from tests.databases import rolled_back

NOW = datetime(2026, 6, 10, 13, 40, tzinfo=UTC)


@pytest.fixture(scope="module")
def cohort(backend, databases):
    """Loaded once for all tests here: they only read."""
    with rolled_back(databases.application(backend)):
        load_demo(now=NOW)
        yield db.session.scalars(select(Cohort).filter_by(state=CohortState.RUNNING)).one()


def account(name):
    return db.session.scalars(select(Account).where(Account.name == name)).one()


def count(*conditions):
    return db.session.scalar(select(func.count()).where(*conditions))


def test_it_is_week_5_of_10(cohort):
    assert find_current_cohort(NOW) == cohort
    assert find_current_period(cohort, NOW).number == 5
    assert len(cohort.periods) == 10


def test_everybody_is_there(cohort):
    roles = dict(db.session.execute(select(AccountRole.role, func.count()).group_by(AccountRole.role)).all())
    people = {Role.FELLOW: 63 + 31 + 24, Role.MENTOR: 20, Role.RESEARCH_MANAGER: 3}
    assert roles == people | {Role.STAFF: 2, Role.ANALYST: 1, Role.ADMIN: 1}
    stages = set(db.session.scalars(select(Engagement.stage)))
    assert stages == set(EngagementStage)


def test_there_is_a_cohort_before_and_one_after(cohort):
    states = dict(db.session.execute(select(Cohort.state, Cohort.name)).all())
    assert states == {
        CohortState.ARCHIVED: "Winter 25",
        CohortState.RUNNING: "Summer 26",
        CohortState.PLANNING: "Winter 26",
    }


def test_the_last_step_of_everybody_is_where_they_stand(cohort):
    for model, step in ((Engagement, EngagementStep), (Fellowship, FellowshipStep)):
        stands = {row.id: row.stage for row in db.session.scalars(select(model))}
        column = next(iter(c for c in step.__table__.columns if c.name in {"engagement_id", "fellowship_id"}))
        rows = db.session.execute(select(column, step.to_stage).order_by(step.id)).all()
        assert dict(rows) == stands


def test_each_next_step_is_owed_by_the_end_of_its_day(cohort):
    planned = db.session.scalars(select(Engagement).where(Engagement.next_step != "")).all()
    assert planned
    assert all(one.next_step_on and one.next_step_due_at for one in planned)


def test_the_cast_can_sign_in(cohort):
    addresses = set(db.session.scalars(select(Account.email)))
    assert {member.email for member in CAST} <= addresses
    assert all(account(member.name).email == member.email for member in CAST)


def test_every_state_of_a_report_is_present(cohort):
    states = Counter(db.session.scalars(select(Report.state)))
    assert states == {
        ReportState.ACCEPTED: 236,
        ReportState.SUBMITTED: 16,
        ReportState.RETURNED: 4,
        ReportState.DRAFT: 18,
    }
    late = [report.late for report in db.session.scalars(select(Report))]
    assert 15 <= sum(late) <= 30


def test_one_mentor_has_an_empty_queue_and_one_is_overloaded(cohort):
    def queue(name):
        owed = list_owed_by(account(name).id, now=NOW)
        return sum(obligation.kind is ObligationKind.REVIEW for obligation in owed)

    assert (queue("Lorenz Bachofner"), queue("Margit Vandersloot"), queue("Desmond Oyelaran")) == (0, 2, 8)
    fellows = Counter(db.session.scalars(select(Fellowship.id).join(Fellowship.assignments)))
    assert sum(n == 2 for n in fellows.values()) == 1


def test_staff_are_pointed_to_who_is_late_and_to_an_ask_of_11_days(cohort):
    looked = list_looked(cohort, now=NOW)
    said = {one.name: [signal.reason for signal in one.signals] for one in looked}
    assert "3 reports late: 1 sent, 2 not" in said["Priya Sathe"]
    assert "ask open 11 days" in said["Tomás Requena"]


def test_the_fellow_of_the_cast_has_a_draft_and_a_survey_before_them(cohort):
    owed = list_owed_by(account("Amara Okafor").id, now=NOW)
    assert [obligation.kind for obligation in owed] == [ObligationKind.REPORT, ObligationKind.SURVEY]
    states = select(Report.state).join(Report.fellowship).join(Fellowship.account)
    mine = states.where(Account.name == "Amara Okafor").order_by(Report.id)
    assert [*db.session.scalars(mine)] == [ReportState.ACCEPTED] * 4 + [ReportState.DRAFT]


def test_the_other_fellow_has_a_report_to_mend(cohort):
    owed = list_owed_by(account("Kwame Boadu").id, now=NOW)
    assert ObligationKind.MENDING in {obligation.kind for obligation in owed}


def test_mentors_are_asked_half_way_and_two_have_answered(cohort):
    [standing] = list_standings(cohort.id)
    assert (standing.asked, standing.sent) == (63, 2)
    assert count_owed_in(cohort.id, now=NOW)[ObligationKind.EVALUATION].owed == 61
    assert list_unled(standing.round, now=NOW) == []


def test_intake_is_closed_and_released_and_midpoint_half_answered(cohort):
    waves = {wave.kind: wave for wave in db.session.scalars(select(Wave))}
    assert {kind: wave.state for kind, wave in waves.items()} == {
        WaveKind.INTAKE: WaveState.CLOSED,
        WaveKind.MIDPOINT: WaveState.OPEN,
        WaveKind.EXIT: WaveState.PLANNED,
    }
    assert count_answered(waves[WaveKind.INTAKE].id) == (52, 63)
    assert count_answered(waves[WaveKind.MIDPOINT].id) == (31, 63)
    assert db.session.scalars(select(SummaryJob.state)).all() == [JobState.DONE]
    assert count_owed_in(cohort.id, now=NOW)[ObligationKind.SURVEY].owed == 32


def test_the_top_three_of_the_release_are_scaling_labs(cohort):
    content = db.session.scalars(select(Release)).one().content
    labs = set(db.session.scalars(select(Organisation.name).where(Organisation.sector == Sector.SCALING_LAB)))
    for measure in content["questions"][0]["measures"]:
        whole = measure["units"][0]["rows"]
        assert {row["label"] for row in whole[:3]} <= labs
        assert all(row["value"] for row in whole[:3])
    assert len(content["groups"]) == 2


def test_every_event_of_a_report_is_audited(cohort):
    tags = Counter(db.session.scalars(select(AuditEvent.tag)))
    assert tags[Tag.REPORT_SUBMIT] == count(Revision.submitted_at.is_not(None))
    assert tags[Tag.REVIEW_ACCEPT] + tags[Tag.REVIEW_RETURN] == count(Review.id.is_not(None))
    assert tags[Tag.ASK_ANSWER] == count(Ask.answered_at.is_not(None))


def test_what_was_said_has_been_sent(cohort):
    sent = Counter(db.session.scalars(select(Notice.kind).where(Notice.state == NoticeState.SENT)))
    assert sum(sent.values()) == count(Notice.id.is_not(None))
    assert sent[NoticeKind.REPORT_SUBMITTED] == count(Revision.submitted_at.is_not(None))
    assert sent[NoticeKind.REPORT_ACCEPTED] + sent[NoticeKind.REPORT_RETURNED] == count(
        Review.id.is_not(None)
    )


def test_messages_stand_in_the_order_they_were_sent(cohort):
    sent = [*db.session.scalars(select(Notice.sent_at).order_by(Notice.id))]
    assert sent == sorted(sent)
