"""Render a mail, and hand it to SMTP: the only outward edge."""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from flask import current_app, render_template

from program.config import Settings

TIMEOUT = 20.0
"""Seconds that the relay may take for one answer."""


class RefusedError(Exception):
    """The relay said no to this message. `permanent` if it will say so again."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.permanent = permanent


class RelayDownError(Exception):
    """There is no relay to talk to; the message was not handed over."""


class UncertainError(Exception):
    """The connection broke after the text went out: nobody knows whether the message arrived."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One message to one address."""

    to_name: str
    to_address: str
    subject: str
    text: str
    html: str
    message_id: str


def render_mail(name: str, *, to_name: str, to_address: str, message_id: str, **context: Any) -> Mail:
    """The mail of the folder `email/<name>`, with the same content as text and as HTML."""
    settings: Settings = current_app.extensions["settings"]
    context |= {"to_name": to_name, "site": str(settings.public_url).rstrip("/")}
    return Mail(
        to_name=to_name,
        to_address=to_address,
        subject=" ".join(render_template(f"email/{name}/subject.txt", **context).split()),
        text=render_template(f"email/{name}/body.txt", **context),
        html=render_template(f"email/{name}/body.html", **context),
        message_id=message_id,
    )


def compose(mail: Mail, *, sender: str, now: datetime) -> EmailMessage:
    """The mail as it goes over the wire. A line break in a name or subject raises ValueError."""
    message = EmailMessage()
    message["From"] = Address("Fellowship programme", addr_spec=sender)
    message["To"] = Address(mail.to_name, addr_spec=mail.to_address)
    message["Subject"] = mail.subject
    message["Message-ID"] = mail.message_id
    message["Date"] = format_datetime(now)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message


class Relay:
    """A kept connection to the SMTP relay."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.smtp: smtplib.SMTP | None = None

    def send(self, mail: Mail, *, before_handoff: Callable[[], bool], now: datetime) -> bool:
        """Hand the mail over; `before_handoff` is called when only its text is missing, and may call it off.

        Whether it was handed over. Raises RefusedError, RelayDownError (not handed over) or UncertainError.
        """
        sender = self.settings.mail_from
        message = compose(mail, sender=sender, now=now)
        with self._talking() as smtp:
            _accepted(smtp.mail(sender), {250})
            _accepted(smtp.rcpt(mail.to_address), {250, 251})
            if not before_handoff():
                smtp.rset()
                return False
        try:
            code, reply = self._open().data(message.as_bytes())
        except smtplib.SMTPDataError as error:
            raise _refusal(error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise UncertainError(str(error)) from error
        _accepted((code, reply), {250})
        return True

    def has(self, message_id: str) -> bool | None:
        """Whether the relay holds this message, where it can be asked (the XHAS extension); else None."""
        with self._talking() as smtp:
            if not smtp.has_extn("xhas"):
                return None
            code, _reply = smtp.docmd("XHAS", message_id)
            return code == 250

    def close(self) -> None:
        """Let go of the connection."""
        if self.smtp is not None:
            self.smtp.close()
        self.smtp = None

    @contextmanager
    def _talking(self) -> Iterator[smtplib.SMTP]:
        """The connection, for commands after which the message is not handed over, whatever breaks."""
        try:
            yield self._open()
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise RelayDownError(f"no answer from the mail relay: {error}") from error

    def _open(self) -> smtplib.SMTP:
        if self.smtp is None:
            self.smtp = self._connect()
        return self.smtp

    def _connect(self) -> smtplib.SMTP:
        settings = self.settings
        place = (settings.smtp_host, settings.smtp_port)
        if settings.smtp_security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                *place, timeout=TIMEOUT, context=ssl.create_default_context()
            )
        else:
            smtp = smtplib.SMTP(*place, timeout=TIMEOUT)
        smtp.ehlo()
        if settings.smtp_security == "starttls":
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo()
        if settings.smtp_user:
            smtp.login(settings.smtp_user, settings.smtp_password)
        return smtp


def _accepted(answer: tuple[int, bytes], good: set[int]) -> None:
    code, reply = answer
    if code not in good:
        raise _refusal(code, reply)


def _refusal(code: int, reply: bytes | str) -> RefusedError:
    words = reply.decode(errors="replace") if isinstance(reply, bytes) else reply
    return RefusedError(f"{code} {words}", permanent=code >= 500)
