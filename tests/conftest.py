"""What every test can ask for. A test that uses the database runs on each kind that `--db` names."""

import gc
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from datetime import datetime

import pytest
import time_machine
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from sqlalchemy import Engine
from sqlalchemy.orm import scoped_session

from program.accounts.models import Account
from program.extensions import db, limiter
from program.factors import passwords
from program.sign_in.views import EVEN_ANSWERS
from tests.databases import BACKENDS, Databases, counted_queries, rolled_back
from tests.factories import NOW
from tests.live import Live
from tests.pages import Browser, signed_in
from tests.scenarios import Cast
from tests.servers import RunningRedis
from tests.sharing import Sharing, turn
from tests.standing import Casts
from tests.tally import lines

QUICK_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
QUICK_HASH = QUICK_HASHER.hash("nobody's")

settings.register_profile("suite", deadline=None, derandomize=True, database=None)
settings.load_profile("suite")


def pytest_addoption(parser):
    parser.addoption("--db", choices=(*BACKENDS, "both"), default="both", help="which databases to test on")


def pytest_generate_tests(metafunc):
    if "backend" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--db")
        backends = BACKENDS if chosen == "both" else (chosen,)
        if metafunc.definition.get_closest_marker("one_database"):
            backends = backends[:1]
        metafunc.parametrize("backend", backends, scope="session")


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: turn(item.nodeid))


def pytest_xdist_make_scheduler(config, log):
    return Sharing(config, log)


def pytest_collection_finish(session):
    """What is there by now stays: it need not be searched for what nobody holds any more, nor often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_terminal_summary(terminalreporter):
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, ())]
    for line in lines(reports):
        terminalreporter.write_line(f"security: {line}")


@pytest.fixture(autouse=True)
def _in_no_time(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers come as soon as they are ready, and hashes are quick, but where that is what is tried."""
    if request.node.get_closest_marker("takes_its_time") is None:
        for endpoint in EVEN_ANSWERS:
            monkeypatch.setitem(EVEN_ANSWERS, endpoint, 0.0)
        monkeypatch.setattr(passwords, "HASHER", QUICK_HASHER)
        monkeypatch.setattr(passwords, "NOBODYS", QUICK_HASH)


@pytest.fixture(scope="session")
def databases(tmp_path_factory) -> Iterator[Databases]:
    with ExitStack() as stack:
        yield Databases(tmp_path_factory.mktemp("databases"), stack)


@pytest.fixture(scope="session")
def casts(databases: Databases) -> Casts:
    return Casts(databases)


@pytest.fixture
def cast_engine(request: pytest.FixtureRequest, backend: str, casts: Casts) -> Engine | None:
    """The database on which the cast stands, if the test asks for them; else the application has its own."""
    return casts.engine(backend) if "cast" in request.fixturenames else None


@pytest.fixture
def now() -> Iterator[datetime]:
    """A Wednesday of the running cohort's fifth week. The clock stands still at it."""
    with time_machine.travel(NOW, tick=False):
        yield NOW


@pytest.fixture
def app(backend: str, databases: Databases, cast_engine: Engine | None, now: datetime) -> Iterator[Flask]:
    """The application, in a context, on a database that is as it was after the test."""
    application = databases.application(backend)
    application.test_client_class = Browser
    limiter.reset()
    with rolled_back(application, on=cast_engine):
        yield application


@pytest.fixture
def session(app: Flask) -> scoped_session:
    return db.session


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser in which nobody is signed in."""
    return app.test_client()


@pytest.fixture
def client_of(app: Flask) -> Callable[[Account], FlaskClient]:
    """A browser in which this account is signed in."""
    return lambda account: signed_in(app, account)


@pytest.fixture
def count_queries(app: Flask) -> Callable[[], AbstractContextManager[list[str]]]:
    return counted_queries


@pytest.fixture
def cast(app: Flask, casts: Casts) -> Cast:
    """Five people and a research manager in one running cohort."""
    return casts.cast(db.engine)


@pytest.fixture
def staff(cast: Cast) -> Account:
    return cast.staff


@pytest.fixture
def mentor(cast: Cast) -> Account:
    return cast.mentor


@pytest.fixture
def other_mentor(cast: Cast) -> Account:
    return cast.other_mentor


@pytest.fixture
def fellow(cast: Cast) -> Account:
    return cast.fellow


@pytest.fixture
def other_fellow(cast: Cast) -> Account:
    return cast.other_fellow


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory) -> Iterator[RunningRedis]:
    """A real Redis. Whoever kills it starts it again."""
    server = RunningRedis(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.kill()


@pytest.fixture
def redis_url(redis_server: RunningRedis) -> str:
    return redis_server.url


@pytest.fixture
def live(backend: str, databases: Databases, tmp_path) -> Iterator[Live]:
    """Real processes on a migrated database of their own; they are gone after the test."""
    with Live.on(databases.migrated(backend), folder=tmp_path) as live:
        yield live
