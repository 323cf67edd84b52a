"""An analyst sees counts and releases, and no person."""

import pytest

from program.access import Role
from program.fellows.models import FellowshipStage
from program.home.counts import WeekCounts, count_weeks
from program.surveys.models import WaveKind
from tests.factories import NOW, make_account, make_draft, make_report, make_review, make_wave, period_of
from tests.pages import read, words


def test_reports_are_counted_by_week(cast):
    accepted = make_report(cast.fellowship, number=4)
    make_review(accepted, cast.mentor)
    make_report(cast.other_fellowship, number=4)
    make_draft(cast.fellowship, number=5)
    weeks = count_weeks(cast.cohort.id, now=NOW)
    assert [week.title for week in weeks] == [f"week {number}" for number in range(1, 6)]
    due = {n: period_of(cast.cohort, n).due_at for n in (4, 5)}
    assert weeks[3] == WeekCounts("week 4", due[4], expected=2, accepted=1, submitted=1, returned=0)
    assert weeks[4] == WeekCounts("week 5", due[5], expected=2, accepted=0, submitted=0, returned=0)
    assert (weeks[3].missing, weeks[4].missing) == (0, 2)
    cast.fellowship.stage = cast.other_fellowship.stage = FellowshipStage.COMPLETED
    assert count_weeks(cast.cohort.id, now=NOW) == weeks


def test_the_home_names_nobody_and_quotes_nothing(cast, client_of):
    make_report(cast.fellowship, number=4, done="A sentence of my own.")
    page = words(client_of(cast.analyst).get("/", follow_redirects=True))
    assert "Summer 26 in numbers" in page
    people = [cast.fellow, cast.other_fellow, cast.mentor, cast.other_mentor, cast.manager, cast.staff]
    assert [person.name for person in people if person.name in page] == []
    assert "A sentence of my own." not in page


@pytest.mark.parametrize(
    "path",
    ["/staff", "/cohorts", "/cohorts/{cohort}/board", "/reports/{report}", "/waves/{wave}", "/notices"],
)
def test_pages_with_people_on_them_are_not_there(cast, client_of, path):
    ids = {"cohort": cast.cohort.id, "report": make_report(cast.fellowship, number=4).id}
    wave = make_wave(cast.cohort, staff=cast.staff, kind=WaveKind.INTAKE)
    assert client_of(cast.analyst).get(path.format(**ids, wave=wave.id)).status_code == 404


def test_waves_lead_an_analyst_to_their_release(cast, client_of):
    wave = make_wave(cast.cohort, staff=cast.staff, kind=WaveKind.INTAKE)
    links = [a["href"] for a in read(client_of(cast.analyst).get("/surveys")).main.find_all("a")]
    assert links == [f"/waves/{wave.id}/release"]
    assert client_of(cast.analyst).get(links[0]).status_code == 200


def test_before_any_cohort_has_begun_an_analyst_is_sent_nowhere(app, client_of):
    page = read(client_of(make_account(roles=[Role.ANALYST])).get("/analyst"))
    assert page.h1.get_text() == "No cohort has begun"
    assert page.main.find_all("a") == []
