"""`fellowship demo` and `fellowship up` on the command line."""

from pathlib import Path

import click

from program.up.check import run_check
from program.up.choices import instance_folder
from program.up.run import run_demo, run_up

port_option = click.option(
    "--port", type=click.IntRange(1, 65_535), default=8000, show_default=True, help="Where the pages are."
)
instance_option = click.option(
    "--instance",
    type=click.Path(path_type=Path),
    help="The folder for data and logs; without it FELLOWSHIP_INSTANCE, or instance/.",
)


@click.command()
@port_option
@instance_option
@click.option("--reset", is_flag=True, help="Begin anew: removes the demo's database and mail.")
@click.option(
    "--check", is_flag=True, help="Run it all in a temporary folder, try it as people would, and end."
)
def demo(port: int, instance: Path | None, *, reset: bool, check: bool) -> None:
    """Run an invented cohort with all that belongs to it, on this machine."""
    if check:
        run_check()
    else:
        run_demo(instance=instance_folder(instance), port=port, reset=reset)


@click.command()
@port_option
@instance_option
def up(port: int, instance: Path | None) -> None:
    """Run a small real programme on this machine, with the settings of FELLOWSHIP_* variables."""
    run_up(instance=instance_folder(instance), port=port)
