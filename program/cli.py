"""The `fellowship` command."""

import sys

import click

from program import clock
from program.access import Role
from program.accounts.queries import find_account
from program.accounts.services import create_account
from program.app import create_app
from program.config import SettingsError
from program.extensions import db
from program.organisations.services import load_catalogue
from program.reports.templates import ensure_template
from program.sign_in.services import mint_sign_in_link
from program.up.commands import demo, up


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
    """Make the first administrator, or a fresh sign-in link for one who exists."""
    now = clock.now()
    with create_app().app_context():
        account = find_account(email)
        if account is None:
            roles = [Role.ADMIN, Role.STAFF]
            account = create_account(
                email=email, name=name, roles=roles, time_zone=time_zone, actor=None, now=now
            )
        link = mint_sign_in_link(account, now=now)
        db.session.commit()
        click.echo(f"Sign in within ten minutes: {link}")


cli.add_command(demo)
cli.add_command(up)


def main() -> None:
    """Run a command; settings that cannot be used are named, one a line."""
    try:
        cli()
    except SettingsError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
