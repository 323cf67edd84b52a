"""What happens by itself, as data. Each entry may run late, twice or at the same time on two machines."""

from typing import Any

from program.doorbell import Bell

MINUTE = 60.0
SCHEDULE: dict[str, dict[str, Any]] = {
    bell.value: {"task": bell.value, "schedule": MINUTE, "options": {"expires": MINUTE}}
    for bell in (Bell.TICK, Bell.SWEEP, Bell.DELIVER, Bell.SUMMARISE)
}
