"""Saving and sending a report, whoever asks for it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from program.access import POLICY, Permission, Role, every
from program.audit.models import AuditEvent, Tag
from program.errors import ConflictError, ForbiddenError, ForbiddenStepError, NotFoundError
from program.fellows.models import AssignmentKind, FellowshipStage
from program.notices.models import Notice, NoticeKind
from program.reports.desks import get_desk
from program.reports.models import Ask, Report, ReportState, Revision
from program.reports.queries import get_report, list_own_periods
from program.reports.services import save_draft, submit_report
from program.reports.states import STEPS, WRITABLE, check_step
from program.reviews.models import Verdict
from tests.factories import (
    BODY,
    NOW,
    make_account,
    make_assignment,
    make_cohort,
    make_draft,
    make_fellowship,
    make_mentor,
    make_report,
    make_review,
    period_of,
)

DUE = timedelta(days=2, hours=4)
"""From now to this week's deadline."""
MINUTE = timedelta(minutes=1)
GRACE = timedelta(hours=12)


@pytest.fixture
def desk(cast):
    """Opens the fellow's desk for this week, as it is at that moment."""
    return lambda at=NOW: get_desk(cast.fellow, period_of(cast.cohort, 5).id, now=at)


def count(session, model):
    return session.scalar(select(func.count()).select_from(model))


def asks_of(report):
    return [(ask.position, ask.text) for ask in report.asks]


def test_an_unopened_desk_is_empty(desk):
    assert (desk().report, desk().version, desk().text) == (None, 0, {})


def test_a_draft_is_kept_and_told_to_nobody(desk, cast, session):
    report = save_draft(desk(), body=BODY, version=0, actor=cast.fellow, now=NOW)
    assert (report.state, report.version, report.revision_number) == (ReportState.DRAFT, 1, 1)
    assert (report.submitted_at, report.owed_at, report.saved_at) == (None, None, NOW)
    assert desk().text == BODY
    assert count(session, Notice) == 0


def test_saving_again_changes_the_same_revision(desk, cast, session):
    for version, done in enumerate(("one", "two", "three")):
        save_draft(desk(), body=BODY | {"done": done}, version=version, actor=cast.fellow, now=NOW)
    assert (desk().version, desk().text["done"]) == (3, "three")
    assert count(session, Revision) == 1


def test_a_second_author_begins_a_revision_of_their_own(desk, cast, session, monkeypatch):
    monkeypatch.setitem(POLICY, Permission.REPORT_WRITE, dict.fromkeys(Role, every))
    save_draft(desk(), body=BODY, version=0, actor=cast.manager, now=NOW)
    save_draft(desk(), body=BODY | {"done": "mine"}, version=1, actor=cast.fellow, now=NOW)
    authors = session.scalars(select(Revision.author_id).order_by(Revision.number)).all()
    assert authors == [cast.manager.id, cast.fellow.id]


@pytest.mark.parametrize("begun", [False, True])
def test_a_second_tab_is_told_and_overwrites_nothing(desk, cast, session, begun):
    if begun:
        save_draft(desk(), body=BODY, version=0, actor=cast.fellow, now=NOW)
    first, second = desk(), desk()
    version = first.version
    save_draft(first, body=BODY | {"done": "first"}, version=version, actor=cast.fellow, now=NOW)
    session.commit()
    with pytest.raises(ConflictError, match="Nothing was overwritten"):
        save_draft(second, body=BODY | {"done": "second"}, version=version, actor=cast.fellow, now=NOW)
    session.rollback()
    assert desk().text["done"] == "first"


def test_a_save_from_elsewhere_is_seen_at_the_last_moment(desk, cast, session):
    report = save_draft(desk(), body=BODY, version=0, actor=cast.fellow, now=NOW)
    session.commit()
    stale = desk()
    elsewhere = update(Report).where(Report.id == report.id).values(version=2)
    session.execute(elsewhere.execution_options(synchronize_session=False))
    with pytest.raises(ConflictError, match="Nothing was overwritten"):
        submit_report(stale, body=BODY, version=1, actor=cast.fellow, now=NOW)


def test_a_version_from_the_future_is_a_conflict_too(desk, cast):
    with pytest.raises(ConflictError):
        save_draft(desk(), body=BODY, version=7, actor=cast.fellow, now=NOW)


def test_sending_hands_it_to_the_mentor(desk, cast, session):
    report = submit_report(desk(), body=BODY, version=0, actor=cast.fellow, now=NOW)
    assert (report.state, report.submitted_at, report.first_submitted_at) == (ReportState.SUBMITTED, NOW, NOW)
    assert report.owed_at == NOW + timedelta(days=5)
    assert report.late is False
    notice = session.scalars(select(Notice)).one()
    revision = session.scalars(select(Revision)).one()
    assert (notice.kind, notice.account_id) == (NoticeKind.REPORT_SUBMITTED, cast.mentor.id)
    assert (notice.subject_kind, notice.subject_id) == ("revision", revision.id)
    assert (revision.submitted_at, revision.body) == (NOW, BODY)


def test_sending_is_audited_without_its_text(desk, cast, session):
    report = submit_report(desk(), body=BODY, version=0, actor=cast.fellow, now=NOW)
    event = session.scalars(select(AuditEvent).filter_by(tag=Tag.REPORT_SUBMIT)).one()
    assert (event.actor_id, event.subject_kind, event.subject_id, event.at) == (
        cast.fellow.id,
        "report",
        report.id,
        NOW,
    )
    assert event.before == {"state": "draft"}
    assert event.after == {"state": "submitted", "revision": 1, "late": False}


def test_every_mentor_of_today_is_told_once(desk, cast, session):
    co = make_mentor(make_account(name="Co Mentor", roles=[Role.MENTOR]))
    former = make_mentor(make_account(name="Former Mentor", roles=[Role.MENTOR]))
    make_assignment(cast.fellowship, co, kind=AssignmentKind.CO)
    make_assignment(cast.fellowship, former, ends_on=NOW.date() - timedelta(days=1))
    make_assignment(cast.fellowship, cast.mentorship, kind=AssignmentKind.CO)
    session.expire_all()
    submit_report(desk(), body=BODY, version=0, actor=cast.fellow, now=NOW)
    told = session.scalars(select(Notice.account_id).order_by(Notice.account_id)).all()
    assert told == sorted([cast.mentor.id, co.account_id])


def test_a_fellow_without_a_mentor_can_send_all_the_same(cast, session):
    lonely = make_account(name="Lonely Fellow", roles=[Role.FELLOW])
    report = make_report(make_fellowship(lonely, cast.cohort))
    assert report.state is ReportState.SUBMITTED
    assert count(session, Notice) == 0


def test_the_same_page_sent_twice_is_one_report_and_one_notice(desk, cast, session):
    first = submit_report(desk(), body=BODY, version=0, actor=cast.fellow, now=NOW)
    again = submit_report(desk(), body=BODY, version=0, actor=cast.fellow, now=NOW + MINUTE)
    assert again is first
    assert first.submitted_at == NOW
    assert [count(session, model) for model in (Report, Revision, Notice)] == [1, 1, 1]


@pytest.mark.parametrize("write", [save_draft, submit_report])
@pytest.mark.parametrize("version", [0, 1])
def test_another_text_after_sending_is_refused(desk, cast, write, version):
    submit_report(desk(), body=BODY, version=0, actor=cast.fellow, now=NOW)
    with pytest.raises(ForbiddenStepError):
        write(desk(), body=BODY | {"done": "x"}, version=version, actor=cast.fellow, now=NOW)


@pytest.mark.parametrize(
    ("after", "late"), [(-MINUTE, False), (timedelta(), False), (GRACE, False), (GRACE + MINUTE, True)]
)
def test_late_is_marked_and_never_refused(desk, cast, session, after, late):
    at = NOW + DUE + after
    report = submit_report(desk(at), body=BODY, version=0, actor=cast.fellow, now=at)
    assert (report.state, report.late) == (ReportState.SUBMITTED, late)
    assert session.scalars(select(AuditEvent.after).filter_by(tag=Tag.REPORT_SUBMIT)).one()["late"] is late


def test_a_report_that_was_in_time_stays_so_when_it_is_mended_late(cast):
    report = make_report(cast.fellowship)
    make_review(report, cast.mentor, verdict=Verdict.RETURN, at=NOW + DUE)
    make_report(cast.fellowship, done="Better.", at=NOW + DUE + MINUTE)
    assert (report.first_submitted_at, report.submitted_at) == (NOW, NOW + DUE + MINUTE)
    assert report.late is False


def test_a_returned_report_is_mended_in_a_new_revision(desk, cast, session):
    report = make_report(cast.fellowship, done="First try.")
    make_review(report, cast.mentor, verdict=Verdict.RETURN)
    save_draft(desk(), body=BODY | {"done": "Second try."}, version=2, actor=cast.fellow, now=NOW)
    assert report.state is ReportState.RETURNED
    submit_report(desk(), body=BODY | {"done": "Third try."}, version=3, actor=cast.fellow, now=NOW)
    revisions = session.scalars(select(Revision).order_by(Revision.number)).all()
    assert [(r.number, r.body["done"], r.submitted_at) for r in revisions] == [
        (1, "First try.", NOW),
        (2, "Third try.", NOW),
    ]
    assert (report.state, report.revision_number) == (ReportState.SUBMITTED, 2)
    kinds = session.scalars(select(Notice.kind).order_by(Notice.id)).all()
    assert kinds == [NoticeKind.REPORT_SUBMITTED, NoticeKind.REPORT_RETURNED, NoticeKind.REPORT_SUBMITTED]


@pytest.mark.parametrize("write", [save_draft, submit_report])
def test_an_accepted_report_cannot_be_written(desk, cast, write):
    make_review(make_report(cast.fellowship), cast.mentor)
    with pytest.raises(ForbiddenStepError, match="This report is accepted"):
        write(desk(), body=BODY | {"done": "More."}, version=2, actor=cast.fellow, now=NOW)


@pytest.mark.parametrize("write", [save_draft, submit_report])
@pytest.mark.parametrize("who", ["other_fellow", "mentor", "manager", "staff"])
def test_only_its_fellow_writes_a_report(desk, cast, session, write, who):
    with pytest.raises(ForbiddenError):
        write(desk(), body=BODY, version=0, actor=getattr(cast, who), now=NOW)
    assert count(session, Report) == 0


def test_sending_again_what_was_sent_is_only_for_its_fellow(desk, cast):
    submit_report(desk(), body=BODY, version=0, actor=cast.fellow, now=NOW)
    with pytest.raises(ForbiddenError):
        submit_report(desk(), body=BODY, version=0, actor=cast.mentor, now=NOW)


def test_asks_are_the_lines_of_their_section_each_once(cast):
    text = "- Can I use the cluster?\n\n  Is the baseline right?  \nCan I use the cluster?\n-"
    report = make_report(cast.fellowship, asks=text)
    assert asks_of(report) == [(1, "Can I use the cluster?"), (2, "Is the baseline right?")]
    assert all(ask.created_at == NOW and ask.answered_at is None for ask in report.asks)


def test_a_draft_has_no_asks_yet(cast, session):
    make_draft(cast.fellowship, asks="Can I use the cluster?")
    assert count(session, Ask) == 0


def test_asks_follow_the_text_when_it_is_sent_again(cast):
    report = make_report(cast.fellowship, asks="Old\nKept")
    kept = report.asks[1].id
    make_review(report, cast.mentor, verdict=Verdict.RETURN)
    make_report(cast.fellowship, asks="New\nKept")
    found = sorted((ask.position, ask.text, ask.id == kept) for ask in report.asks)
    assert found == [(1, "New", False), (2, "Kept", True)]


def test_an_answered_ask_stays_whatever_the_text_says(cast):
    report = make_report(cast.fellowship, asks="Answered\nOpen")
    answered = report.asks[0].id
    make_review(report, cast.mentor, verdict=Verdict.RETURN, answers={answered: "Yes."})
    make_report(cast.fellowship, asks="")
    assert [(ask.text, ask.answer) for ask in report.asks] == [("Answered", "Yes.")]


@pytest.mark.parametrize("state", list(ReportState))
@pytest.mark.parametrize("step", list(ReportState))
def test_a_report_takes_exactly_the_steps_of_the_table(state, step):
    if step in STEPS[state]:
        check_step(state, step)
    else:
        with pytest.raises(ForbiddenStepError, match=f"This report is {state}"):
            check_step(state, step)


def test_it_can_be_written_before_it_is_sent_and_after_it_is_returned():
    assert set(WRITABLE) == {ReportState.DRAFT, ReportState.RETURNED}


def test_a_period_of_another_cohort_or_not_yet_open_is_not_there(cast):
    elsewhere = make_cohort(name="Winter 26")
    for period in (period_of(elsewhere, 5), period_of(cast.cohort, 6)):
        with pytest.raises(NotFoundError):
            get_desk(cast.fellow, period.id, now=NOW)


def test_a_report_keeps_the_template_it_was_begun_with(cast, desk, session):
    report = make_draft(cast.fellowship)
    newer = type(report.template)(name="Weekly report", version=2, published_at=NOW, sections=[])
    session.add(newer)
    session.flush()
    assert desk().template.version == 1
    assert get_desk(cast.other_fellow, period_of(cast.cohort, 5).id, now=NOW).template.version == 2


def test_drafts_are_read_by_nobody_else(cast):
    draft = make_draft(cast.fellowship)
    for who in (cast.fellow, cast.mentor, cast.manager, cast.staff):
        with pytest.raises(NotFoundError):
            get_report(who, draft.id, now=NOW)


def test_a_returned_report_can_still_be_read_while_it_is_mended(cast):
    report = make_report(cast.fellowship)
    make_review(report, cast.mentor, verdict=Verdict.RETURN)
    make_draft(cast.fellowship, done="Not for the mentor yet.")
    found = get_report(cast.mentor, report.id, now=NOW)
    assert [r.number for r in found.revisions if r.submitted_at] == [1]


def test_own_periods_are_those_that_have_opened_the_latest_first(cast):
    make_report(cast.fellowship, number=4)
    page = list_own_periods(cast.fellow.id, now=NOW, cursor=None)
    assert [(row.period.number, row.report and row.report.state) for row in page.rows] == [
        (5, None),
        (4, "submitted"),
        (3, None),
        (2, None),
        (1, None),
    ]


def test_somebody_who_withdrew_still_reads_what_they_wrote(cast):
    report = make_report(cast.fellowship)
    cast.fellowship.stage = FellowshipStage.WITHDRAWN
    assert get_report(cast.fellow, report.id, now=NOW) is report
