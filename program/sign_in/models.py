"""The links that people sign in with, and the sessions these start."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from program.accounts.models import Account
from program.columns import Base, UtcDateTime, enum_column


class SignInLink(Base):
    """A mailed link, good once. The token is derived from `nonce` and the secret key, so no row can redeem itself."""

    __tablename__ = "sign_in_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    nonce: Mapped[str] = mapped_column(String(32))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    redeemed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    account: Mapped[Account] = relationship()


class Method(StrEnum):
    """How somebody proved who they are."""

    LINK = "link"
    PASSWORD = "password"  # noqa: S105 - a word, not a secret
    PASSKEY = "passkey"
    OIDC = "oidc"

    @property
    def words(self) -> str:
        """As people say it: "by …"."""
        return WORDS[self]


WORDS = {
    Method.LINK: "a mailed link",
    Method.PASSWORD: "password and code",
    Method.PASSKEY: "a passkey",
    Method.OIDC: "an account elsewhere",
}


class SignInSession(Base):
    """One signed-in browser; ending the row signs it out within one request. Its token is stored hashed.

    `proved_at` is when the person last proved who they are, `second_factor_at` when by a second factor too.
    `looks_as_id` is whom a member of staff sees the site as.
    """

    __tablename__ = "sign_in_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    device: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    method: Mapped[Method] = mapped_column(enum_column(Method), default=Method.LINK)
    address: Mapped[str] = mapped_column(String(45), default="")
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    proved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    second_factor_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    looks_as_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    account: Mapped[Account] = relationship(foreign_keys=account_id)
