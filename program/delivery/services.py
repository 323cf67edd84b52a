"""Sending what is in the outbox.

Delivery commits by itself: that a text goes out has to be on disk before it does, and no transaction may be
open while the relay is talked to.
"""

import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from program.bounces.models import Why
from program.bounces.services import suppress
from program.delivery import breaker, claims
from program.delivery.writing import Ended, Envelope, write_mails
from program.extensions import db, only_reading
from program.notices.models import Notice, NoticeState
from program.relay import RefusedError, Relay, RelayDownError, UncertainError
from program.smtp_codes import Verdict, enhanced_code

logger = logging.getLogger(__name__)
BATCH = 100
MAX_ATTEMPTS = 12
FIRST_WAIT = timedelta(seconds=20)
LONGEST_WAIT = timedelta(hours=1)
Clock = Callable[[], datetime]


@dataclass(slots=True)
class Run:
    """One worker's work, batch by batch. `taken` was accepted by the relay and is not yet written down."""

    relay: Relay
    clock: Clock
    lease: timedelta
    token: str = ""
    taken: Sequence[int] = ()
    sent: int = 0

    def write_down(self) -> None:
        """Commit what the relay took."""
        if self.taken:
            claims.mark_sent(self.taken, self.token, now=self.clock())
        db.session.commit()
        self.sent += len(self.taken)
        self.taken = ()

    def hand_over(self, envelope: Envelope) -> bool:
        """Send one message, unless the lease has ended; whether it was sent.

        The mark of its hand-off is committed with what was taken before it.
        """

        def before_handoff() -> bool:
            ours = claims.mark_handoff(envelope.notice_ids, self.token, lease=self.lease, now=self.clock())
            self.write_down()
            return ours

        sent = self.relay.send(envelope.mail, before_handoff=before_handoff, now=self.clock())
        if sent:
            self.taken = envelope.notice_ids
        return sent


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
    db.session.commit()
    with only_reading():
        notices = claims.list_held(run.token)
        written = list(write_mails(notices, now=run.clock()))
    for ended in (one for one in written if isinstance(one, Ended)):
        _end(ended, run)
    db.session.commit()
    return len(notices), [one for one in written if isinstance(one, Envelope)]


def _end(ended: Ended, run: Run) -> None:
    claims.mark_ended(ended.notice_ids, run.token, state=ended.state, error=ended.error, now=run.clock())
    if ended.left:
        claims.lead_on(ended.notice_ids, ended.left, run.token)


def _deliver(envelopes: Sequence[Envelope], run: Run) -> None:
    for place, envelope in enumerate(envelopes):
        try:
            if not run.hand_over(envelope):
                break  # the rest of the batch was leased until then, too
        except RelayDownError as error:
            _wait_for_relay(envelopes[place:], run, error)
            run.write_down()
            raise
        except (RefusedError, ValueError, UncertainError) as error:
            _note_failure(envelope, run, error)
            run.write_down()
    run.write_down()


def _note_failure(envelope: Envelope, run: Run, error: Exception) -> None:
    match error:
        case UncertainError():
            state, reason = NoticeState.AMBIGUOUS, str(error)
        case RefusedError(permanent=False) if envelope.attempts < MAX_ATTEMPTS:
            return _try_later(envelope, run, error)
        case RefusedError():
            if error.verdict is Verdict.BAD_ADDRESS:
                _stop_mail_to(envelope.notice_ids[0], error, now=run.clock())
            state, reason = NoticeState.FAILED, str(error)
        case _:  # a line break in an address or a name
            state, reason = NoticeState.FAILED, f"not a mail: {error}"
    return claims.mark_ended(envelope.notice_ids, run.token, state=state, error=reason, now=run.clock())


def _wait_for_relay(envelopes: Sequence[Envelope], run: Run, error: Exception) -> None:
    """They go out when the relay is back; the first a little later, as it may be what the relay hung up at.

    However long the relay is down, no message fails for that.
    """
    first, *others = envelopes
    often = first.attempts > breaker.OPENS_AT
    later = run.clock() + (back_off(first.attempts) if often else breaker.FIRST_WAIT)
    claims.put_back(first.notice_ids, run.token, error=str(error), not_before=later)
    left = [notice_id for one in others for notice_id in one.notice_ids]
    claims.release(left, run.token, error=str(error))


def _stop_mail_to(notice_id: int, error: RefusedError, *, now: datetime) -> None:
    """The relay says that the address is none: what else is for it need not be tried."""
    notice = db.session.get_one(Notice, notice_id)
    suppress(notice, why=Why.REFUSED, status=".".join(enhanced_code(str(error)[4:])), now=now)


def _try_later(envelope: Envelope, run: Run, error: Exception) -> None:
    later = run.clock() + back_off(envelope.attempts)
    claims.put_back(envelope.notice_ids, run.token, error=str(error), not_before=later)


def back_off(attempts: int) -> timedelta:
    """How long to wait after so many attempts: doubling from 20 s to an hour, with up to a quarter of jitter."""
    wait: timedelta = min(FIRST_WAIT * 2 ** max(0, attempts - 1), LONGEST_WAIT)
    return wait * random.uniform(1, 1.25)  # noqa: S311 - spreads retries, keeps no secret
