"""Summarising closed waves."""

from datetime import timedelta

from program.clock import now
from program.doorbell import Bell
from program.releases.services import claim_job, fail_job, summarise
from workers.app import app, settings
from workers.jobs import work_off

LEASE = timedelta(seconds=settings.lease_seconds)


@app.task(name=Bell.SUMMARISE.value)
def summarise_waves() -> int:
    """Work off the waiting jobs; how many."""
    return work_off(
        claim=lambda: claim_job(lease=LEASE, now=now()),
        work=lambda job: summarise(job, now=now()),
        fail=lambda key, token, error: fail_job(key, token, error=error, now=now()),
    )
