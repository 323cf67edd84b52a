"""What each kind of message says. A message that is not in the answer is not wanted any more."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from program.delivery.addresses import suppressed_addresses
from program.delivery.announcements import announcements
from program.delivery.arrivals import hand_overs, new_mentors
from program.delivery.concerns import concerns
from program.delivery.deadlines import changed_deadlines, declined_requests
from program.delivery.digests import digests, overdue_reviews
from program.delivery.drafts import handed_over_drafts, said_beside
from program.delivery.letters import Composer, Letters, letter
from program.delivery.readings import answered_asks, comments
from program.delivery.reminding import reminders
from program.delivery.requests import asked_reports
from program.extensions import db
from program.fellows.models import Fellowship
from program.invitations.models import InvitationState
from program.invitations.queries import invitations_by_id
from program.invitations.services import invitation_url
from program.mail import Mail
from program.mentors.models import EngagementStep
from program.notices.models import Notice, NoticeKind
from program.preferences.hours import Pace
from program.presentation import path_to
from program.reports.models import Report, Revision
from program.reviews.models import Review
from program.sign_in.queries import links_by_id
from program.sign_in.services import link_url
from program.succession.queries import HandedOver, handed_over_by_step, steps_by_id
from program.succession.words import news_for

WITHDRAWAL_PAGES = {
    "fellow": "home.fellow",
    "successor": "reviews.queue",
    "manager": "home.manager",
    "staff": "recruiting.engagement",
}
"""Where each of those who are told of a withdrawal is led."""


def sign_in_links(notices: Sequence[Notice], now: datetime) -> Letters:
    """The link, while it can still be used."""
    links = links_by_id([notice.subject_id for notice in notices])
    return {
        notice.id: partial(letter, "sign_in_link", notice, now, link=link, url=link_url(link))
        for notice in notices
        if (link := links.get(notice.subject_id)) and link.redeemed_at is None and link.expires_at > now
    }


def submitted_reports(notices: Sequence[Notice], now: datetime) -> Letters:
    """To the mentor: a report has come. Not to one who wants one mail for all."""
    whole = joinedload(Revision.report)
    query = (
        select(Revision)
        .where(Revision.id.in_([notice.subject_id for notice in notices]))
        .options(
            whole.joinedload(Report.period),
            whole.joinedload(Report.fellowship).joinedload(Fellowship.account),
        )
    )
    revisions = {revision.id: revision for revision in db.session.scalars(query)}
    return {
        notice.id: partial(
            letter, "report_submitted", notice, now, report=revisions[notice.subject_id].report
        )
        for notice in notices
        if notice.subject_id in revisions and notice.account.pace is Pace.IMMEDIATE
    }


def decided_reports(notices: Sequence[Notice], now: datetime) -> Letters:
    """To the fellow: the report was read."""
    query = (
        select(Review)
        .where(Review.id.in_([notice.subject_id for notice in notices]))
        .options(joinedload(Review.report).joinedload(Report.period), joinedload(Review.author))
    )
    reviews = {review.id: review for review in db.session.scalars(query)}
    return {
        notice.id: partial(letter, notice.kind.value, notice, now, review=reviews[notice.subject_id])
        for notice in notices
        if notice.subject_id in reviews
    }


def security_changes(notices: Sequence[Notice], now: datetime) -> Letters:
    """How the person signs in has changed."""
    return {
        notice.id: partial(
            letter, "security_change", notice, now, change=notice.rung, changed_at=notice.created_at
        )
        for notice in notices
    }


def invitations(notices: Sequence[Notice], now: datetime) -> Letters:
    """The way in, while it is open."""
    found = invitations_by_id([notice.subject_id for notice in notices])
    return {
        notice.id: partial(
            letter, "invitation", notice, now, invitation=invitation, url=invitation_url(invitation)
        )
        for notice in notices
        if (invitation := found.get(notice.subject_id))
        and invitation.state_at(now) is InvitationState.WAITING
    }


def withdrawals(notices: Sequence[Notice], now: datetime) -> Letters:
    """A mentor has withdrawn: to fellows, those who follow, research managers and staff, each what is theirs."""
    ids = [notice.subject_id for notice in notices]
    steps, handed_over = steps_by_id(ids), handed_over_by_step(ids, now=now)
    return {
        notice.id: partial(_withdrawal, notice, now, step=step, fellows=handed_over.get(step.id, []))
        for notice in notices
        if (step := steps.get(notice.subject_id))
    }


def _withdrawal(
    notice: Notice, now: datetime, *, step: EngagementStep, fellows: Sequence[HandedOver]
) -> Mail:
    reader, engagement = notice.account_id, step.engagement
    theirs = {
        "fellow": [one for one in fellows if one.fellow_id == reader],
        "successor": [one for one in fellows if one.successor_id == reader],
        "manager": [one for one in fellows if one.manager_id == reader],
        "staff": fellows,
    }[notice.rung]
    mentor, cohort = engagement.mentor.name, engagement.cohort.name
    news = news_for(notice.rung, mentor=mentor, cohort=cohort, fellows=theirs)
    url = path_to(
        WITHDRAWAL_PAGES[notice.rung], **({"engagement_id": engagement.id} if notice.rung == "staff" else {})
    )
    return letter("news", notice, now, news=news, url=url)


COMPOSERS: dict[NoticeKind, Composer] = {
    NoticeKind.SIGN_IN_LINK: sign_in_links,
    NoticeKind.REMINDER: reminders,
    NoticeKind.REPORT_SUBMITTED: submitted_reports,
    NoticeKind.REPORT_RETURNED: decided_reports,
    NoticeKind.REPORT_ACCEPTED: decided_reports,
    NoticeKind.DRAFT_HANDED_OVER: handed_over_drafts,
    NoticeKind.COMMENTED: said_beside,
    NoticeKind.REPORT_COMMENTED: comments,
    NoticeKind.ASKS_ANSWERED: answered_asks,
    NoticeKind.SECURITY: security_changes,
    NoticeKind.INVITATION: invitations,
    NoticeKind.MENTOR_WITHDRAWN: withdrawals,
    NoticeKind.NEW_MENTOR: new_mentors,
    NoticeKind.HAND_OVER: hand_overs,
    NoticeKind.CONCERN: concerns,
    NoticeKind.DEADLINE_CHANGED: changed_deadlines,
    NoticeKind.REPORT_ASKED: asked_reports,
    NoticeKind.EXTENSION_DECLINED: declined_requests,
    NoticeKind.DIGEST: digests,
    NoticeKind.REVIEWS_OVERDUE: overdue_reviews,
    NoticeKind.ADDRESS_SUPPRESSED: suppressed_addresses,
    NoticeKind.ANNOUNCEMENT: announcements,
}
