"""The heartbeat."""

from program.clock import now
from program.doorbell import Bell
from program.health.services import record_tick
from workers.app import app


@app.task(name=Bell.TICK.value)
def tick() -> None:
    """Beat and a worker are alive."""
    record_tick(now=now())
