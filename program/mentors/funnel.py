"""Which steps a mentor's engagement can take, and which of them want a reason. Pure."""

from itertools import pairwise

from program.errors import ForbiddenStepError
from program.mentors.models import EngagementStage

IDENTIFIED, CONTACTED, INTERESTED, CONFIRMED, DECLINED, WITHDRAWN = EngagementStage

LADDER = (IDENTIFIED, CONTACTED, INTERESTED, CONFIRMED)
"""The way up; a mentor who has reached a stage has reached those before it."""
FOLLOWING = dict(pairwise(LADDER))
STEPS: dict[EngagementStage, frozenset[EngagementStage]] = {
    IDENTIFIED: frozenset({CONTACTED, DECLINED}),
    CONTACTED: frozenset({INTERESTED, DECLINED, IDENTIFIED}),
    INTERESTED: frozenset({CONFIRMED, DECLINED, WITHDRAWN, CONTACTED, IDENTIFIED}),
    CONFIRMED: frozenset({WITHDRAWN, INTERESTED, CONTACTED, IDENTIFIED}),
    DECLINED: frozenset({INTERESTED, CONTACTED, IDENTIFIED}),
    WITHDRAWN: frozenset({INTERESTED, CONTACTED, IDENTIFIED}),
}
OUT = frozenset({DECLINED, WITHDRAWN})
"""The stages of who does not mentor in this cohort."""


def next_stage(stage: EngagementStage) -> EngagementStage | None:
    """The next rung up; None at the top, and for who is out."""
    return FOLLOWING.get(stage)


def wants_reason(stage: EngagementStage, step: EngagementStage) -> bool:
    """Whether the step has to say why: each one that does not go up."""
    return next_stage(stage) is not step


def check_step(stage: EngagementStage, step: EngagementStage, *, reason: str) -> None:
    """Raises ForbiddenStepError, which says what is open, unless the engagement can take this step so."""
    if step not in STEPS[stage]:
        open_steps = ", ".join(one for one in EngagementStage if one in STEPS[stage])
        raise ForbiddenStepError(
            f"This mentor is {stage}, so they cannot become {step}; open from here: {open_steps}. Nothing was changed."
        )
    if wants_reason(stage, step) and not reason.strip():
        raise ForbiddenStepError(
            f"From {stage} to {step} wants a reason: please say why, then do it again. Nothing was changed."
        )


def rank(stage: EngagementStage) -> int:
    """How far up a stage is: 0 for identified, and for who is out, of whom their earlier steps tell."""
    return LADDER.index(stage) if stage in LADDER else 0
