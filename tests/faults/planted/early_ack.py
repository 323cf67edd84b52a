"""The workers with a safeguard off: each mail is a message in Redis, and acknowledged before it is sent.

It is the usual design: whoever posts is done when Redis has the work, and the database says "sent" from then on.
"""

import time
from contextlib import suppress
from dataclasses import asdict

from program.clock import now
from program.delivery import claims, services
from program.mail import Mail
from program.relay import RefusedError, RelayDownError, UncertainError
from tests.faults.hurried import app
from workers.delivery import relay

__all__ = ["app"]

TRIES = 20


@app.task(name="planted.send", acks_late=False, reject_on_worker_lost=False)
def send(mail):
    """Hand one mail over; it is tried again for a while, so that nothing is lost but by death."""
    for _attempt in range(TRIES):
        with suppress(RefusedError, RelayDownError, UncertainError):
            relay.send(Mail(**mail), before_handoff=lambda: True, now=now())
            break
        time.sleep(0.2)


def put_into_redis(envelopes, run):
    for envelope in envelopes:
        claims.mark_sent(envelope.notice_ids, run.token, now=run.clock())
    run.write_down()
    for envelope in envelopes:
        send.delay(asdict(envelope.mail))


services._deliver = put_into_redis
