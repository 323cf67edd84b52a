"""People choose when mail comes and what about; from a mail itself, one press ends what may be ended."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from program.accounts.services import choose_mail
from program.accounts.stopping import stop_url
from program.audit.models import AuditEvent, Tag
from program.extensions import db
from program.notices.models import Notice, NoticeState
from program.preferences.hours import Habits, Pace
from program.preferences.signing import SALT, Stop, read_stop, sign_stop
from program.preferences.topics import ABOUT, Topic, topics_for
from tests.delivery.conftest import desk, office, relay, remind, sender
from tests.factories import NOW, make_report, make_review
from tests.pages import filled, find_form, read, submit

__all__ = ["desk", "office", "relay", "sender"]
PAGE = "/account/mail"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
KEYS = ("new key", "old key")


def path_of(account, topic):
    return "/mail/stop/" + stop_url(account.id, topic).rpartition("/")[2]


def test_the_hours_and_topics_that_were_chosen_are_kept_and_shown(cast, client_of):
    browser = client_of(cast.fellow)
    done = submit(browser, PAGE, wakes_at="10", sleeps_at="16", weekends="y", topics=["early", "answers"])
    assert done.status_code == 302
    assert cast.fellow.habits == Habits(cast.fellow.time_zone, 10, 16, weekends=True)
    assert cast.fellow.muted == ["accepted", "comments"]
    form = find_form(read(browser.get(PAGE)), PAGE)
    assert [(box["value"], box.has_attr("checked")) for box in form.select("[name=topics]")] == [
        ("early", True),
        ("accepted", False),
        ("answers", True),
        ("comments", False),
    ]
    assert (filled(form)["wakes_at"], filled(form)["sleeps_at"]) == ("10", "16")


@pytest.mark.parametrize(
    ("wakes", "sleeps"), [("9", "9"), ("18", "8"), ("24", "23"), ("x", "20"), ("8", "24")]
)
def test_hours_in_which_nothing_could_come_are_not_taken(cast, client_of, wakes, sleeps):
    assert submit(client_of(cast.fellow), PAGE, wakes_at=wakes, sleeps_at=sleeps).status_code == 422
    assert (cast.fellow.wakes_at, cast.fellow.sleeps_at) == (8, 20)


def test_no_form_switches_off_what_is_mandatory_and_what_is_not_asked_stays(cast, client_of):
    cast.fellow.muted = ["reports"]
    browser = client_of(cast.fellow)
    assert submit(browser, PAGE, topics=["early", "due"]).status_code == 422
    submit(browser, PAGE, topics=[])
    assert cast.fellow.muted == ["accepted", "answers", "comments", "early", "reports"]
    assert all(ABOUT[topic].title in browser.get(PAGE).text for topic in topics_for(cast.fellow.roles))


def test_what_was_chosen_is_recorded(cast):
    habits = Habits("UTC", 9, 17, pace=Pace.WEEKLY)
    choose_mail(actor=cast.mentor, habits=habits, wanted={Topic.REPORTS: False}, now=NOW)
    event = db.session.scalars(select(AuditEvent).filter_by(tag=Tag.ACCOUNT_UPDATE)).one()
    assert event.after == {"pace": "weekly", "hours": "9 to 17", "weekends": False, "muted": ["reports"]}
    assert event.before["muted"] == []


def test_the_link_is_shown_first_and_one_press_or_a_mail_program_ends_it_once(cast, client):
    path = path_of(cast.fellow, Topic.ACCEPTED)
    for _ in range(2):
        assert "Stop mails like this" in client.get(path).text
    assert cast.fellow.muted == []
    for _ in range(2):
        answer = client.post(path, data=ONE_CLICK)
        assert (answer.status_code, "You get no more mails about this" in answer.text) == (200, True)
    db.session.expire_all()
    assert cast.fellow.muted == ["accepted"]
    assert [
        event.after for event in db.session.scalars(select(AuditEvent).filter_by(tag=Tag.ACCOUNT_UPDATE))
    ] == [{"muted": ["accepted"], "by": "mail"}]
    assert "Stop mails like this" not in client.get(path).text


@pytest.mark.parametrize("change", ["another topic", "mandatory", "erased", "gone", "another key"])
def test_a_link_that_is_not_ours_ends_nothing(cast, client, app, change):
    keys = app.extensions["settings"].signing_keys
    match change:
        case "another topic":
            token = sign_stop(Stop(cast.fellow.id, Topic.ACCEPTED), keys=keys)[1:]
        case "mandatory":
            token = sign_stop(Stop(cast.fellow.id, Topic.DUE), keys=keys)
        case "erased":
            cast.fellow.email = "7@erased.invalid"
            token = sign_stop(Stop(cast.fellow.id, Topic.ACCEPTED), keys=keys)
        case "gone":
            token = sign_stop(Stop(999_999, Topic.ACCEPTED), keys=keys)
        case _:
            token = sign_stop(Stop(cast.fellow.id, Topic.ACCEPTED), keys=["theirs"])
    assert client.post(f"/mail/stop/{token}", data=ONE_CLICK).status_code == 410
    db.session.expire_all()
    assert cast.fellow.muted == []


def test_a_link_outlives_the_key_that_signed_it_while_that_is_known():
    stop = Stop(7, Topic.EARLY)
    assert read_stop(sign_stop(stop, keys=KEYS[1:]), keys=KEYS) == stop
    assert read_stop(sign_stop(stop, keys=KEYS[1:]), keys=KEYS[:1]) is None
    assert SALT not in sign_stop(stop, keys=KEYS)


def test_what_is_not_wanted_is_cancelled_when_it_would_be_written_and_the_rest_goes(cast, sender, office):
    make_review(make_report(cast.fellowship), cast.mentor)
    remind(cast.fellow, number=1)
    cast.fellow.muted = [topic.value for topic in Topic]
    sender.send()
    rows = db.session.execute(select(Notice.kind, Notice.state).filter_by(account_id=cast.fellow.id)).all()
    assert set(rows) == {("report_accepted", NoticeState.CANCELLED), ("reminder", NoticeState.SENT)}


def test_an_early_reminder_may_be_switched_off_and_the_one_at_due_not(cast, sender, office):
    early, late = remind(cast.fellow, number=4), remind(cast.fellow, number=1)
    early.rung_at = early.due_at - timedelta(days=2)
    early.carrier_id = late.id
    cast.fellow.muted = [Topic.EARLY.value]
    sender.send()
    assert (early.state, late.state) == (NoticeState.CANCELLED, NoticeState.SENT)
    [mail] = office.record.mails
    assert mail["Subject"].startswith("Report for week 2: was due")
    assert mail["List-Unsubscribe"] is None
