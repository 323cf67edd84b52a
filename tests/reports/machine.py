"""Hypothesis lets people do anything to reports, in any order, at any time; after each step the tables are as the model.

`python -m tests.reports.machine [--steps 10000] [--db sqlite|postgresql|both]` counts what was done and what was refused.
"""

import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import time_machine
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.databases import BACKENDS, Databases, rolled_back
from tests.factories import NOW
from tests.reports.stage import set_stage
from tests.reports.whole_machine import WholeMachine
from tests.scenarios import Cast
from tests.standing import Casts

LENGTH = 100
"""Steps of one run."""
EVERY_PHASE = tuple(Phase)


def drive(
    cast: Cast, *, steps: int, length: int = LENGTH, phases: tuple[Phase, ...] = EVERY_PHASE
) -> Counter[str]:
    """So many steps, in runs that are each undone; what was done how often. Raises AssertionError."""
    machine = type("Machine", (WholeMachine,), {"stage": set_stage(cast), "tally": Counter()})
    chosen = settings(
        max_examples=steps // (length - 1) + 1,
        stateful_step_count=length,
        phases=phases,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        deadline=None,
        derandomize=True,
        database=None,
        print_blob=False,
    )
    run_state_machine_as_test(machine, settings=chosen)
    return machine.tally


def report(backend: str, *, steps: int, folder: Path) -> None:
    """Run it on this kind of database, and say what it came to."""
    with ExitStack() as stack:
        databases = Databases(folder, stack)
        casts = Casts(databases)
        app = databases.application(backend)
        stack.enter_context(time_machine.travel(NOW, tick=False))
        stack.enter_context(rolled_back(app, on=casts.engine(backend)))
        cast = casts.cast(casts.engine(backend))
        began, worked = time.perf_counter(), time.process_time()
        tally = drive(cast, steps=steps)
        took, work = time.perf_counter() - began, time.process_time() - worked
    print(f"{backend}: {tally.pop('steps')} steps in {took:.1f} s, {work:.1f} s of them this process's own")
    for what, count in sorted(tally.items()):
        print(f"  {count:6} {what}")


@click.command()
@click.option("--steps", type=click.IntRange(100, 1_000_000), default=10_000)
@click.option("--db", "backend", type=click.Choice([*BACKENDS, "both"]), default="both")
def main(steps: int, backend: str) -> None:
    """Let people do anything to reports, and hold the tables against the model after each step."""
    for one in BACKENDS if backend == "both" else (backend,):
        with TemporaryDirectory(prefix="fellowship-machine-") as folder:
            report(one, steps=steps, folder=Path(folder))


if __name__ == "__main__":
    main()
