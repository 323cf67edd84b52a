"""Links that people wrote, one a line, as the titles they gave them. Nothing is ever fetched. Pure."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from program.lines import BULLET

MOST = 50
"""How many links one text may have."""
ADDRESS_LIMIT = 2_000
TITLE_LIMIT = 200
SHOWN = 60
"""Characters of a line that a message repeats."""

_WEB = re.compile(r"<?https?://", re.IGNORECASE)
_SCHEME = re.compile(r"<?[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_BETWEEN = " \t:;,|-\u2013\u2014"
"""What people put between a title and its address."""


class Link(NamedTuple):
    """A title (the address if none was given), where it leads, and the host that it leads to."""

    title: str
    url: str
    host: str


def read_links(text: str) -> tuple[list[Link], list[str]]:
    """The links of the text in their order, and what is wrong with it, by line number.

    A line is `title https://…`, `https://… title`, `[title](https://…)` or the address alone, with or without
    the sign of a list before it. Each address is kept as it was written.
    """
    links: list[Link] = []
    errors: list[str] = []
    for number, line in _lines(text):
        try:
            links.append(_read_line(line))
        except ValueError as error:
            errors.append(f"Line {number}: {error}")
    if len(links) > MOST:
        errors.append(f"These are {len(links)} links. Please keep the {MOST} that matter most.")
    return links, errors


def link_lines(text: str) -> Sequence[Link | str]:
    """Every line as it is shown: a link, or the text itself where it is none. Nothing that was typed is left out."""
    return [_link_or_text(line) for _number, line in _lines(text)]


def _link_or_text(line: str) -> Link | str:
    try:
        return _read_line(line)
    except ValueError:
        return line


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines in which something stands, numbered as a field for text shows them."""
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line.strip()


def _read_line(line: str) -> Link:
    """Raises ValueError with words for people."""
    title, address = _parts(BULLET.sub("", line, count=1))
    if len(title) > TITLE_LIMIT:
        raise ValueError(f"the title is longer than {TITLE_LIMIT} characters.")
    host = _host(address)
    return Link(title or address, address, host)


def _parts(line: str) -> tuple[str, str]:
    """The title and the address of a line."""
    title, address = _named(line)
    words = [address] if address else line.split()
    found = [word for word in words if _WEB.match(word)]
    if not found:
        raise ValueError(_no_address(line))
    if len(found) > 1 or _WEB.search(title):
        raise ValueError("there is more than one address. Give each link a line of its own.")
    if address:
        return " ".join(title.split()), _bare(address)
    if found[0] not in (words[0], words[-1]):
        raise ValueError("the address stands in the middle. Put the title first, and the address after it.")
    title = " ".join(word for word in words if word is not found[0])
    return title.strip(_BETWEEN), _bare(found[0])


def _named(line: str) -> tuple[str, str]:
    """The title and the address of `[title](address)`, with a full stop after it or without; else nothing of both."""
    whole = line.removesuffix(".")
    title, between, address = whole[1:-1].rpartition("](")
    words = address.split()
    if whole[:1] == "[" and whole[-1:] == ")" and between and len(words) == 1:
        return title, words[0]
    return "", ""


def _no_address(line: str) -> str:
    shown = line if len(line) <= SHOWN else f"{line[:SHOWN]}…"
    if any(_SCHEME.match(word) for word in (line, line.rsplit(maxsplit=1)[-1])):
        return f"only addresses that begin with https:// or http:// can be linked, and “{shown}” has none."
    return f"there is no address in “{shown}”. It begins with https:// or http://."


def _bare(word: str) -> str:
    """The address without what a sentence or a mail puts around it."""
    if word.startswith("<"):
        return word[1:].partition(">")[0]
    return word.rstrip(".,;")


def _host(address: str) -> str:
    """The host that a browser will go to, in its ASCII form. Raises ValueError with words for people."""
    if len(address) > ADDRESS_LIMIT:
        raise ValueError(f"the address is longer than {ADDRESS_LIMIT:,} characters.")
    parts = _split(address)
    if "@" in parts.netloc:
        raise ValueError("the address has a name or a password before its host. Leave that out.")
    try:
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except UnicodeError:
        host = ""
    if not host or not re.fullmatch(r"[a-z0-9.:_-]+", host):
        raise ValueError(f"“{address[:SHOWN]}” is no address that a browser could open.")
    return host


def _split(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        _port = parts.port  # read because only reading it checks it
    except ValueError:
        parts = SplitResult("", "", "", "", "")
    if "\\" in address or not address.isprintable():
        parts = SplitResult("", "", "", "", "")
    return parts
