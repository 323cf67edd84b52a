"""Taking a story away: written down, and as somebody may read it who asks for it."""

import io
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from program.access import Actor, Permission, require
from program.audit.models import Tag
from program.audit.services import record
from program.exports.services import called
from program.extensions import db, only_reading
from program.sheets import Format, write_sheet
from program.story.models import Story, title_of
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


def copy_story(read: Callable[[], Story], *, kind: Copy, actor: Actor, now: datetime) -> tuple[str, bytes]:
    """What the file is called, and a story as a file; that it was taken is written down when it is made.

    Raises what reading it raises, ForbiddenError, and DomainError as `set_pdf`.
    """
    db.session.rollback()  # others write while it is made: a PDF takes seconds
    with only_reading():
        story = read()
        require(actor, Permission.REPORT_READ, story.fellowship, now=now)
        made = make_copy(story, kind)
        name = called(story.name, title_of(story.only) if story.only else "reports", now=now)
        subject = ("report", story.only.id) if story.only else ("fellowship", story.fellowship.id)
    after = {"kind": kind, "reports": len(story.chapters)}
    record(Tag.REPORT_EXPORT, actor_id=actor.id, subject=subject, now=now, after=after)
    return f"{name}.{kind.value}", made


def make_copy(story: Story, kind: Copy) -> bytes:
    """The story as a file. Raises DomainError for one that is too long for PDF."""
    if kind is Copy.PDF:
        return set_pdf(story)
    if kind is Copy.MARKDOWN:
        return write_markdown(story).encode()
    sheet = io.BytesIO()
    write_sheet(sheet, Format.CSV, HEAD, rows_of(story))
    return sheet.getvalue()
