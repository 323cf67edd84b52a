"""Summarising closed waves."""

from datetime import timedelta

from program.clock import now
from program.doorbell import Bell
from program.extensions import db
from program.releases.services import claim_job, fail_job, summarise
from workers.app import app, settings


@app.task(name=Bell.SUMMARISE.value)
def summarise_waves() -> int:
    """Work off the waiting jobs, a commit after each step so that the page shows progress; how many."""
    done = 0
    while job := claim_job(lease=timedelta(seconds=settings.lease_seconds), now=now()):
        db.session.commit()
        try:
            for _step in summarise(job, now=now()):
                db.session.commit()
        except Exception as error:  # noqa: BLE001 - whatever broke is kept with the job, and tried again
            db.session.rollback()
            fail_job(job, error=repr(error), now=now())
            break
        done += 1
    return done
