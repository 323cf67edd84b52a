"""What happens by itself, as data. Each entry may run late, twice or at the same time on two machines."""

from typing import Any

from program.doorbell import Bell

BELLS = (Bell.TICK, Bell.SWEEP, Bell.DELIVER, Bell.SUMMARISE)


def schedule(tick_seconds: float) -> dict[str, dict[str, Any]]:
    """Every bell at every tick; one that nobody has heard by the next tick is dropped."""
    return {
        bell.value: {"task": bell.value, "schedule": tick_seconds, "options": {"expires": tick_seconds}}
        for bell in BELLS
    }
