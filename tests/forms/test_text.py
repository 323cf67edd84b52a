"""What text may contain, once for every form."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from program.forms import LINE, TEXT, clean_line, clean_text

anything = st.text(st.characters(codec=None, categories=None), max_size=200)
wild = st.lists(
    st.one_of(
        anything,
        st.sampled_from(["\x00", "\ud800", "\udfff", "\u202e", "\u2066", "\ufeff", "\r\n", "\r", "e\u0301"]),
    )
).map("".join)


@given(wild)
def test_whatever_is_typed_can_be_stored_and_shown(text):
    kept = clean_text(text)
    kept.encode("utf-8")
    assert not [c for c in kept if unicodedata.category(c) == "Cc" and c not in "\t\n"]
    assert not set(kept) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\r")


@given(wild)
def test_cleaning_twice_changes_nothing_more(text):
    once = clean_text(text)
    assert clean_text(once) == once
    line = clean_line(text)
    assert clean_line(line) == line


@given(wild)
def test_a_line_is_one_line_without_outer_space(text):
    line = clean_line(text)
    assert line.splitlines() in ([], [line])
    assert line == line.strip()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  hello\n", "hello"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("a\x00b", "ab"),
        ("a\ud800b", "a\ufffdb"),
        ("\u202egnp.exe", "gnp.exe"),
        ("e\u0301", "\u00e9"),
        ("tab\tstays", "tab\tstays"),
        ("\u200f\u05e2\u05d1\u05e8\u05d9\u05ea\u200f", "\u200f\u05e2\u05d1\u05e8\u05d9\u05ea\u200f"),
        ("👩\u200d🔬", "👩\u200d🔬"),
        ("\ufeffBOM", "BOM"),
        ("\x85next\x9f", "next"),
    ],
)
def test_known_texts(typed, kept):
    assert clean_text(typed) == kept


def test_nothing_typed_is_nothing():
    assert clean_text(None) is None
    assert clean_line(None) is None


def test_lines_lose_their_breaks():
    assert clean_line(" one \n two\t\tthree ") == "one two three"


def test_the_limits_are_those_that_people_are_told():
    assert (LINE, TEXT) == (200, 20_000)
