"""The heartbeat."""

from program.clock import now
from program.doorbell import Bell
from program.extensions import db
from program.health.pinging import ping
from program.health.services import record_tick, watch
from workers.app import app, settings


@app.task(name=Bell.TICK.value)
def tick() -> None:
    """Beat and a worker are alive; who watches from elsewhere is told once that is committed."""
    watch(now=now())
    record_tick(now=now())
    db.session.commit()
    if settings.ping_url:
        ping(str(settings.ping_url), now=now())
