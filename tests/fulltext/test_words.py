"""Words are the same however they were typed, and what is shown of a text is text."""

import pytest

from program.fulltext.words import LONGEST, MOST_WORDS, Sought, excerpt, sought, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Naïve, naïve_café (chain-of-thought)!", ["naive", "naive", "cafe", "chain", "of", "thought"]),
        ("研究する ไทย", [*"研究する", *"ไทย"]),
        ("हिन्दी العربية", ["हिनदी", "العربية"]),
        ("x² \U0001f468\u200d\U0001f469\u200d\U0001f467 ½", ["x2", "1", "2"]),
        ("葛\U000e0100 \u0301", ["葛"]),
        ("", []),
    ],
)
def test_a_text_is_its_words(text, words):
    assert words_of(text) == words


@pytest.mark.parametrize(
    ("typed", "looked_for"),
    [
        ('"drop" OR tab*', Sought(("drop", "or"), "tab")),
        ("NEAR(a, b) AND -c:*", Sought(("near", "a", "b", "and", "c"))),
        ("probe probe", Sought((), "probe")),
        ("\0 \U0001f600 ' & | ! <->", Sought(())),
    ],
)
def test_nothing_that_is_typed_is_an_operator(typed, looked_for):
    assert sought(typed) == looked_for


def test_much_that_is_typed_is_cut():
    many = sought(" ".join(f"word{number}" for number in range(100_000)))
    assert len(many.words) + 1 == MOST_WORDS
    assert sought("a" * 1_000_000) == Sought((), "a" * LONGEST)


def test_an_excerpt_is_cut_between_words_and_marks_what_was_found():
    text = "before " * 60 + "<b>Naïve</b> probes " + "after " * 60
    pieces = excerpt(["nothing here", text], sought("naive"))
    assert [piece.text for piece in pieces if piece.marked] == ["Naïve"]
    whole = "".join(piece.text for piece in pieces)
    assert whole.startswith("… before")
    assert whole.endswith("after …")
    assert "<b>Naïve</b>" in whole
    assert len(whole) < 300
    assert excerpt([text], sought("absent")) == []


def test_a_word_that_is_as_long_as_the_text_is_shown():
    [lead, hit, tail] = excerpt(["x" * 900], sought("xx"))
    assert (lead.text, hit.text, tail.text) == ("", "x" * 900, "")
    assert hit.marked
