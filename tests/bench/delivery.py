"""Emptying an outbox of reminders by two processes, over two that hand finished mails to the same mail server."""

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import delete, func, select
from sqlalchemy.orm import joinedload

from program import clock
from program.delivery.composers import COMPOSERS
from program.extensions import db
from program.mail import compose
from program.notices.models import Notice, NoticeKind, NoticeState
from program.reminders.services import sweep
from program.up.ports import free_port
from tests.bench.bulk import cohort_due_tomorrow, enrol, settle_statistics
from tests.bench.figures import Comparison, Load, interleave
from tests.bench.sender import PARTS
from tests.bench.told import Told, told
from tests.live import Live

GOAL = 0.8


def compare_delivery(live: Live, backend: str, *, rounds: int, notices: int) -> Iterator[Comparison]:
    """Every reminder is still owed, so every one is looked up, written and sent."""
    enrol(cohort_due_tomorrow(weeks=1), notices)
    settle_statistics()
    live.set(smtp_port=free_port())
    finished = str(_write_mails(live, notices))
    found = Comparison(f"delivery by two workers · {backend}", GOAL, unit="notices", fewer_is_better=False)
    with ExitStack() as stack:
        sink = stack.enter_context(told(live, "tests.bench.sink", str(live.settings["smtp_port"])))
        outbox = [stack.enter_context(told(live, "tests.bench.sender")) for _part in range(PARTS)]
        bare = [
            stack.enter_context(told(live, "tests.bench.sender", finished, str(part)))
            for part in range(PARTS)
        ]
        yield interleave(
            found,
            rounds=rounds,
            ours=lambda: _empty_outbox(outbox, sink, notices),
            floor=lambda: _send(bare, sink, notices),
        )


def _empty_outbox(senders: Sequence[Told], sink: Told, count: int) -> Load:
    """Fill it by the sweep, have it emptied, and see that each notice is marked as sent."""
    db.session.execute(delete(Notice))
    assert sweep(now=clock.now()) == count
    db.session.commit()
    load = _send(senders, sink, count)
    states = select(Notice.state, func.count()).group_by(Notice.state)
    assert dict(db.session.execute(states).all()) == {NoticeState.SENT: count}
    db.session.rollback()
    return load


def _send(senders: Sequence[Told], sink: Told, count: int) -> Load:
    """Tell all at once; the sink must have got each mail, once."""
    began = time.perf_counter()
    for sender in senders:
        sender.tell()
    answers = [sender.hear() for sender in senders]
    seconds = time.perf_counter() - began
    sink.tell()
    arrived = sink.hear()
    assert arrived == [str(count), str(count)], f"{arrived} of {count} mails arrived"
    assert sum(int(sent) for sent, _cpu in answers) == count
    return Load(count, seconds, sum(float(cpu) for _sent, cpu in answers))


def _write_mails(live: Live, count: int) -> Path:
    """The mails of the reminders, finished, as a file for the bare senders."""
    now, sender = clock.now(), live.app.extensions["settings"].mail_from
    assert sweep(now=now) == count
    notices = db.session.scalars(select(Notice).options(joinedload(Notice.account))).all()
    with live.app.test_request_context():
        letters = COMPOSERS[NoticeKind.REMINDER](notices, now)
        mails = [letters[notice.id]() for notice in notices]
    db.session.rollback()
    path = live.folder / "mails.json"
    texts = [(mail.to_address, compose(mail, sender=sender, now=now).decode("ascii")) for mail in mails]
    path.write_text(json.dumps(texts))
    return path
