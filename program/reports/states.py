"""Which steps a report can take."""

from program.errors import ForbiddenStepError
from program.reports.models import ReportState

STEPS: dict[ReportState, frozenset[ReportState]] = {
    ReportState.DRAFT: frozenset({ReportState.SUBMITTED}),
    ReportState.SUBMITTED: frozenset({ReportState.RETURNED, ReportState.ACCEPTED}),
    ReportState.RETURNED: frozenset({ReportState.SUBMITTED}),
    ReportState.ACCEPTED: frozenset(),
}
WRITABLE = frozenset(state for state, steps in STEPS.items() if ReportState.SUBMITTED in steps)
"""The states in which the fellow can change the text."""


def check_step(state: ReportState, step: ReportState) -> None:
    """Raises ForbiddenStepError, which says what is open, unless the report can take this step."""
    if step in STEPS[state]:
        return
    open_steps = " or ".join(sorted(STEPS[state])) or "nothing more"
    raise ForbiddenStepError(
        f"This report is {state}, so it cannot become {step}; open from here: {open_steps}. Nothing was changed."
    )
