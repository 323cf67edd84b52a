"""The catalogue of organisations that people come from and go to."""

from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from program.columns import Base, enum_column


class Sector(StrEnum):
    """What sort of organisation it is."""

    SCALING_LAB = "scaling_lab"
    GOVERNMENT_INSTITUTE = "government_institute"
    EVALUATIONS = "evaluations"
    NONPROFIT_RESEARCH = "nonprofit_research"
    FOR_PROFIT = "for_profit"
    POLICY = "policy"
    ACADEMIA = "academia"
    INDEPENDENT = "independent"
    NEW_ORGANISATION = "new_organisation"


def fold(name: str) -> str:
    """A name as it is compared: case and spacing do not matter."""
    return " ".join(name.casefold().split())


class OrganisationAlias(Base):
    """Another name of an organisation. `folded` is what is looked up."""

    __tablename__ = "organisation_alias"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    folded: Mapped[str] = mapped_column(String(120), unique=True)


class Organisation(Base):
    """An entry of the catalogue."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    sector: Mapped[Sector] = mapped_column(enum_column(Sector))
    aliases: Mapped[list[OrganisationAlias]] = relationship(cascade="all, delete-orphan")
