"""What closing a cohort ends is said before it is done."""

from program.cohorts.models import CohortState
from program.obligations.queries import list_owed_by
from tests.factories import NOW, make_report
from tests.pages import read, submit, words


def test_what_is_owed_is_counted_before_a_cohort_is_closed(cast, client_of):
    make_report(cast.fellowship, number=4)
    browser, url = client_of(cast.staff), f"/cohorts/{cast.cohort.id}"
    page = read(browser.get(url))
    assert page.select_one(f"a[href='{url}/close']").get_text(strip=True) == "Close the cohort"
    assert page.select("button[value=closed]") == []
    shown = words(browser.get(f"{url}/close"))
    assert "1 report waits for a mentor's answer" in shown
    assert "9 reports are owed, 7 of them late" in shown
    done = submit(browser, f"{url}/close", f"{url}/state", state="closed")
    assert (done.location, cast.cohort.state) == (url, CohortState.CLOSED)
    assert list_owed_by(cast.fellow.id, now=NOW) == []
    refused = browser.get(f"{url}/close")
    assert (refused.status_code, "This cohort is closed" in words(refused)) == (409, True)


def test_a_cohort_in_which_nothing_is_owed_says_so(cast, client_of):
    cast.cohort.state = CohortState.ARCHIVED
    page = words(client_of(cast.staff).get(f"/cohorts/{cast.cohort.id}/close"))
    assert "Nothing is owed in this cohort any more." in page
