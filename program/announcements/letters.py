"""What the mail of an announcement says, to whomever it goes and in its preview."""

from typing import Any

from program.announcements.models import PAGES, Announcement
from program.mail import Mail, render_mail
from program.markdown import render_markdown
from program.presentation import path_to


def said_in(one: Announcement) -> dict[str, Any]:
    """What its templates are given, the same for everybody: nothing of whom else it goes to, nor why to them."""
    action, endpoint, _parts = PAGES[one.leads_to]
    return {
        "subject": one.subject,
        "text": one.text,
        "html": render_markdown(one.text),
        "author": one.author.name,
        "cohort": one.cohort.name,
        "action": action,
        "url": path_to(endpoint),
    }


def preview_of(one: Announcement, *, to_name: str) -> Mail:
    """The mail as somebody of this name gets it."""
    return render_mail("announcement", to_name=to_name, to_address="", message_id="", **said_in(one))
