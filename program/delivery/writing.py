"""Claimed messages become mails, one for what travels together; or it is said why they do not."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy.exc import DBAPIError

from program.bounces.queries import which_suppressed
from program.delivery.composers import COMPOSERS
from program.delivery.letters import Letters
from program.delivery.pace import domain_of
from program.mail import Mail
from program.notices.models import Notice, NoticeKind, NoticeState
from program.notices.topics import is_wanted

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Envelope:
    """A mail on its way, of one message or several: what is needed of it without a transaction."""

    notice_ids: Sequence[int]
    attempts: int
    mail: Mail

    @property
    def domain(self) -> str:
        """Whose mail servers it goes to."""
        return domain_of(self.mail.to_address)


@dataclass(slots=True)
class Ended:
    """Messages that will not go out, and why; `left` is what they would have carried."""

    notice_ids: Sequence[int]
    state: NoticeState
    error: str = ""
    left: Sequence[int] = ()


def write_mails(notices: Sequence[Notice], *, now: datetime) -> Iterator[Envelope | Ended]:
    """The mails of these messages. One that is not wanted any more is cancelled; one that breaks, breaks alone."""
    stopped = which_suppressed({notice.account.email for notice in notices})
    ready: Letters = {}
    wanted = [notice for notice in notices if is_wanted(notice)]
    for kind in {notice.kind for notice in wanted}:
        ready |= _composed(kind, _mails(notice for notice in wanted if notice.kind is kind), now)
    for together in _mails(notices):
        going = [one for one in together if one.id in ready]
        yield from _cancelled(together, going)
        if going:
            yield _written(going, ready[going[0].id], stopped.get(going[0].account.email))


def _mails(notices: Iterable[Notice]) -> list[list[Notice]]:
    """The messages by the mails they travel in."""
    mails: dict[int, list[Notice]] = {}
    for notice in notices:
        mails.setdefault(notice.carrier_id or notice.id, []).append(notice)
    return [*mails.values()]


def _composed(kind: NoticeKind, mails: Sequence[Sequence[Notice]], now: datetime) -> Letters:
    """What the mails of a kind say. One that breaks while it is looked up is to break when it is written."""
    notices = [notice for together in mails for notice in together]
    try:
        return COMPOSERS[kind](notices, now)
    except DBAPIError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever broke is kept with its message, and logged
        if len(mails) == 1:
            return {notice.id: partial(_break, error) for notice in notices}
        alone = [_composed(kind, [together], now) for together in mails]
        return {notice_id: write for letters in alone for notice_id, write in letters.items()}


def _break(error: Exception) -> Mail:
    raise error


def _cancelled(together: Sequence[Notice], wanted: Sequence[Notice]) -> Iterator[Ended]:
    """Those that are not wanted; if what carried the others is among them, these go on without it."""
    dropped = [one for one in together if one not in wanted]
    if dropped:
        headless = any(one.carrier_id is None for one in dropped)
        yield Ended(_ids(dropped), NoticeState.CANCELLED, left=_ids(wanted) if headless else ())


def _written(notices: Sequence[Notice], write: Callable[[], Mail], stopped: str | None) -> Envelope | Ended:
    ids = _ids(notices)
    if stopped:
        return Ended(ids, NoticeState.FAILED, f"nothing is sent to this address: {stopped}")
    try:
        return Envelope(ids, max(one.attempts for one in notices), write())
    except DBAPIError:
        raise  # the database is away: all of it is tried again when the lease has ended
    except Exception as error:
        logger.exception("a mail cannot be written", extra={"notice": ids[0]})
        return Ended(ids, NoticeState.FAILED, f"template: {error!r}")


def _ids(notices: Sequence[Notice]) -> list[int]:
    return [one.id for one in notices]
