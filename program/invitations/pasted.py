"""Reading a pasted list of people: one a line, as a mail program or a sheet gives it."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.utils import parseaddr

from email_validator import EmailNotValidError, validate_email

MOST = 500
"""How many people one list may have."""
NAME_LIMIT = 120
LINE_LIMIT = 1_000
SEPARATORS = ",;\t"


@dataclass(frozen=True, slots=True)
class Invitee:
    """Somebody to invite; `name` is empty where none was given. `email` is lower case."""

    email: str
    name: str = ""


def read_people(text: str) -> tuple[list[Invitee], list[str]]:
    """The people of the list, each once, and what is wrong with it, by line number.

    A line is an address, `Name <address>`, or cells in any order (comma, semicolon or tab between them) of which
    one is an address and the first other one is the name. A first line without any @ is a heading.
    """
    people: dict[str, Invitee] = {}
    errors: list[str] = []
    for number, line in _lines(text):
        try:
            invitee = _read_line(line)
        except ValueError as error:
            errors.append(f"Line {number}: {error}")
            continue
        people.setdefault(invitee.email, invitee)
    if len(people) > MOST:
        errors.append(f"These are {len(people)} people. Please invite at most {MOST} at once.")
    return [*people.values()], errors


def _lines(text: str) -> Iterator[tuple[int, str]]:
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1)]
    filled = [(number, line) for number, line in lines if line]
    heading = len(filled) > 1 and "@" not in filled[0][1]
    yield from filled[heading:]


def _read_line(line: str) -> Invitee:
    """Raises ValueError with words for people."""
    if len(line) > LINE_LIMIT:
        raise ValueError(
            f"it is longer than {LINE_LIMIT:,} characters. Give each person a line of their own."
        )
    cells = _cells(line)
    addresses = [cell for cell in cells if "@" in cell]
    if not addresses:
        raise ValueError(f"there is no e-mail address in “{line[:60]}”.")
    if len(addresses) > 1:
        raise ValueError("there is more than one e-mail address. Give each person a line of their own.")
    named, address = parseaddr(addresses[0]) if "<" in addresses[0] else ("", addresses[0])
    name = " ".join((named or next((cell for cell in cells if "@" not in cell), "")).split())
    if len(name) > NAME_LIMIT:
        raise ValueError(f"the name is longer than {NAME_LIMIT} characters.")
    return Invitee(_checked(address), name)


def _cells(line: str) -> Sequence[str]:
    separator = max(SEPARATORS, key=line.count)
    row = next(csv.reader([line], delimiter=separator, skipinitialspace=True), [])
    return [cell.strip() for cell in row if cell.strip()]


def _checked(address: str) -> str:
    try:
        return validate_email(address, check_deliverability=False).normalized.lower()
    except EmailNotValidError as error:
        raise ValueError(f"“{address[:60]}” does not look like an e-mail address.") from error
