"""`fellowship demo --check`: all of it in a temporary folder, used as people use it, and stopped."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from program.up.jobs import Jobs
from program.up.logs import last_lines
from program.up.ports import free_port
from program.up.run import demo_running
from program.up.steps import step


def run_check() -> None:
    """Start the demo on free ports, do the four jobs, stop it. Raises ClickException with the reason."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="fellowship-check-") as folder:
        instance = Path(folder).resolve()
        with _with_last_lines(instance / "log"), demo_running(instance=instance, port=free_port()) as running:
            jobs = Jobs(running)
            with step("A fellow signs in by mail, writes a report and sends it"):
                jobs.submit_report()
            with step("A mentor answers and accepts it, and returns another; both fellows are told"):
                jobs.review_reports()
            with step("Staff close the survey, and the worker makes its release"):
                jobs.close_wave()
            with step("Who owes a report is reminded once, who has sent it is not"):
                jobs.remind()
    click.echo(f"All four jobs were done, and everything is stopped, after {time.monotonic() - begun:.1f} s.")


@contextmanager
def _with_last_lines(logs: Path) -> Iterator[None]:
    """Add to a failure what the parts said: their logs go with the temporary folder."""
    try:
        yield
    except click.ClickException as error:
        said = [f"\n  {log.stem}: {line}" for log in sorted(logs.glob("*.log")) for line in last_lines(log)]
        raise click.ClickException(error.message + "".join(said)) from error
