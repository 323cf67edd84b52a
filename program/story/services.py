"""Taking a story away: written down, and as somebody may read it who asks for it."""

import io
from datetime import datetime
from enum import StrEnum

from program.access import Actor, Permission, require
from program.audit.models import Tag
from program.audit.services import record
from program.sheets import Format, write_sheet
from program.story.models import Story
from program.story.paper import set_pdf
from program.story.sheets import HEAD, rows_of
from program.story.written import write_markdown


class Copy(StrEnum):
    """As what a story is taken away."""

    PDF = "pdf"
    MARKDOWN = "md"
    CSV = "csv"

    @property
    def word(self) -> str:
        """What the button says."""
        return "Markdown" if self is Copy.MARKDOWN else self.name

    @property
    def mimetype(self) -> str:
        """What a browser is told that it gets."""
        kinds = {Copy.PDF: "application/pdf", Copy.MARKDOWN: "text/markdown; charset=utf-8"}
        return kinds.get(self, Format.CSV.mimetype)


def copy_story(story: Story, *, kind: Copy, actor: Actor, now: datetime) -> bytes:
    """The story as a file; that it was taken is written down. Raises ForbiddenError, and DomainError as `set_pdf`."""
    require(actor, Permission.REPORT_READ, story.fellowship, now=now)
    made = make_copy(story, kind)
    after = {"kind": kind, "reports": len(story.chapters)}
    subject = ("fellowship", story.fellowship.id)
    if story.only is not None:
        subject = ("report", story.only.id)
    record(Tag.REPORT_EXPORT, actor_id=actor.id, subject=subject, now=now, after=after)
    return made


def make_copy(story: Story, kind: Copy) -> bytes:
    """The story as a file. Raises DomainError for one that is too long for PDF."""
    if kind is Copy.PDF:
        return set_pdf(story)
    if kind is Copy.MARKDOWN:
        return write_markdown(story).encode()
    sheet = io.BytesIO()
    write_sheet(sheet, Format.CSV, HEAD, rows_of(story))
    return sheet.getvalue()
