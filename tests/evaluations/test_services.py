"""Who owes an evaluation, who may write and read one, and until when what was sent can be corrected."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from program.access import POLICY, Permission, Role, every, mentored, own
from program.accounts.models import AccountRole
from program.audit.models import AuditEvent
from program.clock import DAY
from program.cohorts.models import CohortState
from program.errors import ConflictError, ForbiddenError, ForbiddenStepError, NotFoundError
from program.evaluations.models import Evaluation, EvaluationRound, Moment
from program.evaluations.queries import get_desk, get_evaluation, list_sent_by, list_to_write
from program.evaluations.rules import Answers
from program.evaluations.services import (
    IncompleteError,
    RoundError,
    save_evaluation,
    send_evaluation,
    set_round,
    take_round_back,
)
from program.evaluations.standing import list_lines, list_standings, list_unled
from program.extensions import db
from program.fellows.models import AssignmentKind, FellowshipStage
from program.notices.models import Notice
from program.obligations.models import ObligationKind
from program.obligations.queries import list_coached, list_owed_by
from program.reminders.services import sweep
from tests.factories import (
    NOW,
    make_account,
    make_assignment,
    make_draft,
    make_evaluation,
    make_mentor,
    make_report,
    make_round,
)
from tests.scenarios import more_fellows

LATER = NOW + 5 * DAY
"""After the round of `make_round` has been due."""
EVERYBODY = ("fellow", "other_fellow", "mentor", "other_mentor", "manager", "analyst", "staff")


@pytest.fixture
def asked(cast):
    return make_round(cast.cohort)


def owed(account, now=NOW):
    found = [one for one in list_owed_by(account.id, now=now) if one.kind is ObligationKind.EVALUATION]
    return [(one.title, one.due_at, one.subject_id, one.number) for one in found]


def about(cast, asked):
    return [("Amara Okafor: midpoint evaluation", asked.due_at, cast.fellowship.id, asked.id)]


def hand_over(cast):
    """Another mentor leads the fellow from today on."""
    cast.fellowship.assignments[0].ends_on = NOW.date() - DAY
    make_assignment(cast.fellowship, cast.other_mentorship, starts_on=NOW.date())
    db.session.expire(cast.fellowship, ["assignments"])


def beside(cast, name="Coco Mentor"):
    """Somebody who stands beside the fellow's mentor."""
    account = make_account(name=name, roles=[Role.MENTOR])
    make_assignment(cast.fellowship, make_mentor(account), kind=AssignmentKind.CO)
    db.session.expire(cast.fellowship, ["assignments"])
    return account


def readers(cast, evaluation):
    """Who can read it."""
    return {who for who in EVERYBODY if can_read(getattr(cast, who), evaluation)}


def can_read(account, evaluation):
    try:
        get_evaluation(account, evaluation.id)
    except NotFoundError:
        return False
    return True


def test_a_round_that_nobody_began_is_taken_back_and_owed_no_more(cast, asked):
    with pytest.raises(ForbiddenError):
        take_round_back(asked, actor=cast.mentor, now=NOW)
    take_round_back(asked, actor=cast.staff, now=NOW)
    assert db.session.scalars(select(EvaluationRound)).all() == []
    assert owed(cast.mentor) == []
    with pytest.raises(NotFoundError, match="taken back"):
        take_round_back(asked, actor=cast.staff, now=NOW)


def test_a_page_that_is_open_on_a_round_taken_back_leads_to_no_other(cast, asked):
    desk, gone = get_desk(cast.mentor, asked.id, cast.fellowship.id, now=NOW), asked.id
    take_round_back(asked, actor=cast.staff, now=NOW)
    assert make_round(cast.cohort).id != gone
    with pytest.raises(NotFoundError, match="taken back"):
        save_evaluation(desk, answers=Answers(), version=0, actor=cast.mentor, now=NOW)


def test_a_round_with_as_much_as_a_draft_stays(cast, asked):
    desk = get_desk(cast.mentor, asked.id, cast.fellowship.id, now=NOW)
    save_evaluation(desk, answers=Answers(), version=0, actor=cast.mentor, now=NOW)
    with pytest.raises(ForbiddenStepError, match="has begun to answer"):
        take_round_back(asked, actor=cast.staff, now=NOW)
    assert owed(cast.mentor) == about(cast, asked)


def test_the_mentor_who_leads_owes_it_from_the_day_it_opens_until_it_is_sent(cast, asked):
    assert owed(cast.mentor) == about(cast, asked)
    assert owed(cast.mentor, asked.opens_at - timedelta(seconds=1)) == []
    assert owed(cast.mentor, LATER) == about(cast, asked)
    make_evaluation(asked, cast.fellowship, cast.mentor, sent=False)
    assert owed(cast.mentor) == about(cast, asked)
    make_evaluation(asked, cast.fellowship, cast.mentor)
    assert owed(cast.mentor) == []
    assert len(owed(cast.other_mentor)) == 1


def test_a_hand_over_moves_it_and_what_was_sent_before_counts(cast, asked):
    hand_over(cast)
    assert (owed(cast.mentor), len(owed(cast.other_mentor))) == ([], 2)


def test_what_a_mentor_sent_before_they_handed_over_counts(cast, asked):
    evaluation = make_evaluation(asked, cast.fellowship, cast.mentor)
    hand_over(cast)
    assert len(owed(cast.other_mentor)) == 1
    assert readers(cast, evaluation) == {"mentor", "staff"}
    with pytest.raises(NotFoundError):
        get_desk(cast.mentor, asked.id, cast.fellowship.id, now=NOW)


def test_a_co_mentor_owes_nothing_may_write_and_settles_nothing(cast, asked):
    co = beside(cast)
    assert owed(co) == []
    evaluation = make_evaluation(asked, cast.fellowship, co)
    assert not evaluation.led
    assert owed(cast.mentor) == about(cast, asked)
    assert readers(cast, evaluation) == {"staff"}
    theirs = make_evaluation(asked, cast.fellowship, cast.mentor)
    assert theirs.led
    assert not can_read(co, theirs)
    assert [line.evaluation for line in list_lines(cast.staff, asked, now=NOW, cursor=None).rows] == [
        *(evaluation, theirs, None),
    ]


def test_a_co_mentor_who_has_sent_theirs_owes_no_other_once_they_lead(cast, asked):
    co = beside(cast)
    make_evaluation(asked, cast.fellowship, co)
    leading, standing_beside = cast.fellowship.assignments
    leading.ends_on, standing_beside.kind = NOW.date() - DAY, AssignmentKind.PRIMARY
    db.session.flush()
    assert owed(co) == owed(cast.mentor) == []


def test_who_has_left_or_cannot_be_evaluated_is_owed_by_nobody(cast, asked):
    cast.fellowship.stage = FellowshipStage.WITHDRAWN
    assert owed(cast.mentor) == []
    cast.other_mentorship.account_id = None
    db.session.flush()
    assert owed(cast.other_mentor) == []
    [unled] = list_unled(asked, now=NOW)
    assert unled.name == "Kwame Boadu"


def test_a_mentor_whose_account_is_disabled_owes_nothing_and_staff_see_it(cast, asked):
    cast.mentor.disabled_at = NOW
    db.session.flush()
    assert owed(cast.mentor) == []
    assert [one.name for one in list_unled(asked, now=NOW)] == ["Amara Okafor"]
    line = list_lines(cast.staff, asked, now=NOW, cursor=None).rows[0]
    assert (line.state, line.author) == ("nobody to evaluate them", "")


def test_a_research_manager_does_not_see_that_it_is_owed(cast, asked):
    assert list_coached([cast.mentor.id], now=NOW) == []


def test_the_mentor_is_reminded_and_no_more_once_it_is_sent(cast, asked):
    theirs = select(Notice.rung).where(
        Notice.subject_kind == "evaluation", Notice.account_id == cast.mentor.id
    )
    sweep(now=asked.due_at - timedelta(hours=40))
    make_evaluation(asked, cast.fellowship, cast.mentor)
    sweep(now=asked.due_at)
    assert db.session.scalars(theirs).all() == ["48 h before"]


def test_staff_set_a_round_and_move_it(cast):
    days = {"opens_on": date(2026, 6, 5), "due_on": date(2026, 6, 12)}
    told = {"actor": cast.staff, "now": NOW}
    made = set_round(cast.cohort, moment=Moment.MIDPOINT, **days, **told)
    assert [f"{at:%d %H:%M}" for at in (made.opens_at, made.due_at)] == ["04 23:00", "12 16:00"]
    moved = set_round(
        cast.cohort, moment=Moment.MIDPOINT, opens_on=date(2026, 6, 8), due_on=date(2026, 6, 15), **told
    )
    assert moved is made
    assert [one.round for one in list_standings(cast.cohort.id)] == [made]
    with pytest.raises(RoundError, match="after the midpoint round, which is due on 15 Jun 2026"):
        set_round(
            cast.cohort, moment=Moment.FINAL, opens_on=date(2026, 6, 8), due_on=date(2026, 6, 15), **told
        )
    set_round(cast.cohort, moment=Moment.FINAL, opens_on=date(2026, 7, 10), due_on=date(2026, 7, 17), **told)
    with pytest.raises(RoundError, match="before the final round"):
        set_round(
            cast.cohort, moment=Moment.MIDPOINT, opens_on=date(2026, 6, 8), due_on=date(2026, 7, 20), **told
        )


def test_a_round_of_anywhere_on_earth_is_due_when_it_is_everywhere(cast):
    cast.cohort.anywhere_on_earth = True
    days = {"opens_on": date(2026, 6, 5), "due_on": date(2026, 6, 12)}
    made = set_round(cast.cohort, moment=Moment.MIDPOINT, **days, actor=cast.staff, now=NOW)
    assert [f"{at:%d %H:%M}" for at in (made.opens_at, made.due_at)] == ["05 12:00", "13 05:00"]


@pytest.mark.parametrize("who", ["fellow", "mentor", "manager", "analyst"])
def test_nobody_else_sets_a_round(cast, who):
    days = {"opens_on": date(2026, 6, 5), "due_on": date(2026, 6, 12)}
    with pytest.raises(ForbiddenError):
        set_round(cast.cohort, moment=Moment.FINAL, **days, actor=getattr(cast, who), now=NOW)
    cast.cohort.state = CohortState.ARCHIVED
    with pytest.raises(ForbiddenStepError):
        set_round(cast.cohort, moment=Moment.FINAL, **days, actor=cast.staff, now=NOW)


def test_a_draft_is_its_authors_alone_and_what_is_sent_is_staffs_too(cast, asked):
    draft = make_evaluation(asked, cast.fellowship, cast.mentor, sent=False, scores=(9,))
    assert readers(cast, draft) == {"mentor"}
    assert [
        (one.evaluation, one.state) for one in list_lines(cast.staff, asked, now=NOW, cursor=None).rows
    ] == [
        *((None, "begun"), (None, "not begun")),
    ]
    assert list_lines(cast.mentor, asked, now=NOW, cursor=None).rows[0].evaluation is None
    sent = make_evaluation(asked, cast.fellowship, cast.mentor)
    assert sent is draft
    assert readers(cast, sent) == {"mentor", "staff"}
    assert [(one.asked, one.sent) for one in list_standings(cast.cohort.id)] == [(2, 1)]


def test_what_was_sent_is_still_there_once_the_cohort_is_over(cast, asked):
    evaluation = make_evaluation(asked, cast.fellowship, cast.mentor)
    cast.cohort.state = CohortState.CLOSED
    db.session.flush()
    assert readers(cast, evaluation) == {"mentor", "staff"}
    assert [(one.asked, one.sent) for one in list_standings(cast.cohort.id)] == [(1, 1)]
    assert [one.evaluation for one in list_lines(cast.staff, asked, now=NOW, cursor=None).rows] == [
        evaluation
    ]


@pytest.mark.parametrize("who", ["fellow", "other_fellow", "other_mentor", "manager", "analyst", "staff"])
def test_nobody_but_the_fellows_mentors_can_write(cast, asked, who):
    desk = get_desk(cast.mentor, asked.id, cast.fellowship.id, now=NOW)
    answers = make_evaluation(asked, cast.other_fellowship, cast.other_mentor).answers
    actor = getattr(cast, who)
    with pytest.raises(NotFoundError):
        get_desk(actor, asked.id, cast.fellowship.id, now=NOW)
    with pytest.raises(ForbiddenError):
        send_evaluation(desk, answers=answers, meant=True, version=0, actor=actor, now=NOW)
    with pytest.raises(ForbiddenError):
        save_evaluation(desk, answers=answers, version=0, actor=actor, now=NOW)


def test_a_round_that_has_not_opened_or_is_anothers_has_no_desk(cast, asked):
    with pytest.raises(NotFoundError):
        get_desk(cast.mentor, asked.id, cast.fellowship.id, now=asked.opens_at - DAY)
    with pytest.raises(NotFoundError):
        get_desk(cast.mentor, asked.id, cast.other_fellowship.id, now=NOW)


@pytest.mark.parametrize(
    ("permission", "grants", "found"),
    [
        (Permission.EVALUATION_READ, {Role.MENTOR: every, Role.STAFF: every}, {"other_mentor"}),
        (Permission.EVALUATION_READ, dict.fromkeys(Role, every), {*EVERYBODY} - {"fellow"}),
        (Permission.EVALUATION_READ, {Role.MENTOR: own}, set()),
    ],
)
def test_a_policy_that_shows_it_to_others_would_be_seen(cast, asked, monkeypatch, permission, grants, found):
    evaluation = make_evaluation(asked, cast.fellowship, cast.mentor)
    monkeypatch.setitem(POLICY, permission, grants)
    assert readers(cast, evaluation) == {"mentor"} | found | ({"staff"} if found else set())


def test_a_fellow_who_is_staff_by_now_reads_all_but_what_is_said_of_them(cast, asked):
    own = make_evaluation(asked, cast.fellowship, cast.mentor)
    other = make_evaluation(asked, cast.other_fellowship, cast.other_mentor)
    cast.fellow.held_roles.append(AccountRole(role=Role.STAFF))
    db.session.commit()
    with pytest.raises(NotFoundError):
        get_evaluation(cast.fellow, own.id)
    assert get_evaluation(cast.fellow, other.id) is other
    shown = [line.evaluation for line in list_lines(cast.fellow, asked, now=NOW, cursor=None).rows]
    assert (own in shown, other in shown) == (False, True)


def test_a_policy_that_lets_others_write_would_be_seen(cast, asked, monkeypatch):
    monkeypatch.setitem(POLICY, Permission.EVALUATION_WRITE, {Role.FELLOW: own, Role.MENTOR: mentored})
    assert make_evaluation(asked, cast.fellowship, cast.fellow).author is cast.fellow


def test_it_is_corrected_until_the_round_has_been_due_and_then_stands(cast, asked):
    evaluation = make_evaluation(asked, cast.fellowship, cast.mentor)
    make_evaluation(asked, cast.fellowship, cast.mentor, scores=(5, 6, 7, 8), at=NOW + DAY)
    assert evaluation.answers.scores["execution"] == 5
    assert (evaluation.sent_at, evaluation.saved_at) == (NOW, NOW + DAY)
    with pytest.raises(ForbiddenStepError, match="stands"):
        make_evaluation(asked, cast.fellowship, cast.mentor, at=asked.due_at)
    with pytest.raises(ForbiddenStepError, match="has been sent"):
        make_evaluation(asked, cast.fellowship, cast.mentor, sent=False)
    late = make_evaluation(asked, cast.other_fellowship, cast.other_mentor, at=LATER)
    assert late.stands(LATER)
    done = [
        (event.tag.value, event.after)
        for event in db.session.scalars(select(AuditEvent))
        if "self:" in event.tag
    ]
    assert [tag for tag, _after in done if tag.startswith("evaluation")] == [
        *("evaluation:self:send", "evaluation:self:correct", "evaluation:self:send"),
    ]
    assert all(set(after) == {"fellowship", "moment"} for tag, after in done if tag.startswith("evaluation"))


def test_what_is_not_complete_is_not_sent_and_four_alike_are_asked_about(cast, asked):
    desk = get_desk(cast.mentor, asked.id, cast.fellowship.id, now=NOW)
    answers = make_evaluation(asked, cast.other_fellowship, cast.other_mentor).answers
    kept = {"version": 0, "actor": cast.mentor, "now": NOW}
    for scores in ({}, dict.fromkeys(answers.scores, 7), answers.scores | {"execution": 10}):
        with pytest.raises(IncompleteError):
            send_evaluation(desk, answers=replace(answers, scores=scores), meant=False, **kept)
    alike = replace(answers, scores=dict.fromkeys(answers.scores, 7))
    assert send_evaluation(desk, answers=alike, meant=True, **kept).sent_at == NOW


def test_a_second_tab_is_told_and_overwrites_nothing(cast, asked):
    first = make_evaluation(asked, cast.fellowship, cast.mentor, sent=False, comment="First.")
    desk = get_desk(cast.mentor, asked.id, cast.fellowship.id, now=NOW)
    for version in (0, 2):
        with pytest.raises(ConflictError):
            save_evaluation(desk, answers=first.answers, version=version, actor=cast.mentor, now=NOW)
    assert first.comment == "First."


def test_two_who_begin_at_once_are_told(cast, asked):
    desk = get_desk(cast.mentor, asked.id, cast.fellowship.id, now=NOW)
    first = make_evaluation(asked, cast.fellowship, cast.mentor, sent=False)
    with pytest.raises(ConflictError):
        save_evaluation(desk, answers=first.answers, version=0, actor=cast.mentor, now=NOW)


def test_only_reports_that_the_fellow_has_sent_support_it(cast, asked):
    sent, others = make_report(cast.fellowship, number=3), make_report(cast.other_fellowship, number=3)
    draft = make_draft(cast.fellowship, number=4)
    evaluation = make_evaluation(asked, cast.fellowship, cast.mentor, reports=[sent, others, draft])
    assert evaluation.reports == [sent]


def test_a_mentor_finds_what_is_to_be_written_and_what_they_sent(cast, asked):
    co = beside(cast)
    [mine], [theirs] = list_to_write(cast.mentor, now=NOW), list_to_write(co, now=NOW)
    assert (mine.fellowship, theirs.fellowship, mine.begun) == (cast.fellowship, cast.fellowship, False)
    assert len(list_to_write(cast.mentor, now=LATER)) == 1
    assert list_to_write(co, now=LATER) == []
    sent = make_evaluation(asked, cast.fellowship, cast.mentor)
    assert list_to_write(cast.mentor, now=NOW) == []
    assert list_sent_by(cast.mentor, cursor=None).rows == [sent]


def test_a_round_is_paged_fellow_by_fellow(cast, asked):
    places = more_fellows(cast, 5)
    for place in places[::2]:
        make_evaluation(asked, place, cast.mentor)
    seen, cursor = [], None
    while True:
        page = list_lines(cast.staff, asked, now=NOW, cursor=cursor, size=3)
        seen += [line.fellowship.id for line in page.rows]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == [cast.fellowship.id, *(place.id for place in places), cast.other_fellowship.id]


def test_one_row_is_kept_of_each_round_and_each_author(cast, asked):
    make_evaluation(asked, cast.fellowship, cast.mentor, sent=False)
    make_evaluation(asked, cast.fellowship, cast.mentor)
    assert len(db.session.scalars(select(Evaluation)).all()) == 1
    assert len(db.session.scalars(select(EvaluationRound)).all()) == 1
