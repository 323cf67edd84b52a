"""A mail relay that never forgets: what it answers for is on disk before it answers.

`python -m tests.faults.relay --port N --record FILE` writes the Message-ID of each mail it takes, and whom it is for,
as a line. Unless it is mute it can be asked: `XHAS <message-id>` answers 250 if it has taken that message, else 550.
Killed and started again on the same file, it has what it had.
"""

import asyncio
import os
import random
import signal
from collections import Counter
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Any

import click
from aiosmtpd.smtp import SMTP, Envelope, Session

from program.up.ports import HOST

LATER = "451 later"


@dataclass(frozen=True)
class Manners:
    """How it treats who comes: how long it takes until a mail is on disk and until it says so, and what it spoils.

    `busy` of all mails are refused for now, half of them before their text and half after it. `dropped` of all
    connections break: half before the text, a quarter after it with the mail untaken, a quarter with it taken.
    """

    mute: bool = False
    before_ms: float = 0
    after_ms: float = 0
    busy: float = 0
    dropped: float = 0

    def options(self) -> list[str]:
        """As words of a command line."""
        values = {
            "before-ms": self.before_ms,
            "after-ms": self.after_ms,
            "busy": self.busy,
            "dropped": self.dropped,
        }
        words = [word for name, value in values.items() for word in (f"--{name}", str(value))]
        return [*words, "--mute"] if self.mute else words


class Record:
    """The mails that were taken, as lines of a file: each is read once."""

    def __init__(self, path: Path) -> None:
        self.path, self.known = path, 0
        self.ids: Counter[str] = Counter()
        self.people: Counter[str] = Counter()

    def add(self, message_id: str, address: str) -> None:
        """In one write, and on disk when it returns."""
        with self.path.open("a") as file:
            file.write(f"{message_id} {address}\n")
            file.flush()
            os.fsync(file.fileno())

    def read(self) -> Counter[str]:
        """How often each message was taken."""
        self._catch_up()
        return self.ids

    def by_address(self) -> Counter[str]:
        """How many mails were taken for each address."""
        self._catch_up()
        return self.people

    def _catch_up(self) -> None:
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            file.seek(self.known)
            new = file.read()
        whole = new[: new.rfind(b"\n") + 1]
        self.known += len(whole)
        for line in whole.decode().splitlines():
            message_id, _space, address = line.partition(" ")
            self.ids[message_id] += 1
            self.people[address] += 1


class Handler:
    """Takes every mail, unless chance has it refuse one or hang up."""

    def __init__(self, record: Record, manners: Manners) -> None:
        self.record, self.manners = record, manners

    @property
    def mute(self) -> bool:
        return self.manners.mute

    async def handle_EHLO(  # noqa: N802 - aiosmtpd finds it by its name
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, answers: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return answers if self.mute else [*answers[:-1], "250-XHAS", answers[-1]]

    async def handle_RCPT(  # noqa: N802 - aiosmtpd finds it by its name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if chance(self.manners.busy / 2):
            return LATER
        envelope.rcpt_tos.append(address)
        return "250 go on"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd finds it by its name
        manners = self.manners
        message_id = BytesHeaderParser().parsebytes(envelope.original_content)["Message-ID"]
        await pause(manners.before_ms)
        if chance(manners.busy / 2):
            return LATER
        if chance(manners.dropped / 4):
            await hang_up(server)
        self.record.add(message_id, envelope.rcpt_tos[0])
        if chance(manners.dropped / 4):
            await hang_up(server)
        await pause(manners.after_ms)
        return "250 taken"


class AskableSMTP(SMTP):
    """SMTP with the extension XHAS."""

    async def smtp_XHAS(self, message_id: str) -> None:  # noqa: N802 - aiosmtpd finds it by its name
        known = not self.event_handler.mute and self.event_handler.record.read()[message_id]
        await self.push("250 taken" if known else "550 not taken")


class MoodySMTP(AskableSMTP):
    """One that may hang up before the text."""

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd finds it by its name
        if chance(self.event_handler.manners.dropped / 2):
            await hang_up(self)
        await super().smtp_DATA(arg)


def chance(share: float) -> bool:
    return random.random() < share


async def pause(most_ms: float) -> None:
    if most_ms:
        await asyncio.sleep(random.uniform(0, most_ms / 1_000))


async def hang_up(server: Any) -> None:
    server.transport.abort()
    await asyncio.sleep(5)  # cancelled at once: the connection is gone


async def serve(port: int, handler: Handler) -> None:
    """Until asked to stop."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    server = await loop.create_server(lambda: MoodySMTP(handler), HOST, port)
    await stopped.wait()
    server.close()


@click.command()
@click.option("--port", type=int, required=True)
@click.option("--record", type=click.Path(path_type=Path), required=True)
@click.option("--mute", is_flag=True, help="It cannot be asked.")
@click.option("--before-ms", type=float, default=0)
@click.option("--after-ms", type=float, default=0)
@click.option("--busy", type=float, default=0, help="Share of the mails that it refuses for now.")
@click.option("--dropped", type=float, default=0, help="Share of the mails at which it hangs up.")
def main(port: int, record: Path, **manners: Any) -> None:
    """Take mail on a port of this machine."""
    asyncio.run(serve(port, Handler(Record(record), Manners(**manners))))


if __name__ == "__main__":
    main()
