"""`python -m tests.bench`: how fast and how large the programme is, over floors that are measured beside it."""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from tests.bench.measures import NAMES, QUICK, Effort, run
from tests.databases import BACKENDS, Databases
from tests.servers import RunningRedis


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for; 1 if anything is not as a bench insists that it is."""
    chosen = _parser().parse_args(arguments)
    effort = QUICK if chosen.quick else Effort(rounds=chosen.rounds)
    with tempfile.TemporaryDirectory(prefix="fellowship-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        redis = RunningRedis(folder)
        stack.callback(redis.kill)
        redis.start()
        databases = Databases(folder, stack)
        met = True
        for measure in [chosen.only] if chosen.only else NAMES:
            for backend in BACKENDS if chosen.db == "both" else [chosen.db]:
                found = run(measure, backend, effort, databases=databases, redis_url=redis.url, folder=folder)
                print(f"\n{found.text}", flush=True)
                met = met and found.met
    return 0 if met else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", choices=NAMES)
    parser.add_argument("--db", choices=(*BACKENDS, "both"), default="both")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="tiny numbers: that it runs, not how fast")
    return parser


if __name__ == "__main__":
    sys.exit(main())
