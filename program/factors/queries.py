"""Finding how a person proves who they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from program.accounts.models import Account
from program.extensions import db
from program.factors.models import Authenticator, Password, RecoveryCode
from program.sign_in.models import SignInSession

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Factors:
    """What a person has set up."""

    authenticator: Authenticator | None
    codes_left: int
    password: Password | None

    @property
    def confirmed(self) -> bool:
        """Whether an authenticator counts."""
        return self.authenticator is not None and self.authenticator.confirmed_at is not None


def find_factors(account_id: int) -> Factors:
    """What the person has set up."""
    left = select(func.count()).select_from(RecoveryCode)
    left = left.where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    return Factors(
        authenticator=db.session.get(Authenticator, account_id),
        codes_left=db.session.scalar(left) or 0,
        password=db.session.get(Password, account_id),
    )


def find_password(email: str) -> Password | None:
    """The password of the account with this address, if it has one and can sign in."""
    query = (
        select(Password)
        .join(Account, Account.id == Password.account_id)
        .where(Account.email == email.lower(), Account.can_sign_in)
    )
    return db.session.scalar(query)


def list_sessions_of(account_id: int, *, now: datetime) -> Sequence[SignInSession]:
    """The browsers the person is signed in with, the one used last first; at most 50."""
    query = select(SignInSession).where(
        SignInSession.account_id == account_id,
        SignInSession.ended_at.is_(None),
        SignInSession.expires_at > now,
    )
    order = SignInSession.last_seen_at.desc(), SignInSession.id.desc()
    return db.session.scalars(query.order_by(*order).limit(SHOWN)).all()
