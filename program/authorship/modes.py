"""Who writes what in a report: a pure rule of its mode, of who reads a section, and of how far it is."""

from enum import StrEnum

from program.cohorts.models import AuthorshipMode

WRITERS = {
    AuthorshipMode.MANAGER_DRAFTS: "the research manager drafts it",
    AuthorshipMode.TOGETHER: "fellow and research manager together",
    AuthorshipMode.FELLOW_WRITES: "the fellow alone",
}
"""Who writes a report in each mode, in words."""


class Audience(StrEnum):
    """Who reads a section of a report once it was sent.

    Everyone: the mentors, the research manager and staff. Manager: the research manager only. Pair: the fellow and
    the research manager, who both write it and read it from the first word.
    """

    EVERYONE = "everyone"
    MANAGER = "manager"
    PAIR = "pair"


class Writer(StrEnum):
    """In which part somebody sits at a report."""

    FELLOW = "fellow"
    MANAGER = "manager"


def may_type(mode: AuthorshipMode, audience: Audience, writer: Writer, *, handed_over: bool) -> bool:
    """Whether this writer types into such a section.

    A draft of the research manager is `handed_over` once they said that it is ready, or the deadline has come, or the
    report was sent before: from then on the fellow can change it, so that nobody waits for somebody who is away.
    """
    if audience is Audience.MANAGER:
        return writer is Writer.FELLOW
    if audience is Audience.PAIR or mode is AuthorshipMode.TOGETHER:
        return True
    if mode is AuthorshipMode.FELLOW_WRITES:
        return writer is Writer.FELLOW
    return writer is Writer.MANAGER or handed_over


def may_see_draft(audience: Audience, writer: Writer) -> bool:
    """Whether this writer sees such a section before it is sent: how somebody is, only once they have said it."""
    return writer is Writer.FELLOW or audience is not Audience.MANAGER
