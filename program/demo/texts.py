"""Report texts for the demo: the same track, week and seed always give the same words."""

import tomllib
from random import Random
from typing import Any

from program.demo.people import DATA, GOVERNANCE, TECHNICAL_GOVERNANCE

POLICY_TRACKS = (GOVERNANCE, TECHNICAL_GOVERNANCE)
STEPS_A_WEEK = 3

Step = tuple[str, str]


def _load(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))


_EXPERIMENTS = _load("experiments.toml")
_POLICY = _load("policy.toml")
_VOCABULARY: dict[str, dict[str, list[str]]] = _load("vocabulary.toml")
_REPLIES: dict[str, list[str]] = _load("replies.toml")

ASKS = _REPLIES["asks"]
ANSWERS = dict(zip(ASKS, _REPLIES["answers"], strict=True))
ACCEPTED = _REPLIES["accepted"]
RETURNED = _REPLIES["returned"]
MENDED = _REPLIES["mended"]


def seeded(seed: int | str) -> Random:
    """Repeatable choices for invented texts; nothing here is a secret."""
    return Random(seed)  # noqa: S311


def _words(track: str, seed: int) -> dict[str, str]:
    """One choice of each of the track's words, also with a capital letter to begin a sentence."""
    rng = seeded(seed)
    chosen = {key: rng.choice(options) for key, options in _VOCABULARY[track].items()}
    capitals = {key.capitalize(): word[:1].upper() + word[1:] for key, word in chosen.items()}
    return {**chosen, **capitals}


def _steps(voice: dict[str, Any], week: int, seed: int) -> list[Step]:
    """The steps of a week; the last stage goes on until the programme ends."""
    rng = seeded(seed)
    chosen = [rng.sample(stage, STEPS_A_WEEK) for stage in voice["steps"]]
    return [(planned, done) for planned, done in chosen[min(week, len(chosen)) - 1]]


def _nth(options: list[str], week: int, seed: int) -> str:
    """A different one each week for one person, in an order of their own."""
    order = seeded(f"{seed} {options[0]}").sample(options, len(options))
    return order[week % len(order)]


def _bullets(lines: list[str]) -> str:
    return "\n".join(f"- {line}." for line in lines)


def report_sections(track: str, *, week: int, seed: int) -> dict[str, str]:
    """Markdown for each section of one week's report; `done` follows the `plan` of the week before."""
    voice = _POLICY if track in POLICY_TRACKS else _EXPERIMENTS
    planned = _bullets([planned for planned, _ in _steps(voice, week + 1, seed)])
    texts = {
        "done": _bullets([done for _, done in _steps(voice, week, seed)]),
        "learned": _nth(voice["learned"], week, seed),
        "blocked": _nth(voice["blocked"], week, seed),
        "plan": planned,
    }
    words = _words(track, seed)
    return {section: text.format_map(words) for section, text in texts.items()}


def half_written(sections: dict[str, str]) -> dict[str, str]:
    """A report in the middle of being written: the first section, and a beginning of the second."""
    return {**sections, "learned": sections["learned"].split(". ")[0] + ".", "blocked": "", "plan": ""}
