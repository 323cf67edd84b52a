"""The reminders of one person, in one mail: what they owe still, and what others owe whom they look after."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

from sqlalchemy import select

from program.access import Role
from program.accounts.models import Account
from program.delivery.letters import Letters, letter
from program.extensions import db
from program.mail import Mail
from program.notices.models import Notice
from program.notices.topics import topic_of_mail
from program.obligations.models import Obligation
from program.obligations.queries import list_owed_by_any
from program.reminders.queries import manager_by_obligation

Key = tuple[str, int, int, datetime | None]


class Owed(NamedTuple):
    """What another owes, and their name."""

    name: str
    obligation: Obligation


def reminders(notices: Sequence[Notice], now: datetime) -> Letters:
    """What is still owed, for the deadline that it was owed by: one mail for all that travels together."""
    found = list_owed_by_any({notice.owner_id or notice.account_id for notice in notices}, now=now)
    owed = {one.key: one for one in found}
    wanted = [notice for notice in notices if _key(notice) in owed]
    others = [notice for notice in wanted if notice.owner_id is not None]
    managers = manager_by_obligation({owed[_key(notice)] for notice in others})
    names = _names({notice.owner_id for notice in others if notice.owner_id})
    mails: dict[int, list[Notice]] = {}
    for notice in wanted:
        if notice.owner_id is None or _may_hear(notice, managers.get(owed[_key(notice)])):
            mails.setdefault(notice.carrier_id or notice.id, []).append(notice)
    return {
        notice.id: write
        for together in mails.values()
        for write in [partial(_reminder, together, owed, names, now)]
        for notice in together
    }


def _may_hear(notice: Notice, manager_id: int | None) -> bool:
    """Whether its reader may still hear of what another owes: their research manager, or staff."""
    return notice.account_id == manager_id or Role.STAFF in notice.account.roles


def _reminder(
    together: Sequence[Notice], owed: Mapping[Key, Obligation], names: Mapping[int, str], now: datetime
) -> Mail:
    mine = _urgent_first(owed[_key(one)] for one in together if one.owner_id is None)
    theirs = _urgent_first(owed[_key(one)] for one in together if one.owner_id is not None)
    others = [Owed(names[one.account_id], one) for one in theirs]
    topic = topic_of_mail(together)
    return letter("reminder", together[0], now, topic=topic, obligations=mine, others=others)


def _urgent_first(owed: Iterable[Obligation]) -> list[Obligation]:
    """Each once, whichever rungs it is told by."""
    return sorted(dict.fromkeys(owed), key=lambda one: (one.due_at, one.kind, one.subject_id))


def _names(ids: set[int]) -> Mapping[int, str]:
    query = select(Account.id, Account.name).where(Account.id.in_(ids))
    return {row.id: row.name for row in db.session.execute(query)} if ids else {}


def _key(notice: Notice) -> Key:
    return (notice.subject_kind, notice.owner_id or notice.account_id, notice.subject_id, notice.due_at)
