"""The one mail a day, and what staff hear of late reviews."""

from program.clock import now
from program.digests.services import sweep_digests
from program.doorbell import Bell
from workers.app import app


@app.task(name=Bell.DIGEST.value)
def sweep_each_day() -> int:
    """Post the mails of the day whose hour has come; how many are new."""
    return sweep_digests(now=now())
