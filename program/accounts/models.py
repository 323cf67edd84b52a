"""People who can sign in, and their roles."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, String, and_, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from program.access import Given, People, Role
from program.columns import Base, UtcDateTime, enum_column, folded_column
from program.folding import fold
from program.names.keeping import found_by
from program.names.models import Kind
from program.preferences.hours import SLEEPS_AT, WAKES_AT, Habits, Pace

NOBODYS_DOMAIN = "erased.invalid"
"""RFC 2606: no mail can go there."""


def folded_account(*, name: str, email: str) -> str:
    """What an account with this name and address is looked for and sorted by."""
    return f"{fold(name)} {fold(email)}"


def _few(name: str, condition: str) -> Index:
    """An index of those accounts of whom this is so: few, as a rule, among all."""
    where = text(condition)
    return Index(f"ix_account_{name}", "folded", "id", postgresql_where=where, sqlite_where=where)


class AccountRole(Base):
    """One role that one account holds. `folded` is the account's, so that an index has a role's people in order."""

    __tablename__ = "account_role"
    __table_args__ = (Index(None, "role", "folded", "account_id"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(enum_column(Role), primary_key=True)
    folded: Mapped[str] = mapped_column(folded_column(800), default="")


@found_by(Kind.PERSON)
class Account(Base):
    """One person who can sign in, once they have joined; disabled from then on, never deleted. `email` is lower case.

    `home` is the role whose home page they see first, if they have chosen one; `second_factors` is how many ways
    they have set up to prove who they are beside their mailbox: authenticator and passkeys. `folded` is name and
    address as they are looked for and sorted by. `pace` is how often a mentor is told of reports that wait for them,
    `paced_at` when they chose it last. Reminders come from `wakes_at` to `sleeps_at` o'clock in their zone, at
    `weekends` only if they say so; `muted` are the topics of which they want no mail.
    """

    __tablename__ = "account"
    __table_args__ = (
        Index(None, "folded", "id"),
        _few("disabled", "disabled_at IS NOT NULL"),
        _few("invited", "joined_at IS NULL AND disabled_at IS NULL"),
        _few("paced", "pace <> 'immediate'"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    folded: Mapped[str] = mapped_column(folded_column(800))
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    joined_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    home: Mapped[Role | None] = mapped_column(enum_column(Role))
    second_factors: Mapped[int] = mapped_column(default=0)
    pace: Mapped[Pace] = mapped_column(enum_column(Pace), default=Pace.IMMEDIATE)
    paced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    wakes_at: Mapped[int] = mapped_column(default=WAKES_AT)
    sleeps_at: Mapped[int] = mapped_column(default=SLEEPS_AT)
    weekends: Mapped[bool] = mapped_column(default=False)
    muted: Mapped[list[str]] = mapped_column(JSON, default=list)
    held_roles: Mapped[list[AccountRole]] = relationship(cascade="all, delete-orphan")

    @validates("name", "email")
    def _fold(self, key: str, value: str) -> str:
        texts = {"name": self.name, "email": self.email, key: value}
        self.folded = folded_account(name=texts["name"] or "", email=texts["email"] or "")
        for held in self.held_roles:
            held.folded = self.folded
        return value

    @validates("held_roles")
    def _fold_role(self, _key: str, held: AccountRole) -> AccountRole:
        held.folded = self.folded or ""
        return held

    @property
    def roles(self) -> frozenset[Role]:
        """The roles as the policy reads them."""
        return frozenset(held.role for held in self.held_roles)

    @property
    def habits(self) -> Habits:
        """When mail may reach them, and how often."""
        return Habits(self.time_zone, self.wakes_at, self.sleeps_at, self.weekends, self.pace)

    @property
    def is_erased(self) -> bool:
        """Whether it was somebody's who was erased."""
        return self.email.endswith("@" + NOBODYS_DOMAIN)

    @hybrid_property
    def can_sign_in(self) -> bool:
        """Whether any way to sign in is open to them, and any session of theirs lives."""
        return self.joined_at is not None and self.disabled_at is None

    @can_sign_in.inplace.expression
    @classmethod
    def _can_sign_in(cls) -> ColumnElement[bool]:
        return and_(cls.joined_at.is_not(None), cls.disabled_at.is_(None))

    def people(self, now: datetime) -> People:
        """The person themself, and whether they run the programme."""
        return replace(Given(self.roles).people(now), owners=frozenset({self.id}))
