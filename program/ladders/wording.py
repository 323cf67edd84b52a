"""Ladders in words. Pure."""

from collections.abc import Mapping
from typing import NamedTuple

from program.obligations.models import ObligationKind
from program.reminders.ladder import Ladder, Reader, Rung


class Words(NamedTuple):
    """What is owed, as a heading, and who owes it."""

    title: str
    owner: str


KINDS: Mapping[ObligationKind, Words] = {
    ObligationKind.REPORT: Words("Reports to write", "the fellow"),
    ObligationKind.DRAFT: Words("Drafts to hand over", "the research manager"),
    ObligationKind.MENDING: Words("Returned reports to mend", "the fellow"),
    ObligationKind.REVIEW: Words("Reports to review", "the mentor"),
    ObligationKind.EVALUATION: Words("Fellows to evaluate", "the mentor"),
    ObligationKind.SURVEY: Words("Surveys to answer", "the fellow"),
    ObligationKind.NEXT_STEP: Words("Next steps with mentors", "who is to do it"),
    ObligationKind.CONCERN: Words("Concerns to acknowledge", "those it was put to"),
    ObligationKind.ASK: Words("Asks to answer", "the mentor"),
    ObligationKind.EXTENSION: Words("Requests for more time to decide", "staff"),
}


def reader_words(kind: ObligationKind) -> dict[Reader, str]:
    """Each kind of reader, in words."""
    return {
        Reader.OWNER: KINDS[kind].owner,
        Reader.MANAGER: "the research manager",
        Reader.STAFF: "all staff" if KINDS[kind].owner == "staff" else "staff",
    }


def rung_words(rung: Rung, kind: ObligationKind) -> str:
    """A rung: "48 h before, to the fellow"."""
    return f"{rung.when}, to {reader_words(kind)[rung.to]}"


def ladder_words(ladder: Ladder, kind: ObligationKind) -> str:
    """A whole ladder: each kind of reader once, with the rungs to them."""
    said = reader_words(kind)
    parts = [
        f"to {said[reader]}: {', '.join(rung.when for rung in ladder.rungs if rung.to is reader)}"
        for reader in Reader
        if reader in ladder.readers
    ]
    return "; ".join(parts)


def end_words(ladder: Ladder) -> str:
    """When it is over."""
    return f"{ladder.end_days} {'day' if ladder.end_days == 1 else 'days'} after"
