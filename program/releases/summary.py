"""Counts into what may be shown: pure, so that the rules can be tested and read by themselves."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from program.surveys.disclosure import band, band_text

Row = dict[str, Any]
PROTECTION = (
    "Counts are shown to the nearest 5, and as <5 below that, zero included. Groups are fixed when the survey "
    "opens, have 15 people or more, and are shown only if each has 10 answers or more."
)
CAUTION = (
    "This says what the people who answered said on that day. It does not say what those who did not answer "
    "would have said, and no difference in it proves a cause."
)


def protected_rows(counts: Iterable[tuple[str, int]], labels: Sequence[str], *, ranked: bool) -> list[Row]:
    """A row for each possible answer, in the order of `labels`; or, if `ranked`, of what is shown.

    The order never uses more than the shown values, or it would give away what they hide.
    """
    true_counts = Counter[str]()
    for label, count in counts:
        true_counts[label] += count
    rows = [_row(label, true_counts[label]) for label in labels]
    return sorted(rows, key=lambda row: -(row["value"] or 0)) if ranked else rows


def _row(label: str, count: int) -> Row:
    return {"label": label, "value": band(count), "text": band_text(count)}


def finding(prompt_label: str, rows: Sequence[Row]) -> str:
    """One sentence: which answers stand first, ties named as ties."""
    most = max((row["value"] or 0 for row in rows), default=0)
    top = [row["label"] for row in rows if row["value"] == most]
    if not top:
        return f"{prompt_label}: no single answer was given by 5 people or more."
    names = top[0] if len(top) == 1 else f"{', '.join(top[:-1])} and {top[-1]}, level"
    return f"{prompt_label}: {names}, with about {most} answers{' each' if len(top) > 1 else ''}."


def digest(inputs: object) -> str:
    """A fingerprint of what a release was made from: SHA-256 of its canonical JSON."""
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()
