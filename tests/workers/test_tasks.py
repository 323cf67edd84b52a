"""Tasks are thin, named, and safe to run twice; what rings them is data."""

import inspect
import smtplib

import pytest
from sqlalchemy import func, select

from program.delivery.breaker import OPENS_AT
from program.doorbell import Bell
from program.extensions import db
from program.health.models import Heartbeat
from program.notices.models import Notice, NoticeState
from program.releases.models import Release
from program.releases.services import close_and_summarise
from tests.factories import NOW, make_wave
from workers.schedule import BELLS, EXPIRES, schedule


def count(model, *conditions):
    return db.session.scalar(select(func.count()).select_from(model).where(*conditions))


def own_tasks(workers):
    return {name: task for name, task in workers.app.tasks.items() if not name.startswith("celery.")}


def test_each_bell_has_its_task_and_each_task_its_bell(workers):
    assert own_tasks(workers).keys() == {bell.value for bell in Bell}


def test_the_clock_rings_every_bell():
    assert set(BELLS) == set(Bell)
    assert len(BELLS) == len(Bell)


@pytest.mark.parametrize("seconds", [1, 60])
def test_the_schedule_is_data(workers, seconds):
    entries = schedule(seconds)
    assert {name: entry["task"] for name, entry in entries.items()} == {
        bell.value: bell.value for bell in Bell
    }
    for entry in entries.values():
        assert entry["schedule"] == seconds
        assert entry["options"] == {"expires": EXPIRES}


def test_beat_follows_the_schedule_of_the_settings(workers):
    assert workers.app.conf.beat_schedule == schedule(workers.settings.tick_seconds) == schedule(60)
    assert workers.app.conf.timezone == "UTC"


def test_a_task_is_handed_out_again_when_its_worker_dies_and_leaves_no_result(workers):
    for task in own_tasks(workers).values():
        assert task.acks_late
        assert task.reject_on_worker_lost
        assert task.ignore_result
    assert not workers.app.conf.result_backend
    assert workers.app.conf.broker_connection_max_retries is None


def test_tasks_are_thin_and_take_ids_at_most(workers):
    for task in own_tasks(workers).values():
        lines, _first = inspect.getsourcelines(task.run)
        assert len(lines) <= 18, task.name
        assert not inspect.signature(task.run).parameters, task.name


def test_the_sweep_runs_twice_safely(run, cast):
    first, second = run(Bell.SWEEP), run(Bell.SWEEP)
    assert (first, second) == (8, 0)
    assert count(Notice) == 8


def test_sending_runs_twice_safely(run, cast, monkeypatch):
    run(Bell.SWEEP)
    tried = []

    def nobody_there(*_place, **_options):
        tried.append(1)
        raise ConnectionRefusedError

    monkeypatch.setattr(smtplib, "SMTP", nobody_there)
    assert [run(Bell.DELIVER) for _time in range(5)] == [0] * 5
    assert len(tried) == OPENS_AT, "a relay that is down is left alone"
    assert count(Notice, Notice.state == NoticeState.PENDING) == 8


def test_the_tick_runs_twice_safely(run, now):
    run(Bell.TICK)
    run(Bell.TICK)
    assert db.session.scalars(select(Heartbeat.at)).all() == [now]


def test_a_tick_is_told_to_who_watches_once_it_is_committed(workers, run, app, now, monkeypatch):
    settings = workers.settings.model_copy(update={"ping_url": "https://watcher.example/tick"})
    told = []

    def ping(url, *, now):
        db.session.rollback()
        told.append((url, count(Heartbeat)))

    monkeypatch.setattr("workers.health.ping", ping)
    monkeypatch.setattr("workers.health.settings", settings)
    run(Bell.TICK)
    monkeypatch.setattr("workers.health.settings", workers.settings)
    run(Bell.TICK)
    assert told == [("https://watcher.example/tick", 1)]


def test_summing_up_runs_twice_safely(run, cast):
    wave = make_wave(cast.cohort, staff=cast.staff)
    close_and_summarise(wave, actor=cast.staff, now=NOW)
    db.session.commit()
    assert (run(Bell.SUMMARISE), run(Bell.SUMMARISE)) == (1, 0)
    assert count(Release) == 1


def test_a_task_that_breaks_leaves_nothing_behind(run, cast, monkeypatch):
    def post_and_break(*, now):
        db.session.add(Heartbeat(name="half", at=now))
        db.session.flush()
        raise ZeroDivisionError

    monkeypatch.setattr("workers.reminders.sweep", post_and_break)
    with pytest.raises(ZeroDivisionError):
        run(Bell.SWEEP)
    assert count(Heartbeat) == 0


def test_links_in_tasks_start_with_the_public_address(workers, run, app, monkeypatch):
    settings = workers.settings.model_copy(update={"public_url": "https://fellows.example.org/"})
    monkeypatch.setattr(workers, "settings", settings)
    monkeypatch.setitem(app.config, "TRUSTED_HOSTS", ["fellows.example.org"])
    monkeypatch.setattr("workers.reminders.sweep", lambda **_now: app.url_for("home.index", _external=True))
    assert run(Bell.SWEEP) == "https://fellows.example.org/"
