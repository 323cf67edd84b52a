"""Finding who is who at the issuer."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from program.errors import NotFoundError
from program.extensions import db
from program.oidc.models import OidcIdentity


def find_identity(*, issuer: str, subject: str) -> OidcIdentity | None:
    """The identity that the issuer calls so, with its account."""
    query = select(OidcIdentity).filter_by(issuer=issuer, subject=subject)
    return db.session.scalar(query.options(joinedload(OidcIdentity.account)))


def find_identity_of(account_id: int, *, issuer: str) -> OidcIdentity | None:
    """The identity of the account at the issuer."""
    return db.session.scalar(select(OidcIdentity).filter_by(account_id=account_id, issuer=issuer))


def list_identities_of(account_id: int) -> Sequence[OidcIdentity]:
    """The account's identities, the oldest first: one at each issuer that the settings ever named."""
    query = select(OidcIdentity).filter_by(account_id=account_id)
    return db.session.scalars(query.order_by(OidcIdentity.id)).all()


def get_identity_of(account_id: int, identity_id: int) -> OidcIdentity:
    """One of the person's own identities. Raises NotFoundError."""
    identity = db.session.scalar(select(OidcIdentity).filter_by(id=identity_id, account_id=account_id))
    if identity is None:
        raise NotFoundError("Your account is not connected there any more.")
    return identity
