"""Fellows against seats, by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from program.mentors.load import Fullness, Load

FEW = st.integers(0, 12)


@pytest.mark.parametrize(
    ("assigned", "minimum", "granted", "fullness", "alerts"),
    [
        (0, 0, 0, Fullness.NONE, []),
        (3, 1, 3, Fullness.FULL, []),
        (4, 1, 3, Fullness.OVER, ["over: 4 fellows on 3 seats"]),
        (1, 1, 3, Fullness.UNDER, ["under: 1 fellow on 3 seats"]),
        (1, 2, 3, Fullness.UNDER, ["under: 1 fellow on 3 seats", "1 fellow, and they take 2 or more"]),
        (1, 2, 1, Fullness.FULL, ["1 seat granted, and they take 2 or more"]),
        (0, 2, 2, Fullness.UNDER, ["under: 0 fellows on 2 seats"]),
    ],
)
def test_a_mentors_load_is_said_in_words(assigned, minimum, granted, fullness, alerts):
    load = Load(assigned, minimum, granted)
    assert (load.fullness, load.alerts) == (fullness, alerts)


@given(FEW, FEW, FEW)
def test_who_has_other_than_their_seats_is_never_passed_over(assigned, minimum, granted):
    load = Load(assigned, minimum, granted)
    assert any(alert.startswith(("over", "under")) for alert in load.alerts) == (assigned != granted)


@pytest.mark.parametrize(
    ("assigned", "minimum", "granted", "alerts"),
    [
        (0, 1, 3, []),
        (1, 2, 3, []),
        (4, 1, 3, ["over: 4 fellows on 3 seats"]),
        (0, 3, 2, ["2 seats granted, and they take 3 or more"]),
    ],
)
def test_before_the_cohort_begins_empty_seats_are_no_alert(assigned, minimum, granted, alerts):
    assert Load(assigned, minimum, granted, begun=False).alerts == alerts
