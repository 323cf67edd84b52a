"""People who can sign in, and their roles."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from program.access import PRIVILEGED, People, Role
from program.columns import Base, UtcDateTime, enum_column


class AccountRole(Base):
    """One role that one account holds."""

    __tablename__ = "account_role"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(enum_column(Role), primary_key=True)


class Account(Base):
    """One person who can sign in. `email` is lower case. Disabled, never deleted."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    held_roles: Mapped[list[AccountRole]] = relationship(cascade="all, delete-orphan")

    @property
    def roles(self) -> frozenset[Role]:
        """The roles as the policy reads them."""
        return frozenset(held.role for held in self.held_roles)

    def people(self, _now: datetime) -> People:
        """The person themself, and whether they run the programme."""
        return People(owners=frozenset({self.id}), privileged=not self.roles.isdisjoint(PRIVILEGED))
