"""Names are taken apart so that any part of a word is the beginning of something."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from program.folding import fold
from program.names.parts import LONGEST, MOST_WORDS, beyond, parts_of, typed_words


def is_found(typed, name):
    return all(any(word <= part < beyond(word) for part in parts_of(name)) for word in typed_words(typed))


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("kaf", "Amara Okafor"),
        ("OKÁFÖR ama", "Amara Okafor"),
        ("brien", "Seán O\u2019Brien"),
        ("obrien", "Seán O'Brien"),
        ("o'brien", "Seán O\u2019Brien"),
        ("smith okafor", "Ada Okafor-Smith"),
        ("r-sm", "Ada Okafor-Smith"),
        ("王", "王小明"),
        ("小明", "王小明"),
        ("helena.strand@", "helena.strand@people.example"),
        ("people.ex", "helena.strand@people.example"),
        ("x" * 60, "x" * 60),
    ],
)
def test_any_part_is_found_whatever_its_case_and_accents(typed, name):
    assert is_found(typed, name)


@pytest.mark.parametrize(
    ("typed", "name"), [("kofa", "Amara Okafor"), ("ama zzz", "Amara Okafor"), ("%", "Ada")]
)
def test_what_is_no_part_is_not(typed, name):
    assert not is_found(typed, name)


def test_an_address_is_found_by_its_pieces_alone():
    """Every letter of every address would be the most of what is kept, and nobody looks for people by its middle."""
    assert sorted(parts_of("ada.marsh@people.example")) == [
        "ada.marsh@people.example",
        "example",
        "marsh@people.example",
        "people.example",
    ]


def test_no_more_words_are_looked_for_than_a_few():
    assert typed_words("a bb a ccc") == ["ccc", "bb", "a"]
    assert len(typed_words(" ".join(map(str, range(100))))) == MOST_WORDS
    assert typed_words(" ' ") == []


@given(st.text(max_size=40).filter(lambda text: "@" not in fold(text)), st.data())
def test_whatever_stands_in_a_name_is_found(name, data):
    words = fold(name).split()
    if words:
        word = data.draw(st.sampled_from(words))
        start = data.draw(st.integers(0, len(word) - 1))
        assert is_found(word[start : data.draw(st.integers(start + 1, len(word)))], name)
    assert all(0 < len(part) <= LONGEST for part in parts_of(name))
