"""What no line of a log may hold: addresses, tokens, and words that may be somebody's."""

import re
import sqlite3
from collections.abc import Iterator
from ipaddress import ip_address
from traceback import format_tb
from typing import Any

from jinja2 import TemplateError
from redis import RedisError

PLAIN = (
    OSError,
    ImportError,
    AttributeError,
    NameError,
    TypeError,
    sqlite3.Error,
    TemplateError,
    RedisError,
)
"""Faults whose words speak of the programme and its parts. Those of others, a ValueError's, may repeat somebody's."""
PASSWORD = re.compile(r"(?<=://)[^/\s]+(?=@)")
MAIL = re.compile(r"[^\s\[\]<>\"'(),;:/]+@[\w-]+(?:\.[\w-]+)+")
TOKEN = re.compile(
    r"(?<![0-9a-zA-Z])[0-9a-f]{32,}(?![0-9a-zA-Z])"
    r"|(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])[\w-]{40,}"
)
NETWORK = re.compile(
    r"(?<![\w.:])(?:(?:\d{1,3}\.){3}\d{1,3}|(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4})(?![\w.])"
)
CONTROL = {code: f"\\x{code:02x}" for code in (*range(32), 127, 0x85, 0x2028, 0x2029)} | {
    9: " ",
    10: "\\n",
    13: "\\r",
}
"""What could end a line, or move the cursor of who reads it."""


def hush(text: str) -> str:
    """The text without mail and network addresses, passwords of connections, and anything that looks like a token."""
    for pattern, instead in ((PASSWORD, "[password]"), (MAIL, "[address]"), (TOKEN, "[token]")):
        text = pattern.sub(instead, text)
    return NETWORK.sub(_network, text)


def on_one_line(text: str) -> str:
    """The text with every line break and control character spelt out, so that nobody writes a line of their own."""
    return text.translate(CONTROL)


def tell_fault(fault: BaseException) -> str:
    """Where a fault came from and what kind it is, oldest first; its words only if they can hold nobody's text."""
    return "\n".join(line for each in _causes(fault) for line in _lines(each))


def _network(found: re.Match[str]) -> str:
    try:
        return found[0] if ip_address(found[0]).is_loopback else "[address]"
    except ValueError:  # a time of day, a version
        return found[0]


def _causes(fault: BaseException) -> Iterator[BaseException]:
    before = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)
    if before is not None:
        yield from _causes(before)
    yield fault


def _lines(fault: BaseException) -> Iterator[str]:
    kind = type(fault)
    yield from (hush(frame.rstrip("\n")) for frame in format_tb(fault.__traceback__))
    yield f"{kind.__module__}.{kind.__qualname__}: {on_one_line(hush(_words(fault)))}".removesuffix(": ")


def _words(fault: BaseException) -> str:
    """What may be said of a fault. A database server's own words repeat the row that it refused."""
    cause: Any = getattr(fault, "orig", None) or fault
    state = getattr(cause, "sqlstate", None)
    if state is not None:
        return " ".join(filter(None, (f"SQLSTATE {state}", cause.diag.constraint_name)))
    return str(cause) if isinstance(cause, PLAIN) or hasattr(cause, "sqlstate") else ""
