"""Finding who is who at the issuer."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from program.extensions import db
from program.oidc.models import OidcIdentity


def find_identity(*, issuer: str, subject: str) -> OidcIdentity | None:
    """The identity that the issuer calls so, with its account."""
    query = select(OidcIdentity).filter_by(issuer=issuer, subject=subject)
    return db.session.scalar(query.options(joinedload(OidcIdentity.account)))


def find_identity_of(account_id: int, *, issuer: str) -> OidcIdentity | None:
    """The identity of the account at the issuer."""
    return db.session.scalar(select(OidcIdentity).filter_by(account_id=account_id, issuer=issuer))
