"""Which period of a calendar is which of the next one: what moves, what is new, what goes. Pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest

from program.cohorts.calendar import NumberedSlot
from program.cohorts.plans import Plan

ALONE = timedelta(days=5).total_seconds()
"""What it costs to leave a period or a slot without the other: a deadline moves by up to twice that, else it is new."""


OPENS = "opens at another time"
"""What becomes of a period that is due when it was, and can be written from another time on."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A period as it stands in the database."""

    id: int
    number: int
    phase_id: int
    opens_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Move:
    """A period and where it goes; without a period it is new, without a slot it goes."""

    period: Standing | None
    slot: NumberedSlot | None

    @property
    def moves(self) -> bool:
        """Whether the period is there before and after, and due at another time."""
        return bool(self.period and self.slot and self.period.due_at != self.slot.slot.due_at)

    @property
    def is_renumbered(self) -> bool:
        """Whether it is another week of the cohort than before."""
        return bool(self.period and self.slot and self.period.number != self.slot.number)

    @property
    def word(self) -> str:
        """What becomes of it."""
        if self.period is None:
            return "new"
        if self.slot is None:
            return "goes"
        if self.moves:
            return "moves"
        if self.period.opens_at != self.slot.slot.opens_at:
            return OPENS
        return "renumbered" if self.is_renumbered else "stays"


def in_order(before: Sequence[Standing], after: Sequence[NumberedSlot]) -> list[Move]:
    """Each period and each slot once: the first period of a phase is the first slot of that phase, and so on."""
    phases = dict.fromkeys([*(period.phase_id for period in before), *(slot.phase.key for slot in after)])
    return [
        Move(period, slot)
        for key in phases
        for period, slot in zip_longest(
            (period for period in before if period.phase_id == key),
            (slot for slot in after if slot.phase.key == key),
        )
    ]


def line_up(
    before: Sequence[Standing], after: Sequence[NumberedSlot], *, shift: Callable[[Standing], timedelta]
) -> list[Move]:
    """Each period and each slot once, in their order, so that deadlines move as little as can be.

    `shift` is by how much a period is meant to move. Instants are counted in seconds; the costs of the rests of both
    are filled in from their ends.
    """
    expected = [(period.due_at + shift(period)).timestamp() for period in before]
    wanted = [slot.slot.due_at.timestamp() for slot in after]
    cost = [[ALONE * left for left in range(len(after), -1, -1)]]
    for row in range(len(before) - 1, -1, -1):
        below, here = cost[0], [ALONE * (len(before) - row)] * (len(after) + 1)
        for column in range(len(after) - 1, -1, -1):
            together = below[column + 1] + abs(wanted[column] - expected[row])
            here[column] = min(together, below[column] + ALONE, here[column + 1] + ALONE)
        cost.insert(0, here)
    return [*_walk(before, after, cost)]


def phase_shifts(before: Plan, after: Plan) -> dict[int, timedelta]:
    """By how much each phase moves as a whole: one that only grows or shrinks does not."""
    old = {phase.key: phase for phase in before.phases}
    return {
        phase.key: phase.starts_on - old[phase.key].starts_on
        for phase in after.phases
        if phase.key is not None
        and phase.key in old
        and phase.ends_on - phase.starts_on == old[phase.key].ends_on - old[phase.key].starts_on
    }


def _walk(
    before: Sequence[Standing], after: Sequence[NumberedSlot], cost: Sequence[Sequence[float]]
) -> Iterator[Move]:
    """The cheapest way through the costs: where neither is left alone, both are the same."""
    row = column = 0
    while row < len(before) or column < len(after):
        here = cost[row][column]
        if row < len(before) and here == cost[row + 1][column] + ALONE:
            yield Move(before[row], None)
            row += 1
        elif column < len(after) and here == cost[row][column + 1] + ALONE:
            yield Move(None, after[column])
            column += 1
        else:
            yield Move(before[row], after[column])
            row, column = row + 1, column + 1
