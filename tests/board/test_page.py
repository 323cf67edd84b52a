"""The staff board: a row for each fellow, a cell for each report, narrowed and taken away as it is shown."""

import csv
import io
from datetime import timedelta

import pytest

from program.board.queries import Asked, list_board
from program.cohorts.models import PeriodKind, ReportPeriod
from program.deadlines.models import Deadline
from program.extensions import db
from program.fellows.models import FellowshipStage
from program.reviews.models import Verdict
from tests.factories import (
    NOW,
    make_assignment,
    make_draft,
    make_leave,
    make_report,
    make_review,
    period_of,
)
from tests.pages import filled, read, words
from tests.scenarios import more_fellows

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def board(cast, client_of):
    """The board as staff open it, with this after its address."""
    browser = client_of(cast.staff)
    return lambda query="": read(browser.get(f"/cohorts/{cast.cohort.id}/board{query}"))


def cells(page):
    return {
        row.th.a.get_text(): [cell.get_text(strip=True) for cell in row.find_all("td")]
        for row in page.select("tbody tr:not(.group)")
    }


def test_there_is_a_cell_for_each_report(cast, board):
    make_review(make_report(cast.fellowship, number=1, at=NOW - 26 * DAY), cast.mentor)
    make_report(cast.fellowship, number=2, at=NOW)
    make_review(
        make_report(cast.fellowship, number=3, at=NOW - 12 * DAY), cast.mentor, verdict=Verdict.RETURN
    )
    make_draft(cast.fellowship, number=5)
    make_report(cast.other_fellowship, number=4, at=NOW - 4 * DAY - timedelta(minutes=1))
    make_leave(cast.other_fellowship, period_of(cast.cohort, 5).due_at.date())
    cast.other_fellowship.starts_on = period_of(cast.cohort, 3).due_at.date()
    cast.other_fellowship.ends_on = period_of(cast.cohort, 6).due_at.date()
    own = ["accepted", "sent, sent late", "returned", "late", "begun"]
    other = [*["before the start"] * 2, "very late", "waits too long, sent late", "on leave", "to come"]
    assert cells(board()) == {
        "Amara Okafor": [*own, *["to come"] * 5],
        "Kwame Boadu": [*other, *["after the end"] * 4],
    }


def grant(fellowship, number, due_at):
    """Another deadline for the fellowship, or none."""
    period = period_of(fellowship.cohort, number)
    own = Deadline(fellowship_id=fellowship.id, period_id=period.id, due_at=due_at, excused=due_at is None)
    own.at = NOW
    db.session.add(own)


def test_what_was_granted_to_a_fellow_is_said_in_their_cells_alone(cast):
    for number in range(1, 4):
        grant(cast.fellowship, number, None if number == 1 else NOW + number * DAY)
    make_report(cast.fellowship, number=3, at=NOW)
    db.session.flush()
    first, other = list_board(cast.cohort, Asked(), now=NOW, cursor=None).rows
    assert [cell.word for cell in first.cells[:3]] == ["excused", "not yet, due 12 Jun 2026", "sent"]
    assert [cell.word for cell in other.cells[:3]] == ["very late"] * 3


@pytest.mark.parametrize(
    ("after", "word"),
    [(0, "not yet"), (1, "in grace"), (12, "in grace"), (13, "late"), (167, "late"), (168, "very late")],
)
def test_how_late_what_was_not_sent_is(cast, after, word):
    now = period_of(cast.cohort, 5).due_at + timedelta(hours=after)
    first, _other = list_board(cast.cohort, Asked(), now=now, cursor=None).rows
    assert first.cells[4].word == word


def test_a_midterm_has_a_column_and_what_one_fellow_is_asked_for_ends_their_row(cast, board):
    for kind, place in ((PeriodKind.MIDTERM, None), (PeriodKind.ON_REQUEST, cast.fellowship.id)):
        period = ReportPeriod(cohort_id=cast.cohort.id, phase_id=cast.cohort.phases[0].id, kind=kind)
        period.opens_at, period.due_at, period.fellowship_id = NOW - DAY, NOW + HOUR, place
        db.session.add(period)
    db.session.flush()
    db.session.expire(cast.cohort, ["periods"])
    page = board("?by_track=y")
    heads = [head.get_text() for head in page.select("thead th")]
    assert heads == ["Fellow", "1", "2", "3", "4", "midterm", *"56789", "10", "On request"]
    more = [cell.get_text(strip=True) for cell in page.select("td.more")]
    assert more == ["on request: not yet", ""]
    assert page.select_one(".group th")["colspan"] == str(len(heads))


@pytest.mark.parametrize(("hours", "word"), [(0, "sent"), (1, "waits too long")])
def test_a_review_waits_too_long_from_the_moment_it_is_owed(cast, hours, word):
    report = make_report(cast.fellowship, number=1, at=NOW - 26 * DAY)
    report.owed_at = NOW - timedelta(hours=hours)
    first, _other = list_board(cast.cohort, Asked(), now=NOW, cursor=None).rows
    assert first.cells[0].word == word


def test_cells_of_sent_reports_open_them_and_drafts_stay_with_their_writer(cast, board):
    report = make_report(cast.fellowship, number=2)
    make_draft(cast.fellowship, number=5)
    page = board()
    assert {a["href"] for a in page.select("tbody td a")} == {f"/reports/{report.id}"}
    assert page.select_one("tbody th a")["href"] == f"/fellowships/{cast.fellowship.id}"
    assert [head.get_text() for head in page.select("thead th.now")] == ["5"]


def test_only_who_reports_or_has_reported_to_the_end_is_shown(cast, board):
    cast.fellowship.stage, cast.other_fellowship.stage = FellowshipStage.WITHDRAWN, FellowshipStage.COMPLETED
    assert list(cells(board())) == ["Kwame Boadu"]


def test_it_is_narrowed_by_track_mentor_and_research_manager(cast, board):
    past = make_assignment(cast.other_fellowship, cast.mentorship, starts_on=cast.cohort.starts_on)
    past.ends_on = NOW.date() - DAY
    track = cast.other_fellowship.track_id
    for query, names in {
        f"?track={track}": ["Kwame Boadu"],
        f"?mentor={cast.mentorship.id}": ["Amara Okafor"],
        f"?manager={cast.manager.id}": ["Amara Okafor"],
        "?manager=0": ["Kwame Boadu"],
        f"?manager={cast.manager.id}&track={track}": [],
    }.items():
        assert list(cells(board(query))) == names, query
    empty = board(f"?manager={cast.manager.id}&track={track}").select_one(".empty")
    assert empty.get_text(" ", strip=True) == "Nobody was found. Show everybody"


def test_what_cannot_be_chosen_is_said_and_nobody_is_shown(cast, client_of):
    answer = client_of(cast.staff).get(f"/cohorts/{cast.cohort.id}/board?track=999999")
    assert answer.status_code == 422
    assert "Nobody was searched for" in words(answer)


def test_fellows_of_a_track_can_stand_together(cast, board):
    more_fellows(cast, 1, track="Governance")
    rows = [(row.a or row.th).get_text() for row in board("?by_track=y").select("tbody tr")]
    assert rows == ["Interpretability", "Amara Okafor", "Governance", "Fellow G001", "Kwame Boadu"]


@pytest.mark.parametrize("by_track", [False, True])
def test_a_larger_board_comes_in_pages(cast, by_track):
    more_fellows(cast, 3), more_fellows(cast, 3, track="Governance")
    asked, cursor, names = Asked(by_track=by_track), None, []
    for _ in range(3):
        page = list_board(cast.cohort, asked, now=NOW, cursor=cursor, size=3)
        names += [row.who.name for row in page.rows]
        cursor = page.next_cursor
    assert cursor is None
    assert names == [row.who.name for row in list_board(cast.cohort, asked, now=NOW, cursor=None).rows]
    assert len(set(names)) == 8


def test_the_sheet_is_narrowed_as_the_page_is(cast, client_of):
    make_report(cast.fellowship, number=1, at=NOW)
    browser = client_of(cast.staff)
    page = read(browser.get(f"/cohorts/{cast.cohort.id}/board?manager={cast.manager.id}&by_track=y"))
    form = page.select_one("form.export")
    answer = browser.post(form["action"], data=filled(form) | {"format": "csv"})
    (row,) = csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline=""))
    assert row["fellow"] == "Amara Okafor"
    assert (row["track"], row["research manager"]) == ("Interpretability", "Helena Strand")
    assert (row["report: week 1"], row["report: week 2"], row["report: week 10"]) == (
        "sent, sent late",
        "very late",
        "to come",
    )
