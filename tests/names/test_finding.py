"""Things are found by any part of their names, in both databases, and page by page."""

import pytest
from sqlalchemy import select

from program.extensions import db
from program.names import queries
from program.names.models import Kind
from program.names.queries import find_named, find_similar, is_named
from program.organisations.models import Organisation
from tests.factories import make_organisation

NAMES = (
    "Northlight Labs",
    "Nørth Labs",
    "Labrador",
    "Institut für Licht",
    "Lab of North",
    "Δelta",
    "ÜBER Lab",
)


@pytest.fixture
def entries(app):
    made = {name: make_organisation(name=name) for name in NAMES}
    make_organisation(name="Alpha", aliases=["Labor Nord"])
    db.session.commit()
    return made


def found(typed, *, size=30):
    """The names of what is found, of all pages."""
    keys, cursor = [], None
    while True:
        page = find_named([Kind.ORGANISATION], typed, cursor=cursor, size=size)[Kind.ORGANISATION]
        keys += page.rows
        cursor = page.next_cursor
        if cursor is None:
            return [db.session.get(Organisation, key).name for key in keys]


def listed(typed):
    query = select(Organisation.name).where(is_named(Kind.ORGANISATION, Organisation.id, typed))
    return {*db.session.scalars(query)}


LOOKED_FOR = {
    "light": {"Northlight Labs"},
    "licht fur": {"Institut für Licht"},
    "NORTH lab": {"Northlight Labs", "Nørth Labs", "Lab of North"},
    "lab": {"Northlight Labs", "Nørth Labs", "Labrador", "Lab of North", "Alpha", "ÜBER Lab"},
    "δelta": {"Δelta"},
    "nord": {"Alpha"},
    "uber": {"ÜBER Lab"},
    "%": set(),
    "_": set(),
    "'": set(),
    "\U0010ffff": set(),
}


def test_any_part_of_a_name_finds_it_once(entries):
    whole = {typed: sorted(found(typed)) for typed in LOOKED_FOR}
    assert whole == {typed: sorted(names) for typed, names in LOOKED_FOR.items()}
    assert {typed: sorted(found(typed, size=1)) for typed in LOOKED_FOR} == whole


@pytest.mark.parametrize("few", [0, 2_000])
def test_a_list_finds_the_same_by_either_way(entries, few, monkeypatch):
    monkeypatch.setattr(queries, "FEW", few)
    assert {typed: listed(typed) for typed in LOOKED_FOR} == LOOKED_FOR


def test_what_was_typed_whole_comes_first(entries):
    assert found("lab")[:2] == ["Lab of North", "ÜBER Lab"]


def test_the_most_alike_is_offered_first(entries):
    others = select(Organisation.id).where(Organisation.name != "Nørth Labs")
    near = find_similar(Kind.ORGANISATION, "North Lights Labs", among=others, most=2)
    assert near == [entries["Northlight Labs"].id, entries["Lab of North"].id]
    assert find_similar(Kind.ORGANISATION, "'", among=others, most=2) == []


def test_finding_costs_the_same_whatever_is_found(entries, count_queries):
    counts = []
    for typed in ("light lab", "zzz zzz", "aaa zzz"):
        with count_queries() as statements:
            find_named([*Kind], typed, cursor=None)
        counts.append(len(statements))
    assert counts == [5, 4, 5]
