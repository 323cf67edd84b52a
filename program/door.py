"""What a sign-in counts for: which roles wait for a second factor, how young it has to be, and looking as another."""

from datetime import datetime, timedelta
from typing import Protocol

from program.access import PRIVILEGED, Actor, Permission, Role


class Entrant(Actor, Protocol):
    """Whoever acts, as far as it counts how and when they showed who they are."""

    @property
    def proved_at(self) -> datetime: ...
    @property
    def second_factors(self) -> int: ...
    @property
    def is_strong(self) -> bool: ...


LOOKABLE = frozenset(
    {
        Permission.FELLOW_HOME,
        Permission.MENTOR_HOME,
        Permission.MANAGER_HOME,
        Permission.ANALYST_HOME,
        Permission.REPORT_READ,
        Permission.REVIEW_WRITE,
        Permission.FELLOWSHIP_READ,
        Permission.RELEASE_READ,
    }
)
"""What staff who look at the site as somebody else may open: no draft, no survey, nothing of their account."""


FRESH = timedelta(minutes=10)
"""How young a sign-in has to be for a sensitive step."""


def withheld_from(roles: frozenset[Role], *, is_strong: bool, wants_second_factor: bool) -> frozenset[Role]:
    """The roles that do not count before this session has shown a second factor."""
    return roles & PRIVILEGED if wants_second_factor and not is_strong else frozenset()


def is_fresh(entrant: Entrant, *, now: datetime) -> bool:
    """Whether the person showed who they are a moment ago.

    Who has set up a second factor shows it by that: a mailbox alone opens nothing sensitive of theirs.
    """
    shown = entrant.is_strong or not entrant.second_factors
    return shown and now - entrant.proved_at <= FRESH


def looked_at(roles: frozenset[Role]) -> frozenset[Role]:
    """The roles in which staff see the site as somebody: never one that runs the programme."""
    return roles - PRIVILEGED


def may_look(permission: Permission | None, *, reads: bool) -> bool:
    """Whether who looks at the site as somebody else may open this."""
    return reads and permission in LOOKABLE
