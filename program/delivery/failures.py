"""What becomes of a message that was not sent: tried again, given up, in doubt; and of others for the same reason."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from program.bounces.models import Why
from program.bounces.services import suppress
from program.delivery import breaker, claims, pace
from program.delivery.runs import Run
from program.delivery.writing import Envelope
from program.extensions import db
from program.notices.models import Notice, NoticeState
from program.relay import RefusedError, UncertainError
from program.smtp_codes import Verdict, enhanced_code

MAX_ATTEMPTS = 12
FIRST_WAIT = timedelta(seconds=20)
LONGEST_WAIT = timedelta(hours=1)


def note_failure(envelope: Envelope, run: Run, error: Exception) -> None:
    """The relay said no, nobody knows, or it was no mail. Raises nothing: it ends this message, or puts it back."""
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


def slow_down(domain: str, rest: Sequence[Envelope], run: Run) -> None:
    """Nobody writes to the domain for a while, nor does what is left of this batch."""
    until = pace.slow_down(domain, now=run.clock())
    claims.put_off({one.mail.message_id: until for one in rest if one.domain == domain}, run.token)


def wait_for_relay(envelopes: Sequence[Envelope], run: Run, error: Exception) -> None:
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
