"""Who is in the database: nobody yet, or the people of the demo with links to sign in."""

from flask import Flask
from sqlalchemy import select

from program.accounts.models import Account
from program.accounts.queries import find_account
from program.clock import now
from program.demo.cohort import CAST, load_demo
from program.extensions import db
from program.sign_in.services import mint_sign_in_link


def is_empty(app: Flask) -> bool:
    """Say whether there is no account at all."""
    with app.app_context():
        return db.session.scalar(select(Account.id).limit(1)) is None


def load_people(app: Flask) -> None:
    """Load the demo cohort."""
    with app.app_context():
        load_demo(now=now())
        db.session.commit()


def sign_in_links(app: Flask) -> list[tuple[str, str, str]]:
    """Return (role, name, fresh link) for the people of the demo that are worth being."""
    with app.app_context():
        found = [(role, name, find_account(email)) for role, name, email in CAST]
        links = [
            (role, name, mint_sign_in_link(account, now=now())) for role, name, account in found if account
        ]
        db.session.commit()
        return links
