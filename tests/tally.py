"""How many of what a run tried, gathered from the reports of its tests, on whichever process they ran."""

from collections.abc import Iterable
from typing import Any

NAME = "tally"


def lines(reports: Iterable[Any]) -> list[str]:
    """One line for each thing counted: "redirect payloads: 30 on sqlite, 30 on postgresql"."""
    counted: dict[str, dict[str, int]] = {}
    for report in reports:
        for name, value in report.user_properties:
            if name == NAME and report.when == "call":
                what, backend, number = value
                on = counted.setdefault(what, {})
                on[backend] = on.get(backend, 0) + number
    return [f"{what}: {_numbers(on)}" for what, on in sorted(counted.items())]


def _numbers(on: dict[str, int]) -> str:
    """The figures of one thing, by database where it has one."""
    return ", ".join(
        f"{number:,} on {backend}" if backend else f"{number:,}" for backend, number in on.items()
    )
