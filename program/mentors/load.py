"""How full a mentor is: fellows against seats. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Fullness(StrEnum):
    """How the fellows of a mentor compare with the seats that were granted."""

    OVER = "over"
    UNDER = "under"
    FULL = "full"
    NONE = "no seats"


@dataclass(frozen=True, slots=True)
class Load:
    """The fellows whom a mentor leads, the fewest they take, and the seats that were granted.

    Until the cohort has `begun`, seats that nobody has taken are none to look at.
    """

    assigned: int
    minimum: int
    granted: int
    begun: bool = True

    @property
    def fullness(self) -> Fullness:
        """Over or under the granted seats, or just full."""
        if self.assigned == self.granted:
            return Fullness.FULL if self.granted else Fullness.NONE
        return Fullness.OVER if self.assigned > self.granted else Fullness.UNDER

    @property
    def alerts(self) -> list[str]:
        """What staff should look at, in words; nothing where all is as it was meant."""
        people = f"{self.assigned} {'fellow' if self.assigned == 1 else 'fellows'}"
        seats = f"{self.granted} {'seat' if self.granted == 1 else 'seats'}"
        found = []
        if self.fullness is Fullness.OVER or (self.fullness is Fullness.UNDER and self.begun):
            found.append(f"{self.fullness}: {people} on {seats}")
        if 0 < self.granted < self.minimum:
            found.append(f"{seats} granted, and they take {self.minimum} or more")
        elif 0 < self.assigned < self.minimum and self.begun:
            found.append(f"{people}, and they take {self.minimum} or more")
        return found
