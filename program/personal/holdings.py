"""How a table is classified: whose its rows are, what they take home, what erasing is to do."""

from dataclasses import dataclass, field
from enum import StrEnum


class Erasing(StrEnum):
    """What is to become of a row when the person it belongs to is erased."""

    KEEP = "keep"
    DELETE = "delete"


@dataclass(frozen=True)
class Part:
    """Rows of a table that are about a person otherwise than by its own paths, and what they take home of these.

    `whose` is a path as the table's own are; `only` is a column and the value that it has in such rows.
    """

    key: str
    title: str
    whose: str
    shown: str
    only: tuple[str, str] | None = None


@dataclass(frozen=True)
class Holding:
    """One table. `whose` are paths of columns from the row to an account; empty, the row is nobody's.

    `title` is what people call its rows, where a person takes them home.

    `shown` is for the download and `withheld` never is; `inner` only ties rows together. On erasing, `replaced`
    gets words that name nobody and `blanked` becomes empty.
    """

    whose: str = ""
    title: str = field(default="", kw_only=True)
    erasing: Erasing = Erasing.KEEP
    shown: str = ""
    withheld: str = ""
    replaced: str = ""
    blanked: str = ""
    inner: str = ""
    also: tuple[Part, ...] = ()

    def columns(self) -> list[str]:
        """Every column that the row classifies, as often as it does."""
        return f"{self.shown} {self.withheld} {self.inner}".split()
