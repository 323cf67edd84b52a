"""Answering asks: in a review, or by themselves when a report is decided already."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, select, update

from program.access import Actor, Permission, require
from program.audit.models import Tag
from program.audit.services import record
from program.errors import ConflictError
from program.extensions import db
from program.notices.models import NoticeKind
from program.notices.services import Message, post
from program.reports.models import Ask, Report

ANSWERED_MEANWHILE = "Somebody else answered one of these asks after you opened the page."


def open_asks(report: Report) -> list[Ask]:
    """The report's asks that wait for an answer."""
    return [ask for ask in report.asks if ask.answered_at is None]


def have_answered(answers: Mapping[int, str], *, author_id: int) -> bool:
    """Whether every one of these answers (by ask id) is what this person answered."""
    query = select(Ask.id, Ask.answer).where(Ask.id.in_(sorted(answers)), Ask.answered_by_id == author_id)
    given = {row.id: row.answer for row in db.session.execute(query)}
    return given == answers


def answer_asks(
    report: Report, *, asks: Iterable[Ask], answers: Mapping[int, str], actor: Actor, now: datetime
) -> int:
    """Answer those of the report's open asks that have a text (by ask id); how many those were.

    Raises ConflictError if somebody else was quicker.
    """
    require(actor, Permission.ASK_ANSWER, report, now=now)
    answered = [ask for ask in asks if ask.answered_at is None and answers.get(ask.id)]
    for ask in answered:
        if not _answer(ask, answers[ask.id], actor=actor, now=now):
            raise ConflictError(ANSWERED_MEANWHILE)
        subject, after = ("report", ask.report_id), {"ask": ask.id}
        record(Tag.ASK_ANSWER, actor_id=actor.id, subject=subject, now=now, after=after)
    return len(answered)


def send_answers(report: Report, *, answers: Mapping[int, str], actor: Actor, now: datetime) -> int:
    """Answer open asks outside a review, and tell the fellow once; how many. Raises ConflictError."""
    count = answer_asks(report, asks=report.asks, answers=answers, actor=actor, now=now)
    if count:
        fellow = report.fellowship.account_id
        post([Message(NoticeKind.ASKS_ANSWERED, fellow, "report", report.id, due_at=now)], now=now)
    return count


def _answer(ask: Ask, text: str, *, actor: Actor, now: datetime) -> bool:
    """Whether the ask was still open when the answer was written down."""
    still_open = update(Ask).where(Ask.id == ask.id, Ask.answered_at.is_(None))
    written = {"answer": text, "answered_at": now, "answered_by_id": actor.id}
    result = db.session.execute(still_open.values(written), execution_options={"synchronize_session": False})
    db.session.expire(ask, [*written, "answered_by"])
    return cast("CursorResult[Any]", result).rowcount == 1
