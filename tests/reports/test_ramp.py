"""Two people at one report: who may type, hand over and send, and that nothing goes that its fellow did not see."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from program.access import POLICY, Permission, Role, every
from program.authorship.models import AuthorshipOverride
from program.cohorts.models import AuthorshipMode
from program.deadlines.models import Deadline
from program.errors import ForbiddenError, ForbiddenStepError, NotFoundError
from program.notices.models import Notice, NoticeKind
from program.reports.desks import get_coached_desk, get_desk
from program.reports.drafting import ClashError, UnseenError
from program.reports.merging import mark_of
from program.reports.models import Outcome, PlanItem, ReportState, Revision
from program.reports.services import hand_over_draft, save_draft, submit_report
from program.reviews.models import Verdict
from tests.factories import BODY, NOW, make_drafted, make_ramp, make_report, make_review, period_of

DUE = timedelta(days=2, hours=4)


@pytest.fixture
def own(cast):
    return lambda at=NOW: get_desk(cast.fellow, period_of(cast.cohort, 5).id, now=at)


@pytest.fixture
def coached(cast):
    period = period_of(cast.cohort, 5).id
    return lambda at=NOW: get_coached_desk(cast.manager, cast.fellowship.id, period, now=at)


def page_of(desk):
    """What a page that shows the desk now knows of it later."""
    marks = {one.key: mark_of(desk.text.get(one.key, "")) for one in desk.sections}
    return {"version": desk.version, "marks": marks}


def write(desk, actor, at=NOW, step=save_draft, page=None, **body):
    """What the actor types, into a page of the desk as it is or as it was then."""
    return step(desk, body=body, **(page or page_of(desk)), actor=actor, now=at)


def test_the_fellow_confirms_what_was_drafted_for_them(cast, own, coached, session):
    make_ramp(cast.cohort, AuthorshipMode.MANAGER_DRAFTS)
    write(own(), cast.fellow, notes="The probe failed.")
    assert coached().text["notes"] == "The probe failed."
    with pytest.raises(ForbiddenError, match="not yours to write"):
        write(own(), cast.fellow, done="Mine.")
    write(coached(), cast.manager, step=hand_over_draft, **BODY)
    assert session.scalars(select(Notice.kind)).all() == [NoticeKind.DRAFT_HANDED_OVER]
    report = write(own(), cast.fellow, step=submit_report, **BODY | {"done": "Corrected."})
    assert (report.state, report.revisions[-1].body["done"]) == (ReportState.SUBMITTED, "Corrected.")
    assert [one.author_id for one in report.revisions] == [cast.fellow.id, cast.manager.id, cast.fellow.id]


def test_before_it_is_handed_over_it_cannot_be_sent_but_from_the_deadline_on_it_can(cast, own):
    make_ramp(cast.cohort, AuthorshipMode.MANAGER_DRAFTS)
    with pytest.raises(ForbiddenStepError, match="is drafting this report"):
        write(own(), cast.fellow, step=submit_report, **BODY)
    late = NOW + DUE
    assert write(own(late), cast.fellow, at=late, step=submit_report, **BODY).state is ReportState.SUBMITTED


def test_what_the_fellow_began_to_write_stays_theirs_though_the_deadline_moves(cast, own, session):
    make_ramp(cast.cohort, AuthorshipMode.MANAGER_DRAFTS)
    late = NOW + DUE
    write(own(late), cast.fellow, at=late, done="Mine.")
    period = period_of(cast.cohort, 5)
    later = Deadline(fellowship_id=cast.fellowship.id, period_id=period.id, due_at=late + DUE, at=late)
    session.add(later)
    session.flush()
    assert own(late).is_due is False
    write(own(late), cast.fellow, at=late, done="Mine, and more.")
    assert own(late).may_send


def test_what_is_chosen_and_not_shown_is_not_sent(cast, own, coached, session):
    make_ramp(cast.cohort, AuthorshipMode.TOGETHER)
    make_report(cast.fellowship, number=4, plan="Run it")
    item = session.scalars(select(PlanItem)).one()
    key, page = f"outcome-{item.id}", page_of(own())
    page["marks"][key] = mark_of("")
    write(coached(), cast.manager, **{key: "dropped"})
    with pytest.raises(UnseenError):
        write(own(), cast.fellow, step=submit_report, page=page, **BODY, **{key: ""})


def test_handing_over_twice_tells_once_and_again_after_a_change(cast, coached, session):
    make_drafted(cast.fellowship)
    write(coached(), cast.manager, step=hand_over_draft, **BODY)
    told = select(Notice.account_id)
    assert session.scalars(told).all() == [cast.fellow.id]
    write(coached(), cast.manager, step=hand_over_draft, at=NOW + DUE / 2, **BODY | {"done": "More."})
    assert session.scalars(told).all() == [cast.fellow.id] * 2


@pytest.mark.parametrize("mode", [AuthorshipMode.TOGETHER, AuthorshipMode.FELLOW_WRITES])
def test_only_what_a_manager_drafts_is_handed_over(cast, coached, mode):
    make_ramp(cast.cohort, mode)
    with pytest.raises(ForbiddenStepError, match="nothing to hand over"):
        write(coached(), cast.manager, step=hand_over_draft)


def test_together_each_sections_text_is_whose_changed_it(cast, own, coached):
    make_ramp(cast.cohort, AuthorshipMode.TOGETHER)
    write(own(), cast.fellow, done="One.", plan="")
    first = page_of(own())
    second = page_of(coached())
    write(coached(), cast.manager, done="One.", plan="Theirs.")
    write(own(), cast.fellow, page=first, done="Mine.", plan="")
    assert (own().text["done"], own().text["plan"]) == ("Mine.", "Theirs.")
    with pytest.raises(ClashError):
        write(coached(), cast.manager, page=second, done="Other.", plan="Theirs.")
    assert own().text["done"] == "Mine."


def test_what_the_fellow_has_not_seen_is_not_sent(cast, own, coached):
    make_ramp(cast.cohort, AuthorshipMode.TOGETHER)
    write(own(), cast.fellow, **BODY)
    seen = page_of(own())
    write(coached(), cast.manager, blocked="Compute.")
    with pytest.raises(UnseenError):
        write(own(), cast.fellow, page=seen, step=submit_report, **BODY)
    assert own().report.state is ReportState.DRAFT


def test_a_manager_only_reads_along_where_the_fellow_writes(cast, own, coached):
    write(own(), cast.fellow, **BODY)
    with pytest.raises(ForbiddenError):
        write(coached(), cast.manager, done="Better.")
    write(coached(), cast.manager, notes="Ask Margit.")
    assert own().text["notes"] == "Ask Margit."


def test_no_other_research_manager_opens_the_desk_and_it_shows_when_one_could(cast, monkeypatch):
    period = period_of(cast.cohort, 5).id
    for actor in (cast.mentor, cast.staff, cast.fellow):
        with pytest.raises(NotFoundError):
            get_coached_desk(actor, cast.fellowship.id, period, now=NOW)
    monkeypatch.setitem(POLICY, Permission.REPORT_COACH, {Role.MENTOR: every})
    assert get_coached_desk(cast.other_mentor, cast.fellowship.id, period, now=NOW)


def test_how_the_fellow_is_stands_apart_and_the_manager_sees_it_once_it_is_sent(cast, own, coached, session):
    write(own(), cast.fellow, how="3", why="Tired.")
    assert "how" not in {section.key for section in coached().sections}
    report = write(own(), cast.fellow, step=submit_report, **BODY)
    assert report.revisions[-1].body == BODY
    assert report.revisions[-1].aside == {"how": "3", "why": "Tired."}
    assert "how" in {section.key for section in coached().sections}


def test_the_mode_is_that_of_the_latest_change_that_holds_when_it_is_due(cast, own, session):
    due = period_of(cast.cohort, 5).due_at.date()
    for day, mode in (
        (due, AuthorshipMode.TOGETHER),
        (due + timedelta(days=1), AuthorshipMode.MANAGER_DRAFTS),
    ):
        session.add(
            AuthorshipOverride(fellowship_id=cast.fellowship.id, starts_on=day, mode=mode, reason="x", at=NOW)
        )
    session.flush()
    assert own().mode is AuthorshipMode.TOGETHER
    cast.fellowship.research_manager_id = None
    session.flush()
    assert own().mode is AuthorshipMode.FELLOW_WRITES


def test_the_plan_comes_back_as_items_and_what_became_of_them_is_said_with_the_next_report(
    cast, own, session
):
    make_report(cast.fellowship, number=4, plan="1. Run it\n- Write it up\n\nRun it")
    items = session.scalars(select(PlanItem).order_by(PlanItem.position)).all()
    assert [item.text for item in items] == ["Run it", "Write it up"]
    ticked = {f"outcome-{items[0].id}": "done", f"outcome-{items[1].id}": "moved"}
    write(own(), cast.fellow, **ticked)
    assert [item.outcome for item in items] == [None, None]
    report = write(own(), cast.fellow, step=submit_report, **BODY)
    assert [item.outcome for item in items] == [Outcome.DONE, Outcome.MOVED]
    make_review(report, cast.mentor, verdict=Verdict.RETURN)
    make_report(cast.fellowship, plan="Other", at=NOW)
    assert [item.text for item in report.plan] == ["Other"]


def test_an_item_of_somebody_elses_plan_is_left_alone(cast, own, session):
    make_report(cast.other_fellowship, number=4, plan="Theirs")
    item = session.scalars(select(PlanItem)).one()
    write(own(), cast.fellow, step=submit_report, **BODY, **{f"outcome-{item.id}": "dropped"})
    assert item.outcome is None


def test_a_version_counts_nothing_before_it_is_sent(cast, own, session):
    write(own(), cast.fellow, **BODY)
    assert session.scalars(select(Revision.words)).all() == [None]
