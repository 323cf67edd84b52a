"""A database with a whole cohort in it, and people signed in to it as they sign in by themselves."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import func, insert, select, update

from program import clock
from program.access import Role
from program.accounts.models import Account
from program.extensions import db, limiter
from program.fellows.models import Assignment, AssignmentKind
from program.reports.models import Report, ReportState
from program.sign_in.services import mint_sign_in_link
from program.up.people import load_basics
from tests.factories import make_account, make_mentor
from tests.live import Live
from tests.pages import Browser, submit, token_of

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Visit:
    """One signed-in browser: its cookie as a header, and the token that its forms carry."""

    cookie: str
    csrf_token: str


@contextmanager
def staged(database_url: str, *, folder: Path, redis_url: str) -> Iterator[Live]:
    """A programme on this database, with the organisations and the report template, in its application's context."""
    with Live.on(database_url, folder=folder, redis_url=redis_url) as live, live.app.app_context():
        live.app.test_client_class = Browser
        load_basics(live.app)
        yield live


def mentor_with_queue(*, waiting: int) -> Account:
    """Another mentor of so many fellows, who has a report of each to read, all sent two days ago."""
    now = clock.now()
    account = make_account(name="Odile Brandt", roles=[Role.MENTOR])
    mentor = make_mentor(account)
    read = select(Report.fellowship_id, func.max(Report.id)).where(Report.state == ReportState.ACCEPTED)
    busy = select(Report.fellowship_id).where(Report.state == ReportState.SUBMITTED)
    query = read.where(Report.fellowship_id.not_in(busy)).group_by(Report.fellowship_id).limit(waiting)
    for place, (fellowship_id, report_id) in enumerate(db.session.execute(query).all()):
        sent = now - 54 * HOUR - timedelta(minutes=place)
        state = {"state": ReportState.SUBMITTED, "submitted_at": sent, "owed_at": now + 18 * HOUR}
        db.session.execute(update(Report).where(Report.id == report_id).values(state))
        row = {"fellowship_id": fellowship_id, "mentor_id": mentor.id, "kind": AssignmentKind.CO}
        db.session.execute(insert(Assignment).values(row | {"starts_on": now.date() - timedelta(days=30)}))
    db.session.commit()
    return account


def visit(app: Flask, account: Account) -> Visit:
    """Sign the account in by a link."""
    limiter.reset()
    browser = app.test_client()
    link = mint_sign_in_link(account, now=clock.now())
    assert submit(browser, "/" + link.split("/", 3)[3]).status_code == 302
    token = token_of(browser, "/account")
    cookie = browser.get_cookie("fellowship")
    assert cookie is not None
    return Visit(f"fellowship={cookie.value}", token)
