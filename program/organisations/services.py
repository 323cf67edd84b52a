"""Keeping the catalogue."""

import csv

from sqlalchemy import select

from program.config import PACKAGE
from program.extensions import db
from program.folding import fold
from program.organisations.models import Organisation, OrganisationAlias, Sector

CATALOGUE = PACKAGE / "organisations" / "catalogue.csv"


def load_catalogue() -> int:
    """Add the organisations of the shipped catalogue that are not there yet; how many those were."""
    known = set(db.session.scalars(select(Organisation.name)))
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        fresh = [_entry(row) for row in csv.DictReader(file) if row["name"] not in known]
    db.session.add_all(fresh)
    db.session.flush()
    return len(fresh)


def _entry(row: dict[str, str]) -> Organisation:
    names = [name for name in row["aliases"].split(";") if name]
    distinct = {fold(name): name for name in names}
    aliases = [OrganisationAlias(name=name) for name in distinct.values()]
    return Organisation(name=row["name"], sector=Sector(row["sector"]), aliases=aliases)
