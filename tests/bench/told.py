"""A process that works when it is told to, a line at a time."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.live import Live


@dataclass(frozen=True, slots=True)
class Told:
    """Whoever listens to its standard input."""

    process: subprocess.Popen[str]

    def tell(self) -> None:
        """Have it begin."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def hear(self) -> list[str]:
        """What it says when it is done, in words."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().split()


@contextmanager
def told(live: Live, module: str, *words: str) -> Iterator[Told]:
    """Run the module with the settings of the programme until the block is left."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-m", module, *words]
    process = subprocess.Popen(command, env=live.environment, stdin=pipe, stdout=pipe, text=True)
    listener = Told(process)
    try:
        assert listener.hear() == ["ready"], f"{module} did not start"
        yield listener
    finally:
        process.kill()
        process.communicate(timeout=10)
