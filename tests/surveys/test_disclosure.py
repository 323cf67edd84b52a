"""The rules of what may be shown, for any counts there can be."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from program.releases.summary import digest, finding, protected_rows
from program.surveys.disclosure import (
    BASE,
    MIN_GROUP,
    MIN_RESPONDENTS,
    band,
    band_text,
    fixed_groups,
    units_shown,
)

rosters = st.dictionaries(
    st.text("ABCDEFGH", min_size=1, max_size=3), st.integers(1, 60), min_size=1, max_size=8
).map(lambda sizes: [track for track, size in sizes.items() for _ in range(size)])
respondents = st.dictionaries(st.text("ABCDE", min_size=1, max_size=2), st.integers(0, 60), max_size=6)
counts = st.lists(st.tuples(st.sampled_from("abcdefg"), st.integers(0, 80)), max_size=20)
LABELS = [*"gfedcba"]


def test_the_figures_are_those_that_were_attacked():
    assert (MIN_GROUP, MIN_RESPONDENTS, BASE) == (15, 10, 5)


@given(rosters)
def test_every_track_has_a_group_of_fifteen_or_there_is_only_one(roster):
    groups = fixed_groups(roster)
    assert set(groups) == set(roster)
    sizes = Counter(groups[track] for track in roster)
    assert len(sizes) == 1 or min(sizes.values()) >= MIN_GROUP


@given(rosters, st.randoms())
def test_groups_do_not_depend_on_the_order_of_the_roster(roster, random):
    shuffled = random.sample(roster, len(roster))
    assert fixed_groups(shuffled) == fixed_groups(roster)


@given(rosters)
def test_a_group_is_named_by_its_tracks(roster):
    groups = fixed_groups(roster)
    for group in set(groups.values()):
        assert group == " + ".join(sorted(track for track in groups if groups[track] == group))


def test_an_empty_roster_has_no_groups():
    assert fixed_groups([]) == {}


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ({"A": 15, "B": 15}, {"A": 15, "B": 15}),
        ({"A": 14, "B": 30}, {"A + B": 44}),
        ({"A": 30, "B": 8, "C": 7}, {"A": 30, "B + C": 15}),
        ({"A": 25, "B": 13, "C": 11, "D": 8, "E": 6}, {"A": 25, "B + C + D + E": 38}),
        ({"A": 5}, {"A": 5}),
    ],
)
def test_groups_of_known_rosters(sizes, expected):
    roster = [track for track, size in sizes.items() for _ in range(size)]
    groups = fixed_groups(roster)
    assert Counter(groups[track] for track in roster) == expected


@given(respondents)
def test_groups_are_shown_all_or_none(answered):
    shown = units_shown(answered)
    if sum(answered.values()) < MIN_RESPONDENTS:
        assert shown is None
    elif len(answered) >= 2 and min(answered.values()) >= MIN_RESPONDENTS:
        assert shown == sorted(answered)
    else:
        assert shown == []


@given(respondents)
def test_no_group_with_fewer_than_ten_answers_is_ever_shown(answered):
    assert all(answered[group] >= MIN_RESPONDENTS for group in units_shown(answered) or [])


@pytest.mark.parametrize(
    ("answered", "shown"),
    [
        ({}, None),
        ({"A": 9}, None),
        ({"A": 5, "B": 4}, None),
        ({"A": 10}, []),
        ({"A": 10, "B": 9}, []),
        ({"A": 10, "B": 10}, ["A", "B"]),
        ({"A": 0, "B": 40}, []),
    ],
)
def test_the_edges_of_what_is_shown(answered, shown):
    assert units_shown(answered) == shown


@given(st.integers(0, 10_000))
def test_a_band_is_the_nearest_five_and_never_below_five(count):
    shown = band(count)
    if count < BASE:
        assert shown is None
    else:
        assert shown % BASE == 0
        assert abs(shown - count) <= BASE // 2
        assert shown >= BASE


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "<5"),
        (1, "<5"),
        (4, "<5"),
        (5, "5"),
        (7, "5"),
        (8, "10"),
        (12, "10"),
        (13, "15"),
        (52, "50"),
        (63, "65"),
    ],
)
def test_bands_as_they_are_printed(count, text):
    assert band_text(count) == text


@given(st.integers(0, 500), st.integers(0, 500))
def test_bands_keep_the_order_of_counts(one, other):
    low, high = sorted((one, other))
    assert (band(low) or 0) <= (band(high) or 0)


@given(counts, st.booleans())
def test_every_possible_answer_has_a_row(given_counts, ranked):
    rows = protected_rows(given_counts, LABELS, ranked=ranked)
    assert sorted(row["label"] for row in rows) == sorted(LABELS)


@given(counts, st.booleans())
def test_rows_show_the_band_of_the_sum(given_counts, ranked):
    true = Counter()
    for label, count in given_counts:
        true[label] += count
    for row in protected_rows(given_counts, LABELS, ranked=ranked):
        assert (row["value"], row["text"]) == (band(true[row["label"]]), band_text(true[row["label"]]))


@given(counts)
def test_the_order_of_rows_says_no_more_than_what_is_shown(given_counts):
    rows = protected_rows(given_counts, LABELS, ranked=True)
    shown = {row["label"]: row["value"] for row in rows}
    from_what_is_shown = sorted(LABELS, key=lambda label: (-(shown[label] or 0), LABELS.index(label)))
    assert [row["label"] for row in rows] == from_what_is_shown


@given(counts)
def test_what_has_an_order_of_its_own_keeps_it(given_counts):
    rows = protected_rows(given_counts, LABELS, ranked=False)
    assert [row["label"] for row in rows] == LABELS


@given(
    st.lists(st.integers(0, 40), min_size=7, max_size=7), st.lists(st.integers(0, 2), min_size=7, max_size=7)
)
def test_counts_that_are_shown_alike_give_the_same_rows(true, noise):
    """Whatever can hide in a band changes nothing at all."""
    hidden = [
        (band(n) or 0) + (extra if band(n) else min(extra, 4)) for n, extra in zip(true, noise, strict=True)
    ]
    rows, others = (
        protected_rows(zip(LABELS, figures, strict=True), LABELS, ranked=True) for figures in (true, hidden)
    )
    assert rows == others


@given(counts, st.booleans())
def test_a_finding_is_made_of_what_is_shown(given_counts, ranked):
    rows = protected_rows(given_counts, LABELS, ranked=ranked)
    most = max(row["value"] or 0 for row in rows)
    top = [row["label"] for row in rows if row["value"] == most]
    sentence = finding("Chosen", rows)
    if most == 0:
        assert sentence == "Chosen: no single answer was given by 5 people or more."
    else:
        assert sentence.startswith(f"Chosen: {top[0]}")
        assert f"about {most} answers" in sentence
        assert ("level" in sentence) is (len(top) > 1)


def test_findings_name_ties_as_ties():
    rows = protected_rows([("a", 8), ("b", 9), ("c", 12), ("d", 2)], [*"abcd"], ranked=True)
    assert finding("Chosen", rows) == "Chosen: a, b and c, level, with about 10 answers each."
    assert finding("Chosen", rows[:2]) == "Chosen: a and b, level, with about 10 answers each."
    assert finding("Chosen", rows[:1]) == "Chosen: a, with about 10 answers."
    assert finding("Chosen", rows[3:]) == "Chosen: no single answer was given by 5 people or more."


def test_a_digest_is_of_the_content_and_not_of_the_order_of_keys():
    assert digest({"a": 1, "b": [2]}) == digest({"b": [2], "a": 1})
    assert digest({"a": 1}) != digest({"a": 2})
    assert len(digest([])) == 64
