"""An alert is a row before it is said: once for each channel, in its own time, and not for ever."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from program.alerts.models import Alert, AlertKind, AlertState
from program.alerts.raising import raise_alert
from program.alerts.services import remove_channel, switch_channel, try_channel
from program.alerts.wire import NotTakenError
from program.alerts.work import MAX_ATTEMPTS, claim_alert, post_alert
from program.extensions import db
from program.presentation import path_to
from tests.alerts.conftest import LEASE, SITE
from tests.factories import CHAT, NOW, make_channel

MINUTE = timedelta(minutes=1)
BUSY = NotTakenError("it answered 503")
GONE = NotTakenError("it answered 404", permanent=True)


def states():
    return sorted(db.session.scalars(select(Alert.state)).all())


def silence(*, about="x", now=NOW):
    return raise_alert(AlertKind.SILENCE, about, since=now - 40 * MINUTE, until=now, now=now)


def test_each_channel_that_is_on_is_told_once(staff, teller, line):
    make_channel(staff=staff)
    off = make_channel("#other", staff=staff)
    switch_channel(off, on=False, actor=staff, now=NOW)
    assert (silence(), silence()) == (1, 0)
    assert (teller.tell(), teller.tell()) == (1, 0)
    words = "For 40 minutes nothing was sent or reminded of by itself. That works again now."
    assert line.said == [(CHAT, f"{words} {SITE}notices")]
    assert line.open_transactions == 0


def test_without_a_channel_nothing_is_kept(app):
    assert silence() == 0
    assert states() == []


def test_a_service_that_is_away_is_tried_again_later_and_later_then_no_more(staff, teller, line):
    channel = make_channel(staff=staff)
    silence()
    line.trouble = BUSY
    tries = 0
    for _minute in range(4 * 60):
        tries += teller.tell()
        teller.wait(minutes=1)
    assert (tries, states()) == (MAX_ATTEMPTS, [AlertState.FAILED])
    assert channel.last_error == "it answered 503"


def test_what_comes_late_is_said_and_so_shown(staff, teller, line):
    channel = make_channel(staff=staff)
    silence()
    line.trouble = BUSY
    teller.tell()
    line.trouble = None
    assert teller.tell() == 0, "too soon"
    teller.wait(minutes=2)
    teller.tell()
    assert (len(line.said), states(), channel.last_error, channel.tried_at) == (
        1,
        [AlertState.SENT],
        "",
        teller.now,
    )


def test_who_will_never_take_it_is_not_asked_again(staff, teller, line):
    make_channel(staff=staff)
    silence()
    line.trouble = GONE
    teller.tell()
    assert states() == [AlertState.FAILED]


def test_a_channel_that_hangs_is_tried_once_for_all_that_waits(staff, teller, line):
    make_channel(staff=staff)
    silence(about="x"), silence(about="y")
    line.trouble = BUSY
    assert teller.tell() == 1
    assert states() == [AlertState.PENDING, AlertState.PENDING]


def test_a_worker_that_died_is_taken_over_from_and_changes_nothing_any_more(app, staff, teller, line):
    make_channel(staff=staff)
    silence()
    slow = claim_alert(lease=LEASE, now=NOW)
    steps = post_alert(slow, wire=line, site=SITE, clock=lambda: NOW)
    with app.test_request_context():
        path_to("outbox.listing")
    next(steps)
    assert teller.tell() == 0, "it is held"
    teller.wait(seconds=91)
    assert teller.tell() == 1
    line.trouble = GONE
    next(steps)
    assert states() == [AlertState.SENT]


def test_two_do_not_take_one_alert(staff):
    make_channel(staff=staff)
    silence()
    assert claim_alert(lease=LEASE, now=NOW) is not None
    assert claim_alert(lease=LEASE, now=NOW) is None


def test_what_breaks_on_our_side_is_tried_again_and_shown_without_its_words(staff, teller, line):
    channel = make_channel(staff=staff)
    silence()
    line.trouble = ZeroDivisionError(CHAT)
    teller.tell()
    assert (states(), channel.last_error) == ([AlertState.PENDING], "something broke (ZeroDivisionError)")


def test_switching_off_drops_what_waits_and_removing_forgets_all(staff, teller, line):
    channel = make_channel(staff=staff)
    silence()
    switch_channel(channel, on=False, actor=staff, now=NOW)
    assert (teller.tell(), states()) == (0, [AlertState.CANCELLED])
    remove_channel(channel, actor=staff, now=NOW)
    assert states() == []


def test_a_secret_of_a_key_that_is_gone_is_said_to_be_so(app, staff, teller, line, monkeypatch):
    channel = make_channel(staff=staff)
    try_channel(channel, actor=staff, now=NOW)
    other = app.extensions["settings"].model_copy(update={"secret_key": "another"})
    monkeypatch.setitem(app.extensions, "settings", other)
    teller.tell()
    assert line.said == []
    assert channel.last_error.startswith("its address was sealed by a key that is gone")


def test_a_key_that_was_changed_seals_anew_what_it_opens(app, staff, teller, line, monkeypatch):
    channel = make_channel(staff=staff)
    settings = app.extensions["settings"]
    both = settings.model_copy(update={"secret_key": "new", "secret_key_fallbacks": settings.secret_key})
    only = settings.model_copy(update={"secret_key": "new"})
    for number, held in enumerate((both, only)):
        monkeypatch.setitem(app.extensions, "settings", held)
        try_channel(channel, actor=staff, now=NOW + number * MINUTE)
        teller.wait(minutes=1)
        teller.tell()
    assert len(line.said) == 2


@pytest.mark.parametrize("kind", [AlertKind.TEST, AlertKind.SENDING_STUCK, AlertKind.REVIEWS_OVERDUE])
def test_each_kind_says_so_with_a_link(staff, teller, line, kind):
    make_channel(staff=staff)
    raise_alert(kind, "x", since=NOW - 3 * 60 * MINUTE, until=NOW, now=NOW, count=1)
    teller.tell()
    [(_address, text)] = line.said
    assert SITE in text
    assert {
        AlertKind.TEST: "a test",
        AlertKind.SENDING_STUCK: "waiting for 3 hours",
        AlertKind.REVIEWS_OVERDUE: "1 review came",
    }[kind] in text
