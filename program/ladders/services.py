"""Changing how a cohort reminds."""

from datetime import datetime

from program.access import Actor, Permission, require
from program.audit.models import Tag
from program.audit.services import record
from program.cohorts.models import Cohort
from program.cohorts.queries import lock_cohort
from program.cohorts.states import check_changeable
from program.errors import ConflictError, DomainError
from program.extensions import db, flush_or_conflict
from program.ladders.queries import find_ladder, find_own, list_own
from program.ladders.rules import Fault, digest_of, faults, in_order
from program.ladders.wording import KINDS, end_words, ladder_words
from program.obligations.models import ObligationKind
from program.reminders.defaults import default_ladder
from program.reminders.ladder import Ladder
from program.reminders.models import CohortLadder

MEANWHILE = (
    "Somebody else changed this ladder since you opened this page. Nothing was overwritten: theirs is shown here, "
    "and yours is kept below."
)


class LadderError(DomainError):
    """What is wrong with a ladder."""

    def __init__(self, wrong: list[Fault]) -> None:
        self.faults = wrong
        super().__init__(" ".join(fault.message for fault in wrong))


def keep_ladder(
    cohort: Cohort, *, kind: ObligationKind, ladder: Ladder, version: str, actor: Actor, now: datetime
) -> None:
    """Remind by this ladder from now on; the usual one is no cohort's own. Safe to do twice.

    `version` is the digest of the ladder that the change was made from. What was told of a deadline is not told
    again. Raises ForbiddenStepError if the cohort is archived, LadderError, and ConflictError if somebody was quicker.
    """
    require(actor, Permission.LADDER_CHANGE, cohort, now=now)
    check_changeable(cohort.state)
    if wrong := [*faults(ladder, kind)]:
        raise LadderError(wrong)
    lock_cohort(cohort)
    before, after = in_order(find_ladder(cohort.id, kind)), in_order(ladder)
    if before == after:
        return
    check_version(before, version)
    _write(cohort.id, kind, after)
    record(
        Tag.LADDER_CHANGE,
        actor_id=actor.id,
        subject=("cohort", cohort.id),
        now=now,
        before=_said(before, kind),
        after=_said(after, kind),
    )


def check_version(present: Ladder, version: str) -> None:
    """Raises ConflictError if the present ladder is not the one that a change was made from."""
    if digest_of(present) != version:
        raise ConflictError(MEANWHILE)


def copy_ladders(original: Cohort, copy: Cohort) -> None:
    """Give a new cohort the ladders of another: what is usual there is usual here."""
    for own in list_own(original.id):
        _write(copy.id, own.kind, own.ladder)


def _write(cohort_id: int, kind: ObligationKind, ladder: Ladder) -> None:
    own = find_own(cohort_id, kind)
    if ladder == in_order(default_ladder(kind)):
        if own:
            db.session.delete(own)
    else:
        own = own or CohortLadder(cohort_id=cohort_id, kind=kind)
        own.rungs, own.end_days = ladder.as_json(), ladder.end_days
        db.session.add(own)
    flush_or_conflict(MEANWHILE)


def _said(ladder: Ladder, kind: ObligationKind) -> dict[str, str]:
    return {"of": KINDS[kind].title, "reminders": ladder_words(ladder, kind), "until": end_words(ladder)}
