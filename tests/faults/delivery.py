"""Kills what sends while it sends, and counts what arrived.

`python -m tests.faults.delivery --notices 500 --kills 6 [--db sqlite|postgresql] [--seed N] [--no-xhas]`

Each reminder has to arrive once. `ambiguous` are those of which nobody knew, for a while, whether they had: a
sender died, or its connection broke, between the text and the answer. A relay that can be asked settles each;
one that cannot gets each once more, under the same Message-ID: then no more may be doubled than were ambiguous.
"""

import random
import sys
import time
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import click
from flask import Flask
from sqlalchemy import func, select

from program import clock
from program.access import Role
from program.cohorts.services import TrackTarget, add_phase, create_cohort
from program.extensions import db
from program.notices.models import Notice, NoticeState
from program.reminders.services import sweep
from tests.databases import BACKENDS
from tests.factories import make_account, make_fellowship
from tests.faults.programme import KINDS, LEASE, Programme, pause, running_programme

DAY = timedelta(days=1)
OWED_FOR = 3 * DAY
"""Past the last rung of the ladder: no second reminder falls due in the middle of the run."""
PLANTS = {"no-mark": "tests.faults.planted.no_mark", "no-rescue": "tests.faults.planted.no_rescue"}


@dataclass(frozen=True)
class Plan:
    """What is done, as the options say."""

    notices: int
    kills: int
    backend: str
    seed: int
    mute: bool
    only: tuple[str, ...]
    seconds: int
    before_ms: float
    after_ms: float
    plant: str | None

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
    ambiguous: int
    left: dict[str, int]
    seconds: float

    def __str__(self) -> str:
        counts = f"lost {self.lost} duplicated {self.duplicated} ambiguous {self.ambiguous}"
        return f"notices {self.notices} {counts} seconds {self.seconds:.1f}"


def owe_reports(app: Flask, count: int) -> None:
    """So many fellows who each owe one report, and a pending reminder for each; in one transaction."""
    now = clock.now()
    today, due_on = now.date(), (now - OWED_FOR).date()
    tracks = [TrackTarget("Interpretability", aim=1)]
    with app.test_request_context():
        span = {"starts_on": today - 6 * DAY, "ends_on": today}
        cohort = create_cohort(name="Faults", time_zone="UTC", tracks=tracks, actor=None, now=now, **span)
        add_phase(cohort, name="Research", weekday=due_on.weekday(), **span)
        for number in range(count):
            make_fellowship(make_account(name=f"Fellow {number:04d}", roles=[Role.FELLOW]), cohort)
        sweep(now=now)
        db.session.commit()


def count_unsettled(app: Flask, *, mute: bool) -> int:
    """Messages that are still on their way; those in doubt count, if anybody will do something about it."""
    doubtful = Notice.state == NoticeState.AMBIGUOUS
    if mute:
        doubtful &= Notice.doubts == 1
    with app.app_context():
        moving = Notice.state.in_((NoticeState.PENDING, NoticeState.SENDING))
        return db.session.scalar(select(func.count()).where(moving | doubtful)) or 0


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


def judge(programme: Programme, *, seconds: float) -> Outcome:
    """Compare what was to arrive with what the relay took."""
    taken = programme.record.read()
    with programme.live.app.app_context():
        rows = db.session.execute(select(Notice.message_id, Notice.state, Notice.doubts)).all()
    wanted = {message_id for message_id, _state, _doubts in rows}
    return Outcome(
        notices=len(rows),
        lost=len(wanted - taken.keys()),
        duplicated=sum(times - 1 for times in taken.values()),
        ambiguous=sum(doubts > 0 for _id, _state, doubts in rows),
        left=dict(Counter(str(state) for _id, state, _doubts in rows if state is not NoticeState.SENT)),
        seconds=seconds,
    )


def run(programme: Programme, plan: Plan) -> Outcome:
    """Until nothing is on its way any more, or the time is up."""
    app = programme.live.app
    owe_reports(app, plan.notices)
    started = time.monotonic()
    until = started + plan.seconds
    kill_parts(programme, plan, until=until)
    while count_unsettled(app, mute=plan.mute) and time.monotonic() < until:
        time.sleep(0.1)
    ended = time.monotonic()
    time.sleep(LEASE + 1)  # whoever was left alone, and still sends, is to be counted
    for name in programme.ended_alone():
        print(f"{name} ended by itself: {programme.live.said(name)[-2_000:]}")
    return judge(programme, seconds=ended - started)


@click.command()
@click.option("--notices", type=click.IntRange(1, 5_000), default=500)
@click.option("--kills", type=click.IntRange(0, 50), default=6)
@click.option("--db", "backend", type=click.Choice(BACKENDS), default="sqlite")
@click.option("--seed", type=int, default=1)
@click.option("--no-xhas", "mute", is_flag=True, help="The relay cannot be asked what it has.")
@click.option("--only", type=click.Choice(KINDS), multiple=True, help="Kill nothing else; may be repeated.")
@click.option("--seconds", type=click.IntRange(5, 600), default=120, help="When to give up.")
@click.option("--before-ms", type=float, default=10, help="The relay's longest time to take a mail ...")
@click.option("--after-ms", type=float, default=40, help="... and then to say so.")
@click.option("--plant", type=click.Choice(list(PLANTS)), help="Switch off a safeguard of the workers.")
def main(**options: Any) -> None:
    """Kill what sends while it sends, and count what arrived."""
    plan = Plan(**options)
    tasks = PLANTS[plan.plant] if plan.plant else "workers.app"
    delays = {"before_ms": plan.before_ms, "after_ms": plan.after_ms}
    with running_programme(plan.backend, tasks=tasks, mute=plan.mute, **delays) as programme:
        outcome = run(programme, plan)
    if outcome.left:
        print(f"not sent: {outcome.left}")
    print(outcome)
    allowed = outcome.ambiguous if plan.mute else 0
    whole = outcome.notices == plan.notices and not outcome.lost and outcome.duplicated <= allowed
    sys.exit(0 if whole else 1)


if __name__ == "__main__":
    main()
