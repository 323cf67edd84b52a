"""Who is who at the OpenID Connect issuer."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from program.accounts.models import Account
from program.columns import Base, UtcDateTime

SUBJECT_LIMIT = 255


class OidcIdentity(Base):
    """An account's name at an issuer: made when a verified address is the account's, and decisive from then on.

    An account has one at each issuer: an address that the issuer gives to somebody else lets nobody in.
    """

    __tablename__ = "oidc_identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"), UniqueConstraint("account_id", "issuer"))

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    issuer: Mapped[str] = mapped_column(String(SUBJECT_LIMIT))
    subject: Mapped[str] = mapped_column(String(SUBJECT_LIMIT))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    account: Mapped[Account] = relationship()
