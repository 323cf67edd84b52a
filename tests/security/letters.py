"""Mails as the demo's SMTP server keeps them."""

from email.message import EmailMessage

from program.config import Settings


def make_letter(
    settings: Settings,
    *,
    name: str = "1.letter",
    subject: str = "Hello",
    to: str = "ada@people.example",
    text: str = "",
) -> str:
    """A mail in the demo's Maildir; the name of its file. Made twice, it is there once."""
    mail = EmailMessage()
    mail["Subject"], mail["To"], mail["Date"] = subject, to, "Wed, 10 Jun 2026 12:00:00 +0000"
    mail.set_content(text)
    folder = settings.mail_dir / "new"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(mail.as_bytes())
    return name
