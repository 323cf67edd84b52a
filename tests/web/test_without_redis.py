"""What still works when Redis is gone, and at what price."""

import socket
import threading
import time
from contextlib import contextmanager, suppress

import pytest

from program.doorbell import Bell, ring_after_commit
from program.extensions import db
from program.up.ports import HOST, free_port
from tests.databases import other_app
from tests.factories import make_report, period_of
from tests.pages import Browser, filled, find_form, read, signed_in, submit


@pytest.fixture
def with_redis_at(backend, databases, tmp_path, app):
    """The application on the same rows, told of a Redis on this port."""

    @contextmanager
    def told(port):
        shared, url = db._app_engines[app][None], f"redis://{HOST}:{port}/0"
        with other_app(tmp_path, database_url=databases.empty(backend), redis_url=url) as other:
            other.test_client_class = Browser
            with other.app_context():
                own = db.engine
                db._app_engines[other][None] = shared
            yield other
            db._app_engines[other][None] = own

    return told


@pytest.fixture
def without_redis(with_redis_at):
    """The application, told of a Redis that is not there."""
    with with_redis_at(free_port()) as other:
        yield other


@pytest.fixture
def callers():
    """Who has called a Redis that takes connections and never answers; its port."""
    called = []
    with socket.create_server((HOST, 0)) as server:
        server.settimeout(30)

        def take():
            with suppress(OSError):
                while True:
                    called.append(server.accept())

        taking = threading.Thread(target=take, daemon=True)
        taking.start()
        yield server.getsockname()[1], called
        server.shutdown(socket.SHUT_RDWR)
        taking.join(10)
    for line, _address in called:
        line.close()


def test_without_redis_pages_work_and_writes_are_kept(without_redis, cast):
    report = make_report(cast.other_fellowship)
    desk = f"/periods/{period_of(cast.cohort, 5).id}/report"
    started = time.monotonic()
    fellow, mentor = signed_in(without_redis, cast.fellow), signed_in(without_redis, cast.other_mentor)
    sent = submit(fellow, desk, desk, **{"section-done": "Ran it.", "section-plan": "Write it up."})
    assert sent.status_code == 302
    read_it = f"/reports/{report.id}"
    assert submit(mentor, read_it, f"{read_it}/accept", comment="Good.").status_code == 302
    for address in ("/mentor", "/reviews", "/account"):
        assert mentor.get(address).status_code == 200
    assert time.monotonic() - started < 10


def test_without_redis_people_can_ask_to_sign_in_and_are_still_counted(without_redis):
    client = without_redis.test_client()
    tries = [submit(client, "/sign-in", email="ada@people.example").status_code for _ in range(5)]
    form = filled(find_form(read(client.get("/sign-in")), "/sign-in"))
    last = client.post("/sign-in", data=form | {"email": "ada@people.example"})
    assert [*tries, last.status_code] == [302] * 5 + [429]


def test_a_redis_that_hangs_is_not_waited_for_by_each_try(with_redis_at, callers):
    port, called = callers
    with with_redis_at(port) as app:
        client = app.test_client()
        form = filled(find_form(read(client.get("/sign-in")), "/sign-in"))
        started = time.monotonic()
        tries = [
            client.post("/sign-in", data=form | {"email": "ada@people.example"}).status_code
            for _ in range(20)
        ]
        assert tries == [302] * 5 + [429] * 15
        assert time.monotonic() - started < 5
        assert 1 <= len(called) <= 3


def test_without_redis_the_programme_is_ready_and_says_so(without_redis):
    response = without_redis.test_client().get("/health/ready")
    assert (response.status_code, response.json["ready"], response.json["redis"]) == (200, True, False)


def test_a_bell_that_cannot_be_rung_costs_one_short_wait(without_redis):
    with without_redis.app_context():
        started = time.monotonic()
        for _ in range(20):
            ring_after_commit(Bell.DELIVER)
            db.session.commit()
        assert time.monotonic() - started < 5
