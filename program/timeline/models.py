"""What a fellowship's course is made of. It has no table: it is what the features wrote down."""

from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from program.clock import written_day
from program.cohorts.periods import report_for
from program.presentation import path_to, sentence


class EntryKind(StrEnum):
    """What can have happened."""

    STEP = "step"
    ASSIGNMENT = "assignment"
    ASSIGNMENT_END = "assignment end"
    LEAVE = "leave"
    SUBMITTED = "submitted"
    REVIEW = "review"
    ASK = "ask"
    ANSWER = "answer"
    HANDOVER = "handover"
    PLACE = "place"


EXTENDED = "extended"
"""The word of a step from a stage to itself."""
DATED = frozenset({EntryKind.ASSIGNMENT, EntryKind.ASSIGNMENT_END, EntryKind.LEAVE, EntryKind.PLACE})
"""Kinds that have a day and no time of day."""
SHAPES = {
    EntryKind.STEP: "accent",
    EntryKind.SUBMITTED: "accent",
    EntryKind.ANSWER: "ok",
    EntryKind.LEAVE: "pause",
}


LEADING = {"primary": "primary mentor", "co": "co-mentor"}


class Entry(NamedTuple):
    """One thing that happened; what the words, names and text are depends on its kind."""

    at: datetime
    kind: EntryKind
    ref: int
    word: str
    other: str
    who: str
    text: str
    until: date | None
    link: int | None

    @property
    def day(self) -> str | None:
        """The day, where there is no time of day."""
        return written_day(self.at.date()) if self.kind in DATED else None

    @property
    def role(self) -> str:
        """Its shape and colour."""
        if self.kind is EntryKind.REVIEW:
            return {"accept": "ok", "return": "warn"}.get(self.word, "accent")
        return SHAPES.get(self.kind, "muted")

    @property
    def title(self) -> str:
        """What happened, in words."""
        return TITLES[self.kind](self)

    @property
    def url(self) -> str | None:
        """Where more of it is read."""
        if self.link is None:
            return None
        if self.kind is EntryKind.PLACE:
            return path_to("timeline.person", fellowship_id=self.link)
        return path_to("reviews.read", report_id=self.link)


def _step(entry: Entry) -> str:
    if entry.word == EXTENDED:
        return "Extended"
    return f"From {entry.other} to {entry.word}" if entry.other else entry.word.capitalize()


def _leave(entry: Entry) -> str:
    return f"Leave until {written_day(entry.until)}" if entry.until else "Leave"


def _review(entry: Entry) -> str:
    done = {"accept": "accepted", "return": "returned"}.get(entry.word, "commented on")
    return f"{entry.who} {done} the {report_for(entry.other)}"


TITLES: dict[EntryKind, Callable[[Entry], str]] = {
    EntryKind.STEP: _step,
    EntryKind.ASSIGNMENT: lambda entry: f"{entry.who} becomes {LEADING[entry.word]}",
    EntryKind.ASSIGNMENT_END: lambda entry: f"Last day with {entry.who} as {LEADING[entry.word]}",
    EntryKind.LEAVE: _leave,
    EntryKind.SUBMITTED: lambda entry: (
        f"{sentence(report_for(entry.word))} sent" + (", late" if entry.other else "")
    ),
    EntryKind.REVIEW: _review,
    EntryKind.ASK: lambda entry: f"Asked in the {report_for(entry.word)}",
    EntryKind.ANSWER: lambda entry: f"{entry.who} answered an ask of the {report_for(entry.word)}",
    EntryKind.HANDOVER: lambda entry: (
        f"{entry.who} becomes research manager" + (f", after {entry.other}" if entry.other else "")
    ),
    EntryKind.PLACE: lambda entry: f"A place in {entry.other}" + (f", {entry.word}" if entry.word else ""),
}
