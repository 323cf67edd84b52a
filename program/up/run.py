"""`fellowship demo` and `fellowship up`: everything that has to run, started in order."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
import flask_migrate
import requests
from flask import Flask

from program.app import create_app
from program.config import Settings, SettingsError
from program.deploy import refuse_unsafe
from program.up import parts
from program.up.choices import configured, demo_settings, up_settings
from program.up.instance import begin_anew, check_writable, for_its_owner_only, only_launcher
from program.up.people import is_empty, load_basics, load_people, sign_in_links
from program.up.ports import HOST, answers, check_port
from program.up.redis import NoRedisError, Redis, choose_redis, why_not
from program.up.steps import demo_screen, step, up_screen
from program.up.supervisor import Supervisor

PATIENCE = 30.0  # seconds for each part to answer: many times what a slow machine takes


@dataclass(frozen=True)
class Running:
    """A programme that is up."""

    app: Flask
    settings: Settings
    supervisor: Supervisor

    @property
    def address(self) -> str:
        """Where people find it."""
        return str(self.settings.public_url).rstrip("/")


def run_demo(*, instance: Path, port: int, reset: bool) -> None:
    """Run the demo until a signal comes."""
    with _stopping_quietly(), demo_running(instance=instance, port=port, reset=reset) as running:
        click.echo(demo_screen(running.address, sign_in_links(running.app)))
        running.supervisor.run()


def run_up(*, instance: Path, port: int) -> None:
    """Run a real programme on one machine until a signal comes."""
    with _stopping_quietly(), up_running(instance=instance, port=port) as running:
        click.echo(up_screen(running.address, logs=instance / "log", empty=is_empty(running.app)))
        running.supervisor.run()


@contextmanager
def demo_running(*, instance: Path, port: int, reset: bool = False) -> Iterator[Running]:
    """Start the demo, and stop it when the block is left."""
    with _launching(instance, port) as supervisor:
        if reset:
            begin_anew(instance)
        server = _start_redis(supervisor, instance)
        settings = demo_settings(instance, port=port, redis_url=server.url)
        app = _migrated_app(settings)
        supervisor.start(parts.smtp(settings))
        _start_programs(supervisor, settings, port)
        if is_empty(app):
            with step("Demo cohort"):
                load_people(app)
        with step("Mail server"):
            _wait(supervisor, "The mail server", lambda: answers(settings.smtp_port))
        _await_programs(supervisor, settings, port)
        yield Running(app, settings, supervisor)


@contextmanager
def up_running(*, instance: Path, port: int) -> Iterator[Running]:
    """Start a real programme, and stop it when the block is left."""
    with _launching(instance, port) as supervisor:
        server = _start_redis(supervisor, instance)
        settings = _safe(up_settings(instance, port=port, redis_url=server.url))
        app = _migrated_app(settings)
        _start_programs(supervisor, settings, port)
        load_basics(app)
        _await_programs(supervisor, settings, port)
        yield Running(app, settings, supervisor)


@contextmanager
def _launching(instance: Path, port: int) -> Iterator[Supervisor]:
    with for_its_owner_only():
        check_writable(instance)
        with only_launcher(instance), Supervisor(instance / "log") as supervisor:
            check_port(port)
            yield supervisor


@contextmanager
def _stopping_quietly() -> Iterator[None]:
    """Take a signal as the end that was asked for."""
    try:
        yield
    except KeyboardInterrupt:
        click.echo("\nEverything is stopped.")


def _safe(settings: Settings) -> Settings:
    try:
        return refuse_unsafe(settings)
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


def _start_redis(supervisor: Supervisor, instance: Path) -> Redis:
    server = choose_redis(configured(instance=instance).redis_url, folder=instance / "redis")
    with step(server.words):
        if server.part is not None:
            supervisor.start(server.part)
            _wait(supervisor, "Redis", lambda: not why_not(server.url))
        elif why_not(server.url):
            raise NoRedisError(why_not(server.url))
    return server


def _migrated_app(settings: Settings) -> Flask:
    with step("Database"):
        app = create_app(settings)
        with app.app_context():
            flask_migrate.upgrade()
    return app


def _start_programs(supervisor: Supervisor, settings: Settings, port: int) -> None:
    """Let them load while the data is being prepared: loading is most of what there is to wait for."""
    supervisor.start(parts.web(settings, port=port))
    supervisor.start(parts.worker(settings))


def _await_programs(supervisor: Supervisor, settings: Settings, port: int) -> None:
    with step("Web server, worker, beat"):
        host = settings.public_url.host or HOST
        _wait(supervisor, "The web server", lambda: _is_ready(port, host))
        supervisor.start(parts.beat(settings))


def _wait(supervisor: Supervisor, what: str, true: Callable[[], bool]) -> None:
    supervisor.wait_until(true, seconds=PATIENCE, what=f"{what} is not ready")


def _is_ready(port: int, host: str) -> bool:
    try:
        return requests.get(f"http://{HOST}:{port}/health/ready", headers={"Host": host}, timeout=2).ok
    except (requests.ConnectionError, requests.Timeout):
        return False
