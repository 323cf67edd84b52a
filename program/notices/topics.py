"""What each kind of message is about, and whether its person wants it."""

from collections.abc import Sequence

from program.notices.models import Notice, NoticeKind
from program.preferences.topics import Topic

TOPICS = {
    NoticeKind.SIGN_IN_LINK: Topic.SIGN_IN,
    NoticeKind.SECURITY: Topic.SIGN_IN,
    NoticeKind.INVITATION: Topic.SIGN_IN,
    NoticeKind.REPORT_SUBMITTED: Topic.REPORTS,
    NoticeKind.DIGEST: Topic.REPORTS,
    NoticeKind.REPORT_ACCEPTED: Topic.ACCEPTED,
    NoticeKind.ASKS_ANSWERED: Topic.ANSWERS,
    NoticeKind.COMMENTED: Topic.COMMENTS,
    NoticeKind.REPORT_COMMENTED: Topic.COMMENTS,
    NoticeKind.REPORT_RETURNED: Topic.YOURS,
    NoticeKind.DRAFT_HANDED_OVER: Topic.YOURS,
    NoticeKind.REPORT_ASKED: Topic.YOURS,
    NoticeKind.DEADLINE_CHANGED: Topic.DEADLINES,
    NoticeKind.EXTENSION_DECLINED: Topic.DEADLINES,
    NoticeKind.MENTOR_WITHDRAWN: Topic.PEOPLE,
    NoticeKind.NEW_MENTOR: Topic.PEOPLE,
    NoticeKind.HAND_OVER: Topic.PEOPLE,
    NoticeKind.CONCERN: Topic.CONCERNS,
    NoticeKind.REVIEWS_OVERDUE: Topic.OTHERS,
    NoticeKind.ADDRESS_SUPPRESSED: Topic.OTHERS,
    NoticeKind.ANNOUNCEMENT: Topic.ANNOUNCED,
}
"""All kinds but reminders, of which each is about what its rung says."""


def topic_of(notice: Notice) -> Topic:
    """What the message is about."""
    if notice.kind is not NoticeKind.REMINDER:
        return TOPICS[notice.kind]
    if notice.owner_id is not None:
        return Topic.OTHERS
    ahead = notice.rung_at is not None and notice.due_at is not None and notice.rung_at < notice.due_at
    return Topic.EARLY if ahead else Topic.DUE


def topic_of_mail(notices: Sequence[Notice]) -> Topic:
    """What a mail is about in which these messages travel: one that nobody may do without, if any is."""
    topics = [topic_of(notice) for notice in notices]
    return next((topic for topic in topics if not topic.is_optional), topics[0])


def is_wanted(notice: Notice) -> bool:
    """Whether its person can be written to, and has not switched off what it is about."""
    topic, reader = topic_of(notice), notice.account
    return reader.disabled_at is None and not (topic.is_optional and topic in reader.muted)
