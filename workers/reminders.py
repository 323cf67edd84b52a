"""The reminder sweep."""

from program.clock import now
from program.doorbell import Bell
from program.reminders.services import sweep
from workers.app import app


@app.task(name=Bell.SWEEP.value)
def sweep_reminders() -> int:
    """Post the reminders whose time has come; how many are new."""
    return sweep(now=now())
