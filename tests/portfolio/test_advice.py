"""Where a cohort is off target is said in words, with what would mend it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from program.cohorts.states import CohortState
from program.portfolio.advice import advise, places_elsewhere, places_missing, places_over
from program.portfolio.figures import PLACE, Basis, Line, Tally, bases_of
from program.portfolio.shares import Target, tenths


def line(*, low=0, high=100, of=25, track_id=1, name="Governance", **tally):
    """A track with this tally in a cohort of so many fellows and seats."""
    for who in ("fellows", "out", "shortlisted"):
        tally[who] = PLACE * tally.get(who, 0)
    whole = Tally(fellows=PLACE * of, granted=of)
    target = Target(name, low / 100, (low + high) / 200, high / 100)
    return Line(target, Tally(**tally), whole, track_id)


def said(*lines, basis=Basis.FELLOWS):
    return [f"{one.fact} {one.remedy}" for one in advise(lines, [basis])]


@pytest.mark.parametrize(
    ("found", "basis", "words"),
    [
        (
            line(low=17, granted=3, interested=7, contacted=2),
            Basis.SEATS,
            (
                "Governance has 12% of 25 granted seats; it is to have at least 17%. "
                "Two more Governance seats; 7 mentors in this track are at interested."
            ),
        ),
        (
            line(low=17, granted=3, unmet=2, contacted=1),
            Basis.SEATS,
            (
                "Governance has 12% of 25 granted seats; it is to have at least 17%. Two more Governance seats; its "
                "confirmed mentors asked for 2 more than they were granted, and 1 mentor in this track is at contacted."
            ),
        ),
        (
            line(low=14, granted=3),
            Basis.SEATS,
            (
                "Governance has 12% of 25 granted seats; it is to have at least 14%. "
                "One more Governance seat; no mentor in this track is left to be won: look for more."
            ),
        ),
        (
            line(low=17, fellows=3, granted=6, out=1, shortlisted=4),
            Basis.FELLOWS,
            (
                "Governance has 12% of 25 fellows; it is to have at least 17%. Two more fellows here would mend it; "
                "two granted seats are free here, and 1 is offered and 4 are shortlisted."
            ),
        ),
        (
            line(low=17, fellows=3, granted=4, interested=7, track_id=None),
            Basis.FELLOWS,
            (
                "Governance has 12% of 25 fellows; it is to have at least 17%. Two more fellows here would mend it, and "
                "nobody here is offered or shortlisted. That takes one more Governance seat, beside one free one; "
                "7 mentors in this group are at interested."
            ),
        ),
        (
            line(low=100, fellows=3),
            Basis.FELLOWS,
            (
                "Governance has 12% of 25 fellows; it is to have at least 100%. "
                "Only the other tracks can mend it, by giving up what they have."
            ),
        ),
        (
            line(high=45, fellows=13),
            Basis.FELLOWS,
            (
                "Governance has 52% of 25 fellows; it may have at most 45%. "
                "Four more fellows elsewhere or two fellows who move to another track would mend it."
            ),
        ),
        (
            line(high=50, granted=13),
            Basis.SEATS,
            (
                "Governance has 52% of 25 granted seats; it may have at most 50%. "
                "One more seat elsewhere or one seat fewer here would mend it."
            ),
        ),
        (
            line(high=0, fellows=1, of=1),
            Basis.FELLOWS,
            (
                "Governance has 100% of 1 fellow; it may have at most 0%. "
                "One fellow who moves to another track would mend it."
            ),
        ),
    ],
)
def test_it_says_what_is_off_and_what_would_mend_it(found, basis, words):
    assert said(found, basis=basis) == [words]


def test_what_is_on_target_is_not_spoken_of():
    assert said(line(low=12, high=12, fellows=3)) == []
    assert said(line(low=66.7, of=3, fellows=2)) == [], "two thirds are 66.7% as it is written"


def test_a_cohort_is_measured_by_seats_while_it_is_filled_and_by_fellows_once_they_say_something():
    few, half = Tally(granted=4, fellows=PLACE), Tally(granted=4, fellows=2 * PLACE)
    assert bases_of(CohortState.PLANNING, Tally(granted=4)) == [Basis.SEATS]
    assert bases_of(CohortState.OPEN, few) == [Basis.SEATS]
    assert bases_of(CohortState.OPEN, half) == [Basis.SEATS, Basis.FELLOWS]
    assert bases_of(CohortState.OPEN, Tally(fellows=PLACE)) == [Basis.FELLOWS]
    assert bases_of(CohortState.RUNNING, few) == [Basis.FELLOWS]
    assert bases_of(CohortState.RUNNING, Tally(granted=4)) == []


parts = st.tuples(st.integers(1, 40_000), st.integers(0, 1_000)).flatmap(
    lambda found: st.tuples(st.integers(0, found[0]), st.just(found[0]), st.just(found[1] / 1_000))
)


@given(parts)
def test_what_is_said_to_mend_it_does_and_one_less_would_not(found):
    part, whole, bound = found
    now, wanted = tenths(part / whole), tenths(bound)
    if now < wanted:
        missing = places_missing(part, whole, bound)
        shares = [
            tenths((part + PLACE * n) / (whole + PLACE * n)) for n in (missing or 0, (missing or 1) - 1)
        ]
        assert missing is None if wanted == 1_000 else shares[0] >= wanted > shares[1]
    if now > wanted:
        moving, elsewhere = places_over(part, whole, bound), places_elsewhere(part, whole, bound)
        assert (
            tenths(max(0, part - PLACE * moving) / whole)
            <= wanted
            < tenths((part - PLACE * (moving - 1)) / whole)
        )
        shares = [tenths(part / (whole + PLACE * n)) for n in (elsewhere or 0, (elsewhere or 1) - 1)]
        assert elsewhere is None if wanted == 0 else shares[0] <= wanted < shares[1]
