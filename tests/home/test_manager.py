"""A research manager's page of their fellows."""

from tests.factories import make_report, make_wave
from tests.pages import read, words
from tests.scenarios import more_fellows


def test_it_shows_what_each_fellow_owes_and_leads_to_what_was_sent(client_of, cast):
    report = make_report(cast.fellowship, number=4)
    page = client_of(cast.manager).get("/research-manager")
    assert "Amara Okafor" in words(page)
    assert "Report for week 5" in words(page)
    assert f"/reports/{report.id}" in page.text
    assert "Kwame Boadu" not in words(page)


def test_who_is_late_comes_first(client_of, cast):
    for number in range(1, 6):
        make_report(cast.fellowship, number=number)
    more_fellows(cast, 1)
    page = read(client_of(cast.manager).get("/research-manager"))
    assert [name.get_text() for name in page.select("main h2")] == ["Fellow I001", "Amara Okafor"]


def test_it_does_not_tell_who_has_answered_a_survey(client_of, cast):
    make_wave(cast.cohort, staff=cast.staff)
    page = client_of(cast.manager).get("/research-manager")
    assert "survey" not in words(page).lower()
