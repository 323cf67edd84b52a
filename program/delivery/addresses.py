"""What staff hear of an address that takes no mail any more."""

from collections.abc import Sequence
from datetime import datetime

from program.access import Role
from program.bounces.models import SuppressedAddress, Why
from program.bounces.queries import suppressed_by_id
from program.delivery.letters import Letters, told
from program.notices.models import Notice
from program.presentation import path_to
from program.succession.words import News

CAME = {
    Why.BOUNCED: "A mail to {name} came back for good",
    Why.REFUSED: "A mail to {name} was refused: there is no such mailbox",
    Why.COMPLAINED: "A mail to {name} was reported as unwanted",
}


def suppressed_addresses(notices: Sequence[Notice], now: datetime) -> Letters:
    """To staff: somebody is out of reach, while they are. What the mail said stands nowhere in it."""
    found = suppressed_by_id({notice.subject_id for notice in notices})
    url = path_to("bounces.listing")
    news = {
        notice.id: (_of(one), url)
        for notice in notices
        if (one := found.get(notice.subject_id)) and one.at == notice.due_at and _is_staff(notice)
    }
    return told(notices, now, news)


def _is_staff(notice: Notice) -> bool:
    return Role.STAFF in notice.account.roles


def _of(one: SuppressedAddress) -> News:
    name = one.account.name
    code = f" ({one.status})" if one.status else ""
    said = f"{CAME[one.why].format(name=name)}{code}. Nothing more is sent to {one.address}, no link to sign in either."
    return News(
        f"{name} gets no more mail",
        f"{said} It ends when they have another address, or you let mail go there again.",
        "See the addresses without mail",
        "you run the programme. Each address is told to you once",
    )
