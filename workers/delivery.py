"""Sending the outbox."""

from datetime import timedelta

from program.clock import now
from program.delivery.services import deliver_due
from program.doorbell import Bell
from program.relay import Relay
from workers.app import app, settings

relay = Relay(settings)
"""Kept open by each worker process."""


@app.task(name=Bell.DELIVER.value)
def deliver() -> int:
    """Send what is due; how many messages the relay took."""
    return deliver_due(relay=relay, clock=now, lease=timedelta(seconds=settings.lease_seconds))
