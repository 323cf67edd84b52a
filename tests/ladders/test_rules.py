"""What a ladder may be, in what order its rungs stand, and how it is said and drawn."""

import pytest

from program.ladders.drawing import draw
from program.ladders.rules import MOST_RUNGS, days_of, digest_of, faults, in_order
from program.ladders.wording import KINDS, ladder_words
from program.obligations.models import ObligationKind
from program.reminders.defaults import default_ladder, readers_of
from program.reminders.ladder import Ladder, Reader, Rung, Unit

REPORT, CONCERN = ObligationKind.REPORT, ObligationKind.CONCERN
AT_DUE, DAY_AFTER = Rung(0), Rung(24)
DAYS = Unit.WORKING_DAYS


def said(*rungs, end_days=14, kind=REPORT):
    return [(fault.place, fault.part) for fault in faults(Ladder(rungs, end_days), kind)]


@pytest.mark.parametrize("kind", ObligationKind)
def test_the_usual_ladders_are_right_and_have_words(kind):
    assert said(*default_ladder(kind).rungs, end_days=default_ladder(kind).end_days, kind=kind) == []
    assert KINDS[kind].title
    assert ladder_words(default_ladder(kind), kind)


@pytest.mark.parametrize(
    ("rungs", "end_days", "wrong"),
    [
        ((AT_DUE, Rung(-720), Rung(-20, DAYS)), 14, []),
        ((AT_DUE, Rung(-721)), 14, [(1, "amount")]),
        ((AT_DUE, Rung(21, DAYS)), 60, [(1, "amount")]),
        ((AT_DUE, DAY_AFTER, DAY_AFTER), 14, [(2, "amount")]),
        ((AT_DUE, Rung(0, DAYS)), 14, [(1, "amount")]),
        ((AT_DUE, DAY_AFTER, Rung(24, to=Reader.STAFF)), 14, []),
        ((Rung(24, to=Reader.STAFF),), 14, [(None, "end_days")]),
        ((), 14, [(None, "end_days")]),
        ((AT_DUE, DAY_AFTER), 1, [(None, "end_days")]),
        ((AT_DUE, DAY_AFTER), 2, []),
        ((AT_DUE, Rung(5, DAYS)), 7, [(None, "end_days")]),
        ((AT_DUE, Rung(5, DAYS)), 8, []),
        ((AT_DUE,), 60, []),
        ((AT_DUE,), 61, [(None, "end_days")]),
        ((AT_DUE,), 0, [(None, "end_days")]),
        (tuple(Rung(-hours) for hours in range(1, MOST_RUNGS + 2)), 14, [(None, "end_days")]),
    ],
)
def test_what_is_wrong_with_a_ladder_is_said_where_it_is(rungs, end_days, wrong):
    assert said(*rungs, end_days=end_days) == wrong


def test_of_a_concern_nobody_hears_beside_those_it_was_put_to():
    assert said(AT_DUE, Rung(24, to=Reader.STAFF), kind=CONCERN) == [(1, "to")]
    assert Reader.MANAGER not in readers_of(ObligationKind.DRAFT)
    assert said(AT_DUE, Rung(24, to=Reader.MANAGER), kind=ObligationKind.DRAFT) == [(1, "to")]


def test_working_days_last_as_long_as_a_weekend_makes_them():
    assert [days_of(Rung(days, DAYS)) for days in (1, 5, 6, -2)] == [3, 7, 10, -4]


def test_two_ladders_of_the_same_rungs_are_the_same():
    one, other = Ladder((DAY_AFTER, Rung(-48), AT_DUE)), Ladder((Rung(-48), AT_DUE, DAY_AFTER))
    assert in_order(one) == other
    assert digest_of(one) == digest_of(other) != digest_of(Ladder(other.rungs, 15))


def test_a_ladder_in_words_says_each_reader_once():
    assert ladder_words(default_ladder(REPORT), REPORT) == (
        "to the fellow: 48 h before, at due, 24 h after; "
        "to the research manager: 2 working days after; to staff: 5 working days after"
    )


def test_drawn_ladders_share_their_days():
    picture = draw({"Now": Ladder((Rung(-48), AT_DUE)), "Then": Ladder((AT_DUE, DAY_AFTER), 28)})
    now, then = picture.rows
    assert now.dots[1].x == then.dots[0].x == picture.due
    assert 0 < now.dots[0].x < picture.due < then.dots[1].x < now.end < then.end < 100
