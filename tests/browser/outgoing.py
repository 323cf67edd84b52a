"""Mails that the demo sends while a browser looks on, and what its SMTP server has of them."""

import time
from email import message_from_bytes, policy

from sqlalchemy import select

from program import clock
from program.accounts.models import Account
from program.extensions import db
from program.fellows.models import Fellowship
from program.health.models import Heartbeat
from program.notices.models import Notice, NoticeKind, NoticeState
from program.notices.services import Message, post
from program.reports.models import Report
from program.reviews.models import Review, Verdict
from tests.browser.visits import PATIENCE, address_of


def post_acceptance(name, *, due_at):
    """One more message about a report of theirs that was accepted; not committed."""
    theirs = select(Review.id).join(Review.report).join(Report.fellowship).join(Fellowship.account)
    accepted = theirs.where(Account.email == address_of(name), Review.verdict == Verdict.ACCEPT)
    fellow = db.session.scalars(select(Account).filter_by(email=address_of(name))).one()
    review = db.session.scalars(accepted).first()
    message = Message(NoticeKind.REPORT_ACCEPTED, fellow.id, "review", review, due_at)
    post([message], now=clock.now())
    return db.session.scalars(select(Notice).filter_by(dedupe_key=message.dedupe_key)).one()


def settled(message_id):
    """Whether it was sent or cancelled, once it was either."""
    ended = (NoticeState.SENT, NoticeState.CANCELLED)
    query = select(Notice.state).filter_by(message_id=message_id)
    return awaited(lambda: db.session.scalar(query), lambda state: state in ended)


def ticked():
    """Once beat and a worker have gone round anew."""
    query, began = select(Heartbeat.at), clock.now()
    awaited(lambda: db.session.scalar(query), lambda at: at is not None and at > began)


def awaited(look, is_so):
    """What is seen, once it is so."""
    deadline = time.monotonic() + PATIENCE
    while not is_so(seen := look()):
        assert time.monotonic() < deadline, f"it is {seen}"
        db.session.rollback()
        time.sleep(0.2)
    return seen


def received(programme, message_id):
    """The mails with this Message-ID, as the SMTP server has them."""
    [folder] = programme.instance.rglob("new")
    mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in folder.iterdir()]
    return [mail for mail in mails if mail["Message-ID"] == message_id]
