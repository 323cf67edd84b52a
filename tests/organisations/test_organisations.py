"""The catalogue of organisations."""

import csv

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from program.extensions import db
from program.folding import fold
from program.organisations.models import Organisation, OrganisationAlias, Sector
from program.organisations.queries import find_organisation, list_organisations
from program.organisations.services import CATALOGUE, load_catalogue
from tests.factories import make_organisation


@pytest.fixture
def catalogue():
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_shipped_catalogue_is_loaded_once(app, catalogue):
    assert load_catalogue() == len(catalogue)
    assert load_catalogue() == 0
    assert db.session.scalar(select(func.count()).select_from(Organisation)) == len(catalogue)


def test_what_staff_have_made_of_the_catalogue_stays_when_it_is_loaded_again(app, catalogue):
    load_catalogue()
    find_organisation("DeepMind").name = "Deep Mind, London"
    openai, kept = find_organisation("OpenAI"), find_organisation("Anthropic")
    openai.aliases.clear()
    openai.merged_into = kept
    db.session.flush()
    kept.aliases.append(OrganisationAlias(name="Open AI"))
    assert load_catalogue() == 0
    assert find_organisation("DeepMind").name == "Deep Mind, London"


def test_entries_are_stored_as_they_are_shipped(app, catalogue):
    load_catalogue()
    db.session.expire_all()
    stored = {o.name: (o.sector, {alias.name for alias in o.aliases}) for o in list_organisations()}
    shipped = {
        row["name"]: (Sector(row["sector"]), set(filter(None, row["aliases"].split(";"))))
        for row in catalogue
    }
    assert stored == shipped


def test_every_name_and_alias_leads_to_its_organisation(app, catalogue):
    load_catalogue()
    for row in catalogue:
        for name in [row["name"], *filter(None, row["aliases"].split(";"))]:
            for spelling in (name, name.upper(), f"  {name} "):
                assert find_organisation(spelling).name == row["name"], spelling


def test_what_is_not_in_the_catalogue_is_not_found(app):
    make_organisation(name="Northlight Labs")
    assert find_organisation("Southdark Labs") is None
    assert find_organisation("") is None
    assert find_organisation("%") is None


def test_an_alias_belongs_to_one_organisation(app):
    for name in ("One", "Two"):
        organisation = make_organisation(name=name)
        organisation.aliases.append(OrganisationAlias(name="The Lab", folded=fold("The  LAB")))
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_the_catalogue_is_listed_by_name(app):
    for name in ("beta", "Alpha", "Gamma"):
        make_organisation(name=name)
    assert [o.name for o in list_organisations()] == ["Alpha", "beta", "Gamma"]
