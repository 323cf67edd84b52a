"""The outbox as a sheet."""

from program.access import Permission
from program.exports.services import Sheet
from program.outbox.words import Line

MESSAGES: Sheet[Line] = Sheet(
    "messages",
    Permission.NOTICE_READ,
    {
        "to": lambda line: line.notice.account.name,
        "address": lambda line: line.notice.account.email,
        "what": lambda line: line.notice.what,
        "about": lambda line: line.about,
        "why": lambda line: line.why,
        "due (UTC)": lambda line: line.notice.due_at,
        "state": lambda line: line.notice.state.value,
        "made (UTC)": lambda line: line.notice.created_at,
        "not before (UTC)": lambda line: line.notice.not_before,
        "sent (UTC)": lambda line: line.notice.sent_at,
        "tries": lambda line: line.notice.attempts,
        "times in doubt": lambda line: line.notice.doubts,
        "last trouble": lambda line: line.notice.last_error,
    },
)
