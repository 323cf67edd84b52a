"""Whom an announcement is for, in figures and in words, and what was looked at before it is sent. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate, pairwise

from program.cohorts.states import OVER, CohortState
from program.fellows.models import FellowshipStage
from program.fellows.stages import SEATED
from program.obligations.models import ObligationKind


class Part(StrEnum):
    """As what somebody is in a cohort."""

    FELLOW = "fellow"
    MENTOR = "mentor"
    MANAGER = "manager"


class Owes(StrEnum):
    """What they are to owe now for the announcement to be for them."""

    WHATEVER = "whatever"
    SOMETHING = "something"
    LATE = "late"
    NOTHING = "nothing"


PARTS = {Part.FELLOW: "fellows", Part.MENTOR: "mentors", Part.MANAGER: "research managers"}
OWES = {
    Owes.WHATEVER: "Everybody, whatever they owe",
    Owes.SOMETHING: "Who owe something now",
    Owes.LATE: "Who are late now",
    Owes.NOTHING: "Who owe nothing now",
}
KINDS = {
    ObligationKind.REPORT: "a report",
    ObligationKind.MENDING: "a report to mend",
    ObligationKind.SURVEY: "a survey",
    ObligationKind.REVIEW: "a review",
    ObligationKind.ASK: "an answer to an ask",
    ObligationKind.EVALUATION: "an evaluation",
    ObligationKind.DRAFT: "a draft",
}
"""What can be asked for: no concern, of which only those it is put to may know, and nothing that only staff owe."""
CAN_OWE: Mapping[Part, frozenset[ObligationKind]] = {
    Part.FELLOW: frozenset({ObligationKind.REPORT, ObligationKind.MENDING, ObligationKind.SURVEY}),
    Part.MENTOR: frozenset({ObligationKind.REVIEW, ObligationKind.ASK, ObligationKind.EVALUATION}),
    Part.MANAGER: frozenset({ObligationKind.DRAFT}),
}
NOT_JOINED, DISABLED, NO_ACCOUNT = "has not joined yet", "is disabled", "has no account"
"""Why somebody is left out."""


@dataclass(frozen=True, slots=True)
class Target:
    """Whom it is for: as what, on which tracks (none: all), around whose fellows (none: all), who owe what.

    Empty `kinds` are all that each part can owe.
    """

    parts: frozenset[Part]
    tracks: frozenset[int] = frozenset()
    manager_id: int | None = None
    owes: Owes = Owes.WHATEVER
    kinds: frozenset[ObligationKind] = frozenset()

    def kinds_of(self, part: Part) -> frozenset[ObligationKind]:
        """What of a part is asked for."""
        return CAN_OWE[part] & self.kinds if self.kinds else CAN_OWE[part]

    @property
    def idle(self) -> list[Part]:
        """The parts that can owe nothing of what is asked for: it would be for none of them, or for all."""
        if self.owes is Owes.WHATEVER:
            return []
        return [part for part in Part if part in self.parts and not self.kinds_of(part)]

    def said(self, tracks: Mapping[int, str], manager: str | None) -> str:
        """In words, as in "fellows on governance who are late with a report"."""
        who = _listed([PARTS[part] for part in Part if part in self.parts], "and")
        on = f" on {_listed([tracks.get(one, 'a track that is gone') for one in sorted(self.tracks)], 'or')}"
        around = f", around the fellows of {manager or 'a research manager'}"
        parts = [who, on if self.tracks else "", around if self.manager_id else "", self._owing()]
        return "".join(parts)

    def _owing(self) -> str:
        named = _listed([words for kind, words in KINDS.items() if kind in self.kinds], "or")
        match self.owes:
            case Owes.WHATEVER:
                return ""
            case Owes.SOMETHING:
                return f" who owe {named or 'something'}"
            case Owes.LATE:
                return f" who are late with {named}" if named else " who are late"
            case Owes.NOTHING:
                return f" who do not owe {named}" if named else " who owe nothing"


def stages_for(state: CohortState) -> frozenset[FellowshipStage]:
    """The stages of those who count as a cohort's fellows: once it is over, who completed it does, too."""
    return SEATED | {FellowshipStage.COMPLETED} if state in OVER else SEATED


def seen_as(version: int, account_ids: Iterable[int]) -> str:
    """What was looked at, for a form to bring back: the version of the text, and for whom, by the gaps between."""
    ids = [0, *sorted(account_ids)]
    return "~".join([str(version), ".".join(f"{after - before:x}" for before, after in pairwise(ids))])


def read_seen(seen: str) -> tuple[int | None, list[int]]:
    """The version and the accounts that were looked at; None and nobody for what no page of ours had."""
    version, _mark, gaps = seen.partition("~")
    try:
        return int(version), [*accumulate(int(gap, 16) for gap in gaps.split(".") if gap)]
    except ValueError:
        return None, []


@dataclass(frozen=True, slots=True)
class Moved:
    """What is another since it was looked at: the text or whom it is for, who came and who went."""

    rewritten: bool
    came: Collection[int]
    went: Collection[int]


def moved_since(seen: str, *, version: int, account_ids: Collection[int]) -> Moved:
    """What is another now than when this was looked at."""
    looked_at, before = read_seen(seen)
    now = frozenset(account_ids)
    return Moved(looked_at != version, now.difference(before), frozenset(before) - now)


def _listed(words: Sequence[str], word: str) -> str:
    return f" {word} ".join([*([", ".join(words[:-1])] if words[1:] else []), *words[-1:]])
