"""What fellows are told of what mentors wrote beside a decision."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from program.delivery.letters import Letters, told
from program.extensions import db
from program.notices.models import Notice
from program.presentation import path_to
from program.reports.models import Ask, Report
from program.reviews.models import Review
from program.succession.words import News

WHY = "it is your report"
READ = "Read it beside the report"


def comments(notices: Sequence[Notice], now: datetime) -> Letters:
    """To the fellow: another mentor wrote something about a report that was decided."""
    query = select(Review).where(Review.id.in_([notice.subject_id for notice in notices]))
    query = query.options(joinedload(Review.report).joinedload(Report.period), joinedload(Review.author))
    found = {review.id: review for review in db.session.scalars(query)}
    news = {
        notice.id: (_of_comment(review), path_to("reviews.read", report_id=review.report_id))
        for notice in notices
        if (review := found.get(notice.subject_id))
    }
    return told(notices, now, news)


def _of_comment(review: Review) -> News:
    who, report = review.author.name, review.report.period.report_name
    said = f"{who} read your {report}, too, and wrote an answer. It changes nothing that is owed."
    return News(f"{who} wrote about your {report}", said, READ, WHY)


def answered_asks(notices: Sequence[Notice], now: datetime) -> Letters:
    """To the fellow: so many asks of a report were answered at once, by whom."""
    reports = {notice.subject_id for notice in notices}
    query = select(Ask).where(Ask.report_id.in_(reports), Ask.answered_at.is_not(None)).order_by(Ask.position)
    query = query.options(joinedload(Ask.report).joinedload(Report.period), joinedload(Ask.answered_by))
    asks = db.session.scalars(query).all()
    about = {
        notice.id: [
            ask for ask in asks if (ask.report_id, ask.answered_at) == (notice.subject_id, notice.due_at)
        ]
        for notice in notices
    }
    news = {
        notice.id: (_of_answers(about[notice.id]), path_to("reviews.read", report_id=notice.subject_id))
        for notice in notices
        if about[notice.id]
    }
    return told(notices, now, news)


def _of_answers(asks: Sequence[Ask]) -> News:
    period, who = asks[0].report.period, asks[0].answered_by
    what = "an ask" if len(asks) == 1 else f"{len(asks)} asks"
    said = f"{who.name if who else 'Your mentor'} answered {what} of your {period.report_name}."
    return News(f"{what.capitalize()} of your {period.report_name} answered", said, READ, WHY)
