"""Keeping a ladder: what the sweep then does, two who change it at once, and a copy of the cohort."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from program.cohorts.models import CohortState
from program.cohorts.plans import plan_of
from program.copying.services import copy_cohort
from program.errors import ConflictError, ForbiddenError, ForbiddenStepError
from program.extensions import db
from program.ladders.queries import Mark, compare, find_ladder, find_own
from program.ladders.rules import digest_of
from program.ladders.services import LadderError, keep_ladder
from program.notices.models import Notice
from program.obligations.models import ObligationKind
from program.reminders.defaults import USUAL, default_ladder
from program.reminders.ladder import Ladder, Reader, Rung
from program.reminders.services import sweep
from tests.factories import NOW, make_concern, make_report, make_review, period_of
from tests.scenarios import more_fellows

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
REPORT = ObligationKind.REPORT


@pytest.fixture
def due(cast):
    """This week's deadline, which both fellows owe; nothing else is owed."""
    for fellowship in (cast.fellowship, cast.other_fellowship):
        for number in range(1, 5):
            report = make_report(fellowship, number=number, at=NOW)
            make_review(report, fellowship.assignments[0].mentor.account)
    db.session.query(Notice).delete()
    return period_of(cast.cohort, 5).due_at


def keep(cast, *rungs, kind=REPORT, end_days=14, version=None, actor=None, now=NOW):
    version = version or digest_of(find_ladder(cast.cohort.id, kind))
    given = {"kind": kind, "ladder": Ladder(rungs, end_days), "version": version}
    keep_ladder(cast.cohort, **given, actor=actor or cast.staff, now=now)


def rungs_posted(account):
    return list(db.session.scalars(select(Notice.rung).filter_by(account_id=account.id).order_by(Notice.id)))


def test_what_was_said_of_a_deadline_is_not_said_again_by_another_ladder(cast, due):
    sweep(now=due - 48 * HOUR)
    assert rungs_posted(cast.fellow) == ["48 h before"]
    keep(cast, Rung(-72), Rung(-50), Rung(0))
    assert sweep(now=due - 47 * HOUR) == 0
    keep(cast, Rung(-50), Rung(-36), Rung(0))
    sweep(now=due - 30 * HOUR)
    sweep(now=due)
    assert rungs_posted(cast.fellow) == ["48 h before", "36 h before", "at due"]


def test_a_deadline_that_moves_begins_anew(cast, due):
    keep(cast, Rung(-24), Rung(0))
    sweep(now=due - 24 * HOUR)
    period = period_of(cast.cohort, 5)
    period.due_at = due + 7 * DAY
    db.session.flush()
    assert sweep(now=due) == 0
    sweep(now=due + 6 * DAY)
    query = select(Notice.rung).filter_by(account_id=cast.fellow.id, subject_id=period.id)
    assert [*db.session.scalars(query)] == ["24 h before"] * 2


def test_a_preview_says_what_the_sweep_then_posts(cast, due):
    start = due - 47 * HOUR
    sweep(now=start)
    proposed = Ladder((Rung(-60), Rung(-47), Rung(-2), Rung(0), Rung(30, to=Reader.STAFF)))
    found = compare(cast.cohort.id, REPORT, proposed, now=start, ahead=3 * DAY)
    assert found.at_once == [(2, Rung(-47))]
    db.session.commit()
    keep(cast, *proposed.rungs, now=start)
    told = {(step.account_id, step.rung.name) for _moment, step in found.proposed}
    before = set(db.session.scalars(select(Notice.id)))
    for hour in range(72 * 2 + 1):
        sweep(now=start + hour * HOUR / 2)
    posted = db.session.scalars(select(Notice).where(Notice.id.not_in(before)))
    assert {(one.account_id, one.rung) for one in posted} == told
    assert len(told) > 4


def test_lines_say_what_is_new_what_stays_and_what_goes(cast, due):
    found = compare(cast.cohort.id, REPORT, Ladder((Rung(-48), Rung(-1))), now=due - 3 * DAY)
    mine = [
        (line.step.rung.name, line.mark) for line in found.lines if line.step.account_id == cast.fellow.id
    ]
    assert mine == [
        ("48 h before", Mark.STAYS),
        ("1 h before", Mark.NEW),
        ("at due", Mark.GOES),
        ("24 h after", Mark.GOES),
    ]
    assert found.at_once == []
    assert found.people(proposed=True) == 2


def test_a_preview_names_nobody_who_has_a_concern(cast):
    make_concern(cast.fellowship, cast.fellow, cast.staff)
    kind = ObligationKind.CONCERN
    found = compare(cast.cohort.id, kind, USUAL, now=NOW + 2 * DAY)
    assert (found.lines, found.mails(proposed=True), found.mails(proposed=False)) == ([], 0, 0)


def test_a_preview_over_many_costs_as_many_statements_as_over_one(cast, due, count_queries):
    def look():
        with count_queries() as asked:
            found = compare(cast.cohort.id, REPORT, Ladder((Rung(-24), Rung(0))), now=NOW)
        return found, len(asked)

    few, cost = look()
    more_fellows(cast, 30)
    db.session.flush()
    many, more = look()
    assert (more, len(many.lines) > len(few.lines) + 60) == (cost, True)


def test_two_who_change_it_at_once_are_told(cast):
    seen = digest_of(find_ladder(cast.cohort.id, REPORT))
    keep(cast, Rung(-24), Rung(0), version=seen)
    keep(cast, Rung(0), Rung(-24), version=seen)  # pressed twice
    with pytest.raises(ConflictError):
        keep(cast, Rung(0), version=seen)
    assert find_own(cast.cohort.id, REPORT).ladder == Ladder((Rung(-24), Rung(0)))


def test_the_usual_ladder_is_no_cohorts_own(cast):
    keep(cast, Rung(0))
    assert find_own(cast.cohort.id, REPORT)
    keep(cast, *reversed(default_ladder(REPORT).rungs))
    assert find_own(cast.cohort.id, REPORT) is None


def test_what_no_ladder_may_be_is_refused(cast):
    with pytest.raises(LadderError, match="at least once"):
        keep(cast, Rung(24, to=Reader.STAFF))
    with pytest.raises(LadderError, match="not told of this"):
        keep(cast, Rung(0), Rung(24, to=Reader.STAFF), kind=ObligationKind.CONCERN)
    with pytest.raises(ForbiddenError):
        keep(cast, Rung(0), actor=cast.manager)
    cast.cohort.state = CohortState.ARCHIVED
    with pytest.raises(ForbiddenStepError):
        keep(cast, Rung(0))
    assert find_own(cast.cohort.id, REPORT) is None


def test_a_copy_reminds_as_its_original_does(cast):
    keep(cast, Rung(-24), Rung(0), end_days=9)
    plan = plan_of(cast.cohort).moved(364 * DAY)
    copy = copy_cohort(cast.cohort, name="Autumn", plan=plan, actor=cast.staff, now=NOW)
    assert find_own(copy.id, REPORT).ladder == Ladder((Rung(-24), Rung(0)), 9)
    assert find_own(copy.id, ObligationKind.REVIEW) is None
