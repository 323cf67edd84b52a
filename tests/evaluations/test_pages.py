"""Staff ask, mentors write, staff read: what each page takes, keeps and shows."""

import csv
import io
import json
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from program.access import Role
from program.clock import DAY
from program.evaluations.models import Evaluation, EvaluationRound
from program.evaluations.wording import FIRST
from program.extensions import db
from program.fellows.models import AssignmentKind
from tests.factories import (
    NOW,
    make_account,
    make_assignment,
    make_evaluation,
    make_mentor,
    make_report,
    make_round,
)
from tests.pages import filled, find_form, read, submit, token_of, words

SENTENCE = "Found the bug in our own baseline by rereading all of it."
SCORES = {f"score-{one.key}": str(score) for one, score in zip(FIRST, (6, 7, 8, 7), strict=True)}
ALIKE = {f"score-{one.key}": "7" for one in FIRST}


@pytest.fixture
def asked(cast):
    return make_round(cast.cohort)


def desk(cast, asked):
    return f"/evaluation-rounds/{asked.id}/fellowships/{cast.fellowship.id}"


def kept():
    return db.session.scalars(select(Evaluation).execution_options(populate_existing=True)).one_or_none()


def complaint(response, field):
    assert response.status_code == 422
    return read(response).select_one(f"#{field}-error").get_text()


def test_staff_are_suggested_days_and_ask_the_mentors(cast, client_of):
    browser, cohort = client_of(cast.staff), f"/cohorts/{cast.cohort.id}"
    assert f"{cohort}/evaluations" in [a["href"] for a in read(browser.get(cohort)).select("main a")]
    assert "Mentors are not asked half way so far." in words(browser.get(f"{cohort}/evaluations"))
    form = find_form(read(browser.get(f"{cohort}/evaluations/midpoint")), f"{cohort}/evaluations/midpoint")
    assert {**filled(form), "csrf_token": ""} == {
        "csrf_token": "",
        "opens_on": "2026-06-05",
        "due_on": "2026-06-12",
    }
    done = submit(browser, f"{cohort}/evaluations/midpoint")
    assert "0 of 2 fellows evaluated" in words(browser.get(done.location))
    assert "opens_on" not in words(browser.get(f"{cohort}/evaluations"))
    moved = submit(browser, f"{cohort}/evaluations/midpoint", due_on="2026-06-15")
    assert moved.location == done.location
    [asked] = db.session.scalars(select(EvaluationRound)).all()
    assert f"{asked.due_at:%d %H:%M}" == "15 16:00"


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"opens_on": "2026-05-10"}, "opens_on", "choose one of its days"),
        ({"due_on": "2026-06-01"}, "due_on", "due before it opens"),
        ({"due_on": "2026-12-01"}, "due_on", "no later than 28 days"),
        ({"due_on": ""}, "due_on", "Please fill in “Due on”."),
        ({"due_on": "soon"}, "due_on", "Please give the day"),
    ],
)
def test_days_that_cannot_be_are_said_beside_their_field(cast, client_of, typed, field, said):
    address = f"/cohorts/{cast.cohort.id}/evaluations/midpoint"
    assert said in complaint(submit(client_of(cast.staff), address, **typed), field)
    assert db.session.scalars(select(EvaluationRound)).all() == []


def test_a_mentor_finds_it_on_their_page_keeps_a_draft_and_sends_it(cast, client_of, asked):
    report = make_report(cast.fellowship, number=4)
    browser, address = client_of(cast.mentor), desk(cast, asked)
    assert "No report waits" not in words(browser.get("/mentor"))
    assert "Amara Okafor: midpoint evaluation due" in words(browser.get("/mentor"))
    assert address in [a["href"] for a in read(browser.get("/mentor")).select("main a")]
    saved = submit(browser, address, f"{address}/draft", **{"score-execution": "9", "comment": "So far."})
    assert saved.location == address
    assert (kept().sent_at, kept().answers.scores) == (None, {"execution": 9})
    missing = submit(browser, address, **SCORES | {"score-execution": "", "score-judgement": "10"})
    assert "Please give a score for “Research execution”." in complaint(missing, "score-execution")
    assert "A score of 10 needs evidence" in complaint(missing, "evidence-judgement")
    assert "So far." in read(missing).select_one("#comment").get_text()
    sent = submit(browser, address, **SCORES, reports=str(report.id))
    assert sent.location == "/evaluations"
    assert "Amara Okafor: midpoint evaluation Summer 26 · sent" in words(browser.get("/evaluations"))
    assert kept().sent_at == NOW
    assert "midpoint evaluation" not in words(browser.get("/mentor"))
    corrected = submit(browser, address, **SCORES | {"score-independence": "5"})
    assert corrected.status_code == 302
    assert kept().answers.scores["independence"] == 5
    assert [report.id for report in kept().reports] == [report.id]


def test_four_alike_are_asked_about_once(cast, client_of, asked):
    browser, address = client_of(cast.mentor), desk(cast, asked)
    assert read(browser.get(address)).select_one("#meant") is None
    warned = submit(browser, address, **ALIKE)
    assert "All four scores are 7." in complaint(warned, "meant")
    assert kept() is None
    form = filled(find_form(read(warned), address))
    assert browser.post(address, data=form | {"meant": "y"}).status_code == 302
    assert submit(browser, address, comment="One word more.").status_code == 302
    assert kept().comment == "One word more."


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"score-execution": "11"}, "score-execution", "Not a valid choice"),
        ({"evidence-execution": "x" * 3_001}, "evidence-execution", "longer than 3,000 characters"),
        ({"comment": "x" * 6_001}, "comment", "longer than 6,000 characters"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field(cast, client_of, asked, typed, field, said):
    address = desk(cast, asked)
    for action in (address, f"{address}/draft"):
        answer = submit(client_of(cast.mentor), address, action, **SCORES | typed)
        assert said in complaint(answer, field)
    assert kept() is None


def test_six_reports_and_reports_of_others_are_refused(cast, client_of, asked):
    mine = [make_report(cast.fellowship, number=number, at=NOW + 9 * DAY) for number in range(1, 7)]
    other = make_report(cast.other_fellowship, number=1)
    browser, address = client_of(cast.mentor), desk(cast, asked)
    fields = {"csrf_token": token_of(browser, address), "version": "0", **SCORES}
    for ids in ([report.id for report in mine], [other.id], ["x"]):
        answer = browser.post(address, data=fields | {"reports": ids})
        assert read(answer).select_one("#reports-error") is not None
    assert browser.post(address, data=fields | {"reports": [one.id for one in mine[:5]]}).status_code == 302


def test_two_tabs_conflict_side_by_side_and_a_button_pressed_twice_counts_once(cast, client_of, asked):
    browser, address = client_of(cast.mentor), desk(cast, asked)
    fields = filled(find_form(read(browser.get(address)), address)) | SCORES
    first = browser.post(f"{address}/draft", data=fields | {"comment": "From the first tab."})
    assert first.status_code == 302
    again = browser.post(f"{address}/draft", data=fields | {"comment": "From the first tab."})
    assert again.status_code == 302
    second = browser.post(
        address, data=fields | {"comment": "From the second tab.", "evidence-execution": "Mine."}
    )
    assert second.status_code == 409
    page = read(second)
    assert page.select_one("#comment").get_text().strip() == "From the second tab."
    assert page.select_one("#kept-comment").get_text().strip() == "From the first tab."
    assert kept().comment == "From the first tab."
    assert browser.post(address, data=filled(find_form(page, address))).status_code == 302
    assert kept().comment == "From the second tab."


def test_what_stands_is_read_and_no_longer_written(cast, client_of):
    over = make_round(cast.cohort, due_at=NOW)
    make_evaluation(over, cast.fellowship, cast.mentor)
    browser, address = client_of(cast.mentor), desk(cast, over)
    assert browser.get(address).location == f"/evaluations/{kept().id}"
    page = browser.get(f"/evaluations/{kept().id}")
    assert "Correct it" not in words(page)
    answer = browser.post(
        address, data={"csrf_token": token_of(browser, "/account"), "version": "1", **SCORES}
    )
    assert answer.status_code == 409


def test_staff_read_it_beside_the_reports_that_support_it(cast, client_of, asked):
    reports = [make_report(cast.fellowship, number=number) for number in (1, 2, 3)]
    evaluation = make_evaluation(
        asked, cast.fellowship, cast.mentor, scores=(9, 7, 8, 7), evidence=SENTENCE, reports=reports[:1]
    )
    browser = client_of(cast.staff)
    page = browser.get(f"/evaluations/{evaluation.id}")
    shown = [row.get_text(" ", strip=True) for row in read(page).select(".aside li.row")]
    assert shown == ["Week 1 sent supports it", "Week 3 sent", "Week 2 sent"]
    assert "Research execution: 9 of 10" in words(page)
    assert SENTENCE in words(page)
    assert "evaluated a fellow" in words(page)
    listed = browser.get(f"/evaluation-rounds/{asked.id}")
    assert "1 of 2 fellows evaluated" in words(listed)
    chart = read(listed).select_one(".chart-rows")["aria-label"]
    assert chart.startswith("Amara Okafor. Research execution: 9 of 10; Judgement and taste: 7 of 10")
    own = words(client_of(cast.mentor).get(f"/evaluations/{evaluation.id}"))
    assert SENTENCE in own


def test_staff_take_the_round_away(cast, client_of, asked):
    make_evaluation(asked, cast.fellowship, cast.mentor, scores=(9, 7, 8, 7), evidence=SENTENCE)
    browser = client_of(cast.staff)
    form = read(browser.get(f"/evaluation-rounds/{asked.id}")).select_one("form.export")
    answer = browser.post(form["action"], data=filled(form) | {"format": "csv"})
    first, second = csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline=""))
    assert (first["fellow"], first["research execution"], first["evidence, communication"]) == (
        *("Amara Okafor", "9"),
        SENTENCE,
    )
    assert (second["fellow"], second["mentor"], second["state"]) == (
        "Kwame Boadu",
        "Desmond Oyelaran",
        "not begun",
    )


def taken_home(browser):
    response = submit(browser, "/account/data")
    return json.loads(ZipFile(BytesIO(response.data)).read("data.json"))


def test_its_author_takes_it_home_and_the_fellow_does_not(cast, client_of, asked):
    make_evaluation(
        asked,
        cast.fellowship,
        cast.mentor,
        scores=(9, 7, 8, 7),
        evidence=SENTENCE,
        comment="Not for their eyes.",
    )
    held = json.dumps(taken_home(client_of(cast.fellow)))
    assert [text for text in (SENTENCE, "Not for their eyes.") if text in held] == []
    theirs = taken_home(client_of(cast.mentor))
    assert theirs["evaluation_by"][0]["comment"] == "Not for their eyes."
    assert theirs["evaluation_score_by"][0]["evidence"] == SENTENCE


def test_co_mentors_and_the_fellow_find_nothing(cast, client_of, asked):
    co = make_account(name="Coco Mentor", roles=[Role.MENTOR])
    make_assignment(cast.fellowship, make_mentor(co), kind=AssignmentKind.CO)
    evaluation = make_evaluation(asked, cast.fellowship, cast.mentor)
    pages = (f"/evaluations/{evaluation.id}", f"/evaluation-rounds/{asked.id}")
    for account in (co, cast.fellow, cast.manager, cast.other_mentor, cast.analyst):
        browser = client_of(account)
        assert [browser.get(page).status_code for page in pages] == [404, 404]
    assert client_of(co).get(desk(cast, asked)).status_code == 200
