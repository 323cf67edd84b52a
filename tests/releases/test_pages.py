"""What staff see of waves and releases, and nobody else does."""

from datetime import timedelta

import pytest

from program.releases.models import JobState
from program.releases.queries import find_job
from program.releases.services import claim_job, summarise
from program.surveys.models import WaveState
from tests.factories import NOW, make_answers, make_organisation, make_wave
from tests.pages import read, submit, words
from tests.scenarios import more_fellows


@pytest.fixture
def browser(cast, client_of):
    return client_of(cast.staff)


@pytest.fixture
def wave(cast):
    alpha = make_organisation(name="Alpha")
    fellowships = more_fellows(cast, 14)
    wave = make_wave(cast.cohort, staff=cast.staff)
    for fellowship in fellowships[:12]:
        make_answers(wave, fellowship, organisations=[alpha], next_step="phd", lab=9, policy=1)
    return wave


def work_off():
    list(summarise(claim_job(lease=timedelta(seconds=90), now=NOW), now=NOW))


def test_opening_a_wave_asks_everybody(browser, cast):
    wave = make_wave(cast.cohort)
    page = f"/waves/{wave.id}"
    response = submit(browser, page, f"{page}/open")
    assert (response.status_code, response.location) == (302, page)
    assert wave.state is WaveState.OPEN
    assert "2 people are asked" in browser.get(page).get_data(as_text=True)


def test_closing_leads_to_progress_and_then_to_the_release(browser, wave):
    page = f"/waves/{wave.id}"
    response = submit(browser, page, f"{page}/close")
    assert (response.status_code, response.location) == (302, f"{page}/release")
    waiting = browser.get(f"{page}/release")
    assert waiting.status_code == 200
    assert "being made" in words(waiting)
    assert read(waiting).find("meta", {"http-equiv": "refresh"}) is not None
    work_off()
    text = words(browser.get(f"{page}/release"))
    assert "First choice: Alpha, with about 10 answers." in text
    assert "12 of 16 people answered" in text


def test_a_release_has_a_chart_a_table_and_its_limits(browser, wave):
    page = f"/waves/{wave.id}"
    submit(browser, page, f"{page}/close")
    work_off()
    release = read(browser.get(f"{page}/release"))
    assert len(release.select("figure.chart")) == 5
    assert len(release.find_all("table")) == 5
    text = release.get_text(" ")
    for said in ("to the nearest 5", "proves a cause", "<5", "By group: not shown"):
        assert said in text


def test_no_exact_count_is_anywhere_on_the_page(browser, wave):
    page = f"/waves/{wave.id}"
    submit(browser, page, f"{page}/close")
    work_off()
    release = read(browser.get(f"{page}/release"))
    assert {cell.get_text() for cell in release.select("td.num")} == {"<5", "10"}
    assert {text.get_text() for text in release.select(".chart-text")} == {"10"}


def test_a_wave_with_few_answers_says_only_that(browser, cast):
    wave = make_wave(cast.cohort, staff=cast.staff)
    make_answers(wave, cast.fellowship, next_step="phd")
    page = f"/waves/{wave.id}"
    submit(browser, page, f"{page}/close")
    work_off()
    text = words(browser.get(f"{page}/release"))
    assert "Not shown: too few people answered" in text
    assert "PhD" not in text


@pytest.mark.parametrize(
    ("closes_in", "said"), [(1, "open until"), (0, "took answers until"), (-1, "took answers until")]
)
def test_staff_see_whether_a_wave_that_is_not_closed_still_takes_answers(browser, wave, closes_in, said):
    wave.closes_at = NOW + timedelta(minutes=closes_in)
    assert said in words(browser.get(f"/waves/{wave.id}"))


def test_a_wave_is_closed_once(browser, wave, client_of, cast):
    page = f"/waves/{wave.id}"
    other = client_of(cast.staff)
    form = read(other.get(page)).find("form", {"action": f"{page}/close"})
    token = form.find("input", {"name": "csrf_token"})["value"]
    submit(browser, page, f"{page}/close")
    response = other.post(f"{page}/close", data={"csrf_token": token})
    assert response.status_code == 409


def test_a_job_that_was_given_up_is_said(browser, wave):
    page = f"/waves/{wave.id}"
    submit(browser, page, f"{page}/close")
    job = find_job(wave.id)
    job.state, job.last_error = JobState.FAILED, "IntegrityError('secret detail')"
    text = words(browser.get(f"{page}/release"))
    assert "could not be made" in text
    assert "secret detail" not in text


def test_an_open_wave_has_no_release(browser, wave):
    text = words(browser.get(f"/waves/{wave.id}/release"))
    assert "Alpha" not in text
    assert "no release" in text


@pytest.mark.parametrize("who", ["fellow", "mentor", "manager"])
def test_only_staff_see_a_release(cast, client_of, browser, wave, who):
    page = f"/waves/{wave.id}"
    submit(browser, page, f"{page}/close")
    work_off()
    assert client_of(getattr(cast, who)).get(f"{page}/release").status_code == 404


def test_closed_waves_lead_to_their_release(browser, wave):
    page = f"/waves/{wave.id}"
    submit(browser, page, f"{page}/close")
    assert f"{page}/release" in {a["href"] for a in read(browser.get(page)).find_all("a")}
    assert page in {a["href"] for a in read(browser.get("/surveys")).find_all("a")}
