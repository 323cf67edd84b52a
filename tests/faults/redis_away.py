"""Takes Redis away while reports fall due, and counts what is sent when it is back, and how soon.

`python -m tests.faults.redis_away [--tick 6] [--restarts 20] [--db sqlite|postgresql]`

One worker and one beat: nobody else can make up for them. First Redis is away for ten ticks, which are ten minutes in
earnest (`--tick 60`): the waits of the workers are shorter by as much as the tick is. `again` is how long after its
return the first mail went out: less than a minute of that time, but for the seconds that any machine needs. Then it is
killed and started again while mail goes out, again and again: `deaf` are the times after which a new reminder did not
come in time. Nothing may be lost or doubled.
"""

import random
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from tests.databases import BACKENDS
from tests.faults.owing import Owed, owe_more, owe_reports
from tests.faults.programme import Programme, fresh_database, running_programme
from tests.faults.relay import Manners
from tests.faults.reminders import Outcome, is_over, judge

TICKS = 10
"""How many are missed."""
OVERHEAD = 5.0
"""Seconds that finding Redis, sweeping, writing and sending may take beside."""
NOTICES, IN_HAND = 60, 4
SLOW = Manners(before_ms=100, after_ms=300)
"""So that there is always something in hand."""


def have_arrived(programme: Programme, some: list[Owed]) -> int:
    """How many of these have got their mail."""
    taken = programme.record.by_address()
    return sum(taken[one.address] > 0 for one in some)


def wait_for(programme: Programme, some: list[Owed], count: int, *, seconds: float) -> bool:
    """Wait until so many of these have arrived; whether they did in time."""
    until = time.monotonic() + seconds
    while have_arrived(programme, some) < count:
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def take_away(programme: Programme, owed: list[Owed], *, tick: int) -> float:
    """Redis is away for ten ticks while reports fall due; seconds from its return to the next mail."""
    wait_for(programme, owed, 2, seconds=tick + 60)
    programme.redis.kill()
    time.sleep(TICKS * tick)
    before = have_arrived(programme, owed)
    programme.redis.start()
    back = time.monotonic()
    print(f"away for {TICKS * tick} s, {before} of {len(owed)} received", flush=True)
    wait_for(programme, owed, before + 1, seconds=5 * tick + 60)
    return time.monotonic() - back


def settle(programme: Programme, owed: list[Owed], *, tick: int) -> None:
    """Wait until nothing is on its way any more."""
    until = time.monotonic() + 5 * tick + 60
    while not is_over(programme.live.app, owed, mute=False) and time.monotonic() < until:
        time.sleep(0.2)


def restart(programme: Programme, owed: list[Owed], *, tick: int, chance: random.Random) -> float:
    """Kill Redis with mail in hand and start it again; seconds until what falls due then has arrived."""
    app, longest = programme.live.app, 5 * tick + 60
    in_hand = owe_more(app, owed, IN_HAND)
    wait_for(programme, in_hand, 1, seconds=longest)
    programme.redis.kill()
    time.sleep(chance.uniform(0, 0.5))
    programme.redis.start()
    back = time.monotonic()
    new = owe_more(app, owed, 1)
    wait_for(programme, new, 1, seconds=longest)
    return time.monotonic() - back


@dataclass
class Returned:
    """What it came to. Seconds until the first mail after Redis was back, and until each restart was over."""

    outcome: Outcome
    again: float
    waits: list[float]
    limit: float

    @property
    def deaf(self) -> int:
        """After how many restarts a new reminder did not come in time."""
        return sum(wait > self.limit for wait in self.waits)

    def __str__(self) -> str:
        slowest = f"slowest {max(self.waits, default=0.0):.1f}"
        return f"{self.outcome} again {self.again:.1f} restarts {len(self.waits)} deaf {self.deaf} {slowest}"

    @property
    def is_good(self) -> bool:
        return self.outcome.is_good(mute=False) and self.again <= self.limit and not self.deaf


def run(
    url: str, folder: Path, *, tick: int, restarts: int, seed: int = 1, overhead: float = OVERHEAD
) -> Returned:
    """On a migrated database that nobody else uses."""
    chance, waits = random.Random(seed), []
    with running_programme(url, folder, manners=SLOW, tick=tick, pairs=1) as programme:
        owed = owe_reports(programme.live.app, NOTICES, within=(TICKS + 2) * tick)
        began = time.monotonic()
        again = take_away(programme, owed, tick=tick)
        settle(programme, owed, tick=tick)
        for number in range(restarts):
            waits.append(restart(programme, owed, tick=tick, chance=chance))
            print(f"restart {number + 1}: heard again after {waits[-1]:.1f} s", flush=True)
        settle(programme, owed, tick=tick)
        seconds = time.monotonic() - began
        programme.wait_out()
        for name in programme.ended_alone():
            print(f"{name} ended by itself: {programme.live.said(name)[-2_000:]}")
        outcome = judge(programme, owed, mute=False, seconds=seconds)
    return Returned(outcome, again, waits, tick + overhead)


@click.command()
@click.option("--db", "backend", type=click.Choice(BACKENDS), default="sqlite")
@click.option("--tick", type=click.IntRange(1, 60), default=6, help="Seconds that stand for a minute.")
@click.option("--restarts", type=click.IntRange(0, 100), default=20)
@click.option("--seed", type=int, default=1)
@click.option("--overhead", type=float, default=OVERHEAD, help="Seconds that it may take beside.")
def main(backend: str, **options: Any) -> None:
    """Take Redis away, and count what is sent when it is back."""
    with fresh_database(backend) as (url, folder):
        returned = run(url, folder, **options)
    print(returned)
    sys.exit(0 if returned.is_good else 1)


if __name__ == "__main__":
    main()
