"""An outbox, and a relay to send it to."""

from datetime import timedelta

import pytest

from program.delivery.services import deliver_due
from program.extensions import db
from program.notices.models import Notice
from program.notices.services import post
from program.obligations.models import ObligationKind
from program.obligations.queries import list_owed_by
from program.relay import Relay
from program.reminders.ladder import Rung
from program.reminders.readers import Step
from program.reminders.services import reminder
from tests.delivery.post_office import Desk, PostOffice
from tests.factories import NOW
from tests.scenarios import more_fellows

LEASE = timedelta(seconds=90)


class Sender:
    """A worker's work without the worker. Its clock moves only when it is told to."""

    def __init__(self, app, relay):
        self.app, self.relay, self.now = app, relay, NOW

    def send(self, **options):
        """Do it once, as a task does; how many messages the relay took."""
        db.session.commit()
        site = str(self.app.extensions["settings"].public_url)
        with self.app.app_context(), self.app.test_request_context(base_url=site):
            return deliver_due(relay=self.relay, clock=lambda: self.now, lease=LEASE, **options)

    def wait(self, **time):
        self.now += timedelta(**time)


@pytest.fixture
def office():
    return PostOffice()


@pytest.fixture
def desk(office):
    controller = Desk(office)
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def relay(app, desk):
    settings = app.extensions["settings"].model_copy(
        update={"smtp_host": "127.0.0.1", "smtp_port": desk.port}
    )
    relay = Relay(settings)
    yield relay
    relay.close()


@pytest.fixture
def sender(app, relay):
    return Sender(app, relay)


def remind(account, *, number=0):
    """A pending reminder of the account's report that has been owed for longest; its notice."""
    owed = [o for o in list_owed_by(account.id, now=NOW) if o.kind is ObligationKind.REPORT][number]
    message = reminder(Step(owed, account.id, owed.due_at, Rung(24)))
    post([message], now=NOW)
    return db.session.query(Notice).filter_by(dedupe_key=message.dedupe_key).one()


@pytest.fixture
def reminders(cast):
    """So many pending reminders, each to somebody else."""
    return lambda count: [remind(fellowship.account) for fellowship in more_fellows(cast, count)]
