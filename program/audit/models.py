"""What was done, by whom, to what."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from program.columns import Base, UtcDateTime, enum_column


class Tag(StrEnum):
    """Every kind of event, as subject:object:action."""

    ACCOUNT_CREATE = "account:self:create"
    SIGN_IN_REQUEST = "account:link:request"
    SIGN_IN = "account:session:start"
    SIGN_OUT = "account:session:end"
    ACCOUNT_UPDATE = "account:self:update"
    REPORT_SUBMIT = "report:revision:submit"
    REVIEW_ACCEPT = "report:review:accept"
    REVIEW_RETURN = "report:review:return"
    REVIEW_COMMENT = "report:review:comment"
    ASK_ANSWER = "report:ask:answer"
    CONCERN_RAISE = "concern:self:raise"
    CONCERN_ANSWER = "concern:message:add"
    CONCERN_STEP = "concern:state:step"
    CONCERN_NAME = "concern:staff:name"
    EVALUATION_PLAN = "cohort:evaluation:plan"
    EVALUATION_SEND = "evaluation:self:send"
    EVALUATION_CORRECT = "evaluation:self:correct"
    WAVE_OPEN = "survey:wave:open"
    WAVE_CLOSE = "survey:wave:close"
    RELEASE_PUBLISH = "survey:release:publish"
    LOOK_AS_START = "account:look_as:start"
    LOOK_AS_END = "account:look_as:end"
    SIGN_IN_REFUSE = "account:session:refuse"
    OIDC_CONNECT = "account:oidc:connect"
    OIDC_DISCONNECT = "account:oidc:disconnect"
    PASSKEY_ADD = "account:passkey:add"
    PASSKEY_REMOVE = "account:passkey:remove"
    PASSKEY_COPY = "account:passkey:copy"
    PASSKEY_REFUSE = "account:passkey:refuse"
    CALENDAR_MAKE = "account:calendar:make"
    CALENDAR_RENEW = "account:calendar:renew"
    CALENDAR_END = "account:calendar:end"
    INVITATION_SEND = "account:invitation:send"
    INVITATION_WITHDRAW = "account:invitation:withdraw"
    INVITATION_ACCEPT = "account:invitation:accept"
    ROLES_CHANGE = "account:role:change"
    ACCOUNT_DISABLE = "account:self:disable"
    ACCOUNT_ENABLE = "account:self:enable"
    SESSIONS_END = "account:session:end_all"
    AUTHENTICATOR_BEGIN = "account:authenticator:begin"
    AUTHENTICATOR_ADD = "account:authenticator:add"
    AUTHENTICATOR_REMOVE = "account:authenticator:remove"
    CODES_MAKE = "account:recovery:make"
    CODE_USE = "account:recovery:use"
    PASSWORD_SET = "account:password:set"  # noqa: S105 - a word, not a secret
    PASSWORD_REMOVE = "account:password:remove"  # noqa: S105 - likewise
    PROOF = "account:session:prove"
    PROOF_REFUSE = "account:session:prove_refuse"
    FACTORS_RESET = "account:factor:reset"
    COHORT_CREATE = "cohort:self:create"
    COHORT_CHANGE = "cohort:self:change"
    COHORT_STEP = "cohort:state:step"
    COHORT_MOVE = "cohort:calendar:move"
    LADDER_CHANGE = "cohort:ladder:change"
    TRACK_CHANGE = "cohort:track:change"
    MENTOR_ADD = "mentor:self:add"
    MENTOR_CHANGE = "mentor:self:change"
    ENGAGEMENT_ADD = "mentor:engagement:add"
    ENGAGEMENT_STEP = "mentor:engagement:step"
    ENGAGEMENT_CHANGE = "mentor:engagement:change"
    MENTOR_WITHDRAW = "mentor:engagement:withdraw"
    FELLOWSHIP_ADD = "fellow:fellowship:add"
    FELLOWSHIP_STEP = "fellow:fellowship:step"
    FELLOWSHIP_CHANGE = "fellow:fellowship:change"
    ASSIGNMENT_START = "fellow:assignment:start"
    ASSIGNMENT_END = "fellow:assignment:end"
    LEAVE_CHANGE = "fellow:leave:change"
    DEADLINE_CHANGE = "fellow:deadline:change"
    REQUEST_CHANGE = "cohort:request:change"
    EXTENSION_ASK = "report:extension:ask"
    EXTENSION_DECIDE = "fellow:extension:decide"
    HANDOVER = "fellow:handover:make"
    ANNOUNCEMENT_SAVE = "announcement:draft:save"
    ANNOUNCEMENT_DISCARD = "announcement:draft:discard"
    ANNOUNCEMENT_SEND = "announcement:self:send"
    ORGANISATION_ADD = "organisation:self:add"
    ORGANISATION_CHANGE = "organisation:self:change"
    ORGANISATION_MERGE = "organisation:self:merge"
    ORGANISATION_UNMERGE = "organisation:self:unmerge"
    IMPORT_START = "import:run:start"
    IMPORT_APPLY = "import:run:apply"
    IMPORT_CANCEL = "import:run:cancel"
    IMPORT_CHECK = "import:run:check"
    IMPORT_CONFIRM = "import:run:confirm"
    LIST_EXPORT = "list:rows:export"
    DATA_EXPORT = "account:data:export"
    ACCOUNT_ERASE = "account:self:erase"
    REPORT_BEGIN = "report:revision:begin"
    REPORT_COMMENT = "report:comment:add"
    RAMP_CHANGE = "fellow:authorship:change"
    REPORT_HAND_OVER = "report:draft:hand_over"
    ATTACHMENT_ADD = "report:attachment:add"
    ATTACHMENT_REMOVE = "report:attachment:remove"
    REPORT_EXPORT = "report:story:export"
    TEMPLATE_SAVE = "template:draft:save"
    TEMPLATE_PUBLISH = "template:draft:publish"
    TEMPLATE_DISCARD = "template:draft:discard"
    TEMPLATE_CHOOSE = "template:weekly:choose"
    BUNDLE_START = "report:bundle:start"
    BUNDLE_TAKE = "report:bundle:take"
    ALERT_CHANNEL_ADD = "alert:channel:add"
    ALERT_CHANNEL_SWITCH = "alert:channel:switch"
    ALERT_CHANNEL_TRY = "alert:channel:try"
    ALERT_CHANNEL_REMOVE = "alert:channel:remove"
    ACCESS_REFUSE = "access:route:refuse"
    LIMIT_REACH = "access:limit:reach"
    LINK_REFUSE = "access:link:refuse"
    FORM_REFUSE = "access:form:refuse"
    ADDRESS_SUPPRESS = "account:address:suppress"
    ADDRESS_LIFT = "account:address:lift"
    NOTICE_HOLD = "notice:mail:hold"
    NOTICE_RELEASE = "notice:mail:release"
    NOTICE_SEND_AGAIN = "notice:mail:send_again"
    AUDIT_EXPORT = "audit:event:export"
    RETENTION_DELETE = "retention:rule:delete"
    AUDIT_PRUNE = "audit:event:prune"


PRIVATE_SUBJECTS = frozenset({"concern"})
"""Kinds of objects of which only those around them may know that they are there: what was done to them is sealed
into the record and written into the outbox as everything is, and shown by neither.
"""


class AuditEvent(Base):
    """One event. `before` and `after` never hold confidential text. `actor_id` is None when a worker acted.

    `sequence` is its place in the chain, `details` the keyed digest of address, before and after, `previous` the
    seal before it. `redacted_for` is the erased person for whom the details were blanked.
    """

    __tablename__ = "audit_event"
    __table_args__ = (
        Index(None, "subject_kind", "subject_id", "at"),
        Index(None, "actor_id", "at"),
        Index(None, "tag", "at"),
        Index(None, "address", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    tag: Mapped[Tag] = mapped_column(enum_column(Tag, 40))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    subject_kind: Mapped[str] = mapped_column(String(24))
    subject_id: Mapped[int]
    address: Mapped[str] = mapped_column(String(45), default="")
    before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    sequence: Mapped[int | None] = mapped_column(unique=True)
    details: Mapped[str] = mapped_column(String(64), default="")
    previous: Mapped[str] = mapped_column(String(64), default="")
    seal: Mapped[str] = mapped_column(String(64), default="")
    redacted_for: Mapped[int | None]


class AuditHead(Base):
    """The one row that says where the chain ends, so that a tail cut off shows, and since when it is kept.

    What came up to `since` was pruned, or is older than the chain if `since_seal` is empty. `mac` seals the row.
    """

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    since: Mapped[int]
    since_seal: Mapped[str] = mapped_column(String(64), default="")
    count: Mapped[int]
    seal: Mapped[str] = mapped_column(String(64), default="")
    mac: Mapped[str] = mapped_column(String(64), default="")
