"""Checking and applying imports."""

from datetime import timedelta

from program.clock import now
from program.doorbell import Bell
from program.imports.work import claim_import, fail_import, work_on
from workers.app import app, settings
from workers.jobs import work_off

LEASE = timedelta(seconds=settings.lease_seconds)


@app.task(name=Bell.IMPORT.value)
def run_imports() -> int:
    """Work off the waiting imports; how many."""
    return work_off(
        claim=lambda: claim_import(lease=LEASE, now=now()),
        work=lambda run: work_on(run, clock=now, lease=LEASE),
        fail=lambda key, token, error: fail_import(key, token, error=error, now=now()),
    )
