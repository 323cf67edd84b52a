"""Every column of every model is posted to every form: only the form's own fields change anything."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from flask import request
from sqlalchemy import Boolean, Column, DateTime, Enum, Integer, func, select
from werkzeug.test import TestResponse

from program.accounts import views
from program.accounts.models import Account
from program.extensions import db, limiter
from tests.databases import undone
from tests.security.matrix import same_cookie
from tests.security.places import Place, World

pytestmark = pytest.mark.one_database

CHANCE = {
    *("seal", "mac", "previous", "details", "nonce", "token_hash", "code_hash", "hash", "secret", "key"),
    *(
        "subject_id",
        "dedupe_key",
        "message_id",
        "challenge_hash",
        "handle",
        "digest",
        "response_key",
        "lease_token",
    ),
}
"""Columns that are different each time by chance, are made of such ones, or may hold the id of any new row."""


@pytest.fixture(autouse=True)
def room(app, monkeypatch):
    """There are more columns than fields that a form may have: here they all arrive."""
    monkeypatch.setitem(app.config, "MAX_FORM_PARTS", 5_000)


@dataclass
class Sent:
    """What a form was answered, and what every table then held."""

    response: TestResponse
    tables: dict[str, list[tuple[object, ...]]]


def tempting(column: Column) -> str:
    """What an attacker would want the column to be."""
    match column.type:
        case Enum():
            return str(column.type.enums[-1])
        case DateTime():
            return "2000-01-01 00:00:00"
        case Boolean() | Integer():
            return "1"
        case _:
            return "mass-assigned"


def tempted(place: Place) -> dict[str, str]:
    """Every column that is no field of the form: by its name, and by its table's and its name."""
    columns = [column for table in db.metadata.sorted_tables for column in table.columns]
    named = {column.name: tempting(column) for column in columns}
    named |= {f"{column.table.name}-{column.name}": tempting(column) for column in columns}
    named |= {"roles": "admin", "held_roles": "admin", "held_roles-0-role": "admin", "withheld": ""}
    return {name: value for name, value in named.items() if name not in place.names}


def held(last: dict[str, int]) -> dict[str, list[tuple[object, ...]]]:
    """What every table holds, but for what is different each time; ids of new rows are alike."""
    found = {}
    for table in db.metadata.sorted_tables:
        columns = [column for column in table.columns if column.name not in CHANCE]
        rows = db.session.execute(select(*columns))
        found[table.name] = sorted((_seen(columns, row, last) for row in rows), key=repr)
    return found


def _seen(columns: list[Column], row: Sequence[object], last: dict[str, int]) -> tuple[object, ...]:
    """A sequence goes on when what was made is undone: so the same new row has another id each time."""
    return tuple(_named(last, _owner(column), value) for column, value in zip(columns, row, strict=True))


def _named(last: dict[str, int], owner: str, value: object) -> object:
    """The value, or that it is the id of a new row; what an event holds is called by the table whose id it is."""
    if isinstance(value, dict):
        return {key: _named(last, key, inner) for key, inner in value.items()}
    end = last.get(owner)
    return "new" if end is not None and isinstance(value, int) and value > end else value


def _owner(column: Column) -> str:
    """The table whose ids the column holds, if it holds any."""
    keys = [key.column for key in column.foreign_keys] or [column]
    return keys[0].table.name if keys[0].name == "id" else ""


def last_ids() -> dict[str, int]:
    """The highest id of each table; 0 where there is no row."""
    tables = [table for table in db.metadata.sorted_tables if "id" in table.c]
    return {table.name: db.session.scalar(select(func.max(table.c.id))) or 0 for table in tables}


def send(world: World, place: Place, extra: dict[str, str], *, last: dict[str, int]) -> Sent:
    """The form as the page fills it in, and this beside it; nothing is kept."""
    limiter.reset()
    data = place.fields | extra | {"csrf_token": world.token_of(place.who)}
    browser = world.browsers[place.who]
    with undone(), same_cookie(browser):
        response = browser.post(place.action, data=data, content_type=place.enctype)
        return Sent(response, held(last))


def changed_by_more(world: World, places: list[Place]) -> list[str]:
    """The forms that take more than they show."""
    found, last = [], last_ids()
    for place in places:
        alone, beside = (send(world, place, extra, last=last) for extra in ({}, tempted(place)))
        if (alone.response.status_code, alone.tables) != (beside.response.status_code, beside.tables):
            found.append(place.endpoint)
    return found


def test_no_form_takes_a_column_that_is_not_its_own(world, tally):
    places = [place for place in world.forms() if not place.endpoint.startswith("passkeys.")]
    assert changed_by_more(world, places) == []
    tally("forms that columns were posted to", len(places))
    tally("columns posted to each", len({name for place in places for name in tempted(place)}))


def test_a_form_that_takes_whatever_it_is_given_is_seen(world, monkeypatch):
    real = views.change_own_account

    def naive(**given):
        real(**given)
        account = db.session.get(Account, given["actor"].id)
        account.second_factors = int(request.form.get("second_factors", account.second_factors))

    monkeypatch.setattr(views, "change_own_account", naive)
    places = [place for place in world.forms() if place.endpoint == "accounts.change"]
    assert changed_by_more(world, places) == ["accounts.change"] * len(places)
