"""The ladders of a cohort whose staff have not made their own. Pure."""

from collections.abc import Mapping

from program.obligations.models import ObligationKind
from program.reminders.ladder import Ladder, Reader, Rung, Unit

BEFORE, AT_DUE, DAY_AFTER = Rung(-48), Rung(0), Rung(24)
USUAL = Ladder((BEFORE, AT_DUE, DAY_AFTER))
ANSWERED_SOON = Ladder((AT_DUE, DAY_AFTER))
"""For what a mail has told of within two days of its deadline: the first rung would say it twice."""
DEFAULTS: Mapping[ObligationKind, Ladder] = {
    ObligationKind.REPORT: Ladder(
        (
            BEFORE,
            AT_DUE,
            DAY_AFTER,
            Rung(2, Unit.WORKING_DAYS, Reader.MANAGER),
            Rung(5, Unit.WORKING_DAYS, Reader.STAFF),
        )
    ),
    ObligationKind.MENDING: Ladder((*USUAL.rungs, Rung(3, Unit.WORKING_DAYS, Reader.MANAGER))),
    ObligationKind.CONCERN: ANSWERED_SOON,
}
"""Whatever is not named has the usual one. Staff hear of late reviews once a day besides (`digests.overdue`).

Coaches hear of a late report after the two working days that a review may be late before staff do, and staff when it
is a working week late: very late, as cohorts count it.
"""
READERS: Mapping[ObligationKind, tuple[Reader, ...]] = {
    ObligationKind.REPORT: (Reader.OWNER, Reader.MANAGER, Reader.STAFF),
    ObligationKind.MENDING: (Reader.OWNER, Reader.MANAGER, Reader.STAFF),
    ObligationKind.DRAFT: (Reader.OWNER, Reader.STAFF),
    ObligationKind.REVIEW: (Reader.OWNER, Reader.MANAGER, Reader.STAFF),
    ObligationKind.ASK: (Reader.OWNER, Reader.MANAGER, Reader.STAFF),
    ObligationKind.EVALUATION: (Reader.OWNER, Reader.STAFF),
    ObligationKind.SURVEY: (Reader.OWNER, Reader.STAFF),
    ObligationKind.NEXT_STEP: (Reader.OWNER, Reader.STAFF),
}
"""Who may be told of an obligation beside who owes it: nobody of a concern, and of what is staff's own only staff."""


def default_ladder(kind: ObligationKind) -> Ladder:
    """The ladder of a kind where staff have made none."""
    return DEFAULTS.get(kind, USUAL)


def readers_of(kind: ObligationKind) -> tuple[Reader, ...]:
    """To whom rungs of this kind may go."""
    return READERS.get(kind, (Reader.OWNER,))
