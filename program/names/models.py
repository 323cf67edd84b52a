"""The parts of names, by which people and things are found in every database alike."""

from enum import StrEnum

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from program.columns import Base, enum_column, folded_column
from program.names.parts import LONGEST


class Kind(StrEnum):
    """What is found by a name."""

    PERSON = "person"
    MENTOR = "mentor"
    ORGANISATION = "organisation"
    PROJECT = "project"

    @property
    def plural(self) -> str:
        """As a heading over several."""
        return "people" if self is Kind.PERSON else f"{self.value}s"


class SearchPart(Base):
    """One part of a name of one thing. A project's `subject_id` is its fellowship's.

    Parts are compared by code points, so that what begins with a text is a range of the index.
    """

    __tablename__ = "search_part"
    __table_args__ = (Index(None, "kind", "part", "subject_id"), {"sqlite_with_rowid": False})

    kind: Mapped[Kind] = mapped_column(enum_column(Kind), primary_key=True)
    subject_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    part: Mapped[str] = mapped_column(folded_column(LONGEST), primary_key=True)
