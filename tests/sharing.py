"""How a run is shared among its processes: a file at a time, the long ones first."""

from xdist.scheduler import LoadFileScheduling

BROWSER = "tests/browser"
LONG = (BROWSER, "tests/security", "tests/faults", "tests/bench", "tests/workers", "tests/web", "tests/up")
"""Folders whose files take long or wait for others: what is left for the end is short, and all end together."""


def turn(nodeid: str) -> int:
    """The later the greater."""
    return next((at for at, folder in enumerate(LONG) if nodeid.startswith(f"{folder}/")), len(LONG))


class Sharing(LoadFileScheduling):
    """Files, but all that wants a browser is one piece of work: one process starts the programmes for it."""

    def _split_scope(self, nodeid: str) -> str:
        return BROWSER if nodeid.startswith(f"{BROWSER}/") else super()._split_scope(nodeid)
