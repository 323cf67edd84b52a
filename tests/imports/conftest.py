"""The tasks, in this process."""

from tests.workers.conftest import run, workers

__all__ = ["run", "workers"]
