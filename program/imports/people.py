"""Who is meant in a row: by address, by a name that only one has, or by what staff answered. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from program.folding import fold

P = TypeVar("P")
SOMEBODY_ELSE = "other"
"""The answer that says: they only share the name."""


@dataclass(frozen=True, slots=True)
class Match(Generic[P]):
    """Who it is; nobody known, if none of these is set.

    `options` ask (what is answered, in words), `same_as` is the number of an earlier row about the same person, and
    `is_new_address` says that the row's address is another one of theirs, to be remembered.
    """

    known: P | None = None
    error: str = ""
    options: Sequence[tuple[str, str]] = ()
    same_as: int | None = None
    is_new_address: bool = False


@dataclass
class Matcher(Generic[P]):
    """Goes through the rows of one sheet, in order. `key` tells people apart and `told` says who somebody is."""

    key: Callable[[P], str]
    told: Callable[[P], str]
    by_address: dict[str, P]
    by_name: Mapping[str, Sequence[P]]
    choices: Mapping[str, str]
    addresses: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    fresh: dict[str, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))

    def match(self, number: int, *, name: str, address: str) -> Match[P]:
        """Who the row is about; it is remembered for the rows below."""
        if address and address in self.addresses:
            return Match(
                error=f"Row {self.addresses[address]} has this address too: please keep one of the two."
            )
        if address:
            self.addresses[address] = number
        found = self._by_address(number, name, address) if address else self._by_name(name)
        if found.known is not None:
            first = self.people.setdefault(self.key(found.known), number)
            if first != number:
                return Match(found.known, same_as=first, is_new_address=found.is_new_address)
        elif not (found.error or found.options or found.same_as):
            self.fresh[fold(name)].append((number, f"{name}, {address}" if address else name))
        return found

    def _by_address(self, number: int, name: str, address: str) -> Match[P]:
        known = self.by_address.get(address)
        if known is not None or not name:
            return Match(known)
        alike = {self.key(person): person for person in self.by_name.get(fold(name), ())}
        rows = {f"row:{row}": (row, told) for row, told in self.fresh.get(fold(name), ())}
        choice = self.choices.get(str(number), "")
        if choice in alike:
            return Match(alike[choice], is_new_address=True)
        if choice in rows:
            return Match(same_as=rows[choice][0], is_new_address=True)
        if choice == SOMEBODY_ELSE or not (alike or rows):
            return Match()
        options = [(key, f"The same person as {self.told(person)}") for key, person in alike.items()]
        options += [(key, f"The same person as in row {row}: {told}") for key, (row, told) in rows.items()]
        return Match(options=[*options, (SOMEBODY_ELSE, "Somebody else of the same name")])

    def _by_name(self, name: str) -> Match[P]:
        alike = self.by_name.get(fold(name), ())
        if len(alike) > 1:
            return Match(error=f"{len(alike)} people are called {name}: please give the address.")
        if not alike and self.fresh.get(fold(name)):
            row, _told = self.fresh[fold(name)][0]
            return Match(
                error=f"Row {row} has this name too: please give both addresses, or keep one of the two."
            )
        return Match(alike[0] if alike else None)


def by_folded(people: Iterable[tuple[str, P]]) -> dict[str, list[P]]:
    """People by their folded names."""
    found: dict[str, list[P]] = defaultdict(list)
    for folded, person in people:
        found[folded].append(person)
    return dict(found)


def name_in(values: Mapping[str, str]) -> str:
    """The name that a row gives, in one cell or in two."""
    return values.get("name") or " ".join(
        part for key in ("first_name", "last_name") if (part := values.get(key, ""))
    )
