"""On time, grace, late, very late: said once, and the same in Python and in both databases."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import literal, select

from program.columns import UtcDateTime
from program.deadlines.lateness import Lateness, Margins
from program.deadlines.queries import is_late
from program.extensions import db
from tests.factories import NOW

HOUR, DAY, MOMENT = timedelta(hours=1), timedelta(days=1), timedelta(milliseconds=1)
ON_TIME, GRACE, LATE, VERY_LATE = Lateness
OURS = Margins(12 * HOUR, 7 * DAY)
margins = st.builds(
    Margins,
    st.integers(0, 168).map(lambda hours: hours * HOUR),
    st.integers(1, 60).map(lambda days: days * DAY),
)
overs = st.timedeltas(min_value=-90 * DAY, max_value=90 * DAY)


@pytest.mark.parametrize(
    ("over", "is_what"),
    [
        (-DAY, ON_TIME),
        (timedelta(), ON_TIME),
        (MOMENT, GRACE),
        (12 * HOUR, GRACE),
        (12 * HOUR + MOMENT, LATE),
        (7 * DAY - MOMENT, LATE),
        (7 * DAY, VERY_LATE),
    ],
)
def test_each_margin_ends_where_it_says(over, is_what):
    assert OURS.lateness(NOW, NOW + over) is is_what
    assert OURS.lateness(NOW, NOW + over).is_late is (is_what in (LATE, VERY_LATE))


@given(margins, overs, overs)
def test_later_is_never_less_late(own, one, other):
    first, last = sorted((one, other))
    order = list(Lateness)
    assert order.index(own.lateness(NOW, NOW + first)) <= order.index(own.lateness(NOW, NOW + last))


@given(margins, overs, st.timedeltas(min_value=timedelta(), max_value=30 * DAY))
def test_an_extension_never_makes_a_report_later(own, over, longer):
    order, sent = list(Lateness), NOW + over
    assert order.index(own.lateness(NOW + longer, sent)) <= order.index(own.lateness(NOW, sent))


@pytest.mark.parametrize("over", [-DAY, timedelta(), HOUR, 12 * HOUR, 12 * HOUR + MOMENT, 30 * DAY])
def test_the_database_says_the_same(session, over):
    due = literal(NOW, UtcDateTime)
    assert (
        db.session.scalar(select(is_late(due, NOW + over, literal(12))))
        == OURS.lateness(NOW, NOW + over).is_late
    )
