"""The mail that reached the demo's mail server."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

SIGN_IN = re.compile(r"https?://\S+/sign-in/\S+")


class Letters:
    """What lies in a Maildir; each mail is read once."""

    def __init__(self, maildir: Path) -> None:
        self._folder = maildir / "new"
        self._read: dict[str, EmailMessage] = {}

    def to(self, email: str, *, about: str = "") -> list[EmailMessage]:
        """Return the mails to an address whose subject contains these words, the oldest first."""
        for path in sorted(self._folder.iterdir()) if self._folder.is_dir() else ():
            if path.name not in self._read:
                self._read[path.name] = message_from_bytes(path.read_bytes(), policy=policy.default)
        return [
            one for one in self._read.values() if email in str(one["To"]) and about in str(one["Subject"])
        ]


def sign_in_link(message: EmailMessage) -> str | None:
    """Return the link that the mail carries."""
    body = message.get_body(("plain",))
    found = SIGN_IN.search(body.get_content()) if body else None
    return found.group() if found else None
