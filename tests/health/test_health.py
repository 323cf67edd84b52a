"""What watches the machines is told."""

from datetime import timedelta

from sqlalchemy import select

from program.extensions import db
from program.health.models import Heartbeat
from program.health.queries import read_figures, read_health
from program.health.services import record_tick
from program.notices.models import NoticeState
from program.up.ports import HOST, free_port
from tests.databases import other_app
from tests.factories import NOW, make_account, make_notice

HOUR = timedelta(hours=1)


def test_the_process_answers(client):
    assert (client.get("/health/live").status_code, client.get("/health/live").json) == (200, {"live": True})


def test_a_fresh_programme_is_ready(client):
    response = client.get("/health/ready")
    assert (response.status_code, response.json) == (
        200,
        {
            "ready": True,
            "database": True,
            "redis": None,
            "oldest_unsent_seconds": None,
            "last_tick_seconds": None,
            "relay_down_seconds": None,
        },
    )


def test_ages_are_in_seconds(client):
    record_tick(now=NOW - timedelta(seconds=42))
    make_notice(make_account(), at=NOW - HOUR)
    make_notice(make_account(name="Other"), at=NOW - 2 * HOUR).state = NoticeState.SENT
    found = client.get("/health/ready").json
    assert (found["last_tick_seconds"], found["oldest_unsent_seconds"]) == (42, 3_600)


def test_what_is_not_due_yet_is_not_old(client):
    make_notice(make_account(), at=NOW + HOUR)
    assert client.get("/health/ready").json["oldest_unsent_seconds"] == 0


def test_the_last_tick_counts(app):
    for minutes in (5, 4, 3):
        record_tick(now=NOW - timedelta(minutes=minutes))
    assert db.session.scalars(select(Heartbeat.at)).all() == [NOW - timedelta(minutes=3)]


def test_the_figures_of_a_day(cast):
    for number, state in enumerate(["sent", "sent", "sent", "failed", "ambiguous", "cancelled"]):
        notice = make_notice(cast.fellow, subject=("report", number + 100), at=NOW - HOUR)
        notice.state, notice.sent_at = NoticeState(state), NOW - HOUR if state == "sent" else None
        notice.failed_at = NOW - HOUR if state == "failed" else None
    make_notice(cast.fellow, subject=("concern", 1), at=NOW - HOUR).state = NoticeState.FAILED
    make_notice(cast.fellow, subject=("report", 200), at=NOW - timedelta(minutes=1))
    figures = read_figures(NOW)
    assert (figures.sent, figures.failed, figures.ambiguous, figures.failure_rate) == (3, 1, 1, 0.25)
    assert (figures.oldest_unsent_seconds, figures.last_tick_seconds) == (60, None)
    earlier = read_figures(NOW + 23 * HOUR)
    assert (earlier.sent, earlier.failed, earlier.failure_rate) == (0, 0, 0.0)


def test_redis_is_looked_at_and_not_needed(app, redis_url):
    assert read_health(redis_url, now=NOW).redis is True
    away = read_health(f"redis://{HOST}:{free_port()}/0", now=NOW)
    assert (away.redis, away.ready) == (False, True)


def test_without_a_database_it_is_not_ready(tmp_path, now):
    with other_app(tmp_path, database_url=f"sqlite:///{tmp_path}/nowhere/file.sqlite") as app:
        response = app.test_client().get("/health/ready")
        assert app.test_client().get("/health/live").status_code == 200
    assert (response.status_code, response.json["database"]) == (503, False)


def test_before_the_tables_are_made_it_is_not_ready(databases, backend, tmp_path, now):
    with other_app(tmp_path, database_url=databases.empty(backend)) as app:
        assert app.test_client().get("/health/ready").status_code == 503
