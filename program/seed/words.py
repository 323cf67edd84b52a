"""Invented people and projects, always the same ones for the same number."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from program.folding import fold

DATA = Path(__file__).parent / "data"
ONE_IN_TWO = 0.5


@dataclass(frozen=True, slots=True)
class Person:
    """A name, and the zone its bearer reads times in."""

    name: str
    zone: str

    def email(self, number: int, domain: str) -> str:
        """An address of their own: `number` is nobody else's."""
        parts = "".join(
            letter if letter.isascii() and letter.isalnum() else " " for letter in fold(self.name)
        )
        return f"{'.'.join(parts.split())}.{number}@{domain}.example"


@cache
def words() -> dict[str, Any]:
    """The words by what they are for."""
    return _loaded("words.toml")


@cache
def cultures() -> list[dict[str, Any]]:
    """Given and family names that belong together, with a zone."""
    found: list[dict[str, Any]] = _loaded("cultures.toml")["culture"]
    return found


def dice(*parts: object) -> Random:
    """Chance that falls the same way for the same parts."""
    return Random(":".join(map(str, parts)))  # noqa: S311 - made-up people are no secret


def anybody(rng: Random) -> Person:
    """Somebody; half of them go by two given names."""
    culture = rng.choice(cultures())
    given = rng.sample(culture["given"], 2 if rng.random() < ONE_IN_TWO else 1)
    return Person(f"{' '.join(given)} {rng.choice(culture['family'])}", culture["zone"])


def project(rng: Random, track: str) -> str:
    """What a fellow of the track works on."""
    about = words()["tracks"][track]
    thing, test, data = (rng.choice(about[key]) for key in ("things", "tests", "data"))
    return f"Do {thing} {test}? A study on {data}"


def _loaded(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))
