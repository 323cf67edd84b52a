"""A mail relay in a thread, that does what a test tells it to."""

import asyncio
from collections import Counter
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from program.up.ports import HOST, free_port
from tests.faults.relay import AskableSMTP

HANG_UP = "hang up"
COMMANDS = ("STARTTLS", "MAIL", "RCPT", "DATA", "TEXT", "TAKEN", "NOOP", "XHAS")
"""TEXT is the moment when all of a text has come, TAKEN the one when it has been put away."""


class Arrivals:
    """The mails that were taken, as they came over the wire, and the addresses that each was for."""

    def __init__(self) -> None:
        self.raw: list[bytes] = []
        self.recipients: list[list[str]] = []

    def read(self) -> Counter[str]:
        return Counter(mail["Message-ID"] for mail in self.mails)

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=policy.default) for raw in self.raw]


class PostOffice:
    """What is answered to a command is taken from its list, for as long as there is something in it.

    None there is the usual answer. `refused` has answers to RCPT by address.
    """

    def __init__(self) -> None:
        self.record = Arrivals()
        self.mute = False
        self.answers: dict[str, list[str | None]] = {command: [] for command in COMMANDS}
        self.refused: dict[str, str] = {}
        self.connections = 0

    def next(self, command: str) -> str | None:
        answers = self.answers[command]
        return answers.pop(0) if answers else None

    async def handle_EHLO(self, _server, session, _envelope, hostname, answers):  # noqa: N802 - aiosmtpd finds it by its name
        self.connections += 1
        session.host_name = hostname
        return answers if self.mute else [*answers[:-1], "250-XHAS", answers[-1]]

    async def handle_MAIL(self, server, _session, envelope, address, _options):  # noqa: N802 - aiosmtpd finds it by its name
        answer = await self.answer(server, "MAIL")
        if answer is None:
            envelope.mail_from = address
        return answer or "250 go on"

    async def handle_RCPT(self, server, _session, envelope, address, _options):  # noqa: N802 - aiosmtpd finds it by its name
        answer = await self.answer(server, "RCPT") or await self.act(server, self.refused.get(address))
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 go on"

    async def handle_DATA(self, server, _session, envelope):  # noqa: N802 - aiosmtpd finds it by its name
        refused = await self.answer(server, "TEXT")
        if refused:
            return refused
        self.record.raw.append(envelope.original_content)
        self.record.recipients.append([*envelope.rcpt_tos])
        return await self.answer(server, "TAKEN") or "250 taken"

    async def answer(self, server: SMTP, command: str) -> str | None:
        """The prepared answer; hangs up if that is what is prepared."""
        return await self.act(server, self.next(command))

    async def act(self, server: SMTP, answer: str | None) -> str | None:
        """The answer, or what it says is done."""
        if answer == HANG_UP:
            server.transport.abort()
            await asyncio.sleep(5)  # cancelled at once: the connection is gone
        if answer and answer.startswith("421"):
            asyncio.get_running_loop().call_later(0.02, server.transport.close)
        return answer


class CounterSMTP(AskableSMTP):
    """One desk of the post office."""

    async def smtp_STARTTLS(self, arg):  # noqa: N802 - aiosmtpd finds it by its name
        await self.answer_or("STARTTLS", super().smtp_STARTTLS, arg)

    async def smtp_DATA(self, arg):  # noqa: N802 - aiosmtpd finds it by its name
        await self.answer_or("DATA", super().smtp_DATA, arg)

    async def smtp_NOOP(self, arg):  # noqa: N802 - aiosmtpd finds it by its name
        await self.answer_or("NOOP", super().smtp_NOOP, arg)

    async def smtp_XHAS(self, message_id):  # noqa: N802 - aiosmtpd finds it by its name
        await self.answer_or("XHAS", super().smtp_XHAS, message_id)

    async def answer_or(self, command, otherwise, word):
        """The prepared answer, else the usual one."""
        answer = await self.event_handler.answer(self, command)
        await (self.push(answer) if answer else otherwise(word))


class Desk(Controller):
    """The thread."""

    def __init__(self, office: PostOffice, *, port: int | None = None) -> None:
        super().__init__(office, hostname=HOST, port=port or free_port())
        self.desks: list[CounterSMTP] = []

    def factory(self):
        self.desks.append(CounterSMTP(self.handler, enable_SMTPUTF8=True))
        return self.desks[-1]

    def hang_up(self) -> None:
        """Close every connection, as relays do with idle ones."""
        for desk in self.desks:
            if desk.transport is not None:
                self.loop.call_soon_threadsafe(desk.transport.close)
