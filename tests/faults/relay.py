"""A mail relay that never forgets: what it answers for is on disk before it answers.

`python -m tests.faults.relay --port N --record FILE` writes the Message-ID of each mail it takes as a line.
Unless it is mute it can be asked: `XHAS <message-id>` answers 250 if it has taken that message, else 550.
"""

import asyncio
import os
import random
import signal
from collections import Counter
from email.parser import BytesHeaderParser
from pathlib import Path

import click
from aiosmtpd.smtp import SMTP, Envelope, Session

from program.up.ports import HOST


class Record:
    """The mails that were taken, as lines of a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, message_id: str) -> None:
        with self.path.open("a") as file:
            file.write(f"{message_id}\n")
            file.flush()
            os.fsync(file.fileno())

    def read(self) -> Counter[str]:
        """How often each message was taken."""
        return Counter(self.path.read_text().split("\n")[:-1] if self.path.exists() else ())


class Handler:
    """Takes every mail, in up to `before` seconds until it is on disk and up to `after` until it says so."""

    def __init__(self, record: Record, *, mute: bool, before: float, after: float) -> None:
        self.record, self.mute, self.before, self.after = record, mute, before, after

    async def handle_EHLO(  # noqa: N802 - aiosmtpd finds it by its name
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, answers: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return answers if self.mute else [*answers[:-1], "250-XHAS", answers[-1]]

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - likewise
        message_id = BytesHeaderParser().parsebytes(envelope.original_content)["Message-ID"]
        await asyncio.sleep(random.uniform(0, self.before))
        self.record.add(message_id)
        await asyncio.sleep(random.uniform(0, self.after))
        return "250 taken"


class AskableSMTP(SMTP):
    """SMTP with the extension XHAS."""

    async def smtp_XHAS(self, message_id: str) -> None:  # noqa: N802 - likewise
        known = not self.event_handler.mute and self.event_handler.record.read()[message_id]
        await self.push("250 taken" if known else "550 not taken")


async def serve(port: int, handler: Handler) -> None:
    """Until asked to stop."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    server = await loop.create_server(lambda: AskableSMTP(handler), HOST, port)
    await stopped.wait()
    server.close()


@click.command()
@click.option("--port", type=int, required=True)
@click.option("--record", type=click.Path(path_type=Path), required=True)
@click.option("--mute", is_flag=True, help="It cannot be asked.")
@click.option("--before-ms", type=float, default=0)
@click.option("--after-ms", type=float, default=0)
def main(port: int, record: Path, mute: bool, before_ms: float, after_ms: float) -> None:
    """Take mail on a port of this machine."""
    handler = Handler(Record(record), mute=mute, before=before_ms / 1000, after=after_ms / 1000)
    asyncio.run(serve(port, handler))


if __name__ == "__main__":
    main()
