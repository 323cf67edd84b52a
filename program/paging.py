"""Keyset paging: a page starts after the last key of the one before, so that page 1,000 costs what page 1 does."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from flask import request
from sqlalchemy import ColumnElement, Integer, Row, bindparam, tuple_

from program.columns import AnySelect, UtcDateTime
from program.extensions import db

T = TypeVar("T")
Other = TypeVar("Other")
PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """The rows of one page and the cursor of the next; None where this is the last."""

    rows: Sequence[T]
    next_cursor: str | None
    is_first: bool

    def map(self, function: Callable[[T], Other]) -> "Page[Other]":
        """The same page of something made from each row."""
        return Page([function(row) for row in self.rows], self.next_cursor, self.is_first)

    @property
    def next_url(self) -> str | None:
        """This page's address with the cursor of the next."""
        return _url_with(after=self.next_cursor) if self.next_cursor else None

    @property
    def first_url(self) -> str | None:
        """Back to the start, where this is not it."""
        return None if self.is_first else _url_with(after=None)


def whole_page(rows: Sequence[T], *, cursor: str | None = None, size: int = 0) -> Page[T]:  # noqa: ARG001 - as of other lists
    """A list that is never so long that it has pages."""
    return Page(rows, None, is_first=True)


def page_of(
    query: AnySelect,
    *,
    order: Sequence[Any],
    key: Callable[[Any], Sequence[Any]],
    cursor: str | None,
    size: int = PAGE_SIZE,
    newest_first: bool = False,
    values: Mapping[str, object] | None = None,
) -> Page[Any]:
    """One page of the query in the order of the (together unique) columns; `key` reads their values off a row.

    A single-entity query gives entities, any other gives rows. A cursor that cannot be read means the first page.
    `values` are of the query's bound parameters.
    """
    after = read_cursor(cursor, order)
    paged = _paged(query, tuple(order), newest_first=newest_first, later=bool(after))
    bound = {**(values or {}), "page_size": size + 1, **{f"after_{n}": v for n, v in enumerate(after)}}
    found: list[Row[*tuple[Any, ...]]] = list(db.session.execute(paged, bound).unique().all())
    rows = [row[0] if len(row) == 1 else row for row in found]
    more = len(rows) > size
    return Page(rows[:size], cursor_of(key(rows[size - 1])) if more else None, is_first=not after)


@lru_cache(maxsize=64)
def _paged(query: AnySelect, order: tuple[Any, ...], *, newest_first: bool, later: bool) -> AnySelect:
    """The query in its order, its first page or a later one; built once for a query that is kept by its owner."""
    if later:
        here = tuple_(*order)
        there = tuple_(*(bindparam(f"after_{n}", type_=column.type) for n, column in enumerate(order)))
        query = query.where(here < there if newest_first else here > there)
    ordered = query.order_by(*(column.desc() if newest_first else column.asc() for column in order))
    return ordered.limit(bindparam("page_size", type_=Integer))


def _url_with(*, after: str | None) -> str:
    args = {name: value for name, value in request.args.items() if name != "after"} | (
        {"after": after} if after else {}
    )
    return f"{request.path}?{urlencode(args)}" if args else request.path


def cursor_of(values: Sequence[Any]) -> str:
    """The cursor of what stands after the row with these values."""
    plain = [value.isoformat() if isinstance(value, date) else value for value in values]
    return urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def read_cursor(cursor: str | None, order: Sequence[Any]) -> list[object]:
    """The cursor as values of the columns' own types; none of what cannot be read."""
    if not cursor:
        return []
    try:
        plain = json.loads(urlsafe_b64decode(cursor + "=="))
        return [_typed(value, column) for value, column in zip(plain, order, strict=True)]
    except (ValueError, TypeError, OverflowError, RecursionError):
        return []


def _typed(value: Any, column: ColumnElement[Any]) -> object:
    if isinstance(column.type, UtcDateTime):
        instant = datetime.fromisoformat(str(value))
        if instant.tzinfo is None:
            raise ValueError("a cursor's instant has a zone")
        return instant.astimezone(UTC)
    expected = column.type.python_type
    if expected is date:
        return date.fromisoformat(str(value))
    if type(value) is not expected or (expected is int and abs(value) >= 2**31):
        raise TypeError(f"{column} is no {expected.__name__}")
    if expected is str and "\0" in value.encode().decode():  # half a character raises here
        raise ValueError("a cursor's text can be stored")
    return value
