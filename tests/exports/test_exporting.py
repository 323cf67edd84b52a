"""A list is taken away exactly as it is filtered: every page of it, as CSV and as XLSX, and that is written down."""

import csv
import io

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from program.access import Role
from program.audit.models import AuditEvent, Tag
from program.errors import ForbiddenError
from program.exports import services
from program.exports.services import each_row, export_list, file_name
from program.extensions import db
from program.people.queries import list_people
from program.people.views import SHEET
from program.sheets import Format
from tests.factories import NOW, make_account, make_notice
from tests.pages import read, token_of


@pytest.fixture
def browser(cast, client_of):
    return client_of(cast.staff)


def taken(browser, address, kind):
    token = token_of(browser, "/people/invitations/new")
    answer = browser.post(address, data={"csrf_token": token, "format": kind})
    assert answer.status_code == 200
    if kind == "csv":
        return answer, [*csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline=""))]
    sheet = load_workbook(io.BytesIO(answer.get_data())).active
    return answer, [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_all_pages_of_what_is_filtered_are_taken_in_both_formats(cast, browser, monkeypatch):
    monkeypatch.setattr(services, "BATCH", 7)
    for number in range(40):
        make_account(name=f"Zoë {number:02d}", roles=[Role.ANALYST])
    address = read(browser.get("/people?who=zoe&role=analyst")).select_one("form.export")["action"]
    assert address == "/people/export?who=zoe&role=analyst"
    for kind in ("csv", "xlsx"):
        answer, (head, *rows) = taken(browser, address, kind)
        assert head[:3] == ["name", "address", "roles"]
        assert [row[0] for row in rows] == [f"Zoë {number:02d}" for number in range(40)]
        assert answer.headers["Content-Disposition"] == f"attachment; filename=people-2026-06-10.{kind}"
        assert answer.headers["Cache-Control"] == "no-store"


def test_that_a_list_was_taken_is_written_down_without_what_was_typed(cast, browser):
    taken(browser, "/people/export?who=okafor&role=fellow&standing=", "csv")
    event = db.session.scalars(select(AuditEvent).filter_by(tag=Tag.LIST_EXPORT)).one()
    assert event.actor_id == cast.staff.id
    assert event.after == {"list": "people", "format": "csv", "rows": 1, "who": True, "role": "fellow"}


@pytest.mark.parametrize("typed", ["Ada Okafor", "", "PENDING"])
def test_what_is_no_choice_means_any_and_is_not_written_down(cast, browser, typed):
    make_notice(cast.fellow)
    _answer, (_head, *rows) = taken(browser, f"/notices/export?state={typed}", "csv")
    event = db.session.scalars(select(AuditEvent).filter_by(tag=Tag.LIST_EXPORT)).one()
    assert event.after == {"list": "messages", "format": "csv", "rows": len(rows)}
    assert [row[0] for row in rows] == [cast.fellow.name]


def test_what_cannot_be_taken_is_refused_and_leaves_no_event(cast, browser):
    token = token_of(browser, "/people/invitations/new")
    for address, kind, status in (("/people/export?role=king", "csv", 422), ("/people/export", "pdf", 400)):
        answer = browser.post(address, data={"csrf_token": token, "format": kind})
        assert answer.status_code == status
    with pytest.raises(ForbiddenError):
        export_list(
            SHEET,
            lambda **_page: pytest.fail("nothing is read"),
            into=io.BytesIO(),
            kind=Format.CSV,
            filters={},
            actor=cast.fellow,
            now=NOW,
        )
    assert db.session.scalars(select(AuditEvent).filter_by(tag=Tag.LIST_EXPORT)).all() == []


def test_a_list_of_any_length_is_read_a_batch_at_a_time(cast, count_queries):
    asked = []

    def pages(*, cursor, size):
        asked.append(size)
        return list_people(typed="", role=None, standing=None, cursor=cursor, size=3)

    assert [account.id for account in each_row(pages)] == [
        account.id for account in list_people(typed="", role=None, standing=None, cursor=None, size=99).rows
    ]
    assert asked == [services.BATCH] * 3


def test_a_file_is_called_by_its_list_what_it_is_of_and_the_day():
    assert (
        file_name("Fellows", "Sömmer 26 / ../x", kind=Format.XLSX, now=NOW)
        == "fellows-sommer-26-x-2026-06-10.xlsx"
    )
    assert file_name("people", "", kind=Format.CSV, now=NOW) == "people-2026-06-10.csv"
