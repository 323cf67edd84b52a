"""Every sheet that anybody takes away: no cell of it is a formula."""

import csv
import io

import pytest
from sqlalchemy import select, update

import program.sheets
from program.accounts.models import Account
from program.cohorts.models import Cohort, Track
from program.extensions import db
from program.imports.models import Import, ImportRow
from program.mentors.models import Mentor
from program.organisations.models import Organisation
from program.sheets import FORMULA
from tests.security.matrix import MATRIX, PRINCIPALS, Doors
from tests.security.objects import objects_of

pytestmark = pytest.mark.one_database

PAYLOADS = ("=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "\uff1d1", " =cmd|' /C calc'!A0")


def sheets(cast, browsers):
    """Every answer to anybody that is a sheet, by address, with names that are formulas."""
    doors = Doors(browsers, objects_of(cast))
    names = [model.name for model in (Account, Cohort, Import, Mentor, Organisation, Track)]
    for name in [*names, ImportRow.label]:
        model = name.class_
        for number, key in enumerate(db.session.scalars(select(model.id).order_by(model.id))):
            payload = f"{PAYLOADS[number % len(PAYLOADS)]} {key}"
            db.session.execute(update(model).where(model.id == key).values({name: payload}))
    db.session.commit()
    for row in MATRIX:
        for who, expected in row.answers.items():
            if row.method in ("GET", "POST") and expected == "200":
                answer = doors.ask(who, row.method, row.address)
                if answer.mimetype == "text/csv":
                    yield row.address, list(csv.reader(io.StringIO(answer.get_data(as_text=True))))


def formulas(table):
    return [cell for line in table for cell in line if cell.lstrip(" ").startswith(FORMULA)]


def browsers_of(cast, client, client_of):
    return {who: client if who == "nobody" else client_of(getattr(cast, who)) for who in PRINCIPALS}


def test_no_cell_of_any_sheet_is_a_formula(cast, client, client_of, tally):
    found = list(sheets(cast, browsers_of(cast, client, client_of)))
    assert {address for address, _table in found} == {
        "/audit/export",
        "/cohorts/export",
        "/cohorts/{cohort}/board/export",
        "/cohorts/{cohort}/fellows/export",
        "/cohorts/{cohort}/mentors/export",
        "/cohorts/{cohort}/portfolio/export",
        "/evaluation-rounds/{foreign_round}/export",
        "/evaluation-rounds/{round}/export",
        "/imports/export",
        "/imports/{fresh_import}/export",
        "/imports/{import}/export",
        "/mail/suppressed/export",
        "/mentors/export",
        "/notices/export",
        "/organisations/export",
        "/people/export",
        "/people/invitations/export",
        "/fellowships/{fellowship}/story/export",
        "/fellowships/{other_fellowship}/story/export",
        "/fellowships/{ended_fellowship}/story/export",
        "/reports/{ended_report}/export",
        "/reports/{other_report}/export",
        "/reports/{report}/export",
    }
    assert [(address, formulas(table)) for address, table in found if formulas(table)] == []
    cells = [cell for _address, table in found for line in table for cell in line]
    assert sum(cell.lstrip("'\t\r ").startswith(("=1", "+1", "-1", "@SUM", "\uff1d1")) for cell in cells) > 3
    tally("cells of sheets", len(cells))


def test_a_sheet_with_a_formula_is_seen(cast, client, client_of, monkeypatch):
    monkeypatch.setattr(program.sheets, "neutral", lambda cell: cell)
    found = list(sheets(cast, browsers_of(cast, client, client_of)))
    without = [address for address, table in found if not formulas(table)]
    assert without == ["/imports/{fresh_import}/export"], "nothing is read of it yet, so that it has no rows"
