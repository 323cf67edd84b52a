"""A mentor's answer to one submitted revision, what they say to staff alone, and what they have typed so far."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from program.accounts.models import Account
from program.columns import Base, UtcDateTime, enum_column
from program.reports.models import Report, Revision


class Verdict(StrEnum):
    """What the review decides. A comment decides nothing: it is the answer of a co-mentor who came second."""

    ACCEPT = "accept"
    RETURN = "return"
    COMMENT = "comment"


class Signal(StrEnum):
    """How the mentor thinks it goes, from best to worst."""

    AHEAD = "ahead"
    ON_TRACK = "on_track"
    SOME_CONCERN = "some_concern"
    OFF_TRACK = "off_track"

    @property
    def word(self) -> str:
        """As people say it: "on track"."""
        return self.value.replace("_", " ")


class Review(Base):
    """One mentor's answer to one submitted revision.

    `sections` are the keys of those that a return asks to change; none means the whole report.
    """

    __tablename__ = "review"
    __table_args__ = (UniqueConstraint("revision_id", "author_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    verdict: Mapped[Verdict] = mapped_column(enum_column(Verdict))
    comment: Mapped[str] = mapped_column(Text, default="")
    sections: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    report: Mapped[Report] = relationship()
    revision: Mapped[Revision] = relationship()
    author: Mapped[Account] = relationship()


class MentorView(Base):
    """What a reviewing mentor tells staff and nobody else: a signal, a line. `given.py` says who reads it."""

    __tablename__ = "mentor_view"

    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"), primary_key=True)
    signal: Mapped[Signal | None] = mapped_column(enum_column(Signal))
    line: Mapped[str] = mapped_column(Text, default="")


class ReviewDraft(Base):
    """What a mentor has typed into a review and not sent. Nobody else ever sees it.

    `typed` is as `ReviewForm.typed` gives it; `revision_number` is the one it was begun under; `version` counts
    the saves.
    """

    __tablename__ = "review_draft"
    __table_args__ = (UniqueConstraint("report_id", "author_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    revision_number: Mapped[int]
    typed: Mapped[dict[str, Any]] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(default=0)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}
