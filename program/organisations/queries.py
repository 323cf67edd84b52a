"""Reading the catalogue."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from program.extensions import db
from program.folding import fold
from program.organisations.models import Organisation, OrganisationAlias


def list_organisations() -> Sequence[Organisation]:
    """The catalogue by name, without what is not sorted yet and what was merged into another."""
    sorted_out = (Organisation.provisional.is_(False), Organisation.merged_into_id.is_(None))
    query = select(Organisation).where(*sorted_out).order_by(Organisation.folded, Organisation.id)
    return db.session.scalars(query).all()


def find_organisation(name: str) -> Organisation | None:
    """The organisation that is called this, or has it as an alias; of a merged one, the entry that it counts as."""
    folded = fold(name)
    query = (
        select(Organisation)
        .outerjoin(Organisation.aliases)
        .where(or_(Organisation.folded == folded, OrganisationAlias.folded == folded))
        .order_by(Organisation.merged_into_id.is_not(None), Organisation.id)
        .options(joinedload(Organisation.merged_into))
    )
    found = db.session.scalars(query).first()
    return found.current if found else None
