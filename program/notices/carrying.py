"""One mail, not ten: messages to one person that were made together travel together."""

from datetime import datetime

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import aliased

from program.audit.models import PRIVATE_SUBJECTS
from program.extensions import db
from program.notices.models import OUTBOX, Notice, NoticeKind, NoticeState


def carry_together(kind: NoticeKind, *, now: datetime) -> None:
    """Put what was posted just now into one mail for each person: with what waits for them, else the first of it.

    What waits is locked, so that nobody sends it meanwhile; what somebody sends already, or may have arrived, is left
    as it is. From then on the carrier and what it carries go through the states together, under the carrier's
    Message-ID. What only those around it may know of travels by itself: staff hold and release whole mails. So does
    what was held and is let go before its time.
    """
    fresh, waiting = aliased(Notice), aliased(Notice)
    posted = (fresh.state == NoticeState.PENDING, fresh.not_before == now, fresh.created_at == now)
    readers = select(fresh.account_id).where(*posted, fresh.kind == kind)
    free = (
        select(waiting.id, waiting.account_id)
        .where(waiting.account_id.in_(readers), waiting.kind == kind, waiting.doubts == 0)
        .where(waiting.state == NoticeState.PENDING, waiting.carrier_id.is_(None))
        .where(waiting.subject_kind.not_in(PRIVATE_SUBJECTS))
        .where(or_(waiting.not_before <= now, waiting.attempts > 0))
        .with_for_update(skip_locked=True)
        .cte("free")
    )
    first = select(func.min(free.c.id).label("id")).group_by(free.c.account_id).having(func.count() > 1)
    carrier = (
        select(Notice.id, Notice.account_id, Notice.message_id).where(Notice.id.in_(first)).cte("carrier")
    )
    db.session.execute(
        update(OUTBOX)
        .where(OUTBOX.c.account_id == carrier.c.account_id, OUTBOX.c.id != carrier.c.id)
        .where(OUTBOX.c.id.in_(select(free.c.id)), OUTBOX.c.created_at == now)
        .values(carrier_id=carrier.c.id, message_id=carrier.c.message_id)
    )
