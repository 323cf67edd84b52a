"""What a complete evaluation is, and which days a round could have. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from program.evaluations.wording import Dimension

DAY = timedelta(days=1)
SATURDAY = 5
EXTREMES = frozenset({1, 2, 9, 10})
"""The scores that nobody should have to take on trust: each needs evidence."""
EVIDENCE = 40
"""Characters of evidence for such a score, spaces between words counted once: a short sentence."""
MOST_REPORTS = 5
"""How many reports can be named as supporting an evaluation."""
WINDOW = timedelta(days=7)
"""How long a suggested round is open. GSoC gives mentors four days, and mails its lists about those who miss them."""
AFTERWARDS = timedelta(days=28)
"""How long after a cohort's last day a round can be due."""


class Moment(StrEnum):
    """When mentors are asked: half way, and at the end, as LFX does in weeks 6 and 12 of 12."""

    MIDPOINT = "midpoint"
    FINAL = "final"


class Part(StrEnum):
    """What of an evaluation a fault is about."""

    SCORE = "score"
    EVIDENCE = "evidence"
    ALIKE = "alike"


@dataclass(frozen=True, slots=True)
class Answers:
    """What a mentor typed: scores and evidence by dimension, and the ids of the reports that support them."""

    scores: Mapping[str, int] = field(default_factory=dict)
    evidence: Mapping[str, str] = field(default_factory=dict)
    comment: str = ""
    report_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an evaluation is not complete, and what of it to look at; `key` is that of a dimension."""

    part: Part
    key: str
    message: str


def faults(
    answers: Answers,
    dimensions: Sequence[Dimension],
    *,
    meant: bool,
    sent_before: Mapping[str, int] | None = None,
) -> Iterator[Fault]:
    """What is missing before it can be sent.

    `meant`: whether its author has said that all four are alike on purpose; once sent, the same scores are not asked
    about again (`sent_before`).
    """
    for dimension in dimensions:
        score = answers.scores.get(dimension.key)
        if score is None:
            yield Fault(Part.SCORE, dimension.key, f"Please give a score for “{dimension.name}”.")
        elif wants_evidence(score) and not is_evidence(answers.evidence.get(dimension.key, "")):
            yield Fault(Part.EVIDENCE, dimension.key, _asked_for(score))
    if (
        are_alike(answers.scores, dimensions)
        and not meant
        and dict(answers.scores) != dict(sent_before or {})
    ):
        yield Fault(Part.ALIKE, "", _alike(answers.scores[dimensions[0].key]))


def wants_evidence(score: int) -> bool:
    """Whether a score is so low or so high that it has to be shown why."""
    return score in EXTREMES


def is_evidence(text: str) -> bool:
    """Whether a text is at least a sentence long."""
    return len(" ".join(text.split())) >= EVIDENCE


def are_alike(scores: Mapping[str, int], dimensions: Sequence[Dimension]) -> bool:
    """Whether every dimension has a score, and all have the same."""
    given = [scores.get(dimension.key) for dimension in dimensions]
    return None not in given and len(set(given)) == 1


def suggested_days(
    moment: Moment, starts_on: date, ends_on: date, days_off: Collection[tuple[date, date]] = ()
) -> tuple[date, date]:
    """The day on which a round could open and the one on which it could be due, of a cohort with these days.

    The midpoint is due on the middle day, the final round on the last; each a week after it opens, and on the working
    day before where that is a weekend or falls into days off (pairs of a first and a last day).
    """
    aim = ends_on if moment is Moment.FINAL else starts_on + (ends_on - starts_on) / 2
    due_on = aim
    while due_on > starts_on and _is_off(due_on, days_off):
        due_on -= DAY
    return max(starts_on, due_on - WINDOW), due_on


def days_wrong(opens_on: date, due_on: date, *, starts_on: date, ends_on: date) -> Iterator[tuple[str, str]]:
    """What is wrong with the days of a round, as pairs of a field (`opens_on` or `due_on`) and words."""
    if not starts_on <= opens_on <= ends_on:
        yield "opens_on", "Mentors are asked while the cohort lasts: choose one of its days."
    if due_on < opens_on:
        yield "due_on", "It would be due before it opens. Please change one of the days."
    elif due_on > ends_on + AFTERWARDS:
        yield "due_on", f"Choose a day no later than {AFTERWARDS.days} days after the cohort's last."


def _is_off(day: date, days_off: Collection[tuple[date, date]]) -> bool:
    return day.weekday() >= SATURDAY or any(first <= day <= last for first, last in days_off)


def _asked_for(score: int) -> str:
    return f"A score of {score} needs evidence: say in a sentence, of {EVIDENCE} characters or more, what shows it."


def _alike(score: int) -> str:
    return (
        f"All four scores are {score}. Usually a fellow is better at one of these than at another: look at the words "
        "beside the numbers once more. If it is so, tick that you mean all four, and send it."
    )
