"""Whose words they are: every answer here is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from program.authorship.measure import NOBODY, Version, words_by_author, words_of

FELLOW, MANAGER = 1, 2
FIRST = "We ran the probe on layer six. It found nothing at all.\n\nThe baseline was wrong from the start."


def measured(*versions, known=()):
    texts = [*((NOBODY, text) for text in known), *versions]
    return words_by_author(Version(*text) for text in texts)


def test_who_writes_alone_wrote_all():
    assert measured((FELLOW, FIRST)) == {FELLOW: 19}


def test_what_the_fellow_leaves_of_a_draft_stays_the_managers():
    assert measured((MANAGER, FIRST), (FELLOW, FIRST)) == {MANAGER: 19}


def test_only_what_is_added_is_new():
    text = FIRST + " We mended it today."
    assert measured((MANAGER, FIRST), (FELLOW, text)) == {MANAGER: 19, FELLOW: 4}


def test_a_paragraph_that_moves_is_not_new():
    first, second = FIRST.split("\n\n")
    assert measured((MANAGER, FIRST), (FELLOW, f"{second}\n\n{first}")) == {MANAGER: 19}


def test_a_sentence_that_moves_into_another_paragraph_is_not_new():
    text = "It found nothing at all. The baseline was wrong from the start.\n\nWe ran the probe on layer six."
    assert measured((MANAGER, FIRST), (FELLOW, text)) == {MANAGER: 19}


def test_a_word_that_is_typed_anew_is_the_only_new_one():
    text = FIRST.replace("layer six", "layer nine")
    assert measured((MANAGER, FIRST), (FELLOW, text)) == {MANAGER: 18, FELLOW: 1}


def test_a_word_that_is_typed_again_just_as_it_was_is_not_new():
    without = FIRST.replace(" probe", "")
    assert measured((MANAGER, FIRST), (FELLOW, without), (FELLOW, FIRST)) == {MANAGER: 19}


def test_what_was_deleted_and_comes_back_is_whose_it_was():
    first, second = FIRST.split("\n\n")
    versions = [(MANAGER, FIRST), (FELLOW, first), (FELLOW, f"{first}\n\n{second}")]
    assert measured(*versions) == {MANAGER: 19}
    assert measured(*versions[:2]) == {MANAGER: 12}


def test_who_rewrites_everything_wrote_it():
    assert measured((MANAGER, FIRST), (FELLOW, "Nobody expected such numbers.")) == {FELLOW: 4}


def test_the_example_of_the_page_that_explains_it():
    draft = "We ran the probe on layer six. It found nothing."
    sent = "It found nothing. We ran the probe on layer nine, twice."
    assert measured((MANAGER, draft), (FELLOW, sent)) == {MANAGER: 9, FELLOW: 2}


def test_quotations_are_nobodys():
    text = "> We ran the probe on layer six.\n> It found nothing.\n\nI agree with that."
    assert measured((FELLOW, text)) == {FELLOW: 4}
    assert measured((MANAGER, FIRST), (FELLOW, f"> {FIRST.splitlines()[0]}\n\nI agree.")) == {FELLOW: 2}


def test_what_stood_in_the_report_before_is_not_new():
    plan = "Run it on the larger one."
    assert measured((FELLOW, f"{plan} Then write it up."), known=[plan]) == {FELLOW: 4}
    assert measured((FELLOW, f"- {plan}\n- Write it up"), known=[f"* {plan}\n* Sleep"]) == {FELLOW: 3}


def test_a_new_sentence_that_shares_words_with_what_was_known_is_new():
    assert measured((FELLOW, "Run it on the smaller one."), known=["Run it on the larger one."]) == {
        FELLOW: 6
    }


def test_what_is_quoted_later_stays_whose_it_was():
    own, asked = "It found nothing at all.", "Try the larger one."
    versions = [(FELLOW, own), (NOBODY, f"{own} {asked}"), (FELLOW, f"{own} {asked} We will.")]
    assert measured(*versions) == {FELLOW: 7}


def test_what_is_said_between_two_versions_is_not_what_the_second_is_compared_with():
    text = FIRST.replace("layer six", "layer nine")
    assert measured((MANAGER, FIRST), (NOBODY, "Which layer nine?"), (FELLOW, text)) == {
        MANAGER: 18,
        FELLOW: 1,
    }


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Zo\u00eb\u2019s well-known probe", 3),
        ("Zoe\u0308\u2019s WELL-KNOWN probe", 3),
        ("x\u0301y\u0323 l\u2019e\u0301te\u0301", 2),
        ("हिन्दी में की कि", 4),
        ("ทำ ที่", 2),
        ("\U00011013\U00011038", 1),
        ("İ ŉ", 2),
        ("今日は実験", 5),
        ("GPT4は強い", 4),
        ("تجربة ناجحة اليوم", 3),
        ("👩‍👩‍👧‍👦 🎉 ❤\ufe0f 1\ufe0f\u20e3", 1),
        ("3.5 times 10", 4),
        ("**bold** _and_ `code`", 3),
        ("", 0),
    ],
)
def test_a_word_is_one_in_every_script(text, count):
    assert len(words_of(text)) == count


def test_the_same_letters_composed_otherwise_are_the_same_words():
    assert measured((MANAGER, "Zoë ran it."), (FELLOW, "Zoe\u0308 ran it.")) == {MANAGER: 3}
    assert words_of("\u0390") == words_of("\u0390".upper())


texts = st.lists(
    st.sampled_from(["One two.", "Three four five.\n\n", "> quoted.\n", "six ", "- seven\n", "👩‍👧 "]),
    max_size=8,
).map("".join)


@given(st.lists(st.tuples(st.sampled_from([FELLOW, MANAGER]), texts), min_size=1, max_size=5))
def test_every_word_has_exactly_one_author_who_took_part(versions):
    counted = measured(*versions)
    quoted_out = "\n".join(line for line in versions[-1][1].split("\n") if not line.lstrip().startswith(">"))
    assert sum(counted.values()) == len(words_of(quoted_out))
    assert set(counted) <= {author for author, _text in versions}


@given(texts, texts)
def test_saving_the_same_text_again_changes_nobodys_share(first, second):
    both = [(MANAGER, first), (FELLOW, second)]
    assert measured(*both, (MANAGER, second)) == measured(*both)


def test_the_same_word_thousands_of_times_is_still_counted():
    """The worst case of comparing word by word: as long as a report can be."""
    first = " ".join(["word"] * 17_000)
    assert sum(measured((MANAGER, first), (FELLOW, f"{first} more {first}")).values()) == 34_001
