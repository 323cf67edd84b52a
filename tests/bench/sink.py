"""A mail server that counts what it is given and keeps none of it: `python -m tests.bench.sink PORT`.

At each line on standard input it says how many mails came and how many different ids these had, and begins anew.
"""

import asyncio
import re
import sys

from aiosmtpd.smtp import SMTP, Envelope

from program.up.ports import HOST

MESSAGE_ID = re.compile(rb"(?im)^message-id: *(.*?)\r?$")


class Counter:
    """What came since it was last asked."""

    def __init__(self) -> None:
        self.ids: list[bytes] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        found = MESSAGE_ID.search(envelope.original_content or b"")
        self.ids.append(found[1] if found else b"")
        return "250 Taken"

    def say(self) -> None:
        """Answer a line; the end of the input ends the server."""
        if not sys.stdin.readline():
            asyncio.get_running_loop().stop()
        print(len(self.ids), len(set(self.ids)), flush=True)
        self.ids.clear()


def main(port: int) -> None:
    counter = Counter()
    loop = asyncio.new_event_loop()
    loop.run_until_complete(loop.create_server(lambda: SMTP(counter), HOST, port))
    asyncio.set_event_loop(loop)
    loop.add_reader(sys.stdin, counter.say)
    print("ready", flush=True)
    loop.run_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]))
