"""Which steps a concern can take, and by when it is to be acknowledged."""

from datetime import timedelta

from program.concerns.models import ConcernState
from program.errors import ForbiddenStepError

STEPS: dict[ConcernState, frozenset[ConcernState]] = {
    ConcernState.RAISED: frozenset({ConcernState.ACKNOWLEDGED}),
    ConcernState.ACKNOWLEDGED: frozenset({ConcernState.WORKED, ConcernState.CLOSED}),
    ConcernState.WORKED: frozenset({ConcernState.CLOSED}),
    ConcernState.CLOSED: frozenset({ConcernState.RAISED}),
}
"""A closed concern that is reopened waits to be acknowledged anew."""
TIME_TO_ACKNOWLEDGE = timedelta(days=2)
"""The programme's own default: nobody outside it sets one. It is said to whoever raises a concern."""


def check_step(state: ConcernState, step: ConcernState) -> None:
    """Raises ForbiddenStepError, which says what is open, unless the concern can take this step."""
    if step in STEPS[state]:
        return
    open_steps = " or ".join(sorted(STEPS[state]))
    raise ForbiddenStepError(
        f"This concern is {state.word}, so it cannot become {step}; open from here: {open_steps}. Nothing was changed."
    )
