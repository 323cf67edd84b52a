"""The words of each report that was submitted, as each database keeps what is searched."""

from typing import Any

from sqlalchemy import Dialect, ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator, TypeEngine

from program.columns import Base

INDEX = "report_text_index"
"""The FTS5 table of SQLite over the words; triggers keep it, and its own tables begin with this name."""


class Words(TypeDecorator[list[str]]):
    """Words in their order: a text with a space between them in SQLite, lexemes with places in PostgreSQL.

    They are letters and digits only, so that neither has anything to escape.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The column's type."""
        return dialect.type_descriptor(TSVECTOR() if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: list[str] | None, dialect: Dialect) -> str | None:
        """The words as the database takes them."""
        if value is None or dialect.name != "postgresql":
            return value if value is None else " ".join(value)
        return " ".join(f"'{word}':{place}" for place, word in enumerate(value, start=1))


class ReportText(Base):
    """What the latest submitted revision of a report says, as it is searched."""

    __tablename__ = "report_text"
    __table_args__ = (Index(None, "words", postgresql_using="gin").ddl_if(dialect="postgresql"),)

    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), primary_key=True, autoincrement=False)
    words: Mapped[list[str]] = mapped_column(Words)
