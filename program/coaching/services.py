"""Handing fellows over from one research manager to the next."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import selectinload

from program.access import PROGRAMME, Actor, Permission, require
from program.accounts.models import Account
from program.audit.models import Tag
from program.audit.services import record
from program.clock import today
from program.cohorts.models import Cohort
from program.cohorts.states import check_changeable
from program.extensions import db
from program.fellows.models import Fellowship, Handover
from program.fellows.services import FellowError
from program.fellows.stages import SEATED
from program.notices.models import NoticeKind
from program.notices.services import Message, post

NOBODY = "Nobody is in their care in this cohort. Nothing was changed."
SAME = "{} coaches them already. Choose somebody else."


def hand_over(
    fellowships: Sequence[Fellowship], cohort: Cohort, *, to: Account, note: str, actor: Actor, now: datetime
) -> int:
    """Give the fellowships of a cohort to another research manager, with a note that they and staff read; how many.

    What was read and written before stays as it is, and the new one reads all of it. Raises FellowError.
    """
    require(actor, Permission.FELLOWSHIP_CHANGE, PROGRAMME, now=now)
    check_changeable(cohort.state)
    _hold(fellowships)
    moved = [one for one in fellowships if one.research_manager_id != to.id]
    if not moved:
        raise FellowError(SAME.format(to.name) if fellowships else NOBODY, field="to")
    common = {"to_id": to.id, "day": today(now, cohort.time_zone), "note": note, "by_id": actor.id, "at": now}
    rows = [{"fellowship_id": one.id, "from_id": one.research_manager_id, **common} for one in moved]
    db.session.execute(insert(Handover), rows)
    for one in moved:
        subject = ("fellowship", one.id)
        before, after = {"research_manager": one.research_manager_id}, {"research_manager": to.id}
        record(Tag.HANDOVER, actor_id=actor.id, subject=subject, now=now, before=before, after=after)
    ids = [one.id for one in moved]
    db.session.execute(update(Fellowship).where(Fellowship.id.in_(ids)).values(research_manager_id=to.id))
    _tell(moved, cohort, to, now=now)
    return len(moved)


def _tell(moved: Sequence[Fellowship], cohort: Cohort, to: Account, *, now: datetime) -> None:
    """The next one hears of all of them in one mail, and each fellow of theirs."""
    fellows = [one.account for one in moved if one.stage in SEATED]
    told = [("manager", to), *(("fellow", account) for account in fellows)]
    post(
        [
            Message(NoticeKind.HAND_OVER, account.id, "cohort", cohort.id, now, part)
            for part, account in told
            if account.can_sign_in
        ],
        now=now,
    )


def _hold(fellowships: Sequence[Fellowship]) -> None:
    """Nobody else hands them over before this transaction is over; whose they are now is read anew."""
    query = (
        select(Fellowship).where(Fellowship.id.in_([one.id for one in fellowships])).order_by(Fellowship.id)
    )
    query = query.options(selectinload(Fellowship.account)).with_for_update()
    db.session.scalars(query.execution_options(populate_existing=True)).all()
