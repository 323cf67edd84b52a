"""Finding passkeys."""

from collections.abc import Sequence

from sqlalchemy import func, select

from program.accounts.models import Account
from program.errors import NotFoundError
from program.extensions import db
from program.passkeys.models import Passkey, PasskeyHolder


def list_passkeys_of(account_id: int) -> Sequence[Passkey]:
    """The person's passkeys, the oldest first."""
    return db.session.scalars(select(Passkey).filter_by(account_id=account_id).order_by(Passkey.id)).all()


def count_passkeys_of(account_id: int) -> int:
    """How many passkeys the person has."""
    query = select(func.count()).select_from(Passkey).where(Passkey.account_id == account_id)
    return db.session.scalar(query) or 0


def get_passkey_of(account_id: int, passkey_id: int) -> Passkey:
    """One of the person's own passkeys. Raises NotFoundError."""
    passkey = db.session.scalar(select(Passkey).filter_by(id=passkey_id, account_id=account_id))
    if passkey is None:
        raise NotFoundError("There is no such passkey on your account.")
    return passkey


def find_handle(account_id: int) -> bytes | None:
    """What the person's devices call their account."""
    return db.session.scalar(select(PasskeyHolder.handle).where(PasskeyHolder.account_id == account_id))


def find_usable_passkey(credential_id: bytes, *, handle: bytes) -> Passkey | None:
    """The passkey with this id, if that handle is its holder's and the holder can sign in."""
    query = (
        select(Passkey)
        .join(PasskeyHolder, PasskeyHolder.account_id == Passkey.account_id)
        .join(Account, Account.id == Passkey.account_id)
        .where(
            Passkey.credential_id == credential_id,
            PasskeyHolder.handle == handle,
            Account.can_sign_in,
        )
    )
    return db.session.scalar(query)
