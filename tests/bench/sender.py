"""A process that sends when it is told to: `python -m tests.bench.sender` for the outbox, `… FILE PART` for bare SMTP.

At each line on standard input it sends what there is, then says how many that was and its CPU seconds for it.
"""

import json
import smtplib
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from program.app import create_app
from program.clock import now
from program.config import load_settings
from program.delivery.services import deliver_due
from program.relay import Relay

PARTS = 2


def outbox() -> Callable[[], int]:
    """What the worker's task does."""
    app = create_app()
    settings = app.extensions["settings"]
    relay = Relay(settings)

    def send() -> int:
        with app.test_request_context(base_url=str(settings.public_url)):
            return deliver_due(relay=relay, clock=now, lease=timedelta(seconds=settings.lease_seconds))

    return send


def bare(mails: Path, part: int) -> Callable[[], int]:
    """This part of the finished mails, on one connection."""
    settings = load_settings()
    smtp = smtplib.SMTP(settings.smtp_host, settings.smtp_port)
    share = json.loads(mails.read_text())[part::PARTS]

    def send() -> int:
        for address, text in share:
            smtp.sendmail(settings.mail_from, [address], text.encode())
        return len(share)

    return send


def main(*arguments: str) -> None:
    send = bare(Path(arguments[0]), int(arguments[1])) if arguments else outbox()
    print("ready", flush=True)
    for _line in sys.stdin:
        cpu = time.process_time()
        print(send(), time.process_time() - cpu, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
