"""Deleting what is old."""

from program.clock import now
from program.doorbell import Bell
from program.extensions import db
from program.retention.services import run_due
from workers.app import app, settings


@app.task(name=Bell.RETAIN.value)
def delete_old() -> int:
    """Run the night's rules that have not run yet, a commit after each; how many rows went."""
    gone = 0
    for rows in run_due(settings, now=now()):
        db.session.commit()
        gone += rows
    return gone
