"""The interval of a share: the formula's own equation, published figures, and what people read."""

from math import isclose, sqrt
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from program.mentors.wilson import Z, share_in_words, wilson

SHARES = st.integers(1, 5_000).flatmap(lambda trials: st.tuples(st.integers(0, trials), st.just(trials)))


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_it_gives_the_figures_of_newcombe(hits, trials, low, high):
    """R. G. Newcombe, "Two-sided confidence intervals for the single proportion" (1998), table I, method 3."""
    assert tuple(round(end, 4) for end in wilson(hits, trials)) == (low, high)


@given(SHARES)
def test_each_end_is_just_z_standard_errors_from_the_share(share):
    hits, trials = share
    for end in wilson(hits, trials):
        if 0 < end < 1:
            away = abs(hits / trials - end)
            assert isclose(away, Z * sqrt(end * (1 - end) / trials), rel_tol=1e-6, abs_tol=1e-9)


@given(SHARES)
def test_it_holds_the_share_and_stays_a_share(share):
    hits, trials = share
    low, high = wilson(hits, trials)
    assert 0 <= low <= hits / trials <= high <= 1
    assert low < high


@given(SHARES)
def test_what_did_not_happen_mirrors_what_did(share):
    hits, trials = share
    low, high = wilson(hits, trials)
    other_low, other_high = wilson(trials - hits, trials)
    assert isclose(low, 1 - other_high, abs_tol=1e-12)
    assert isclose(high, 1 - other_low, abs_tol=1e-12)


@given(SHARES)
def test_more_trials_tell_more(share):
    hits, trials = share
    low, high = wilson(hits, trials)
    later_low, later_high = wilson(2 * hits, 2 * trials)
    assert later_high - later_low < high - low


def test_its_z_is_that_of_95_per_cent():
    assert isclose(Z, NormalDist().inv_cdf(0.975), rel_tol=1e-12)


def test_of_nothing_nothing_is_known():
    assert wilson(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(("hits", "trials"), [(-1, 3), (4, 3), (1, 0), (0, -1)])
def test_what_is_no_share_is_refused(hits, trials):
    with pytest.raises(ValueError, match="is no share"):
        wilson(hits, trials)


@pytest.mark.parametrize(
    ("hits", "trials", "what", "words"),
    [
        (4, 25, "contacted confirmed", "4 of 25 contacted confirmed, 6 to 35 %"),
        (0, 7, "", "0 of 7, 0 to 35 %"),
        (7, 7, "", "7 of 7, 65 to 100 %"),
        (0, 0, "contacted confirmed", "0 of 0 contacted confirmed"),
    ],
)
def test_it_is_said_in_words(hits, trials, what, words):
    assert share_in_words(hits, trials, what) == words
