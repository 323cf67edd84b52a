"""Shares that cannot add up are named, each with what to do; those that can are left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from program.portfolio.shares import WHOLE, GroupTarget, Target, faults_of, note_of, per_cent

GOVERNANCE = frozenset({"Governance", "Technical governance"})


def track(name, low=0, aim=None, high=100):
    return Target(name, low / 100, (low if aim is None else aim) / 100, high / 100)


def group(low=0, high=100, *, tracks=GOVERNANCE, name="Both", aim=None):
    return GroupTarget(name, low / 100, (low if aim is None else aim) / 100, high / 100, frozenset(tracks))


THREE = [track("Interpretability"), track("Governance"), track("Technical governance")]


@pytest.mark.parametrize(
    ("tracks", "groups", "said"),
    [
        (
            [track("A", 60), track("B", 50)],
            [],
            (
                "What the tracks have at least adds up to 110%, which is more than a whole cohort. "
                "Lower some of it, by 10% in all."
            ),
        ),
        (
            [track("A", high=50), track("B", high=30)],
            [],
            (
                "What the tracks have at most adds up to 80%, so that nobody could fill the cohort. "
                "Raise some of it, by 20% in all."
            ),
        ),
        (
            [track("A", 20, 15)],
            [],
            "A: at least 20% is more than its aim of 15%. Lower the one or raise the other.",
        ),
        (
            [track("A", 20, 50, 40)],
            [],
            "A: its aim of 50% is more than at most 40%. Lower the one or raise the other.",
        ),
        (
            [track("Governance"), track("governance")],
            [],
            "There are two of the name “governance”: give one of them another name.",
        ),
        (
            [track("Evaluations"), track("Évaluations")],
            [],
            "There are two of the name “Évaluations”: give one of them another name.",
        ),
        (
            [track("Interpretability"), track("Governance", high=30), track("Technical governance", high=30)],
            [group(66.7)],
            (
                "Both is to have at least 66.7%, but its tracks may have at most 60% together. "
                "Raise what they may have, or lower what the group is to have."
            ),
        ),
        (
            [track("Interpretability", 40), *THREE[1:]],
            [group(66.7)],
            (
                "Both is to have at least 66.7%, but what the other tracks have at least leaves it 60%. "
                "Lower what they are to have, or what the group is to have."
            ),
        ),
        (
            [track("Interpretability"), track("Governance", 30), track("Technical governance", 30)],
            [group(high=50)],
            (
                "Both may have at most 50%, but its tracks are to have at least 60% together. "
                "Lower what they are to have, or raise what the group may have."
            ),
        ),
        (
            [track("Interpretability", high=40), *THREE[1:]],
            [group(high=50)],
            (
                "Both may have at most 50%, but what the other tracks may have leaves it 60% at least. "
                "Raise what they may have, or what the group may have."
            ),
        ),
        (THREE, [group(tracks=())], "Both: a group needs a track. Choose its tracks, or remove the group."),
        (
            [*THREE, track("Control")],
            [group(66.7), group(50, tracks={"Interpretability"}, name="Other")],
            (
                "With the groups, what there has to be at least adds up to 116.7%. "
                "Lower some of it, by 16.7% in all."
            ),
        ),
        (
            [*THREE, track("Control", high=5)],
            [group(high=50), group(high=40, tracks={"Interpretability"}, name="Other")],
            (
                "With the groups, what there may be at most adds up to 95%, so that nobody could fill the cohort. "
                "Raise some of it, by 5% in all."
            ),
        ),
    ],
)
def test_each_fault_says_what_to_do(tracks, groups, said):
    assert faults_of(tracks, groups) == [said]


def test_a_cohort_of_two_thirds_on_two_tracks_can_be_had():
    assert faults_of(THREE, [group(100 * 2 / 3)]) == []
    assert faults_of([track("A", 33.3), track("B", 33.3), track("C", 33.4)]) == []
    assert faults_of([]) == []


def test_aims_that_leave_something_open_are_noted():
    assert note_of([track("A", aim=33.3), track("B", aim=33.3), track("C", aim=33.3)]) is None
    assert note_of([track("A", aim=50), track("B", aim=40)]) == (
        "The aims add up to 90%: 10% of the cohort is meant for no track yet."
    )
    assert note_of([track("A", aim=60), track("B", aim=60)]) == (
        "The aims add up to 120%: not all of them can be met together."
    )
    assert note_of([]) is None


def fits(tracks, groups):
    """Whether some cohort of ten keeps all of it: each one is tried."""
    ranges = [range(low, high + 1) for low, _aim, high in tracks]
    return any(
        sum(found) == 10
        and all(
            round(10 * wanted.low)
            <= sum(found[int(name)] for name in wanted.tracks)
            <= round(10 * wanted.high)
            for wanted in groups
        )
        for found in _cohorts(ranges)
    )


def _cohorts(ranges):
    if not ranges:
        return [()]
    return [(first, *rest) for first in ranges[0] for rest in _cohorts(ranges[1:])]


tens = st.tuples(*[st.integers(0, 10)] * 3).map(sorted)
members = st.sets(st.integers(0, 3), min_size=1)


@given(st.lists(tens, min_size=1, max_size=4), st.lists(st.tuples(tens, members), max_size=1))
def test_a_fault_is_found_exactly_where_no_cohort_could_keep_the_shares(tracks, wanted):
    """In steps of ten per cent, where all cohorts can be tried."""
    targets = [track(str(n), *(10 * part for part in parts)) for n, parts in enumerate(tracks)]
    groups = [
        group(10 * low, 10 * high, aim=10 * aim, tracks={str(n) for n in own if n < len(tracks)})
        for (low, aim, high), own in wanted
        if any(n < len(tracks) for n in own)
    ]
    assert (faults_of(targets, groups) == []) == fits(tracks, groups)


@given(st.integers(0, WHOLE))
def test_a_share_is_written_to_a_tenth_of_a_per_cent(share):
    assert float(per_cent(share / WHOLE).removesuffix("%")) == share / 10
