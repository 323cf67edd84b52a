"""A launcher with two tiny parts, for tests to signal and to kill: `python launch.py FOLDER SIG_DFL`.

With SIG_IGN it ignores a hang-up from its start, as under nohup. Prints `ready` once both run. `stubborn` ignores the request to stop and has a child of its own.
"""

import os
import signal
import sys
from pathlib import Path

from program.up.supervisor import Part, Supervisor

STUBBORN = (
    'trap "" TERM; sleep 60 & echo $! > {folder}/grandchild; echo $$ > {folder}/stubborn; wait; sleep 60'
)
PLIANT = "echo $$ > {folder}/pliant; exec sleep 60"


def main(folder: Path) -> None:
    with Supervisor(folder / "log") as supervisor:
        for name, script in (("stubborn", STUBBORN), ("pliant", PLIANT)):
            command = ["sh", "-c", script.format(folder=folder)]
            supervisor.start(Part(name, command, dict(os.environ), folder))
        wanted = [folder / name for name in ("stubborn", "grandchild", "pliant")]
        supervisor.wait_until(
            lambda: all(path.exists() and path.read_text().strip() for path in wanted),
            seconds=5,
            what="the parts did not start",
        )
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        supervisor.run()


if __name__ == "__main__":
    signal.signal(signal.SIGHUP, signal.Handlers[sys.argv[2]])
    try:
        main(Path(sys.argv[1]))
    except KeyboardInterrupt:
        sys.exit(0)
