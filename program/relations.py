"""Who somebody is in the programme, and what ties them to a thing at one moment."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Role(StrEnum):
    """What an account is in the programme; one person may hold several."""

    FELLOW = "fellow"
    MENTOR = "mentor"
    RESEARCH_MANAGER = "research_manager"
    STAFF = "staff"
    ANALYST = "analyst"
    ADMIN = "admin"

    @property
    def word(self) -> str:
        """As people say it: "research manager"."""
        return self.value.replace("_", " ")


class Actor(Protocol):
    """Whoever acts: an account, as far as the policy needs to know it."""

    @property
    def id(self) -> int: ...
    @property
    def roles(self) -> frozenset[Role]: ...


@dataclass(frozen=True, slots=True)
class People:
    """The accounts that stand in a relation to an object at one moment."""

    owners: frozenset[int] = field(default=frozenset())
    mentors: frozenset[int] = field(default=frozenset())
    managers: frozenset[int] = field(default=frozenset())
    goes_on: bool = True
    """Whether what they stand around goes on, so that its owners still write."""
    parties: frozenset[int] = field(default=frozenset())
    """Those to whom it was put by name and who still hold the role for it."""
    apart: frozenset[int] | None = None
    """Once no such party is left, it is everybody's of that role but theirs; None while one is."""
    privileged: bool = False
    """Whether it is the account of somebody with a role that runs the programme."""


class Guarded(Protocol):
    """An object with people around it. Relations that have ended are not in it."""

    def people(self, now: datetime) -> People: ...


Relation = Callable[[Actor, People], bool]
"""What ties an actor to an object. The first line of its docstring is how the policy's page prints it."""


def own(actor: Actor, people: People) -> bool:
    """their own"""
    return actor.id in people.owners


def writing(actor: Actor, people: People) -> bool:
    """their own, while their fellowship goes on"""
    return people.goes_on and own(actor, people)


def mentored(actor: Actor, people: People) -> bool:
    """of fellows assigned to them today, while the fellowship goes on"""
    return actor.id in people.mentors


def managed(actor: Actor, people: People) -> bool:
    """of fellows they are research manager of, while the fellowship goes on"""
    return actor.id in people.managers


def party(actor: Actor, people: People) -> bool:
    """put to them by name, or to nobody who is still there"""
    return actor.id in people.parties or (people.apart is not None and actor.id not in people.apart)


def ordinary(_actor: Actor, people: People) -> bool:
    """of people who are neither staff nor administrators"""
    return not people.privileged


def every(_actor: Actor, _people: People) -> bool:
    """any"""
    return True
