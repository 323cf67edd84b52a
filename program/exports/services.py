"""Taking a list away: exactly the rows that its filter shows, of all pages, a batch at a time."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any, Generic, Protocol, TypeVar

from program.access import PROGRAMME, Actor, Permission, require
from program.audit.models import Tag
from program.audit.services import record
from program.folding import fold
from program.paging import Page
from program.sheets import Format, write_sheet

T = TypeVar("T")
BATCH = 1_000
"""Rows that are in memory at a time."""
LONGEST_NAME = 80
"""Characters of a name in that of a file."""
_NO_NAME = re.compile(r"[^a-z0-9]+")


class Pages(Protocol[T]):
    """A list by its pages, as its own page on the site asks for them."""

    def __call__(self, *, cursor: str | None, size: int) -> Page[T]: ...


@dataclass(frozen=True, slots=True)
class Sheet(Generic[T]):
    """A list as a sheet: who may take it away, and what each of its rows says under which heads."""

    name: str
    permission: Permission
    columns: Mapping[str, Callable[[T], object]]

    def line(self, row: T) -> Sequence[object]:
        """The cells of one row."""
        return [value(row) for value in self.columns.values()]


def export_list(
    sheet: Sheet[T],
    pages: Pages[T],
    *,
    into: IO[bytes],
    kind: Format,
    filters: Mapping[str, object],
    actor: Actor,
    now: datetime,
) -> int:
    """Write the list into the file, and write down that it was taken; how many rows it has. Raises ForbiddenError.

    `filters` are kept in the record: no text that somebody typed belongs in them.
    """
    require(actor, sheet.permission, PROGRAMME, now=now)
    rows = write_sheet(into, kind, list(sheet.columns), (sheet.line(row) for row in each_row(pages)))
    after: dict[str, Any] = {"list": sheet.name, "format": kind.value, "rows": rows, **filters}
    record(Tag.LIST_EXPORT, actor_id=actor.id, subject=("account", actor.id), now=now, after=after)
    return rows


def each_row(pages: Pages[T]) -> Iterator[T]:
    """Every row of a list; a batch of them is in memory."""
    cursor: str | None = None
    while True:
        page = pages(cursor=cursor, size=BATCH)
        yield from page.rows
        cursor = page.next_cursor
        if cursor is None:
            return


def file_name(*names: str, kind: Format, now: datetime) -> str:
    """What the file is called: the list, what it is of, and the day (UTC)."""
    return f"{called(*names, now=now)}.{kind.value}"


def called(*names: str, now: datetime) -> str:
    """A name for a file from what people call things, in ASCII letters, digits and hyphens, and the day (UTC)."""
    return "-".join([*filter(None, map(plain_name, names)), f"{now:%Y-%m-%d}"])


def plain_name(name: str) -> str:
    """A name in ASCII letters, digits and hyphens; nothing may be left of it."""
    return _NO_NAME.sub("-", fold(name)).strip("-")[:LONGEST_NAME]
