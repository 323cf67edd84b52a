"""The `fellowship` command."""

import re
import sys
from datetime import datetime
from typing import IO

import click

from program import clock
from program.access import Role
from program.accounts.queries import find_account
from program.accounts.services import create_account
from program.app import create_app
from program.audit.verification import BrokenChainError, verify_chain
from program.bounces import services as bounces
from program.bounces.returns import MOST_BYTES
from program.config import Settings, SettingsError, load_settings, rotate_secret_key
from program.deploy import check_settings
from program.errors import ConflictError, ForbiddenStepError
from program.extensions import db
from program.organisations.services import load_catalogue
from program.reports.templates import ensure_template
from program.retention.queries import list_rules
from program.retention.services import run_due
from program.seed.plan import Size
from program.seed.services import seed
from program.sign_in.services import mint_sign_in_link
from program.up.commands import demo, up

ANCHOR = re.compile(r"\d{1,18}:[0-9a-f]{0,16}")


@click.group()
def cli() -> None:
    """The system that research fellowships run on."""


@cli.command()
def prepare() -> None:
    """Load the organisation catalogue and the report template; safe to run again."""
    with create_app().app_context():
        added = load_catalogue()
        template = ensure_template()
        db.session.commit()
        click.echo(f"{added} organisations added; template “{template.name}” version {template.version}.")


@cli.command()
@click.option("--email", required=True, prompt="E-mail address")
@click.option("--name", required=True, prompt="Name")
@click.option("--time-zone", default="UTC", show_default=True)
def create_admin(email: str, name: str, time_zone: str) -> None:
    """Make the first administrator, or a fresh sign-in link for one who exists.

    Exit code 1 if the address belongs to somebody who is disabled or has not joined.
    """
    now = clock.now()
    with create_app().app_context():
        account = find_account(email)
        if account is None:
            roles = [Role.ADMIN, Role.STAFF]
            try:
                account = create_account(
                    email=email, name=name, roles=roles, time_zone=time_zone, actor=None, now=now
                )
            except ConflictError as error:
                raise click.ClickException(
                    f"{error} It is disabled, or the person has not joined."
                ) from error
        link = mint_sign_in_link(account, now=now)
        db.session.commit()
        click.echo(f"Sign in within ten minutes: {link}")


@cli.command()
def check_deploy() -> None:
    """Say which settings are unsafe once people use the programme. Exit code 1 if there are any."""
    findings = check_settings(load_settings())
    for finding in findings:
        click.echo(str(finding))
    if findings:
        raise click.ClickException(f"Unsafe: {len(findings)}. A public programme does not start so.")
    click.echo("The settings are safe.")


@cli.command()
def rotate_key() -> None:
    """Make a new signing key on this machine; nobody is signed out, and links that were mailed still work."""
    rotate_secret_key(load_settings())
    click.echo("There is a new signing key. Start the programme again, so that it signs with it.")


@cli.command()
@click.argument("mail", type=click.File("rb"), default="-")
def take_return(*, mail: IO[bytes]) -> None:
    """Take one mail that came back, from standard input: for the pipe of a mailbox. Any other mail changes nothing."""
    with create_app().app_context():
        changed = bounces.take_return(mail.read(MOST_BYTES), now=clock.now())
        db.session.commit()
        click.echo(f"{changed} messages changed.")


@cli.command()
@click.option("--dry-run", is_flag=True, help="Say what would be deleted, and delete nothing.")
def retention(*, dry_run: bool) -> None:
    """Delete what is old, as the workers do each night; what has run tonight does not run again."""
    app = create_app()
    settings: Settings = app.extensions["settings"]
    with app.app_context():
        for line in list_rules(settings, now=clock.now()):
            click.echo(f"{line.due} of {line.days} days and more: {line.what}")
        if not dry_run:
            gone = 0
            for rows in run_due(settings, now=clock.now()):
                db.session.commit()
                gone += rows
            click.echo(f"{gone} rows deleted.")


@cli.command(name="seed")
@click.option("--fellows", type=click.IntRange(1), default=1_000, show_default=True)
@click.option("--mentors", type=click.IntRange(1), default=100, show_default=True)
@click.option("--cohorts", type=click.IntRange(1), default=3, show_default=True)
@click.option("--number", default=1, show_default=True, help="Another number, other people.")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="What they take for today; without it, today.")
@click.option("--add", is_flag=True, help="Put them beside the people who are there.")
def make_up(
    *, fellows: int, mentors: int, cohorts: int, number: int, day: datetime | None, add: bool
) -> None:
    """Fill the database with invented people: the same ones for the same options. All of them, or none."""
    size = Size(fellows, mentors, cohorts, number, (day or clock.now()).date())
    with create_app().app_context():
        try:
            rows = seed(size, add=add, say=click.echo)
        except ForbiddenStepError as error:
            raise click.ClickException(str(error)) from error
        db.session.commit()
        click.echo(f"{rows:,} rows are there.")


@cli.group()
def audit() -> None:
    """The record of what was done."""


@audit.command()
@click.option(
    "--since", default="", metavar="ANCHOR", help="Where an earlier run, or a line of the logs, saw the end."
)
def verify(*, since: str) -> None:
    """Go over the record: was an event edited, removed, moved or put in? Exit code 1 if so."""
    if since and not ANCHOR.fullmatch(since):
        raise click.BadParameter("An anchor is a number, a colon and 16 digits, as in 120:0a1b2c3d4e5f6071.")
    with create_app().app_context():
        try:
            walk = verify_chain(anchor=since)
        except BrokenChainError as error:
            raise click.ClickException(str(error)) from error
        click.echo(f"{walk.sound} events, each as it was written; the last is event {walk.sequence}.")
        click.echo(f"Keep where it ends apart from the database: --since {walk.anchor}")
        if walk.redacted:
            click.echo(f"The details of {walk.redacted} were blanked with the people they were about.")
        if walk.older:
            click.echo(f"{walk.older} older events stand outside the chain.")


cli.add_command(demo)
cli.add_command(up)


def main() -> None:
    """Run a command; settings that cannot be used are named, one a line."""
    try:
        cli()
    except SettingsError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
