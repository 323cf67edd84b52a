"""From messages to mails: what breaks on the way, breaks alone."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy.exc import DBAPIError

from program.bounces.queries import which_suppressed
from program.delivery.composers import COMPOSERS
from program.delivery.letters import Letters
from program.mail import Mail
from program.notices.models import Notice, NoticeKind, NoticeState

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Envelope:
    """A message on its way: what is needed of it without a transaction."""

    notice_id: int
    attempts: int
    mail: Mail


@dataclass(slots=True)
class Ended:
    """A message that will not go out, and why."""

    notice_id: int
    state: NoticeState
    error: str = ""


def write_mails(notices: Sequence[Notice], *, now: datetime) -> Iterator[Envelope | Ended]:
    """The mails of these messages. One that is not wanted any more is cancelled; one that breaks, breaks alone."""
    ready: dict[int, Callable[[], Mail]] = {}
    stopped = which_suppressed({notice.account.email for notice in notices})
    for kind in {notice.kind for notice in notices}:
        ready |= _compose(kind, [notice for notice in notices if notice.kind is kind], now)
    for notice in notices:
        write = ready.get(notice.id)
        if write is None or notice.account.disabled_at is not None:
            yield Ended(notice.id, NoticeState.CANCELLED)
            continue
        if why := stopped.get(notice.account.email):
            yield Ended(notice.id, NoticeState.FAILED, f"nothing is sent to this address: {why}")
            continue
        try:
            yield Envelope(notice.id, notice.attempts, write())
        except DBAPIError:
            raise  # the database is away: all of it is tried again when the lease has ended
        except Exception as error:
            logger.exception("a mail cannot be written", extra={"notice": notice.id})
            yield Ended(notice.id, NoticeState.FAILED, f"template: {error!r}")


def _compose(kind: NoticeKind, notices: Sequence[Notice], now: datetime) -> Letters:
    """What the messages of a kind say. One that breaks while it is looked up is to break when it is written."""
    try:
        return COMPOSERS[kind](notices, now)
    except DBAPIError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever broke is kept with its message, and logged
        if len(notices) == 1:
            return {notices[0].id: partial(_break, error)}
        alone = [_compose(kind, [notice], now) for notice in notices]
        return {notice_id: write for letters in alone for notice_id, write in letters.items()}


def _break(error: Exception) -> Mail:
    raise error
