"""What changed between two texts, word by word: known answers, and both texts are in what comes out."""

import itertools
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from program.reviews.differences import Change, differences, section_changes
from program.reviews.models import Verdict
from tests.factories import make_report, make_review
from tests.pages import read

SAME, REMOVED, ADDED = Change.SAME, Change.REMOVED, Change.ADDED
texts = st.lists(st.sampled_from(["a", "b", "c", "d.", "\n\n", "ж", "👩‍🔬"]), max_size=25).map(" ".join)


def pieces(before, after):
    return [(piece.change, piece.text.strip()) for piece in differences(before, after)]


@given(texts, texts)
def test_both_texts_are_in_it_in_order(before, after):
    found = differences(before, after)
    old = "".join(piece.text for piece in found if piece.change is not ADDED)
    new = "".join(piece.text for piece in found if piece.change is not REMOVED)
    assert (old.split(), new.split()) == (before.split(), after.split())
    assert all(one.change is not other.change for one, other in itertools.pairwise(found))


@given(texts)
def test_nothing_changed_in_the_same_text(text):
    assert {change for change, _text in pieces(text, text)} <= {SAME}


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("", "New.", [(ADDED, "New.")]),
        ("Old.", "", [(REMOVED, "Old.")]),
        ("I ran  the probe.", "I ran\nthe probe.", [(SAME, "I ran\nthe probe.")]),
        ("I ran the probe.", "I ran the new probe.", [(SAME, "I ran the"), (ADDED, "new"), (SAME, "probe.")]),
        (
            "on the small model",
            "on a model",
            [(SAME, "on"), (REMOVED, "the small"), (ADDED, "a"), (SAME, "model")],
        ),
        (
            "One two. Three four.",
            "Three four. One two.",
            [(ADDED, "Three four."), (SAME, "One two."), (REMOVED, "Three four.")],
        ),
        (
            "p q r s it t u v w",
            "k l m n it x y z j",
            [(REMOVED, "p q r s it t u v w"), (ADDED, "k l m n it x y z j")],
        ),
    ],
)
def test_known_answers(before, after, found):
    assert pieces(before, after) == found


@pytest.mark.parametrize("words", ["a", "a b", "one two three four five six seven eight nine ten"])
def test_the_longest_sections_are_compared_in_no_time(words):
    many = words.split()
    before = " ".join(many[(n * n) % len(many)] for n in range(20_000))[:20_000]
    after = " ".join(many[(n * 7 + n // 3) % len(many)] for n in range(20_000))[:20_000]
    began = process_time()
    differences(before, after)
    assert process_time() - began < 5


def test_only_sections_that_changed_are_shown(cast, client_of):
    report = make_report(cast.fellowship)
    make_review(report, cast.mentor, verdict=Verdict.RETURN)
    make_report(cast.fellowship, done="Reproduced the probe on the *larger* model. <b>")
    page, browser = f"/reports/{report.id}", client_of(cast.mentor)
    [link] = [
        a["href"]
        for a in read(browser.get(page)).main.find_all("a")
        if "changes=" in a["href"] and "since" in a.text
    ][:1]
    shown = read(browser.get(link))
    assert [h.text for h in shown.select(".changed h3")] == ["Done since last time"]
    assert ["smaller" in one.text for one in shown.find_all("del")] == [True]
    assert ["*larger*" in one.text for one in shown.find_all("ins")] == [True, False]
    assert "added:" in shown.find("ins").text
    assert "removed:" in shown.find("del").text
    for number in ("9", "-1", "x", "", "9" * 30):
        assert browser.get(f"{page}?changes={number}").status_code == 200


def test_a_section_that_is_new_or_gone_is_added_or_removed(cast):
    sections = make_report(cast.fellowship).template.sections
    [change] = section_changes(sections, {"done": "", "gone": "x"}, {"done": "All."})
    assert (change.prompt, pieces("", "All.")) == (sections[0].prompt, [(ADDED, "All.")])
