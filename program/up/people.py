"""Who is in the database: nobody yet, or the people of the demo with links to sign in."""

from flask import Flask
from sqlalchemy import select

from program.accounts.models import Account
from program.accounts.queries import find_account
from program.clock import now
from program.demo.cohort import CAST, load_demo
from program.extensions import db
from program.organisations.services import load_catalogue
from program.reports.templates import ensure_template
from program.sign_in.services import mint_sign_in_link


def is_empty(app: Flask) -> bool:
    """Say whether there is no account at all."""
    with app.app_context():
        return db.session.scalar(select(Account.id).limit(1)) is None


def load_basics(app: Flask) -> None:
    """Load what every programme needs, the organisations and the report template; safe to run again."""
    with app.app_context():
        load_catalogue()
        ensure_template()
        db.session.commit()


def load_people(app: Flask) -> None:
    """Load the demo cohort, in one transaction."""
    with app.app_context():
        load_demo(now=now())
        db.session.commit()


def sign_in_links(app: Flask) -> list[tuple[str, str, str]]:
    """Return (role, name, fresh link) for the people of the demo that are worth being."""
    with app.app_context():
        found = [(member, find_account(member.email)) for member in CAST]
        links = [
            (member.role, member.name, mint_sign_in_link(account, now=now()))
            for member, account in found
            if account
        ]
        db.session.commit()
        return links
