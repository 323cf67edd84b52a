"""The catalogue of organisations that people come from and go to."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from program.access import People
from program.columns import Base, UtcDateTime, enum_column, folded_column
from program.folding import fold
from program.names.keeping import found_by
from program.names.models import Kind


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
    UNSORTED = "unsorted"

    @property
    def word(self) -> str:
        """As people say it: "scaling lab"."""
        return self.value.replace("_", " ")


@found_by(Kind.ORGANISATION, subject="organisation_id")
class OrganisationAlias(Base):
    """Another name of an organisation. `folded` is what is looked up."""

    __tablename__ = "organisation_alias"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    folded: Mapped[str] = mapped_column(folded_column(480), unique=True)

    @validates("name")
    def _fold(self, _key: str, name: str) -> str:
        self.folded = fold(name)
        return name


@found_by(Kind.ORGANISATION)
class Organisation(Base):
    """An entry of the catalogue.

    `provisional` is a name that was met in an import and that staff have not sorted yet. One that was merged points
    to the entry it is the same as; what is tied to it stays tied to it, and reading follows the pointer.
    """

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint("merged_into_id IS NULL OR merged_into_id <> id", name="merged"),
        Index(None, "folded", "id"),
        Index(None, "sector", "folded", "id"),
        Index(None, "provisional", "folded", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    folded: Mapped[str] = mapped_column(folded_column(480))
    sector: Mapped[Sector] = mapped_column(enum_column(Sector))
    provisional: Mapped[bool] = mapped_column(default=False)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    aliases: Mapped[list[OrganisationAlias]] = relationship(cascade="all, delete-orphan")
    merged_into: Mapped["Organisation | None"] = relationship(remote_side="Organisation.id")

    @validates("name")
    def _fold(self, _key: str, name: str) -> str:
        self.folded = fold(name)
        return name

    @property
    def current(self) -> "Organisation":
        """The entry that this one counts as."""
        return self.merged_into or self

    def people(self, _now: datetime) -> People:
        """Nobody in particular: staff keep the catalogue."""
        return People()


class OrganisationMerge(Base):
    """One entry was found to be the same as another. `moved_children` had been merged into it before."""

    __tablename__ = "organisation_merge"

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    moved_children: Mapped[list[int]] = mapped_column(JSON, default=list)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    source: Mapped[Organisation] = relationship(foreign_keys=source_id)
    target: Mapped[Organisation] = relationship(foreign_keys=target_id)
