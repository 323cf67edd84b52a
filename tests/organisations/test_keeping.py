"""Staff keep the catalogue: entries, other names, and what is the same as what, and not after all."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from program import access
from program.access import Permission
from program.audit.models import AuditEvent, Tag
from program.errors import ConflictError, ForbiddenError, ForbiddenStepError, NotFoundError
from program.extensions import db
from program.mentors.models import Mentor
from program.organisations import services
from program.organisations.models import Organisation, OrganisationAlias, OrganisationMerge, Sector
from program.organisations.queries import counting_as, find_organisation, list_organisations, who_is_called
from program.organisations.services import (
    add_alias,
    add_organisation,
    change_organisation,
    merge_organisations,
    remove_alias,
    undo_merge,
)
from tests.databases import undone
from tests.factories import NOW, make_account, make_mentor, make_merge, make_organisation


@pytest.fixture
def keep(cast):
    return {"actor": cast.staff, "now": NOW}


def everything():
    """Every row that a merge could touch, as it is stored."""
    db.session.flush()
    tables = [model.__table__ for model in (Organisation, OrganisationAlias, Mentor)]
    return [db.session.execute(select(table).order_by(table.c.id)).all() for table in tables]


def test_a_name_that_leads_somewhere_is_refused_with_where(keep):
    entry = make_organisation(name="Nørthlight Labs", aliases=["Polar"])
    make_organisation(name="Waiting", provisional=True)
    merged = make_organisation(name="Twin")
    merge_organisations(merged, into=entry, **keep)
    said = {
        "northlight  LABS": "That is the name of “Nørthlight Labs”.",
        "pólar": "That is an alias of “Nørthlight Labs”.",
        "waiting": "That is the name of “Waiting”, which waits to be sorted.",
        "twin": "That is the name of “Twin”, which was merged into Nørthlight Labs.",
        "elsewhere": "",
    }
    assert {name: who_is_called(name, besides=None) for name in said} == said
    for name in ("northlight labs", "Pólar"):
        with pytest.raises(ConflictError, match="Nørthlight"):
            add_organisation(name=name, sector=Sector.POLICY, **keep)
        with pytest.raises(ConflictError, match="Nørthlight"):
            add_alias(entry, name=name, **keep)
    with pytest.raises(ConflictError, match="alias"):
        change_organisation(entry, name="POLAR", sector=Sector.POLICY, **keep)
    change_organisation(entry, name="Northlight Labs", sector=Sector.POLICY, **keep)
    assert (entry.name, find_organisation("NORTHLIGHT labs")) == ("Northlight Labs", entry)


def test_a_name_that_waits_is_offered_once_it_is_accepted(keep):
    entry = make_organisation(name="Met in an import", sector=Sector.UNSORTED, provisional=True)
    assert list_organisations() == []
    change_organisation(entry, name="Met", sector=Sector.ACADEMIA, **keep)
    assert list_organisations() == [entry]
    event = db.session.scalars(select(AuditEvent).filter_by(tag=Tag.ORGANISATION_CHANGE)).one()
    assert event.before == {"name": "Met in an import", "sector": "unsorted", "to_sort": True}


def test_a_merged_entry_counts_as_the_other_until_it_is_undone_exactly(keep):
    kept, twin, grandchild = (make_organisation(name=name) for name in ("Kept", "Twin", "Older Twin"))
    add_alias(twin, name="Twinned", **keep)
    make_mentor(make_account(name="Mo Mentor"), organisation=twin)
    first = make_merge(grandchild, twin, staff=keep["actor"])
    before = everything()
    second = make_merge(twin, kept, staff=keep["actor"])
    assert {find_organisation(name) for name in ("Kept", "twin", "TWINNED", "older twin")} == {kept}
    assert list_organisations() == [kept]
    assert {*db.session.scalars(counting_as(kept.id))} == {kept.id, twin.id, grandchild.id}
    with pytest.raises(ForbiddenStepError, match="Twin was merged into Kept after this"):
        undo_merge(first, **keep)
    undo_merge(second, **keep)
    assert everything() == before
    with pytest.raises(ForbiddenStepError, match="undone already"):
        undo_merge(second, **keep)
    undo_merge(first, **keep)
    assert [entry.merged_into_id for entry in (kept, twin, grandchild)] == [None] * 3


def test_the_check_above_sees_an_undoing_that_forgets_what_was_merged_before(keep, monkeypatch):
    kept, twin, grandchild = (make_organisation(name=name) for name in ("Kept", "Twin", "Older Twin"))
    make_merge(grandchild, twin, staff=keep["actor"])
    before = everything()
    merge = make_merge(twin, kept, staff=keep["actor"])
    monkeypatch.setattr(services, "_point", lambda *_args, **_kwargs: None)
    undo_merge(merge, **keep)
    assert everything() != before


def test_an_entry_is_merged_into_one_of_its_own_alone(keep):
    kept, twin, other = (make_organisation(name=name) for name in ("Kept", "Twin", "Other"))
    waiting = make_organisation(name="Waiting", provisional=True)
    make_merge(twin, kept, staff=keep["actor"])
    for source, into, why in (
        (kept, kept, "into itself"),
        (twin, other, "Twin was merged into Kept. Undo that first"),
        (twin, kept, "Twin was merged into Kept. Undo that first"),
        (other, twin, "Twin was merged into Kept: choose that one"),
        (kept, twin, "Twin was merged into Kept: choose that one"),
        (other, waiting, "Waiting is not sorted itself"),
    ):
        with pytest.raises(ForbiddenStepError, match=why):
            merge_organisations(source, into=into, **keep)
    with pytest.raises(ForbiddenStepError, match="Undo that first"):
        change_organisation(twin, name="Twin", sector=Sector.POLICY, **keep)
    with pytest.raises(ForbiddenStepError, match="Undo that first"):
        add_alias(twin, name="Another", **keep)


def test_only_staff_keep_the_catalogue(cast, monkeypatch):
    entry, other = make_organisation(name="One", aliases=["Uno"]), make_organisation(name="Two")
    merge = make_merge(make_organisation(name="Three"), entry, staff=cast.staff)
    as_analyst = {"actor": cast.analyst, "now": NOW}
    steps = (
        lambda: add_organisation(name="New", sector=Sector.POLICY, **as_analyst),
        lambda: change_organisation(entry, name="New", sector=Sector.POLICY, **as_analyst),
        lambda: add_alias(entry, name="New", **as_analyst),
        lambda: remove_alias(entry, alias_id=entry.aliases[0].id, **as_analyst),
        lambda: merge_organisations(other, into=entry, **as_analyst),
        lambda: undo_merge(merge, **as_analyst),
    )
    for step in steps:
        with pytest.raises(ForbiddenError):
            step()
    monkeypatch.setitem(access.POLICY, Permission.ORGANISATION_CHANGE, {access.Role.ANALYST: access.every})
    steps[2]()
    assert find_organisation("new") == entry


def test_an_alias_of_another_entry_is_not_removed(keep):
    entry, other = make_organisation(name="One", aliases=["Uno"]), make_organisation(name="Two")
    with pytest.raises(NotFoundError):
        remove_alias(other, alias_id=entry.aliases[0].id, **keep)
    remove_alias(entry, alias_id=entry.aliases[0].id, **keep)
    assert find_organisation("uno") is None


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=8))
def test_merges_in_any_order_lead_to_an_entry_of_its_own_and_back(keep, steps):
    """However entries are merged: one step leads to what counts, and undoing from the last on restores each state."""
    with undone():
        entries = [make_organisation(name=f"Entry {number}") for number in range(4)]
        states = []
        for source, into in steps:
            before = everything()
            try:
                merge_organisations(entries[source], into=entries[into], **keep)
            except ForbiddenStepError:
                assert everything() == before
                continue
            states.append(before)
            assert all(entry.current.merged_into_id is None for entry in entries)
        standing = select(OrganisationMerge).where(OrganisationMerge.undone_at.is_(None))
        for merge in db.session.scalars(standing.order_by(OrganisationMerge.id.desc())).all():
            undo_merge(merge, **keep)
            assert everything() == states.pop()
        assert states == []
