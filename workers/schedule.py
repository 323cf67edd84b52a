"""What happens by itself, as data. Each entry may run late, twice or at the same time on two machines."""

from typing import Any

from program.doorbell import Bell

BELLS = (
    Bell.TICK,
    Bell.SWEEP,
    Bell.DELIVER,
    Bell.SUMMARISE,
    Bell.RETAIN,
    Bell.IMPORT,
    Bell.BUNDLE,
    Bell.COUNT_WORDS,
    Bell.DIGEST,
    Bell.ALERT,
)
EXPIRES = 60.0
"""Seconds after which a bell that nobody has heard is dropped: they must not pile up while no worker runs."""


def schedule(tick_seconds: float) -> dict[str, dict[str, Any]]:
    """Every bell at every tick."""
    return {
        bell.value: {"task": bell.value, "schedule": tick_seconds, "options": {"expires": EXPIRES}}
        for bell in BELLS
    }
