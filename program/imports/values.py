"""What the cells of a sheet mean: addresses, days, counts, shares, words of a list. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from email.utils import parseaddr
from enum import StrEnum
from typing import Any

from email_validator import EmailNotValidError, validate_email

from program.folding import fold
from program.forms import clean_line, clean_text

Reader = Callable[[str], Any]
"""Makes a value of what stands in a cell. Raises ValueError with words for people."""

MOST_SEATS = 99
EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)
_FIGURES = re.compile(r"(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})")
_NO_WORD = re.compile(r"[^\w]+")
_AROUND = re.compile("^[\u200b\u2060 ]*(mailto:)?|[\u200b\u2060 ,;]+$", re.IGNORECASE)
"""What is copied along with an address: marks without a width, what separates it from the next."""
_ASIDE = re.compile(r"^(mon|tue|wed|thu|fri|sat|sun)[a-z]*\b|\s\d{1,2}:\d{2}.*$|(?<=\bsep)t\b", re.IGNORECASE)
"""Beside a day in words: which day of the week it is, the time of day."""
_WORDY = ("%d %B %Y", "%d %b %Y", "%B %d %Y", "%b %d %Y", "%d %B %y", "%d %b %y")


class DayOrder(StrEnum):
    """Whether the day or the month comes first in a date of three numbers."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


def plain(text: str) -> str:
    """Words as they are compared: folded, without punctuation."""
    return " ".join(_NO_WORD.sub(" ", fold(text).replace("_", " ")).split())


def line(limit: int) -> Reader:
    """One line of at most so many characters."""
    return lambda cell: _within(clean_line(cell) or "", limit)


def text(limit: int) -> Reader:
    """Several lines of at most so many characters."""
    return lambda cell: _within(clean_text(cell) or "", limit)


def address(cell: str) -> str:
    """A mail address in lower case, also out of `Name <address>` and `mailto:`."""
    typed = _AROUND.sub("", clean_line(cell) or "")
    found = parseaddr(typed)[1] if "<" in typed else typed
    try:
        return validate_email(found, check_deliverability=False).normalized.lower()
    except EmailNotValidError as error:
        raise ValueError(f"“{typed[:60]}” is not a mail address.") from error


def count(cell: str) -> int:
    """A number of people, 0 to 99."""
    found = re.fullmatch(r"(\d{1,6})(?:[.,]0+)?", cell.strip())
    if found is None or int(found[1]) > MOST_SEATS:
        raise ValueError(f"“{cell[:60]}” is not a number from 0 to {MOST_SEATS}.")
    return int(found[1])


def per_cent(cell: str) -> int:
    """A share in per cent, 1 to 100: "70", "70 %" and "0.7" are the same."""
    found = re.fullmatch(r"(\d{1,3}(?:[.,]\d+)?)\s*(%?)", cell.strip())
    number = float(found[1].replace(",", ".")) if found else 0.0
    share = round(number * 100) if found and not found[2] and number <= 1 else round(number)
    if not 1 <= share <= 100:
        raise ValueError(f"“{cell[:60]}” is not a share from 1 to 100 %.")
    return share


def choice(words: Mapping[str, StrEnum], shown: Iterable[StrEnum]) -> Reader:
    """One of a list, by any of its words."""
    offered = ", ".join(shown)

    def read(cell: str) -> StrEnum:
        found = words.get(plain(cell))
        if found is None:
            raise ValueError(f"“{cell[:60]}” is none of: {offered}.")
        return found

    return read


def day_order(cells: Iterable[str]) -> DayOrder | None:
    """How a column writes its dates, if any of them tells."""
    found = set()
    for cell in cells:
        numbers = _FIGURES.match(cell.strip())
        if numbers and len(numbers[1]) <= 2:
            if int(numbers[1]) > 12:
                found.add(DayOrder.DAY_FIRST)
            if int(numbers[2]) > 12:
                found.add(DayOrder.MONTH_FIRST)
            if "." in numbers[0]:
                found.add(DayOrder.DAY_FIRST)
    return found.pop() if len(found) == 1 else None


def day(cell: str, order: DayOrder | None = None) -> date:
    """A day: 2026-05-11, 11 May 2026, May 11, 2026, 11.05.2026, or 11/05/2026 if the order is known."""
    typed = (clean_line(cell) or "").strip()
    try:
        found = _figures(typed, order) or _wordy(typed)
    except ValueError as error:
        raise ValueError(str(error) if "write" in str(error) else _no_day(cell)) from error
    if found is None or not EARLIEST <= found <= LATEST:
        raise ValueError(_no_day(cell))
    return found


def _figures(typed: str, order: DayOrder | None) -> date | None:
    found = _FIGURES.match(typed)
    if found is None:
        return None
    if not re.fullmatch(
        r"([T ,]+[\d:.]+([ ]?[AP]M)?(Z|[ ]?[+-][\d:]+|[ ]?[A-Z]{3,4})?)?", typed[found.end() :], re.IGNORECASE
    ):
        return None
    first, second, third = (int(part) for part in found.groups())
    if len(found[1]) == 4:
        return date(first, second, third)
    year = third + 2000 if third < 100 else third
    if order is None and max(first, second) <= 12 and first != second:
        raise ValueError(
            f"“{typed[:40]}” can be read in two ways: please write it as {year}-{second:02d}-{first:02d}."
        )
    day_first = second <= 12 and (first > 12 or order is not DayOrder.MONTH_FIRST)
    return date(year, second, first) if day_first else date(year, first, second)


def _wordy(typed: str) -> date | None:
    words = re.sub(
        r"(\d)(st|nd|rd|th)\b", r"\1", _ASIDE.sub("", typed).replace(",", " "), flags=re.IGNORECASE
    )
    for form in _WORDY:
        try:
            return datetime.strptime(" ".join(words.replace("-", " ").split()), form).date()  # noqa: DTZ007 - a day
        except ValueError:
            continue
    return None


def _no_day(cell: str) -> str:
    return f"“{cell[:40]}” is not a day: please write it as 2026-05-31."


def _within(typed: str, limit: int) -> str:
    if len(typed) > limit:
        raise ValueError(f"it is longer than {limit:,} characters.")
    return typed
