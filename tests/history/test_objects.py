"""Each thing shows what was done to it, to staff and to nobody else."""

import pytest
from sqlalchemy import select

from program.access import Role
from program.audit.models import Tag
from program.audit.services import record
from program.extensions import db
from program.history.queries import SHOWN, list_history
from program.sign_in.models import SignInSession
from tests.factories import NOW, make_report, make_review, make_wave
from tests.pages import read


@pytest.fixture
def report(cast):
    sent = make_report(cast.fellowship, number=4, done="Canary text.")
    make_review(sent, cast.mentor, comment="Canary comment.")
    return sent


def history(client, address):
    """The lines of the page's history."""
    lines = read(client.get(address)).select("details.history li")
    return [" ".join(line.get_text(" ").split()).partition(" , ")[0].partition(", ")[0] for line in lines]


def test_a_report_shows_its_own_newest_first(cast, client_of, report):
    make_report(cast.other_fellowship, number=4)
    lines = history(client_of(cast.staff), f"/reports/{report.id}")
    assert lines == [f"{cast.mentor.name} accepted a report", "Amara Okafor submitted a report"]


def test_a_wave_and_a_cohort_show_theirs(cast, client_of):
    wave = make_wave(cast.cohort, staff=cast.staff)
    client = client_of(cast.staff)
    assert [line.endswith("opened a survey wave") for line in history(client, f"/waves/{wave.id}")] == [True]
    assert history(client, f"/cohorts/{cast.cohort.id}") == ["The programme set up a cohort"]


@pytest.mark.parametrize("who", ["fellow", "mentor", "manager"])
def test_others_read_the_report_without_it(cast, client_of, report, who):
    page = client_of(getattr(cast, who)).get(f"/reports/{report.id}")
    assert (page.status_code, read(page).select("details.history")) == (200, [])


def test_who_looks_as_a_fellow_reads_what_the_fellow_does(cast, client_of, report):
    client = client_of(cast.staff)
    started = db.session.scalars(select(SignInSession).filter_by(account_id=cast.staff.id)).one()
    started.looks_as_id = cast.fellow.id
    assert history(client, f"/reports/{report.id}") == []


def test_a_long_history_shows_its_latest_for_one_statement(cast, count_queries):
    for _turn in range(SHOWN + 1):
        record(Tag.WAVE_CLOSE, actor_id=cast.staff.id, subject=("cohort", cast.cohort.id), now=NOW)
    db.session.commit()
    roles, cohort_id = cast.staff.roles, cast.cohort.id
    with count_queries() as statements:
        found = list_history(cast.staff, "cohort", cohort_id)
    assert (len(found), len(statements), Role.STAFF in roles) == (SHOWN, 1, True)
