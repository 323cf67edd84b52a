"""The invitations as a sheet."""

from datetime import datetime

from program.access import Permission
from program.exports.services import Sheet
from program.invitations.models import Invitation


def invitations_sheet(now: datetime) -> Sheet[Invitation]:
    """Each with how it stands at this moment."""
    return Sheet(
        "invitations",
        Permission.PERSON_INVITE,
        {
            "name": lambda invitation: invitation.account.name,
            "address": lambda invitation: invitation.account.email,
            "as": lambda invitation: ", ".join(sorted(role.word for role in invitation.account.roles)),
            "cohort": lambda invitation: invitation.cohort.name if invitation.cohort else "",
            "state": lambda invitation: invitation.state_at(now).value,
            "sent (UTC)": lambda invitation: invitation.sent_at,
            "times sent": lambda invitation: invitation.sent_count,
            "until (UTC)": lambda invitation: invitation.expires_at,
            "by": lambda invitation: invitation.invited_by.name,
        },
    )
