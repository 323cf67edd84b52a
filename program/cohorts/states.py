"""The states of a cohort, and the steps between them. Pure."""

from enum import StrEnum

from program.errors import ForbiddenStepError


class CohortState(StrEnum):
    """How far a cohort is."""

    PLANNING = "planning"
    OPEN = "open"
    RUNNING = "running"
    CLOSED = "closed"
    ARCHIVED = "archived"


OVER = (CohortState.CLOSED, CohortState.ARCHIVED)
"""What is over: its fellows only read, and nobody else's access by a relation lasts."""

STEPS: dict[CohortState, frozenset[CohortState]] = {
    CohortState.PLANNING: frozenset({CohortState.OPEN}),
    CohortState.OPEN: frozenset({CohortState.RUNNING, CohortState.PLANNING}),
    CohortState.RUNNING: frozenset({CohortState.CLOSED, CohortState.OPEN}),
    CohortState.CLOSED: frozenset({CohortState.ARCHIVED, CohortState.RUNNING}),
    CohortState.ARCHIVED: frozenset({CohortState.CLOSED}),
}
"""From each state, the states that can follow: one further, or one back."""


def check_step(before: CohortState, after: CohortState) -> None:
    """Raises ForbiddenStepError, which says what is open, if the one state cannot follow the other."""
    if after not in STEPS[before]:
        steps = " or ".join(sorted(STEPS[before]))
        raise ForbiddenStepError(
            f"This cohort is {before}: it can become {steps} next, not {after}. Nothing was changed."
        )


def check_changeable(state: CohortState) -> None:
    """Raises ForbiddenStepError if the cohort is only there to be read."""
    if state is CohortState.ARCHIVED:
        raise ForbiddenStepError(
            "This cohort is archived and only there to be read. Take it back to closed first, then change it."
        )
