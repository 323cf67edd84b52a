"""The way out to a chat service: one request, to exactly the machine that was looked at, and to none it points to.

By the standard library alone: it knows no proxies, follows nothing, and says which socket it talks through.
"""

import json
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPSConnection
from threading import Timer

from program.alerts.addresses import Target, is_public, read_address

PORT = 443
PATIENCE = 5.0
"""Seconds for each step."""
LONGEST = 15.0
"""Seconds for all of them: one who sends a byte now and then is hung up on."""
MOST_MACHINES = 3
"""So many of the machines that a name stands for are tried."""
BUSY = frozenset({408, 425, 429})


class NotTakenError(Exception):
    """An alert was not taken; the text says why, without the address. `permanent` if it will not be."""

    def __init__(self, reason: str, *, permanent: bool = False) -> None:
        super().__init__(reason)
        self.permanent = permanent


def look_up(host: str, port: int) -> Sequence[str]:
    """The numbers of the machines that a name stands for. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(place[0]) for *_kind, place in found]


@dataclass(frozen=True, slots=True)
class Wire:
    """How to reach chat services. Only tests have another port, other names and machines of their own."""

    port: int = PORT
    look_up: Callable[[str, int], Sequence[str]] = look_up
    may_reach: Callable[[str], bool] = is_public
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    longest: float = LONGEST

    def post(self, address: str, text: str) -> None:
        """Post a text in the common form. Raises NotTakenError."""
        try:
            target = read_address(address)
        except ValueError as error:
            raise NotTakenError("the address cannot be used", permanent=True) from error
        try:
            status = self._ask(target, json.dumps({"text": text}).encode())
        except TimeoutError as error:
            raise NotTakenError("it did not answer in time") from error
        except ssl.SSLCertVerificationError as error:
            raise NotTakenError("its certificate is not good") from error
        except (OSError, HTTPException, ValueError) as error:
            raise NotTakenError("it cannot be reached, or breaks off") from error
        _judge(status)

    def _ask(self, target: Target, body: bytes) -> int:
        """The status of the answer; no more of it is read. The certificate is checked for the name."""
        with self._connected(target) as line, self._hung_up_in_time(line) as is_late:
            try:
                line.do_handshake()
                connection = HTTPSConnection(target.host)
                connection.sock = line
                headers = {"Content-Type": "application/json", "Connection": "close"}
                connection.request("POST", target.path, body=body, headers=headers)
                return connection.getresponse().status
            except (OSError, HTTPException) as error:
                if is_late():
                    raise TimeoutError from error
                raise

    @contextmanager
    def _connected(self, target: Target) -> Iterator[ssl.SSLSocket]:
        """The name is looked up once, here, and what is connected to is a number that was looked at."""
        numbers = list(dict.fromkeys(self.look_up(target.host, self.port)))
        if not numbers or not all(map(self.may_reach, numbers)):
            raise NotTakenError("its name leads to a machine that is not public", permanent=True)
        plain = _first_that_answers(numbers[:MOST_MACHINES], self.port)
        with self.context.wrap_socket(
            plain, server_hostname=target.host, do_handshake_on_connect=False
        ) as line:
            yield line

    @contextmanager
    def _hung_up_in_time(self, line: ssl.SSLSocket) -> Iterator[Callable[[], bool]]:
        """End the talk when it has gone on for too long; whether it was ended so."""
        late: list[bool] = []

        def hang_up() -> None:
            late.append(True)
            with suppress(OSError):
                socket.socket.shutdown(line, socket.SHUT_RDWR)

        timer = Timer(self.longest, hang_up)
        timer.daemon = True
        timer.start()
        try:
            yield lambda: bool(late)
        finally:
            timer.cancel()


def _first_that_answers(numbers: Sequence[str], port: int) -> socket.socket:
    for number in numbers[:-1]:
        with suppress(OSError):
            return socket.create_connection((number, port), timeout=PATIENCE)
    return socket.create_connection((numbers[-1], port), timeout=PATIENCE)


def _judge(status: int) -> None:
    if 200 <= status < 300:
        return
    if 300 <= status < 400:
        raise NotTakenError(f"it answered {status}, and leads elsewhere", permanent=True)
    raise NotTakenError(f"it answered {status}", permanent=status < 500 and status not in BUSY)
