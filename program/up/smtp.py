"""A mail server for the demo: takes every mail, sends none on.

`python -m program.up.smtp --port N --maildir DIR`
"""

import asyncio
import signal
from pathlib import Path

import click
from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP

from program.up.instance import MAILBOX
from program.up.ports import HOST


async def serve(*, port: int, maildir: Path) -> None:
    """Put each mail into the Maildir until asked to stop."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    handler = Mailbox(maildir)
    server = await loop.create_server(lambda: SMTP(handler, enable_SMTPUTF8=True), HOST, port)
    await stopped.wait()
    server.close()  # without waiting: senders keep their connections open


@click.command()
@click.option("--port", type=int, required=True)
@click.option("--maildir", type=click.Path(path_type=Path), required=True)
def main(port: int, maildir: Path) -> None:
    """Take mail on a port of this machine into a Maildir."""
    for part in MAILBOX:  # a folder that is there without them would be taken for a mailbox that has them
        (maildir / part).mkdir(parents=True, exist_ok=True)
    asyncio.run(serve(port=port, maildir=maildir))


if __name__ == "__main__":
    main()
