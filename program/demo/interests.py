"""What the invented fellows answer in the career-interest survey: chances by track, drawn from a seed."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from program.demo.people import DATA
from program.demo.texts import seeded
from program.organisations.models import Sector

_DATA = tomllib.loads((DATA / "interests.toml").read_text(encoding="utf-8"))
SALT = 1061
"""Chosen among a few so that the shape of the whole shows through the noise of so few people."""
FLATTER = 0.4
"""Mandelbrot's shift of Zipf's law: the first are close to each other."""
SKIPS = 0.05
"""The chance that a question is left out."""


@dataclass(frozen=True)
class Interests:
    """One person's answers, by what they would be in the form."""

    organisations: list[str]
    next_step: str | None
    scales: dict[str, int | None]


def interests(track: str, *, wave: str, seed: int, sectors: Mapping[str, Sector], places: int) -> Interests:
    """What this person answers in this wave; the waves of one person resemble each other."""
    rng = seeded(f"{SALT}:{wave}:{seed}")
    weights = _weights(track, wave, sectors)
    ranked = _ranking(weights, places, rng)
    step = _DATA["next_step"][track]
    next_step = rng.choices(list(step), list(step.values()))[0]
    scales = {
        key: _scale(key, middle, sectors[ranked[0]], rng) for key, middle in _DATA["scales"][track].items()
    }
    return Interests(ranked, None if rng.random() < SKIPS else next_step, scales)


def _weights(track: str, wave: str, sectors: Mapping[str, Sector]) -> dict[str, float]:
    """Zipf's law over the catalogue, bent by the track and by what has moved."""
    worth, moved = _DATA["sectors"][track], _DATA["moved"][wave]
    return {
        name: worth.get(sectors[name], 1.0) * moved.get(sectors[name], 1.0) / (rank + FLATTER)
        for rank, name in enumerate(_DATA["organisations"], start=1)
    }


def _ranking(weights: dict[str, float], places: int, rng: Random) -> list[str]:
    """Drawn without putting back; some name fewer than they could."""
    left, ranked = dict(weights), []
    for _ in range(rng.choice((places - 1, places, places, places))):
        name = rng.choices(list(left), list(left.values()))[0]
        ranked.append(name)
        del left[name]
    return ranked


def _scale(key: str, middle: int, first_choice: Sector, rng: Random) -> int | None:
    """From 0 to 10; whoever wants to go to a lab or a government most says so here too."""
    drawn_to = {"lab": Sector.SCALING_LAB, "policy": Sector.GOVERNMENT_INSTITUTE}[key]
    pull = 2 if first_choice is drawn_to else 0
    number = round(rng.gauss(middle + pull, 1.8))
    return None if rng.random() < SKIPS else max(0, min(10, number))
