"""Putting the reports of cohorts into zips."""

from datetime import timedelta

from program.bundles.work import claim_bundle, fail_bundle, fill_bundle
from program.clock import now
from program.doorbell import Bell
from workers.app import app, settings
from workers.jobs import work_off

LEASE = timedelta(seconds=settings.lease_seconds)


@app.task(name=Bell.BUNDLE.value)
def make_bundles() -> int:
    """Work off the zips that wait, a commit after each fellow; how many."""
    return work_off(
        claim=lambda: claim_bundle(lease=LEASE, now=now()),
        work=lambda bundle: fill_bundle(bundle, clock=now, lease=LEASE),
        fail=lambda key, token, error: fail_bundle(key, token, error=error, now=now()),
    )
