"""The figures of sending as staff read them: a word, a shape, and what to do. Pure."""

from datetime import timedelta
from typing import NamedTuple

from program.clock import distance
from program.health.queries import Figures

LATE, VERY_LATE = 15 * 60, 60 * 60
"""Seconds of waiting that are not usual, and that somebody has to look into."""
SILENT = 5 * 60
"""Seconds without a tick after which nothing runs by itself any more."""
WORRYING = 0.02
"""The share of messages that fail from which on more than single addresses are wrong."""


class Vital(NamedTuple):
    """One figure: what it is called, what it is, its word and shape, and what to do; empty if nothing is."""

    name: str
    value: str
    word: str
    role: str
    advice: str


def vitals(figures: Figures) -> list[Vital]:
    """All of them, as they are read."""
    return [
        _oldest(figures.oldest_unsent_seconds),
        _tick(figures.last_tick_seconds),
        _relay(figures.relay_down_seconds),
        _failed(figures),
        _ambiguous(figures.ambiguous),
    ]


def _oldest(seconds: int | None) -> Vital:
    name = "oldest unsent"
    if seconds is None:
        return Vital(name, "none", "all sent", "ok", "")
    if seconds <= LATE:
        return Vital(name, _ago(seconds), "usual", "ok", "")
    advice = "Mail goes out late. See below whether work still runs and whether the mail server answers."
    return Vital(name, _ago(seconds), "late", "late" if seconds > VERY_LATE else "warn", advice)


def _tick(seconds: int | None) -> Vital:
    name, advice = (
        "last tick",
        "Nothing runs by itself: start a worker and beat, or ask who keeps the machine.",
    )
    if seconds is None:
        return Vital(name, "none yet", "silent", "late", advice)
    if seconds <= SILENT:
        return Vital(name, _ago(seconds), "runs", "ok", "")
    return Vital(name, _ago(seconds), "silent", "late", advice)


def _relay(seconds: int | None) -> Vital:
    name = "mail server"
    if seconds is None:
        return Vital(name, "up", "answers", "ok", "")
    advice = "The mail server does not answer. Nothing is lost: all that waits goes out once it is back."
    return Vital(name, f"down {_ago(seconds)}", "down", "late", advice)


def _failed(figures: Figures) -> Vital:
    name = "failed in 24 h"
    share = f"{figures.failed} ({100 * figures.failure_rate:.1f}%)"
    if not figures.failed:
        return Vital(name, share, "none", "ok", "")
    worrying = figures.failure_rate >= WORRYING
    advice = "Look at what failed, mend the address under People, then send it again."
    return Vital(name, share, "too many" if worrying else "single", "late" if worrying else "warn", advice)


def _ambiguous(count: int) -> Vital:
    name = "in doubt"
    if not count:
        return Vital(name, "0", "none", "ok", "")
    advice = "These may have arrived. Ask the person, or send it again: at worst they have it twice."
    return Vital(name, str(count), "unsure", "warn", advice)


def _ago(seconds: int) -> str:
    return distance(timedelta(seconds=-seconds)) if seconds >= 60 else "under a minute ago"
