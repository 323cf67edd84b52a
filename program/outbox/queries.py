"""Messages as they are read: with what they are about."""

from collections.abc import Sequence

from program.notices.models import Notice
from program.notices.queries import Search, list_mail_of, list_notices, list_sent_to
from program.outbox.about import about_by_id
from program.outbox.words import Line
from program.paging import PAGE_SIZE, Page


def list_lines(search: Search, *, cursor: str | None, size: int = PAGE_SIZE) -> Page[Line]:
    """The messages that are looked for, the newest first."""
    return _lines_of(list_notices(search, cursor=cursor, size=size))


def list_own_lines(account_id: int, *, cursor: str | None) -> Page[Line]:
    """What was sent to this person, or should have been, the newest first."""
    return _lines_of(list_sent_to(account_id, cursor=cursor))


def lines_of_mail(notice: Notice) -> Sequence[Line]:
    """All that travels in the mail of this message, itself first."""
    together = [notice, *(one for one in list_mail_of(notice) if one.id != notice.id)]
    about = about_by_id(together)
    return [Line(one, about.get(one.id, "")) for one in together]


def _lines_of(page: Page[Notice]) -> Page[Line]:
    about = about_by_id(page.rows)
    return page.map(lambda notice: Line(notice, about.get(notice.id, "")))
