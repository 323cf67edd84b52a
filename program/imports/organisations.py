"""Organisations by the names that sheets give them."""

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from program.extensions import db
from program.folding import fold
from program.organisations.models import Organisation, OrganisationAlias, Sector

NEW = "new to the catalogue: staff are asked what it is"


@dataclass(frozen=True, slots=True)
class NewOrganisation:
    """One that the catalogue does not know."""

    name: str


@dataclass
class Catalogue:
    """The catalogue by folded name and alias; a merged entry counts as the one it was merged into."""

    known: dict[str, Organisation]
    made: dict[str, Organisation] = field(default_factory=dict)

    def find(self, name: str) -> Organisation | NewOrganisation:
        """The organisation of this name, or a new one."""
        return self.known.get(fold(name)) or NewOrganisation(name)

    def settle(self, found: Organisation | NewOrganisation) -> Organisation:
        """The entry to point to; what is new becomes one that waits for staff."""
        if isinstance(found, Organisation):
            return found
        folded = fold(found.name)
        if folded not in self.made:
            self.made[folded] = Organisation(name=found.name, sector=Sector.UNSORTED, provisional=True)
            db.session.add(self.made[folded])
        return self.made[folded]


def read_catalogue() -> Catalogue:
    """All of it, by two statements."""
    query = select(Organisation).options(joinedload(Organisation.merged_into))
    entries = {one.id: one for one in db.session.scalars(query.order_by(Organisation.id.desc()))}
    aliases = db.session.execute(select(OrganisationAlias.folded, OrganisationAlias.organisation_id))
    known = {folded: entries[key].current for folded, key in aliases}
    merged_last = sorted(entries.values(), key=lambda one: one.merged_into_id is None)
    return Catalogue(known | {one.folded: one.current for one in merged_last})
