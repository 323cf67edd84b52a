"""What is asked for before an evaluation is sent, which days are suggested, and that old words stay as they were."""

from dataclasses import astuple
from datetime import date
from hashlib import sha256

import pytest

from program.evaluations.rules import (
    EVIDENCE,
    Answers,
    Moment,
    Part,
    days_wrong,
    faults,
    is_evidence,
    suggested_days,
)
from program.evaluations.wording import FIRST, LATEST, WORDINGS

KEYS = [one.key for one in FIRST]
SENTENCE = "Found the bug in our own baseline by rereading it."


def found(scores, evidence="", *, meant=False, before=None):
    answers = Answers(dict(zip(KEYS, scores, strict=False)), dict.fromkeys(KEYS, evidence))
    return [(fault.part, fault.key) for fault in faults(answers, FIRST, meant=meant, sent_before=before)]


@pytest.mark.parametrize(
    ("scores", "wanted"),
    [
        ((3, 4, 5, 8), []),
        ((2, 3, 8, 9), ["execution", "independence"]),
        ((1, 10, 3, 8), ["execution", "judgement"]),
    ],
)
def test_extremes_need_evidence_and_others_none(scores, wanted):
    assert found(scores) == [(Part.EVIDENCE, key) for key in wanted]
    assert found(scores, SENTENCE) == []
    assert found(scores, "  Good.  ") == found(scores)


def test_a_sentence_is_so_many_characters_however_it_is_spaced():
    assert is_evidence("x" * EVIDENCE)
    assert not is_evidence("x" * (EVIDENCE - 1))
    assert not is_evidence("x " + " \n" * EVIDENCE + "x")


def test_every_score_is_needed():
    assert found((6, 7)) == [(Part.SCORE, "communication"), (Part.SCORE, "independence")]
    assert found(()) == [(Part.SCORE, key) for key in KEYS]


def test_four_alike_are_asked_about_until_they_are_meant_or_were_sent_so():
    alike = [(Part.ALIKE, "")]
    assert found((7, 7, 7, 7)) == alike
    assert found((7, 7, 7, 7), meant=True) == []
    assert found((7, 7, 7, 7), before=dict.fromkeys(KEYS, 7)) == []
    assert found((8, 8, 8, 8), before=dict.fromkeys(KEYS, 7)) == alike
    assert found((7, 7, 7, 6)) == []
    assert found((9, 9, 9, 9), SENTENCE) == alike


@pytest.mark.parametrize(
    ("moment", "days_off", "days"),
    [
        (Moment.MIDPOINT, (), (date(2026, 6, 5), date(2026, 6, 12))),
        (Moment.MIDPOINT, ((date(2026, 6, 10), date(2026, 6, 12)),), (date(2026, 6, 2), date(2026, 6, 9))),
        (Moment.FINAL, (), (date(2026, 7, 10), date(2026, 7, 17))),
    ],
)
def test_the_middle_and_the_end_are_suggested_on_working_days(moment, days_off, days):
    assert suggested_days(moment, date(2026, 5, 11), date(2026, 7, 17), days_off) == days


def test_days_are_suggested_even_where_all_are_off():
    starts_on, ends_on = date(2026, 6, 1), date(2026, 6, 5)
    assert suggested_days(Moment.FINAL, starts_on, ends_on, [(starts_on, ends_on)]) == (starts_on, starts_on)


@pytest.mark.parametrize(
    ("opens_on", "due_on", "fields"),
    [
        (date(2026, 5, 11), date(2026, 5, 11), []),
        (date(2026, 7, 17), date(2026, 8, 14), []),
        (date(2026, 7, 17), date(2026, 8, 15), ["due_on"]),
        (date(2026, 6, 2), date(2026, 6, 1), ["due_on"]),
        (date(2026, 5, 10), date(2026, 6, 1), ["opens_on"]),
    ],
)
def test_a_round_opens_in_the_cohort_and_is_due_after(opens_on, due_on, fields):
    wrong = days_wrong(opens_on, due_on, starts_on=date(2026, 5, 11), ends_on=date(2026, 7, 17))
    assert [field for field, _message in wrong] == fields


PRINTS = {1: "74fc0b938b3b8346"}


def test_words_that_were_answered_are_never_changed():
    """Whoever wants other words adds a wording with the next number, and its print here."""
    prints = {
        number: sha256(repr([astuple(one) for one in wording]).encode()).hexdigest()[:16]
        for number, wording in WORDINGS.items()
    }
    assert prints == PRINTS
    assert max(PRINTS) == LATEST


def test_every_wording_has_the_same_keys_and_words_for_four_scores():
    for wording in WORDINGS.values():
        assert [one.key for one in wording] == KEYS
        assert {tuple(one.anchors) for one in wording} == {(1, 4, 7, 10)}


@pytest.mark.parametrize(("score", "near"), [(1, [1]), (2, [1, 4]), (7, [7]), (8, [7, 10]), (10, [10])])
def test_a_score_is_read_beside_the_words_that_it_lies_between(score, near):
    assert [*FIRST[0].near(score)] == near
