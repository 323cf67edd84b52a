"""Calendar days in SQL: the day on which an instant falls in a zone, when a day begins, how long it is between two."""

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Date, Float
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from program.clock import today
from program.columns import UtcDateTime


class local_day(FunctionElement[date]):  # noqa: N801 - written like the functions of `func`
    """`local_day(instant, zone)`: the calendar day that the instant falls on in the zone (an IANA name)."""

    name = "local_day"
    type = Date()
    inherit_cache = True


class day_begins(FunctionElement[datetime]):  # noqa: N801 - likewise
    """`day_begins(day)`: the instant with which the day begins in UTC, to sort days among instants."""

    name = "day_begins"
    type = UtcDateTime()
    inherit_cache = True


class seconds_between(FunctionElement[float]):  # noqa: N801 - likewise
    """`seconds_between(later, earlier)`: how long it is from one instant to another, to the millisecond."""

    name = "seconds_between"
    type = Float()
    inherit_cache = True


@compiles(local_day, "postgresql")
def _local_day(element: local_day, compiler: Any, **kwargs: Any) -> str:
    instant, zone = (compiler.process(clause, **kwargs) for clause in element.clauses)
    return f"CAST(timezone({zone}, {instant}) AS DATE)"


@compiles(local_day, "sqlite")
def _local_day_of_sqlite(element: local_day, compiler: Any, **kwargs: Any) -> str:
    return f"local_day({compiler.process(element.clauses, **kwargs)})"


@compiles(day_begins, "postgresql")
def _day_begins(element: day_begins, compiler: Any, **kwargs: Any) -> str:
    return f"timezone('UTC', CAST({compiler.process(element.clauses, **kwargs)} AS TIMESTAMP))"


@compiles(day_begins, "sqlite")
def _day_begins_of_sqlite(element: day_begins, compiler: Any, **kwargs: Any) -> str:
    return f"({compiler.process(element.clauses, **kwargs)} || ' 00:00:00.000000')"


@compiles(seconds_between, "postgresql")
def _seconds_between(element: seconds_between, compiler: Any, **kwargs: Any) -> str:
    later, earlier = (compiler.process(clause, **kwargs) for clause in element.clauses)
    return f"EXTRACT(EPOCH FROM CAST({later} AS TIMESTAMPTZ) - CAST({earlier} AS TIMESTAMPTZ))"


@compiles(seconds_between, "sqlite")
def _seconds_between_of_sqlite(element: seconds_between, compiler: Any, **kwargs: Any) -> str:
    later, earlier = (compiler.process(clause, **kwargs) for clause in element.clauses)
    return f"round((julianday({later}) - julianday({earlier})) * 86400.0, 3)"


@lru_cache(maxsize=8_192)
def day_in_zone(stored: str | None, zone_name: str | None) -> str | None:
    """`local_day` for SQLite, which keeps an instant as text in UTC and knows no zones."""
    if stored is None or zone_name is None:
        return None
    return today(datetime.fromisoformat(stored).replace(tzinfo=UTC), zone_name).isoformat()
