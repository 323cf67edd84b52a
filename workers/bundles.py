"""Putting the reports of cohorts into zips."""

from datetime import timedelta

from program.bundles.work import claim_bundle, fail_bundle, fill_bundle
from program.clock import now
from program.doorbell import Bell
from program.extensions import db
from workers.app import app, settings

LEASE = timedelta(seconds=settings.lease_seconds)


@app.task(name=Bell.BUNDLE.value)
def make_bundles() -> int:
    """Work off the zips that wait, a commit after each fellow; how many."""
    done = 0
    while bundle := claim_bundle(lease=LEASE, now=now()):
        key, token = bundle.id, bundle.lease_token or ""
        db.session.commit()
        try:
            for _fellow in fill_bundle(bundle, clock=now, lease=LEASE):
                db.session.commit()
        except Exception as error:  # noqa: BLE001 - whatever broke is kept with it, and tried again
            db.session.rollback()
            fail_bundle(key, token, error=error, now=now())
            break
        done += 1
    return done
