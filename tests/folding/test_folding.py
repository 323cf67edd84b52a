"""Text as it is looked for and sorted by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from program.folding import fold, marks


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Amara  Okafor", "amara okafor"),
        ("José Ramírez", "jose ramirez"),
        ("Jose\u0301", "jose"),
        ("ŁUKASZ Ørsted", "lukasz orsted"),
        ("STRASSE Straße", "strasse strasse"),
        ("\uff21CME\tLabs ", "acme labs"),
        ("", ""),
    ],
)
def test_case_accents_and_spacing_do_not_matter(typed, folded):
    assert fold(typed) == folded


def test_no_text_becomes_so_long_that_no_column_holds_it():
    assert fold("\ufdfa" * 120) == ("صلى الله عليه وسلم" * 120)[:360].rstrip()


@given(st.text())
def test_folded_text_folds_to_itself(text):
    assert fold(fold(text)) == fold(text)


def test_marks_are_of_every_script_and_none_is_a_letter():
    assert {"\u0301", "\u093f", "\u0e33", "\U00011038", "\U000e0100"} - {*marks()} == {"\u0e33"}
    assert not any(mark.isalnum() for mark in marks())
