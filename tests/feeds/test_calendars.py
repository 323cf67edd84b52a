"""The calendar as a library reads it that did not write it."""

from dataclasses import replace
from datetime import UTC, timedelta

import pytest
import vobject

from program.feeds.calendars import QUIET, Entry, entries_of, mark_of, write_calendar
from program.obligations.models import Obligation, ObligationKind
from tests.factories import NOW

HOUR = timedelta(hours=1)
SITE = "https://fellowship.example"
ENTRY = Entry("a1", NOW + HOUR, "Report for week 5", "Write the report", f"{SITE}/periods/7/report")


def read_events(entries, *, now=NOW):
    """The events, by their UID."""
    calendar = vobject.readOne(write_calendar(entries, now=now).decode())
    calendar.validate(raiseException=True)
    return {event.uid.value: event for event in calendar.contents.get("vevent", [])}


def test_an_event_stands_at_the_deadline_in_utc_and_takes_up_no_time():
    event = read_events([ENTRY])["a1"]
    assert (event.dtstart.value, event.dtend.value - event.dtstart.value) == (
        NOW + HOUR,
        timedelta(minutes=15),
    )
    assert event.dtstart.value.utcoffset() == timedelta()
    assert event.dtstamp.value == event.last_modified.value == NOW
    assert (event.summary.value, event.url.value) == (ENTRY.title, ENTRY.url)
    assert event.description.value.startswith(f"Write the report: {ENTRY.url}\n")
    assert (event.transp.value, event.contents["class"][0].value) == ("TRANSPARENT", "PRIVATE")


def test_calendars_are_told_its_name_and_how_often_to_look():
    calendar = vobject.readOne(write_calendar([], now=NOW).decode())
    assert (calendar.version.value, calendar.method.value) == ("2.0", "PUBLISH")
    assert calendar.contents["refresh-interval"][0].value == "PT1H"
    assert calendar.contents["refresh-interval"][0].params == {"VALUE": ["DURATION"]}
    assert calendar.contents["x-published-ttl"][0].value == "PT1H"
    assert calendar.contents["x-wr-calname"][0].value == "Fellowship: what you owe"


@pytest.mark.parametrize(
    "title",
    [
        "Zoë Ångström-Müller: report for week 5",
        'Okafor, Amara; Boadu, Kwame: back\\slash, and "quotes"',
        "two\nlines\nEND:VEVENT",
        "한국어 이름 🙂 " * 20,
        "x" * 300,
        "trailing space and colon: ",
    ],
    ids=["umlauts", "separators", "line breaks", "octets", "long", "end"],
)
def test_whatever_somebody_is_called_comes_out_as_it_went_in(title):
    written = write_calendar([replace(ENTRY, title=title)], now=NOW)
    assert max(map(len, written.split(b"\r\n"))) <= 75, "lines are folded by octets"
    assert written.count(b"\n") == written.count(b"\r\n")
    [event] = read_events([replace(ENTRY, title=title)]).values()
    assert event.summary.value == title


@pytest.mark.parametrize("move", [HOUR, -HOUR])
def test_a_deadline_that_moves_is_the_same_event_in_a_newer_version(move):
    before = read_events([ENTRY])["a1"]
    after = read_events([replace(ENTRY, due_at=ENTRY.due_at + move)], now=NOW + HOUR)["a1"]
    assert after.dtstart.value - before.dtstart.value == move
    assert int(after.sequence.value) > int(before.sequence.value) > 0
    assert int(after.sequence.value) < 2**31


def test_its_mark_changes_with_what_it_says_and_with_nothing_else():
    other = replace(ENTRY, uid="b2")
    assert mark_of([ENTRY, other]) == mark_of([other, ENTRY])
    for changed in (replace(ENTRY, due_at=NOW), replace(ENTRY, title="x"), replace(ENTRY, url=SITE)):
        assert mark_of([changed]) != mark_of([ENTRY])


def owed(kind, *, subject_id=7, number=5, due_at=NOW, account_id=1):
    return Obligation(kind, account_id, subject_id, 1, due_at, number, "Amara Okafor")


def uids(*obligations, key="k"):
    return [one.uid for one in entries_of(obligations, key=key, site=SITE)]


def test_each_obligation_has_a_number_of_its_own_which_its_deadline_does_not_change(app):
    with app.test_request_context():
        every = [owed(kind, subject_id=subject) for kind in ObligationKind for subject in (7, 8)]
        every += [owed(ObligationKind.EVALUATION, number=6), owed(ObligationKind.DRAFT, number=6)]
        assert len({*uids(*every)}) == len(every)
        for kind in ObligationKind:
            assert uids(owed(kind)) == uids(owed(kind, due_at=NOW + HOUR))
        report = owed(ObligationKind.REPORT, number=0)
        assert uids(report) == uids(report._replace(number=1)), "a draft makes it no other"
        assert uids(report) != uids(report, key="another")


def test_of_a_concern_nothing_is_told(app):
    with app.test_request_context():
        [entry] = entries_of([owed(ObligationKind.CONCERN)], key="k", site=SITE)
    written = write_calendar([entry], now=NOW).decode()
    assert entry.title == QUIET
    assert entry.url == f"{SITE}/"
    for word in ("concern", "Amara"):
        assert word not in written.lower().replace("\r\n ", "")
    assert entry.due_at.tzinfo is UTC
