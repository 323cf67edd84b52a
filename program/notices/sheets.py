"""The outbox as a sheet."""

from program.access import Permission
from program.exports.services import Sheet
from program.notices.models import Notice

MESSAGES: Sheet[Notice] = Sheet(
    "messages",
    Permission.NOTICE_READ,
    {
        "to": lambda notice: notice.account.name,
        "address": lambda notice: notice.account.email,
        "what": lambda notice: notice.what,
        "state": lambda notice: notice.state.value,
        "not before (UTC)": lambda notice: notice.not_before,
        "sent (UTC)": lambda notice: notice.sent_at,
        "tries": lambda notice: notice.attempts,
        "times in doubt": lambda notice: notice.doubts,
        "last trouble": lambda notice: notice.last_error,
    },
)
