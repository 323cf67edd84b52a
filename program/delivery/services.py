"""Sending what is in the outbox.

Delivery commits by itself: that a text goes out has to be on disk before it does, and no transaction may be
open while the relay is talked to.
"""

import logging
from collections.abc import Sequence
from datetime import timedelta

from program.delivery import breaker, claims, pace
from program.delivery.failures import note_failure, slow_down, wait_for_relay
from program.delivery.runs import Clock, Run
from program.delivery.writing import Ended, Envelope, write_mails
from program.extensions import db, only_reading
from program.relay import RefusedError, Relay, RelayDownError, UncertainError
from program.smtp_codes import Verdict

logger = logging.getLogger(__name__)
BATCH = 100


def deliver_due(
    *, relay: Relay, clock: Clock, lease: timedelta, batch: int = BATCH, most: int = 10_000
) -> int:
    """Send what is due, in batches, until nothing is left or `most` went out; how many were taken by the relay."""
    claims.free_expired(now=clock())
    db.session.commit()
    run = Run(relay, clock, lease)
    try:
        if not _is_open_to(run):
            return 0
        _settle_doubts(relay, clock=clock, lease=lease, limit=batch)
        while run.sent < most:
            claimed, envelopes = _claim(run, limit=batch)
            _deliver(envelopes, run)
            if claimed < batch:
                break
    except RelayDownError as error:
        breaker.note_down(after_success=run.sent > 0, now=clock())
        logger.warning("sending waits", extra={"error": str(error)})
    else:
        if run.sent:
            breaker.note_up()
    db.session.commit()
    return run.sent


def _is_open_to(run: Run) -> bool:
    """Whether this worker may send: while the relay is down none does, and one of them tries it."""
    gate = breaker.ask(now=run.clock())
    db.session.commit()
    if gate is not breaker.Gate.PROBE:
        return gate is breaker.Gate.SEND
    try:
        run.relay.probe()
    except RelayDownError as error:
        breaker.note_still_down(now=run.clock())
        logger.warning("the relay is still down", extra={"error": str(error)})
        db.session.commit()
        return False
    breaker.close()
    db.session.commit()
    return True


def _settle_doubts(relay: Relay, *, clock: Clock, lease: timedelta, limit: int) -> None:
    """Ask the relay what arrived, where it answers that; else send once more what may be."""
    doubtful = claims.list_ambiguous(limit=limit, handed_over_before=clock() - lease)
    db.session.rollback()
    if not doubtful:
        return
    arrived: list[int] = []
    missing: list[int] = []
    for notice_id, message_id in doubtful:
        there = relay.has(message_id)
        if there is None:
            claims.send_once_more([notice_id for notice_id, _message_id in doubtful])
            break
        (arrived if there else missing).append(notice_id)
    claims.settle(arrived=arrived, missing=missing, now=clock())
    db.session.commit()


def _claim(run: Run, *, limit: int) -> tuple[int, Sequence[Envelope]]:
    """Take a batch: how many messages that are, and those to be sent.

    Nothing is locked while mails are written, and what was read for them is let go of with this frame.
    """
    if breaker.is_open():
        db.session.rollback()
        return 0, []
    run.token = claims.claim(limit=limit, lease=run.lease, now=run.clock())
    waiting = _put_off(run)
    db.session.commit()
    with only_reading():
        notices = claims.list_held(run.token)
        written = list(write_mails(notices, now=run.clock()))
    for ended in (one for one in written if isinstance(one, Ended)):
        _end(ended, run)
    db.session.commit()
    return waiting + len(notices), [one for one in written if isinstance(one, Envelope)]


def _put_off(run: Run) -> int:
    """Put back what is too fast for its domain, in the transaction of the claim; how many mails."""
    most, now = run.relay.settings.domain_per_minute, run.clock()
    slowed = pace.list_slowed(now)
    if not most and not slowed:
        return 0
    waits = pace.put_off(claims.list_mails(run.token), slowed=slowed, per_minute=most, now=now)
    claims.put_off(waits, run.token)
    return len(waits)


def _end(ended: Ended, run: Run) -> None:
    claims.mark_ended(ended.notice_ids, run.token, state=ended.state, error=ended.error, now=run.clock())
    if ended.left:
        claims.lead_on(ended.notice_ids, ended.left, run.token)


def _deliver(envelopes: Sequence[Envelope], run: Run) -> None:
    slowed: set[str] = set()
    for place, envelope in enumerate(envelopes):
        if slowed and envelope.domain in slowed:
            continue
        try:
            if not run.hand_over(envelope):
                break  # the rest of the batch was leased until then, too
        except RelayDownError as error:
            wait_for_relay(envelopes[place:], run, error)
            run.write_down()
            raise
        except (RefusedError, ValueError, UncertainError) as error:
            note_failure(envelope, run, error)
            if isinstance(error, RefusedError) and error.verdict is Verdict.SLOWER:
                slowed.add(envelope.domain)
                slow_down(envelope.domain, envelopes[place + 1 :], run)
            run.write_down()
    run.write_down()
