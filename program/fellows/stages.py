"""Which steps a fellowship can take from stage to stage, and which of them want a reason."""

from program.errors import ForbiddenStepError
from program.fellows.models import FellowshipStage

_S = FellowshipStage

FORWARD: dict[FellowshipStage, frozenset[FellowshipStage]] = {
    _S.APPLIED: frozenset({_S.SHORTLISTED, _S.WAITLISTED, _S.DECLINED, _S.WITHDRAWN, _S.DEFERRED}),
    _S.SHORTLISTED: frozenset({_S.OFFERED, _S.WAITLISTED, _S.DECLINED, _S.WITHDRAWN, _S.DEFERRED}),
    _S.WAITLISTED: frozenset({_S.OFFERED, _S.DECLINED, _S.WITHDRAWN, _S.DEFERRED}),
    _S.OFFERED: frozenset({_S.ACCEPTED, _S.DECLINED, _S.WITHDRAWN, _S.DEFERRED}),
    _S.ACCEPTED: frozenset({_S.ACTIVE, _S.DECLINED, _S.WITHDRAWN, _S.DEFERRED}),
    _S.ACTIVE: frozenset({_S.COMPLETED, _S.WITHDRAWN, _S.DEFERRED}),
    _S.COMPLETED: frozenset(),
    _S.DECLINED: frozenset(),
    _S.WITHDRAWN: frozenset(),
    _S.DEFERRED: frozenset({_S.WITHDRAWN}),
}
"""From each stage, the stages that follow in the ordinary course."""

BACK: dict[FellowshipStage, frozenset[FellowshipStage]] = {
    _S.APPLIED: frozenset(),
    _S.SHORTLISTED: frozenset({_S.APPLIED}),
    _S.WAITLISTED: frozenset({_S.APPLIED, _S.SHORTLISTED}),
    _S.OFFERED: frozenset({_S.SHORTLISTED, _S.WAITLISTED}),
    _S.ACCEPTED: frozenset({_S.OFFERED}),
    _S.ACTIVE: frozenset({_S.ACCEPTED}),
    _S.COMPLETED: frozenset({_S.ACTIVE}),
    _S.DECLINED: frozenset({_S.APPLIED, _S.SHORTLISTED, _S.WAITLISTED, _S.OFFERED}),
    _S.WITHDRAWN: frozenset({_S.APPLIED, _S.SHORTLISTED, _S.OFFERED, _S.ACCEPTED, _S.ACTIVE}),
    _S.DEFERRED: frozenset({_S.APPLIED, _S.SHORTLISTED, _S.OFFERED, _S.ACCEPTED, _S.ACTIVE}),
}
"""From each stage, the stages that somebody can be put back to: what was done was a mistake, or came undone."""

GRAVE = frozenset({_S.WITHDRAWN, _S.DEFERRED})
"""Stages that nobody is put to without a reason, wherever they come from."""

IN_SELECTION = frozenset({_S.APPLIED, _S.SHORTLISTED, _S.WAITLISTED, _S.OFFERED})
"""Stages of somebody who is being chosen."""

SEATED = frozenset({_S.ACCEPTED, _S.ACTIVE})
"""Stages of who takes a mentor's seat and is in a research manager's care: those before may still not come."""

GONE = frozenset({_S.COMPLETED, _S.DECLINED, _S.WITHDRAWN, _S.DEFERRED})
"""Stages of somebody who needs no mentor any more."""


def open_steps(stage: FellowshipStage) -> list[FellowshipStage]:
    """The stages that can follow, in the order of the course."""
    return [step for step in FellowshipStage if step in FORWARD[stage] | BACK[stage]]


def offered_steps(stage: FellowshipStage) -> list[FellowshipStage]:
    """The same with those of the ordinary course first."""
    return sorted(open_steps(stage), key=lambda step: wants_reason(stage, step))


def wants_reason(stage: FellowshipStage, step: FellowshipStage) -> bool:
    """Whether the step is one back or out, which is written down with why."""
    return step in BACK[stage] or step in GRAVE


def refusal(stage: FellowshipStage, step: FellowshipStage) -> str:
    """Why a fellowship at this stage cannot take the step; empty if it can."""
    if step in open_steps(stage):
        return ""
    if step is stage:
        return f"is {stage} already"
    return f"is {stage}, and can go from there to: {', '.join(open_steps(stage))}"


def check_step(stage: FellowshipStage, step: FellowshipStage) -> None:
    """Raises ForbiddenStepError, which says what is open, unless the fellowship can take this step."""
    if why := refusal(stage, step):
        raise ForbiddenStepError(f"The fellowship {why}. Nothing was changed.")
