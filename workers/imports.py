"""Checking and applying imports."""

from datetime import timedelta

from program.clock import now
from program.doorbell import Bell
from program.extensions import db
from program.imports.work import claim_import, fail_import, work_on
from workers.app import app, settings

LEASE = timedelta(seconds=settings.lease_seconds)


@app.task(name=Bell.IMPORT.value)
def run_imports() -> int:
    """Work off the waiting imports, a commit after each step so that the page shows progress; how many."""
    done = 0
    while run := claim_import(lease=LEASE, now=now()):
        run_id, token = run.id, run.lease_token or ""
        db.session.commit()
        try:
            for _step in work_on(run, clock=now, lease=LEASE):
                db.session.commit()
        except Exception as error:  # noqa: BLE001 - whatever broke is kept with the import, and tried again
            db.session.rollback()
            fail_import(run_id, token, error=error, now=now())
            break
        done += 1
    return done
