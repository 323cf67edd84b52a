"""Reading the catalogue."""

from collections.abc import Sequence

from sqlalchemy import func, or_, select

from program.extensions import db
from program.organisations.models import Organisation, OrganisationAlias, fold


def list_organisations() -> Sequence[Organisation]:
    """The whole catalogue by name."""
    return db.session.scalars(select(Organisation).order_by(func.lower(Organisation.name))).all()


def find_organisation(name: str) -> Organisation | None:
    """The organisation that is called this, or has it as an alias."""
    query = (
        select(Organisation)
        .outerjoin(Organisation.aliases)
        .where(
            or_(func.lower(Organisation.name) == name.strip().lower(), OrganisationAlias.folded == fold(name))
        )
    )
    return db.session.scalars(query).first()
