"""Going out in the next 24 hours: what waits, what is held, and what falls due, a page at a time."""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import select

from program.accounts.models import Account
from program.extensions import db
from program.notices.models import Notice, NoticeState
from program.notices.queries import list_carried, list_going
from program.outbox.about import about_by_id
from program.outbox.words import Line
from program.paging import PAGE_SIZE, Page, cursor_of, read_cursor
from program.reminders.ladder import Reader
from program.reminders.readers import Step
from program.reminders.upcoming import ComingMail, next_mails

WITHIN = timedelta(hours=24)
MADE, TO_COME = 0, 1
"""Which of those of one instant come first."""
AS = {Reader.OWNER: "", Reader.MANAGER: ", and they coach them", Reader.STAFF: ", and they are staff"}
Key = tuple[datetime, int, int]


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a mail says: which rung, about what, why."""

    what: str
    about: str
    why: str


@dataclass(frozen=True, slots=True)
class Going:
    """One mail: when, to whom, and what it says. It has a message, or is still to be made of what `owners` owe."""

    moment: datetime
    reader: Account
    parts: Sequence[Part]
    notice: Notice | None
    owners: str = ""


def list_going_out(*, cursor: str | None, now: datetime, size: int = PAGE_SIZE) -> Page[Going]:
    """The mails of the next 24 hours, the first first; what is late, or held beyond its time, comes before them."""
    after = _key(cursor)
    until = now + WITHIN
    made = [
        notice
        for state in (NoticeState.PENDING, NoticeState.HELD)
        for notice in list_going(state, until=until, after=_after_made(after), size=size + 1)
    ]
    mails = next_mails(after=_after_mail(after), size=size + 1, now=now, within=WITHIN)
    keyed: list[tuple[Key, Notice | ComingMail]] = [
        *(((one.not_before, MADE, one.id), one) for one in made),
        *(((one.moment, TO_COME, one.account_id), one) for one in mails),
    ]
    first = heapq.nsmallest(size + 1, keyed, key=lambda pair: pair[0])
    rows = [one for _key, one in islice(first, size)]
    more = cursor_of(first[size - 1][0]) if len(first) > size else None
    return Page(_told(rows), more, is_first=after is None)


def _key(cursor: str | None) -> Key | None:
    found = read_cursor(cursor, [Notice.not_before, Notice.id, Notice.id])
    return (found[0], found[1], found[2]) if found else None  # type: ignore[return-value]  # as the columns say


def _after_made(after: Key | None) -> tuple[datetime, int] | None:
    """Of one instant all that is made comes first."""
    if after is None:
        return None
    moment, source, number = after
    return moment, number if source == MADE else 2**31 - 1


def _after_mail(after: Key | None) -> tuple[datetime, int] | None:
    if after is None:
        return None
    moment, source, number = after
    return moment, number if source == TO_COME else 0


def _told(rows: Sequence[Notice | ComingMail]) -> list[Going]:
    made = [one for one in rows if isinstance(one, Notice)]
    carried = list_carried([one.id for one in made])
    about = about_by_id([*made, *carried])
    people = _people([one for one in rows if isinstance(one, ComingMail)])
    return [
        _made(one, [other for other in carried if other.carrier_id == one.id], about)
        if isinstance(one, Notice)
        else _coming(one, people)
        for one in rows
    ]


def _made(notice: Notice, others: Sequence[Notice], about: Mapping[int, str]) -> Going:
    lines = [Line(one, about.get(one.id, "")) for one in (notice, *others)]
    parts = [Part(line.notice.what, line.about, line.why) for line in lines]
    return Going(notice.not_before, notice.account, parts, notice)


def _coming(mail: ComingMail, people: Mapping[int, Account]) -> Going:
    parts = [_part(step, people) for step in mail.steps]
    owners = ",".join(str(one) for one in sorted({step.obligation.account_id for step in mail.steps}))
    return Going(mail.moment, people[mail.account_id], parts, None, owners)


def _part(step: Step, people: Mapping[int, Account]) -> Part:
    title, name = step.obligation.title, people[step.obligation.account_id].name
    what = f"reminder, {step.obligation.kind.value.replace('_', ' ')}, {step.rung.when}"
    if step.owner_id is None:
        return Part(what, title, "they owe it")
    return Part(what, f"{name}: {title}", f"{name} owes it{AS[step.rung.to]}")


def _people(mails: Sequence[ComingMail]) -> Mapping[int, Account]:
    ids = {one.account_id for one in mails} | {
        step.obligation.account_id for one in mails for step in one.steps
    }
    return {one.id: one for one in db.session.scalars(select(Account).where(Account.id.in_(ids)))}
