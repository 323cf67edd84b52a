"""The parts follow the names, whoever changes them and however."""

from sqlalchemy import delete, insert, select, update

from program.accounts.models import Account, AccountRole
from program.accounts.services import change_own_account, create_accounts
from program.extensions import db
from program.fellows.models import Fellowship
from program.folding import fold
from program.mentors.models import Mentor
from program.names.keeping import SOURCES, keep_parts, rebuild_parts
from program.names.models import Kind, SearchPart
from program.names.parts import parts_of
from program.organisations.models import Organisation, OrganisationAlias, Sector
from program.organisations.services import (
    add_alias,
    add_organisation,
    change_organisation,
    load_catalogue,
    merge_organisations,
    remove_alias,
    undo_merge,
)
from program.personal.services import erase_person
from tests.factories import NOW, make_account, make_organisation


def kept():
    """The whole table."""
    db.session.commit()
    rows = db.session.execute(select(SearchPart.kind, SearchPart.subject_id, SearchPart.part))
    return {tuple(row) for row in rows}


def due():
    """What the names that there are would be found by."""
    named = [(Kind.PERSON, account.id, f"{account.name} {account.email}") for account in every(Account)]
    named += [(Kind.MENTOR, mentor.id, mentor.name) for mentor in every(Mentor)]
    named += [(Kind.ORGANISATION, entry.id, entry.name) for entry in every(Organisation)]
    named += [(Kind.ORGANISATION, alias.organisation_id, alias.name) for alias in every(OrganisationAlias)]
    named += [(Kind.PROJECT, place.id, place.project) for place in every(Fellowship)]
    return {(kind, subject, part) for kind, subject, name in named for part in parts_of(name)}


def every(model):
    return db.session.scalars(select(model)).all()


def test_whatever_is_found_by_a_name_is_declared():
    assert {model: (source.kind, source.subject) for model, source in SOURCES.items()} == {
        Account: (Kind.PERSON, "id"),
        Mentor: (Kind.MENTOR, "id"),
        Organisation: (Kind.ORGANISATION, "id"),
        OrganisationAlias: (Kind.ORGANISATION, "organisation_id"),
        Fellowship: (Kind.PROJECT, "id"),
    }


def change_people(cast):
    create_accounts({"zoe@new.example": "Zoë Ångström"}, roles=[], time_zone="UTC", actor=None, now=NOW)
    change_own_account(actor=cast.fellow, name="Amara Łukasz", time_zone="UTC", now=NOW)
    cast.other_mentorship.name = "Desmond Øst"
    cast.fellowship.project, cast.other_fellowship.project = "Probing naïve models", "Gone with its fellow"
    erase_person(cast.other_fellow, actor=cast.staff, now=NOW)
    erase_person(cast.mentor, actor=cast.staff, now=NOW)


def change_organisations(staff):
    load_catalogue()
    entry = add_organisation(name="Nörthlight Labs", sector=Sector.POLICY, actor=staff, now=NOW)
    alias = add_alias(entry, name="Polar Light", actor=staff, now=NOW)
    add_alias(entry, name="Aurora", actor=staff, now=NOW)
    change_organisation(entry, name="Northern Lights", sector=Sector.POLICY, actor=staff, now=NOW)
    db.session.commit()
    remove_alias(entry, alias_id=alias.id, actor=staff, now=NOW)
    other = make_organisation(name="Southdark")
    undo_merge(merge_organisations(other, into=entry, actor=staff, now=NOW), actor=staff, now=NOW)
    return entry


def test_the_table_is_what_the_names_say_after_every_service_that_changes_one(cast):
    assert kept() == due() != set()
    change_people(cast)
    assert kept() == due()
    assert not {part for _kind, _subject, part in kept()} & {"kwame", "margit", "gone", "okafor"}
    entry = change_organisations(cast.staff)
    assert kept() == due()
    assert {(Kind.ORGANISATION, entry.id, part) for part in ("aurora", "northern")} <= kept()
    assert (Kind.ORGANISATION, entry.id, "polar") not in kept()


def test_what_is_deleted_past_the_session_is_forgotten(cast):
    ids = [make_account(name=f"Never {number}").id for number in range(3)]
    kept()
    db.session.execute(delete(AccountRole).where(AccountRole.account_id.in_(ids)))
    db.session.execute(delete(Account).where(Account.id.in_(ids[:2])))
    db.session.expire_all()
    assert {subject for _kind, subject, _part in kept() - due()} == {*ids[:2]}
    keep_parts(Account, ids[:2])
    assert kept() == due()


def test_what_is_rolled_back_leaves_no_parts(cast):
    before = kept()
    step = db.session.begin_nested()
    make_organisation(name="Half Done")
    step.rollback()
    assert kept() == before == due()


def test_names_that_are_written_past_the_session_are_seen_to_be_missing_and_mended(cast):
    """The check above can tell; and who writes in bulk has one call for what was written, and one for everything."""
    kept()
    values = {"name": "Bulk Öst", "folded": fold("Bulk Öst"), "sector": Sector.POLICY}
    key = db.session.execute(insert(Organisation).values(values)).inserted_primary_key[0]
    db.session.execute(update(Mentor).values(name="Everybody", folded="everybody"))
    db.session.expire_all()
    assert {kind for kind, _subject, _part in kept() ^ due()} == {Kind.ORGANISATION, Kind.MENTOR}
    keep_parts(Organisation, [key])
    assert {kind for kind, _subject, _part in kept() ^ due()} == {Kind.MENTOR}
    assert sum(rebuild_parts()) == len(due())
    assert kept() == due()


def test_where_no_name_changes_nothing_is_written(cast, count_queries):
    kept()
    with count_queries() as statements:
        cast.fellow.time_zone = "UTC"
        cast.fellowship.research_manager = None
        db.session.commit()
    assert any(statement.startswith("UPDATE fellowship") for statement in statements)
    assert [statement for statement in statements if "search_part" in statement] == []
