"""Kills what reminds while it reminds, and counts what arrived against what is owed.

`python -m tests.faults.reminders --notices 10000 --kills 20 [--db sqlite|postgresql] [--seed N] [--no-xhas]`

Two beats tell two workers to sweep and to send, while reports fall due; workers, their children, beats, Redis (with
all that it holds) and the relay are killed; the relay refuses some mails for now and hangs up at some. Each fellow has
to be told once. `ambiguous` are the notices of which nobody knew, for a while, whether they had arrived. A relay that
can be asked settles each; one that cannot gets each once more, under the same Message-ID: then no more may be doubled
than were ambiguous, and what is in doubt twice is left to staff. `silent` are the doubled of which nobody was in doubt.
"""

import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from flask import Flask
from sqlalchemy import func, select

from program.accounts.models import Account
from program.extensions import db
from program.notices.models import Notice, NoticeState
from tests.databases import BACKENDS
from tests.faults.owing import Owed, owe_reports
from tests.faults.programme import KINDS, TASKS, Programme, fresh_database, pause, running_programme
from tests.faults.relay import Manners

PLANTS = ("no_mark", "no_rescue", "early_ack", "same_minute", "no_key")
"""Modules of `tests.faults.planted`."""


@dataclass(frozen=True)
class Plan:
    """What is done: the options of the command."""

    notices: int = 10_000
    kills: int = 20
    seed: int = 1
    mute: bool = False
    only: tuple[str, ...] = ()
    within: float | None = None
    seconds: int = 900
    before_ms: float = 10
    after_ms: float = 10
    busy: float = 0.01
    dropped: float = 0.004
    pairs: int = 2
    plant: str | None = None

    @property
    def spread(self) -> float:
        """Seconds within which all falls due."""
        return self.notices / 100 if self.within is None else self.within

    @property
    def manners(self) -> Manners:
        return Manners(self.mute, self.before_ms, self.after_ms, self.busy, self.dropped)

    @property
    def tick(self) -> int:
        """Seconds between two sweeps: they must not eat up the machine that the run is on."""
        return min(5, 1 + self.notices // 2_000)

    def kinds(self, chance: random.Random) -> list[str]:
        """What is killed: each kind as often as the others, in any order."""
        kinds = list(self.only or KINDS)
        chance.shuffle(kinds)
        return [kinds[number % len(kinds)] for number in range(self.kills)]


@dataclass
class Outcome:
    """What became of the messages."""

    notices: int
    lost: int
    duplicated: int
    silent: int
    ambiguous: int
    left: dict[str, int]
    seconds: float

    def __str__(self) -> str:
        counts = f"lost {self.lost} duplicated {self.duplicated} silent {self.silent}"
        return f"notices {self.notices} {counts} ambiguous {self.ambiguous} seconds {self.seconds:.1f}"

    def is_good(self, *, mute: bool) -> bool:
        """Whether each has been told once; or, by a relay that cannot be asked, twice where that was in doubt."""
        return not self.lost and not self.silent and self.duplicated <= (self.ambiguous if mute else 0)


def is_over(app: Flask, owed: Sequence[Owed], *, mute: bool) -> bool:
    """Whether all are in the outbox and none is on its way; in doubt counts, if anybody will do something about it."""
    doubtful = Notice.state == NoticeState.AMBIGUOUS
    if mute:
        doubtful &= Notice.doubts == 1
    moving = Notice.state.in_((NoticeState.PENDING, NoticeState.SENDING)) | doubtful
    with app.app_context():
        there = func.count(func.distinct(Notice.account_id))
        told, unsettled = db.session.execute(select(there, func.count().filter(moving))).one()
    return told >= len(owed) and not unsettled


def kill_parts(programme: Programme, plan: Plan, *, until: float) -> None:
    """One after the other, spread over the sending; what was killed is started again."""
    started, chance = time.monotonic(), random.Random(plan.seed)
    for number, kind in enumerate(plan.kinds(chance)):
        moment = round(plan.notices * (number + chance.uniform(0.2, 0.9)) / (plan.kills + 0.3))
        while (received := programme.record.read().total()) < moment and time.monotonic() < until:
            time.sleep(0.005)
        what, restart = getattr(programme, f"kill_{kind}")(chance)
        at = time.monotonic() - started
        print(f"kill {number + 1} at {at:.1f} s, {received} of {plan.notices} received: {what}", flush=True)
        pause(chance)
        restart()


def judge(programme: Programme, owed: Sequence[Owed], *, mute: bool, seconds: float) -> Outcome:
    """Compare what was to arrive, fellow by fellow, with what the relay took."""
    taken = programme.record.by_address()
    query = select(Account.email, Notice.state, Notice.doubts).join(Notice.account)
    with programme.live.app.app_context():
        rows = db.session.execute(query).all()
    doubts: Counter[str] = Counter()
    for address, _state, times in rows:
        doubts[address] += times
    wanted = {one.address for one in owed}
    shown = {address for address, state, _doubts in rows if mute and state is NoticeState.AMBIGUOUS}
    more = {address: times - (address in wanted) for address, times in taken.items()}
    return Outcome(
        notices=len(owed),
        lost=len(wanted - taken.keys() - shown),
        duplicated=sum(more.values()),
        silent=sum(max(0, times - doubts[address]) for address, times in more.items()),
        ambiguous=sum(times > 0 for _address, _state, times in rows),
        left=dict(Counter(str(state) for _address, state, _doubts in rows if state is not NoticeState.SENT)),
        seconds=seconds,
    )


def run(url: str, folder: Path, plan: Plan) -> Outcome:
    """On a migrated database that nobody else uses."""
    tasks = f"tests.faults.planted.{plan.plant}" if plan.plant else TASKS
    options = {"tasks": tasks, "manners": plan.manners, "tick": plan.tick, "pairs": plan.pairs}
    with running_programme(url, folder, **options) as programme:
        return put_to_the_test(programme, plan)


def put_to_the_test(programme: Programme, plan: Plan) -> Outcome:
    """Until all have been told and nothing is on its way any more, or the time is up."""
    app = programme.live.app
    owed = owe_reports(app, plan.notices, within=plan.spread)
    started = time.monotonic()
    until = started + plan.seconds
    kill_parts(programme, plan, until=until)
    while not is_over(app, owed, mute=plan.mute) and time.monotonic() < until:
        time.sleep(0.2)
    ended = time.monotonic()
    if ended >= until:
        print(f"not done in time: {programme.last_words()}")
    programme.wait_out()
    for name in programme.ended_alone():
        print(f"{name} ended by itself: {programme.live.said(name)[-2_000:]}")
    return judge(programme, owed, mute=plan.mute, seconds=ended - started)


@click.command()
@click.option("--notices", type=click.IntRange(1, 20_000), default=Plan.notices)
@click.option("--kills", type=click.IntRange(0, 50), default=Plan.kills)
@click.option("--db", "backend", type=click.Choice(BACKENDS), default="sqlite")
@click.option("--seed", type=int, default=Plan.seed)
@click.option("--no-xhas", "mute", is_flag=True, help="The relay cannot be asked what it has.")
@click.option("--only", type=click.Choice(KINDS), multiple=True, help="Kill nothing else; may be repeated.")
@click.option("--within", type=float, help="Seconds in which all falls due; 100 a second if not given.")
@click.option("--seconds", type=click.IntRange(3, 3_600), default=Plan.seconds, help="When to give up.")
@click.option(
    "--before-ms", type=float, default=Plan.before_ms, help="The relay's longest time to take a mail"
)
@click.option("--after-ms", type=float, default=Plan.after_ms, help="... and then to say so.")
@click.option("--busy", type=float, default=Plan.busy, help="Share of the mails that it refuses for now.")
@click.option("--dropped", type=float, default=Plan.dropped, help="Share of the mails at which it hangs up.")
@click.option("--pairs", type=click.IntRange(1, 2), default=Plan.pairs, help="So many workers and beats.")
@click.option("--plant", type=click.Choice(PLANTS), help="Switch off a safeguard of the workers.")
def main(backend: str, **options: Any) -> None:
    """Kill what reminds while it reminds, and count what arrived."""
    plan = Plan(**options)
    with fresh_database(backend) as (url, folder):
        outcome = run(url, folder, plan)
    if outcome.left:
        print(f"not sent: {outcome.left}")
    print(outcome)
    sys.exit(0 if outcome.is_good(mute=plan.mute) else 1)


if __name__ == "__main__":
    main()
