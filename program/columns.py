"""The declarative base and the column types that both databases share."""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BindParameter, DateTime, Dialect, Enum, MetaData, Select, String
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator


class Base(DeclarativeBase):
    """All tables; constraints are named so that migrations can drop them on every database."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant in UTC. SQLite keeps no zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - given by SQLAlchemy
        if value is not None and value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - likewise
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def folded_column(length: int) -> String:
    """Folded text: both databases put it into one order, that of its characters' numbers."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


def enum_column(enum: type[StrEnum], length: int = 24) -> Enum:
    """A StrEnum stored as its value in a plain string column: a new member needs no migration."""
    return Enum(enum, native_enum=False, length=length, values_callable=_values, create_constraint=False)


def _values(enum: Any) -> list[str]:
    return [member.value for member in enum]


Instant = datetime | BindParameter[datetime]
Day = date | BindParameter[date]
AccountId = int | BindParameter[int]
"""A value, or a name that gets one when the query runs: such a query is built once, at its first use."""

AnySelect = Select[*tuple[Any, ...]]
"""A query whose columns are not spelt out in its type."""
