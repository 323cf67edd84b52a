"""Each list that can be taken away holds exactly the rows that its page shows, as it is filtered."""

import csv
import io

import pytest

from program.bounces.models import Why
from program.cohorts.models import CohortState
from program.fellows.models import FellowshipStage
from program.invitations.models import InvitationState
from program.notices.models import NoticeState
from tests.factories import (
    make_account,
    make_cohort,
    make_fellowship,
    make_funnel,
    make_import,
    make_invitation,
    make_notice,
    make_organisation,
    make_prospect,
    make_round,
    make_suppressed,
)
from tests.pages import filled, read
from tests.scenarios import more_fellows

LISTS = (
    "/cohorts?state=running",
    "/people?who=a&role=fellow",
    "/organisations?named=lab",
    "/mentors?who=ma",
    "/cohorts/{cohort}/mentors/list?stage=confirmed",
    "/cohorts/{cohort}/fellows?who=fellow&stage=active",
    "/cohorts/{cohort}/board",
    "/evaluation-rounds/{round}",
    "/people/invitations?state=waiting",
    "/notices?state=pending",
    "/mail/suppressed?why=bounced",
    "/imports",
    "/imports/{import_}?verdict=wrong",
)

SHEET = "Name;Email;Track\nNoor Vance;noor@sheet.example;Interpretability\nIda Moe;no address;Governance\n"


def first_cells(page):
    """What the rows of the page's list are called."""
    return [(row.find("a") or row).get_text(strip=True) for row in page.select("tbody tr th")]


@pytest.mark.parametrize("address", LISTS)
def test_the_sheet_has_the_rows_of_the_page(cast, client_of, address):
    for name in ("Northlight Labs", "Labrador", "Elsewhere"):
        make_organisation(name=name)
    more_fellows(cast, 3)
    make_cohort(name="Winter 26", state=CohortState.PLANNING)
    make_funnel(make_prospect(), cast.cohort)
    make_invitation("ada.nwosu@people.example", staff=cast.staff)
    make_invitation("bo@people.example", staff=cast.staff).state = InvitationState.WITHDRAWN
    make_notice(cast.fellow)
    make_suppressed(cast.fellow)
    make_suppressed(cast.other_fellow, why=Why.COMPLAINED)
    make_notice(cast.mentor).state = NoticeState.SENT
    make_fellowship(make_account(name="Fellow Applied"), cast.cohort, stage=FellowshipStage.APPLIED)
    asked = make_round(cast.cohort).id
    run = make_import(cast.cohort, cast.staff, text=SHEET)
    browser, place = client_of(cast.staff), address.format(cohort=cast.cohort.id, import_=run.id, round=asked)
    page = read(browser.get(place))
    shown = first_cells(page)
    all_of_it = first_cells(read(browser.get(place.partition("?")[0])))
    assert (len(shown) < len(all_of_it)) is ("?" in place), "the filter leaves something out"
    form = page.select_one("form.export")
    answer = browser.post(form["action"], data=filled(form) | {"format": "csv"})
    head, *rows = csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline=""))
    assert [row[0] for row in rows] == shown != []
    assert {len(row) for row in rows} == {len(head)}


def test_the_portfolio_is_taken_away_as_it_stands(cast, client_of):
    browser = client_of(cast.staff)
    page = read(browser.get(f"/cohorts/{cast.cohort.id}/portfolio"))
    form = page.select_one("form.export")
    answer = browser.post(form["action"], data=filled(form) | {"format": "csv"})
    rows = csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline=""))
    figures = [(row["name"], row["aim"], row["fellows"], row["share of fellows"]) for row in rows]
    assert figures == [("Interpretability", "50.0", "1.0", "50.0"), ("Governance", "50.0", "1.0", "50.0")]
