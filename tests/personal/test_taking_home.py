"""What a person takes home: all of their own, nothing of anybody else's, and no secret."""

import json
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from program.access import Role
from program.audit.models import AuditEvent, Tag
from program.audit.services import origin
from program.extensions import db
from program.people.services import change_roles
from program.personal import queries
from program.personal.archive import DATA, FILES, PAGE
from program.personal.catalogue import CATALOGUE
from program.reports.models import Revision
from program.sign_in.services import mint_sign_in_link
from tests.factories import (
    NOW,
    make_answers,
    make_attachment,
    make_authenticator,
    make_organisation,
    make_passkey,
    make_report,
    make_review,
    make_wave,
)
from tests.pages import submit, words

PAGE_URL = "/account/data"


def taken(browser):
    """Both files of the zip."""
    response = submit(browser, PAGE_URL)
    assert (response.status_code, response.mimetype) == (200, "application/zip")
    archive = ZipFile(BytesIO(response.data))
    assert archive.namelist() == [DATA, PAGE]
    return json.loads(archive.read(DATA)), archive.read(PAGE).decode()


@pytest.fixture
def lived(cast):
    """Both fellows wrote, were answered and signed in; each text says whose it is."""
    for place, mentor, word in (
        (cast.fellowship, cast.mentor, "okafor"),
        (cast.other_fellowship, cast.other_mentor, "boadu"),
    ):
        report = make_report(place, number=4, done=f"done-{word}", asks=f"ask-{word}?")
        make_review(report, mentor, comment=f"comment-{word}", answers={report.asks[0].id: f"answer-{word}"})
        make_passkey(place.account, name=f"key-{word}")
        mint_sign_in_link(place.account, now=NOW)
    return cast


def test_a_fellow_takes_home_what_they_wrote_and_what_was_written_to_them(lived, client_of):
    data, page = taken(client_of(lived.fellow))
    assert data["account"][0]["email"] == "amara.okafor@people.example"
    assert data["revision"][0]["body"]["done"] == "done-okafor"
    for text in ("done-okafor", "ask-okafor?", "comment-okafor", "answer-okafor", "key-okafor"):
        assert text in json.dumps(data)
        assert text in page


def test_their_files_are_in_it_and_nobody_elses(lived, client_of):
    mine = make_attachment(lived.fellowship, name="Plot of mine", content=b"a picture")
    make_attachment(lived.other_fellowship, name="boadu", content=b"another")
    archive = ZipFile(BytesIO(submit(client_of(lived.fellow), PAGE_URL).data))
    assert archive.namelist() == [DATA, PAGE, f"{FILES}/{mine.id}-Plot of mine.png"]
    assert archive.read(f"{FILES}/{mine.id}-Plot of mine.png") == b"a picture"
    [row] = json.loads(archive.read(DATA))["attachment"]
    assert (row["name"], row["size"]) == ("Plot of mine", 9)


def test_nothing_of_anybody_else_is_in_it(lived, client_of):
    data, page = taken(client_of(lived.fellow))
    for text in (json.dumps(data), page):
        assert "boadu" not in text.lower()


def test_the_check_above_sees_a_path_that_leads_to_all(lived, client_of, monkeypatch):
    monkeypatch.setattr(queries, "_leads_to", lambda table, *_rest: table.primary_key.columns[0].is_not(None))
    data, _page = taken(client_of(lived.fellow))
    assert "boadu" in json.dumps(data).lower()


def test_a_mentor_takes_home_the_reviews_they_wrote(lived, client_of):
    data, _page = taken(client_of(lived.mentor))
    assert [row["comment"] for row in data["review"]] == ["comment-okafor"]
    assert data["revision"] == []


def test_no_secret_is_in_it(lived, client_of):
    make_authenticator(lived.fellow)
    data, page = taken(client_of(lived.fellow))
    withheld = []
    for name, holding in CATALOGUE.items():
        for column in queries.columns_of(name, holding.withheld):
            withheld += [
                value
                for value in db.session.scalars(select(column))
                if isinstance(value, str) and len(value) > 9
            ]
    assert len(withheld) > 20
    text = json.dumps(data) + page
    assert [secret for secret in withheld if secret in text] == []


def test_answers_to_surveys_are_not_in_it(lived, client_of):
    wave = make_wave(lived.cohort, staff=lived.staff)
    organisation = make_organisation(name="Telltale Institute")
    make_answers(wave, lived.fellowship, organisations=[organisation], next_step="phd", lab=9, policy=1)
    data, page = taken(client_of(lived.fellow))
    assert data["participation"][0]["answered"] is True
    assert "Telltale" not in json.dumps(data) + page


def test_what_was_typed_is_no_markup_on_the_page(cast, client_of):
    make_report(cast.fellowship, number=4, done="<script>alert(1)</script>")
    _data, page = taken(client_of(cast.fellow))
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_it_is_written_down_and_five_times_an_hour(cast, client_of):
    browser = client_of(cast.fellow)
    answers = [submit(browser, PAGE_URL).status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]
    events = db.session.scalars(select(AuditEvent).filter_by(tag=Tag.DATA_EXPORT)).all()
    assert [(e.actor_id, e.subject_id) for e in events] == [(cast.fellow.id, cast.fellow.id)] * 5


def test_the_page_says_what_is_held(cast, client_of):
    text = words(client_of(cast.fellow).get(PAGE_URL))
    assert all(holding.title in text for holding in CATALOGUE.values() if holding.title)


def test_what_others_did_about_somebody_is_theirs_to_know_but_not_from_where(lived, client_of):
    there = origin.set("203.0.113.9")
    change_roles(lived.fellow, roles=[Role.FELLOW, Role.MENTOR], actor=lived.staff, now=NOW)
    origin.reset(there)
    data, _page = taken(client_of(lived.fellow))
    [change] = [row for row in data["audit_event_about"] if row["tag"] == Tag.ROLES_CHANGE]
    assert change["after"] == {"roles": ["fellow", "mentor"]}
    assert "203.0.113.9" not in json.dumps(data)
    assert "audit_event_about" in taken(client_of(lived.other_fellow))[0]
    about_other = taken(client_of(lived.other_fellow))[0]["audit_event_about"]
    assert Tag.ROLES_CHANGE not in {row["tag"] for row in about_other}


def test_a_mentor_takes_home_what_they_answered_without_what_was_asked(lived, client_of):
    data, _page = taken(client_of(lived.mentor))
    assert [row["answer"] for row in data["ask_answer"]] == ["answer-okafor"]
    assert "ask-okafor" not in json.dumps(data)


def test_who_wrote_in_the_report_of_somebody_else_takes_that_home_once(lived, client_of):
    revision = db.session.scalars(select(Revision).where(Revision.author_id == lived.fellow.id)).one()
    assert taken(client_of(lived.fellow))[0]["revision_for_others"] == []
    revision.author_id = lived.manager.id
    db.session.flush()
    data, _page = taken(client_of(lived.manager))
    assert [row["body"]["done"] for row in data["revision_for_others"]] == ["done-okafor"]
    assert data["revision"] == []
