"""Reports are found by what they say, by whoever may read them and by nobody else."""

from datetime import timedelta

import pytest

from program.extensions import db
from program.finding.queries import find_reports
from program.fulltext.words import sought
from program.reviews.models import Verdict
from tests.factories import NOW, make_draft, make_report, make_review
from tests.pages import read, words
from tests.scenarios import more_fellows

WEEK = timedelta(days=7)


@pytest.fixture
def written(cast):
    """Both fellows write of probes; one of them asks."""
    mine = make_report(cast.fellowship, number=4, done="<b>Naïve</b> probes.", asks="Which oracle is best?")
    theirs = make_report(cast.other_fellowship, number=4, done="Other probes.")
    make_draft(cast.fellowship, number=5, done="Unsent probes of zirconium.")
    db.session.commit()
    return mine, theirs


def titles(browser, query):
    return [
        title.get_text() for title in read(browser.get(f"/reports/search?{query}")).select(".hits .row-title")
    ]


MINE, THEIRS = "Amara Okafor, week 4", "Kwame Boadu, week 4"


def test_each_finds_what_they_may_read(cast, written, client_of):
    seen = {
        name: sorted(titles(client_of(getattr(cast, name)), "q=prob"))
        for name in ("fellow", "mentor", "other_mentor", "manager", "staff")
    }
    assert seen == {
        "fellow": [MINE],
        "mentor": [MINE],
        "other_mentor": [THEIRS],
        "manager": [MINE],
        "staff": [MINE, THEIRS],
    }
    assert titles(client_of(cast.other_mentor), "q=oracle") == []
    assert titles(client_of(cast.mentor), "q=ORACLE+naive") == [MINE]
    assert titles(client_of(cast.staff), "q=zirconium") == []


def test_the_scope_is_in_the_query_itself(cast, written):
    cast.fellowship.assignments[0].ends_on = (NOW - WEEK).date()
    db.session.flush()
    assert find_reports(cast.mentor, sought("probes"), now=NOW).total == 0
    assert find_reports(cast.analyst, sought("probes"), now=NOW).total == 0


def test_what_was_written_is_shown_as_text_with_the_hit_marked(cast, written, client_of):
    page = client_of(cast.mentor).get("/reports/search?q=naive").get_data(as_text=True)
    assert "&lt;b&gt;<mark>Naïve</mark>&lt;/b&gt; probes." in page


def test_one_cohort_or_one_fellow_is_looked_through(cast, written, client_of):
    staff = client_of(cast.staff)
    assert titles(staff, f"q=probes&fellowship={cast.fellowship.id}") == [MINE]
    assert "In what Amara Okafor sent" in words(staff.get(f"/reports/search?fellowship={cast.fellowship.id}"))
    assert len(titles(staff, f"q=probes&cohort={cast.cohort.id}")) == 2
    other = client_of(cast.other_mentor)
    assert other.get(f"/reports/search?q=a&fellowship={cast.fellowship.id}").status_code == 404
    assert staff.get("/reports/search?q=probes&cohort=999999").status_code == 422


def test_the_best_come_first_and_of_equals_the_latest(cast, client_of):
    for place in more_fellows(cast, 24):
        make_report(place, number=4, done="One probe.", at=NOW - WEEK)
    best = make_report(cast.fellowship, number=4, done="Probe, probe, probe, probe and probe.", at=NOW - WEEK)
    late = make_report(cast.other_fellowship, number=4, done="One probe.", at=NOW)
    db.session.commit()
    found = find_reports(cast.staff, sought("probe"), now=NOW)
    assert (found.total, found.following) == (26, 20)
    assert found.hits[0].report.id == best.id
    staff = client_of(cast.staff)
    [after] = read(staff.get("/reports/search?q=probe")).select("a[rel=next]")
    first, second = titles(staff, "q=probe"), titles(staff, after["href"].partition("?")[2])
    assert (len(first), len(second)) == (20, 6)
    assert first[1] == "Kwame Boadu, week 4"
    assert late.submitted_at == NOW


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 200),
        ("q=%22%27%29+OR+%28*", 200),
        ("q=%00", 200),
        ("q=%F0%9F%91%A8%E2%80%8D%F0%9F%91%A9", 200),
        ("q=probes&after=x&fellowship=x", 200),
        ("q=probes&after=99999", 200),
        ("q=" + "a" * 1_000, 422),
    ],
)
def test_whatever_is_typed_is_answered(cast, written, client_of, query, status):
    assert client_of(cast.staff).get(f"/reports/search?{query}").status_code == status


def test_a_report_that_is_being_mended_is_found_by_what_was_sent(cast, written, client_of):
    make_review(written[0], cast.mentor, verdict=Verdict.RETURN)
    make_draft(cast.fellowship, number=4, done="Mended with zirconium.", at=NOW)
    db.session.commit()
    page = client_of(cast.mentor).get("/reports/search?q=probes").get_data(as_text=True)
    assert "<mark>probes</mark>" in page
    assert "zirconium" not in page
