"""A real worker, a real beat, a real Redis and a real relay: a link that is asked for arrives, whatever was away."""

import re
import time

import pytest
from sqlalchemy import select

from program.extensions import db
from program.logs.requests import HEADER
from program.notices.models import Notice, NoticeState
from program.up.ports import free_port
from tests.delivery.post_office import Desk, PostOffice
from tests.factories import make_account
from tests.live import Live, wait_until
from tests.pages import Browser, submit
from tests.servers import RunningRedis

pytestmark = pytest.mark.live


class Station:
    """A programme in processes, and somebody who wants to sign in."""

    def __init__(self, live, redis, office):
        self.live, self.redis, self.office = live, redis, office
        live.app.test_client_class = Browser

    def ask(self, name):
        """Make an account and ask for a link to it on the page; the address."""
        with self.live.app.app_context():
            email = make_account(name=name).email
            db.session.commit()
            asked = submit(self.live.app.test_client(), "/sign-in", email=email)
        assert asked.status_code == 302
        return email

    def notice_to(self, email):
        with self.live.app.app_context():
            return db.session.scalars(select(Notice).where(Notice.account.has(email=email))).one()

    def mails_to(self, email):
        return [mail for mail in self.office.record.mails if email in mail["To"]]

    def await_mail(self, email):
        wait_until(lambda: self.mails_to(email), seconds=30, what=f"no mail came: {self.live.said('worker')}")
        wait_until(
            lambda: self.notice_to(email).state is NoticeState.SENT,
            seconds=10,
            what="it is not marked as sent",
        )
        [mail] = self.mails_to(email)
        return mail.get_body(("plain",)).get_content()

    def look_at_once(self, email):
        """Let the time pass that a message waits after it could not be sent."""
        with self.live.app.app_context():
            notice = db.session.scalars(select(Notice).where(Notice.account.has(email=email))).one()
            notice.not_before = notice.created_at
            db.session.commit()


@pytest.fixture(scope="module")
def station(backend, databases, tmp_path_factory):
    folder, office = tmp_path_factory.mktemp("station"), PostOffice()
    redis = RunningRedis(folder)
    redis.start()
    settings = {"redis_url": redis.url, "smtp_port": free_port(), "rate_limits": False}
    try:
        with Live.on(databases.migrated(backend), folder=folder, **settings) as live:
            live.start_worker()
            wait_until(lambda: " ready." in live.said("worker"), seconds=30, what="the worker is not ready")
            yield Station(live, redis, office)
    finally:
        redis.kill()


@pytest.fixture
def desk(station):
    """The relay, open."""
    desk = open_desk(station)
    yield desk
    desk.stop()


def open_desk(station):
    desk = Desk(station.office, port=station.live.settings["smtp_port"])
    desk.start()
    return desk


@pytest.fixture
def beat(station):
    """Beat, at its quickest."""
    live = station.live
    live.set(tick_seconds=1)
    schedule = live.folder / "beat-schedule"
    live.start("beat", "celery", "-A", "workers.app", "beat", f"--schedule={schedule}", "--pidfile=")
    yield
    live.stop("beat")


def test_the_bell_is_enough(station, desk):
    """No beat runs: the worker is told by the page."""
    email = station.ask("Ada Bell")
    started = time.monotonic()
    text = station.await_mail(email)
    assert time.monotonic() - started < 15
    path = re.search(r"http://127.0.0.1:8000(/sign-in/\S+)", text)[1]
    with station.live.app.app_context():
        browser = station.live.app.test_client()
        assert submit(browser, path).location == "/"


def test_the_worker_logs_under_the_number_of_the_request_and_holds_no_address(station, desk):
    with station.live.app.app_context():
        email = make_account(name="Ada Number").email
        db.session.commit()
        asked = submit(station.live.app.test_client(), "/sign-in", email=email)
    token = station.await_mail(email).split("/sign-in/")[1].split()[0]
    wait_until(lambda: asked.headers[HEADER] in station.live.said("worker"), seconds=10, what="no such line")
    said = station.live.said("worker")
    assert re.search(rf"task \[workers.logs\] .*done=1 .*request_id={asked.headers[HEADER]}", said)
    assert email not in said
    assert token not in said


def test_a_relay_that_was_away_gets_everything_later(station, beat):
    email = station.ask("Ada Relay")
    wait_until(lambda: station.notice_to(email).last_error, seconds=30, what="nobody tried")
    notice = station.notice_to(email)
    assert (notice.state, notice.attempts) == (NoticeState.PENDING, 1)
    assert notice.not_before > notice.created_at
    desk = open_desk(station)
    try:
        station.look_at_once(email)
        assert "/sign-in/" in station.await_mail(email)
    finally:
        desk.stop()


def test_a_redis_that_was_away_loses_nothing(station, desk, beat):
    """Pages work without it, and the worker goes on when it is back."""
    station.redis.kill()
    try:
        started = time.monotonic()
        email = station.ask("Ada Redis")
        assert time.monotonic() - started < 5
        assert station.notice_to(email).state is NoticeState.PENDING
    finally:
        station.redis.start()
    assert "/sign-in/" in station.await_mail(email)
    assert station.live.processes["worker"].poll() is None, "it is still the same worker"
