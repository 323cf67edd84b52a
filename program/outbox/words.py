"""Messages in plain words: why each came about, and where it stands. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from program.notices.models import Notice, NoticeKind, NoticeState

WHY: Mapping[NoticeKind, str] = {
    NoticeKind.SIGN_IN_LINK: "somebody asked for a link with this address",
    NoticeKind.REMINDER: "it is owed",
    NoticeKind.REPORT_SUBMITTED: "the fellow sent it, and they mentor the fellow",
    NoticeKind.REPORT_RETURNED: "their mentor returned it",
    NoticeKind.REPORT_ACCEPTED: "their mentor accepted it",
    NoticeKind.DRAFT_HANDED_OVER: "their research manager handed it over to them",
    NoticeKind.COMMENTED: "something was said beside it, between the two of them",
    NoticeKind.REPORT_COMMENTED: "a mentor commented on it",
    NoticeKind.ASKS_ANSWERED: "their mentor answered what they asked",
    NoticeKind.SECURITY: "how they sign in has changed",
    NoticeKind.INVITATION: "somebody invited them",
    NoticeKind.MENTOR_WITHDRAWN: "a mentor withdrew, and it is about them or theirs",
    NoticeKind.NEW_MENTOR: "they are assigned to each other",
    NoticeKind.HAND_OVER: "a fellow has another research manager",
    NoticeKind.CONCERN: "a concern is theirs",
    NoticeKind.DEADLINE_CHANGED: "staff changed when it is due",
    NoticeKind.REPORT_ASKED: "staff ask for it beside the calendar",
    NoticeKind.EXTENSION_DECLINED: "staff declined more time",
    NoticeKind.DIGEST: "they want one mail for all that waits",
    NoticeKind.REVIEWS_OVERDUE: "reviews passed their second limit, and they are staff",
    NoticeKind.ANNOUNCEMENT: "staff wrote to a group that they are in",
    NoticeKind.ADDRESS_SUPPRESSED: "a mail to that person came back, and they are staff",
}
"""What brought a message about, after "because"."""
ROLES: Mapping[NoticeState, str] = {
    NoticeState.PENDING: "muted",
    NoticeState.SENDING: "accent",
    NoticeState.SENT: "ok",
    NoticeState.FAILED: "late",
    NoticeState.AMBIGUOUS: "warn",
    NoticeState.CANCELLED: "none",
    NoticeState.HELD: "pause",
}
"""The shape of each state."""
TO_READER: Mapping[NoticeState, str] = {
    NoticeState.SENDING: "on its way",
    NoticeState.SENT: "sent",
    NoticeState.AMBIGUOUS: "may have arrived",
    NoticeState.FAILED: "could not be sent",
}
"""The states in which a message was sent, or should have been, as its person reads them."""


@dataclass(frozen=True, slots=True)
class Line:
    """A message with what it is about; empty if that is gone, or nobody's to know."""

    notice: Notice
    subject: str

    @property
    def about(self) -> str:
        """What it is about, and of whom if its reader is another."""
        owner = self.notice.owner.name if self.notice.owner else ""
        return ": ".join(filter(None, [owner, self.subject]))

    @property
    def why(self) -> str:
        """What brought it about, in words."""
        if self.notice.kind is not NoticeKind.REMINDER:
            return WHY[self.notice.kind]
        return f"{self.notice.owner.name} owes it" if self.notice.owner else "they owe it"

    @property
    def role(self) -> str:
        """The shape of its state."""
        return ROLES[self.notice.state]

    @property
    def to_reader(self) -> str:
        """Its state, to its own person."""
        return TO_READER[self.notice.state]
