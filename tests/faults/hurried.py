"""The workers, with the waits that no setting shortens shortened to the same scale as the tick.

A minute is `tick_seconds` then: how long a message waits that could not be sent, how long a relay is left alone that
is down, and how long Celery waits until it tries Redis again. Nothing else is other than in earnest.
"""

from kombu import Connection

from program.delivery import breaker, failures, pace
from workers.app import app, settings

__all__ = ["PACE", "app"]

PACE = settings.tick_seconds / 60
"""How much shorter time is."""

for module in (failures, breaker, pace):
    module.FIRST_WAIT *= PACE
    module.LONGEST_WAIT *= PACE
breaker.PROBE_LEASE *= PACE

kept = Connection.ensure_connection


def ensure_soon(self, *words, interval_start=2, interval_step=2, interval_max=30, **options):
    waits = {"interval_start": interval_start, "interval_step": interval_step, "interval_max": interval_max}
    return kept(self, *words, **{name: seconds * PACE for name, seconds in waits.items()}, **options)


Connection.ensure_connection = ensure_soon
