"""Telling staff in their chat."""

from datetime import timedelta

from program.alerts.wire import Wire
from program.alerts.work import claim_alert, fail_alert, post_alert
from program.clock import now
from program.doorbell import Bell
from workers.app import app, settings
from workers.jobs import work_off

LEASE = timedelta(seconds=settings.lease_seconds)
wire = Wire()


@app.task(name=Bell.ALERT.value)
def post_alerts() -> int:
    """Post the alerts whose time has come; how many."""
    return work_off(
        claim=lambda: claim_alert(lease=LEASE, now=now()),
        work=lambda alert: post_alert(alert, wire=wire, site=str(settings.public_url), clock=now),
        fail=lambda key, token, error: fail_alert(key, token, error=error, now=now()),
    )
