"""A worker's work on alerts without the worker, and a wire that goes nowhere."""

from datetime import timedelta

import pytest

from program.alerts.work import claim_alert, fail_alert, post_alert
from program.extensions import db
from tests.factories import NOW
from workers.jobs import work_off

LEASE = timedelta(seconds=90)
SITE = "https://fellows.example.org/"


class Line:
    """A wire on which everything is taken, until it is told otherwise."""

    def __init__(self):
        self.said, self.trouble, self.open_transactions = [], None, 0

    def post(self, address, text):
        self.open_transactions += db.session().in_transaction()
        if self.trouble:
            raise self.trouble
        self.said.append((address, text))


class Teller:
    """Does what waits, as the task does. Its clock moves only when it is told to."""

    def __init__(self, app, line):
        self.app, self.line, self.now = app, line, NOW

    def tell(self):
        db.session.commit()
        with self.app.test_request_context():
            done = work_off(
                claim=lambda: claim_alert(lease=LEASE, now=self.now),
                work=lambda alert: post_alert(alert, wire=self.line, site=SITE, clock=lambda: self.now),
                fail=lambda key, token, error: fail_alert(key, token, error=error, now=self.now),
            )
            db.session.commit()
        return done

    def wait(self, **time):
        self.now += timedelta(**time)


@pytest.fixture
def line():
    return Line()


@pytest.fixture
def teller(app, line):
    return Teller(app, line)
