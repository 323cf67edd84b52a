"""A programme in processes of its own, which can be killed one by one and started again."""

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from program.up.leash import Guardian
from program.up.ports import answers, free_port
from tests.databases import Databases
from tests.faults.relay import Manners, Record
from tests.live import Live, wait_until
from tests.servers import RunningRedis

LEASE, TICKS_OF_LEASE = 3, 2
"""A lease lasts 3 s, or two ticks if that is more: on a busy machine it takes some time to write a batch of mails."""
KINDS = ("worker", "child", "machine", "beat", "redis", "relay")
WORKERS = ("worker-1", "worker-2")
BEATS = ("beat-1", "beat-2")
TASKS = "tests.faults.hurried"
"""The workers as they are, in shorter time."""
QUIET = ("--without-mingle", "--without-gossip")


class Programme:
    """Workers of two processes each, beats, Redis and a mail relay that keeps a record."""

    def __init__(
        self, live: Live, redis: RunningRedis, guardian: Guardian, *, tasks: str, manners: Manners, pairs: int
    ) -> None:
        self.live, self.redis, self.guardian, self.tasks = live, redis, guardian, tasks
        self.manners, self.workers, self.beats = manners, WORKERS[:pairs], BEATS[:pairs]
        self.record = Record(live.folder / "record")
        self.groups: list[int] = []

    def start_relay(self) -> None:
        """On its port and its record, whoever had them before."""
        port = self.live.settings["smtp_port"]
        options = ["--port", str(port), "--record", str(self.record.path), *self.manners.options()]
        self._start("relay", "tests.faults.relay", *options)
        wait_until(lambda: answers(port), seconds=30, what="the relay did not start")

    def start_worker(self, name: str) -> None:
        options = ["--concurrency=2", "--loglevel=INFO", f"--hostname={name}@%h", *QUIET]
        self._start(name, "celery", "-A", self.tasks, "worker", *options)

    def start_workers(self) -> None:
        for name in self.workers:
            self.start_worker(name)

    def start_beat(self, name: str) -> None:
        schedule = self.live.folder / f"{name}-schedule"
        options = ["--loglevel=INFO", f"--schedule={schedule}", "--pidfile="]
        self._start(name, "celery", "-A", self.tasks, "beat", *options)

    def start_beats(self) -> None:
        for name in self.beats:
            self.start_beat(name)

    def start_all(self) -> None:
        """Until the workers listen."""
        self.start_workers()
        self.start_beats()
        for name in self.workers:
            wait_until(lambda name=name: self._is_ready(name), seconds=90, what=f"{name} is not ready")

    def _is_ready(self, name: str) -> bool:
        said = self.live.said(name)
        assert self.live.processes[name].poll() is None, said
        return " ready." in said

    def stop_all(self) -> None:
        """At once, and the orphans of the killed too: what was to be seen has been seen."""
        for group in self.groups:
            with suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)
            self.guardian.remove(group)
        for process in self.live.processes.values():
            process.wait(10)
        self.live.processes.clear()

    def wait_out(self) -> None:
        """Whoever was left alone, and still sends, is to be counted."""
        time.sleep(int(self.live.settings["lease_seconds"]) + 1)

    def last_words(self) -> str:
        """The end of what each worker said."""
        return "\n".join(f"{name}: {self.live.said(name)[-3_000:]}" for name in self.workers)

    def ended_alone(self) -> list[str]:
        """What has ended and was not killed here."""
        return [name for name, process in self.live.processes.items() if process.poll() is not None]

    def kill_worker(self, chance: random.Random) -> tuple[str, Callable[[], None]]:
        """Kill a worker but not its children; what was killed, and how it is started again."""
        name = chance.choice(self.workers)
        return f"{name}, its children left alone (pid {self._kill(name)})", lambda: self.start_worker(name)

    def kill_child(self, chance: random.Random) -> tuple[str, Callable[[], None]]:
        """Kill one of a worker's processes; the worker starts another by itself."""
        name = chance.choice(self.workers)
        worker = psutil.Process(self.live.processes[name].pid)
        wait_until(worker.children, seconds=30, what=f"{name} has no child to kill")
        child = chance.choice(worker.children())
        child.kill()
        return f"a child of {name} (pid {child.pid})", lambda: None

    def kill_machine(self, _chance: random.Random) -> tuple[str, Callable[[], None]]:
        """Kill all that sends at the same moment, as when the power goes off."""
        groups = [self.live.processes[name].pid for name in self.workers]
        for group in groups:
            os.killpg(group, signal.SIGKILL)
        for name in self.workers:
            self._kill(name)
        return f"both workers with all their children (groups {groups})", self.start_workers

    def kill_beat(self, chance: random.Random) -> tuple[str, Callable[[], None]]:
        """Kill one of them, or both."""
        if chance.random() < 0.5:
            return f"both beats (pids {[self._kill(name) for name in self.beats]})", self.start_beats
        name = chance.choice(self.beats)
        return f"{name} (pid {self._kill(name)})", lambda: self.start_beat(name)

    def kill_redis(self, _chance: random.Random) -> tuple[str, Callable[[], None]]:
        """With all that it held."""
        self.redis.kill()
        return "Redis, which forgets everything", self.redis.start

    def kill_relay(self, _chance: random.Random) -> tuple[str, Callable[[], None]]:
        """In the middle of whatever it is taking."""
        return f"the relay (pid {self._kill('relay')})", self.start_relay

    def _start(self, name: str, *words: str) -> None:
        process = self.live.start(name, *words)
        self.guardian.add(process.pid)
        self.groups.append(process.pid)

    def _kill(self, name: str) -> int:
        process = self.live.processes.pop(name)
        process.kill()
        process.wait(10)
        return process.pid


@contextmanager
def fresh_database(backend: str) -> Iterator[tuple[str, Path]]:
    """The address of a migrated database, and a folder; nothing is left of them, nor if the command is ended."""
    stop = signal.signal(signal.SIGTERM, _interrupt)
    try:
        with TemporaryDirectory(prefix="fellowship-faults-") as name, ExitStack() as stack:
            yield Databases(Path(name), stack).migrated(backend), Path(name)
    finally:
        signal.signal(signal.SIGTERM, stop)


@contextmanager
def running_programme(
    url: str, folder: Path, *, tasks: str = TASKS, manners: Manners, tick: int = 1, pairs: int = 2
) -> Iterator[Programme]:
    """So many workers and beats on a migrated database; ends whatever was started."""
    redis, guardian = RunningRedis(folder), Guardian()
    settings = {
        "redis_url": redis.url,
        "smtp_port": free_port(),
        "lease_seconds": max(LEASE, TICKS_OF_LEASE * tick),
        "tick_seconds": tick,
    }
    try:
        redis.start()
        with Live.on(url, folder=folder, **settings) as live:
            programme = Programme(live, redis, guardian, tasks=tasks, manners=manners, pairs=pairs)
            try:
                programme.start_relay()
                programme.start_all()
                yield programme
            finally:
                programme.stop_all()
    finally:
        redis.kill()
        guardian.close()


def _interrupt(_number, _frame):
    raise KeyboardInterrupt


def pause(chance: random.Random) -> None:
    """Long enough that the loss is felt."""
    time.sleep(chance.uniform(0.2, 1.2))
