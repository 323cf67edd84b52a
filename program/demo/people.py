"""Everybody in the demo. All are invented; none is meant to be a real person."""

import csv
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

DATA = Path(__file__).parent / "data"

INTERPRETABILITY = "Interpretability"
OVERSIGHT = "Oversight and control"
EVALUATIONS = "Evaluations"
GOVERNANCE = "Governance"
TECHNICAL_GOVERNANCE = "Technical governance"
TRACKS = (INTERPRETABILITY, OVERSIGHT, EVALUATIONS, GOVERNANCE, TECHNICAL_GOVERNANCE)

_NOT_DECOMPOSED = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae"})


def ascii_slug(name: str) -> str:
    """A name as the part of an address: lower case, ASCII, hyphens for spaces."""
    plain = unicodedata.normalize("NFKD", name.lower().translate(_NOT_DECOMPOSED))
    letters = plain.encode("ascii", "ignore").decode()
    return "".join(c for c in letters.replace(" ", "-") if c.isalnum() or c == "-")


@dataclass(frozen=True)
class Person:
    """One invented person; `domain` is the part of the address that says what they are."""

    given: str
    family: str
    zone: str
    domain: str

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"

    @property
    def email(self) -> str:
        return f"{ascii_slug(self.given)}.{ascii_slug(self.family)}@{self.domain}.example"


@dataclass(frozen=True)
class FellowPerson(Person):
    """A fellow, their track and mentor, how their weeks went (see `weeks.SCENARIOS`) and their project."""

    track: str
    mentor: str
    weeks: str
    project: str


@dataclass(frozen=True)
class MentorPerson(Person):
    """A mentor, their employer in the catalogue, and their stage and seats in the cohort."""

    track: str
    organisation: str
    seats: int
    stage: str


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _mentor(row: dict[str, str]) -> MentorPerson:
    return MentorPerson(
        given=row["given"],
        family=row["family"],
        zone=row["zone"],
        domain="mentors",
        track=row["track"],
        organisation=row["organisation"],
        seats=int(row["seats"]),
        stage=row["stage"],
    )


FELLOWS: list[FellowPerson] = [FellowPerson(domain="fellows", **row) for row in _rows("fellows.csv")]

_POOL = [_mentor(row) for row in _rows("mentors.csv")]
MENTORS: list[MentorPerson] = [mentor for mentor in _POOL if mentor.stage == "confirmed"]
PROSPECTS: list[MentorPerson] = [mentor for mentor in _POOL if mentor.stage != "confirmed"]
"""People in the mentor funnel who have not been confirmed."""

RESEARCH_MANAGERS: list[Person] = [
    Person("Helena", "Strand", "Europe/London", "programme"),
    Person("Idris", "Lawal", "Europe/London", "programme"),
    Person("Camille", "Roussette", "Europe/Paris", "programme"),
]

ADMINISTRATOR = Person("Ruth", "Calloway", "Europe/London", "programme")
COORDINATOR = Person("Owen", "Prydderch", "Europe/London", "programme")
ANALYST = Person("Lena", "Brandauer", "Europe/Vienna", "programme")
STAFF: list[Person] = [ADMINISTRATOR, COORDINATOR]


@dataclass(frozen=True)
class CastMember:
    """Somebody the demo suggests to sign in as."""

    role: str
    name: str
    email: str


P = TypeVar("P", bound=Person)


def by_name(people: list[P], name: str) -> P:
    """The one of them with this name; KeyError if nobody has it."""
    return {person.name: person for person in people}[name]


def cast_member(role: str, person: Person) -> CastMember:
    return CastMember(role=role, name=person.name, email=person.email)


CAST: list[CastMember] = [
    cast_member("staff", ADMINISTRATOR),
    cast_member("analyst", ANALYST),
    cast_member("mentor", by_name(MENTORS, "Margit Vandersloot")),
    cast_member("other mentor", by_name(MENTORS, "Desmond Oyelaran")),
    cast_member("fellow", by_name(FELLOWS, "Amara Okafor")),
    cast_member("other fellow", by_name(FELLOWS, "Kwame Boadu")),
]
