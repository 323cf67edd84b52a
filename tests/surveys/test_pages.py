"""Answering a wave in a browser."""

import pytest
from sqlalchemy import func, select

from program.extensions import db
from program.surveys.models import Answer, Response, WaveState
from tests.factories import NOW, make_answers, make_organisation, make_wave
from tests.pages import filled, find_form, read, submit, words


@pytest.fixture
def labs(cast):
    return [make_organisation(name=name) for name in ("Alpha", "Beta", "Gamma")]


@pytest.fixture
def wave(cast, labs):
    return make_wave(cast.cohort, staff=cast.staff)


@pytest.fixture
def page(wave):
    return f"/waves/{wave.id}/answer"


@pytest.fixture
def browser(cast, client_of):
    return client_of(cast.fellow)


def answers():
    rows = db.session.scalars(select(Answer).order_by(Answer.question_id, Answer.position))
    return [a.organisation_id or a.option or a.number for a in rows]


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def ranked(*organisations):
    return {f"q-organisations-{place}": str(o.id) for place, o in enumerate(organisations, start=1)}


def test_answers_are_kept_and_found_again(browser, page, labs):
    typed = {**ranked(labs[1], labs[0]), "q-next_step-1": "phd", "q-lab-1": "0", "q-policy-1": "10"}
    response = submit(browser, page, **typed)
    assert (response.status_code, response.location) == (302, "/")
    assert answers() == [labs[1].id, labs[0].id, "phd", 0, 10]
    form = filled(find_form(read(browser.get(page)), page))
    assert {name: form[name] for name in typed} == typed


def test_an_answer_can_be_changed_while_the_wave_is_open(browser, page, labs):
    submit(browser, page, **ranked(labs[0]), **{"q-lab-1": "3"})
    submit(browser, page, **{"q-organisations-1": str(labs[2].id), "q-lab-1": "7"})
    assert answers() == [labs[2].id, 7]
    assert count(Response) == 1


def test_prefer_not_to_say_is_offered_everywhere_and_stores_nothing(browser, page):
    form = find_form(read(browser.get(page)), page)
    offered = {field["name"] for field in form.find_all("input", {"type": "radio", "value": ""})}
    assert offered == {"q-next_step-1", "q-lab-1", "q-policy-1"}
    assert submit(browser, page, **dict.fromkeys(offered, "")).status_code == 302
    assert (answers(), count(Response)) == ([], 1)


def test_taking_an_answer_back_removes_it(browser, page):
    submit(browser, page, **{"q-next_step-1": "phd"})
    submit(browser, page, **{"q-next_step-1": ""})
    assert answers() == []


def test_a_choice_left_out_does_not_leave_a_hole(browser, page, labs):
    submit(browser, page, **{"q-organisations-1": "", "q-organisations-3": str(labs[2].id)})
    assert [(a.position, a.organisation_id) for a in db.session.scalars(select(Answer))] == [(1, labs[2].id)]


def test_an_organisation_takes_one_place(browser, page, labs):
    response = submit(browser, page, **ranked(labs[0], labs[1], labs[0]), **{"q-lab-1": "4"})
    assert response.status_code == 422
    assert "more than one place" in words(response)
    form = filled(find_form(read(response), page))
    assert (form["q-organisations-2"], form["q-lab-1"]) == (str(labs[1].id), "4")
    assert count(Response) == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("q-organisations-1", "999999"),
        ("q-organisations-1", "x"),
        ("q-organisations-1", "1 OR 1=1"),
        ("q-next_step-1", "retire"),
        ("q-lab-1", "11"),
        ("q-lab-1", "-1"),
        ("q-lab-1", "1.5"),
        ("q-lab-1", "٣"),
    ],
)
def test_what_was_not_offered_is_not_taken(browser, page, labs, field, value):
    assert submit(browser, page, **{field: value}).status_code == 422
    assert count(Response) == 0


def test_a_wave_that_closed_meanwhile_gives_the_answers_back(browser, page, wave, labs):
    form = filled(find_form(read(browser.get(page)), page))
    wave.state = WaveState.CLOSED
    response = browser.post(page, data={**form, **ranked(labs[0]), "q-next_step-1": "phd"})
    assert response.status_code == 409
    assert "closed" in words(response)
    kept = [area.get_text().strip() for area in read(response).find_all("textarea")]
    assert "phd" in kept
    assert count(Response) == 0


def test_a_closed_wave_can_be_read_and_not_sent(browser, page, wave):
    wave.state = WaveState.CLOSED
    response = browser.get(page)
    assert response.status_code == 200
    assert find_form(read(response), page).find("button") is None


def test_a_wave_past_its_end_takes_no_answer_and_gives_it_back(browser, page, wave, labs):
    form = filled(find_form(read(browser.get(page)), page))
    wave.closes_at = NOW
    response = browser.post(page, data={**form, **ranked(labs[0]), "q-next_step-1": "phd"})
    later = browser.get(page)
    assert response.status_code == 409
    assert "This survey has closed" in words(response)
    assert "phd" in [area.get_text().strip() for area in read(response).find_all("textarea")]
    assert count(Response) == 0
    assert later.status_code == 200
    assert "This survey has closed. You did not answer it." in words(later)
    assert find_form(read(later), page).find("button") is None


def test_a_double_press_is_one_response(browser, page, labs):
    form = filled(find_form(read(browser.get(page)), page)) | ranked(labs[0])
    assert [browser.post(page, data=form).status_code for _ in range(2)] == [302, 302]
    assert (count(Response), answers()) == (1, [labs[0].id])


def test_the_form_says_who_can_see_what(browser, page):
    text = words(browser.get(page))
    assert "confidential" in text
    assert "anonymous" not in text.lower()


def test_answers_of_somebody_else_are_not_offered(cast, browser, client_of, page, wave):
    make_answers(wave, cast.other_fellowship, next_step="phd", lab=9)
    form = filled(find_form(read(browser.get(page)), page))
    assert (form.get("q-next_step-1"), form.get("q-lab-1")) == ("", "")


def test_staff_see_who_has_answered_and_never_what(cast, client_of, wave):
    make_answers(wave, cast.fellowship, next_step="phd", lab=9)
    text = words(client_of(cast.staff).get(f"/waves/{wave.id}"))
    assert "1 of 2 answered" in text
    assert "PhD" not in text
