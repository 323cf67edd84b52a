"""A mail: rendered from its templates, and written as it goes over the wire."""

import re
from binascii import b2a_qp
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, formataddr
from typing import Any

from flask import current_app

from program.config import Settings

SENDER = "Fellowship programme"
BOUNDARY = "=_part"
"""No line of a quoted-printable text can hold this (RFC 2045, 6.7): after "=" come two digits or the line's end."""
ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+", re.ASCII)
"""An address as it stands between angle brackets: a dot-string and a domain (RFC 5321, 4.1.2), no quoted parts."""
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
PLAIN = re.compile(r"(?!.*=\?)[ -~]{0,300}")
"""Words that stand in a head as they are: ASCII, nothing that would be read as encoded, and short enough for a line."""
ONE_CLICK = "List-Unsubscribe=One-Click"
"""What a mail program posts to the address beside it (RFC 8058)."""
EOL = "\r\n"


@dataclass(frozen=True, slots=True)
class Mail:
    """One message to one address."""

    to_name: str
    to_address: str
    subject: str
    text: str
    html: str
    message_id: str
    stop_url: str = ""
    """Where mails like this are ended by one press; none for what nobody may do without."""


def render_mail(
    name: str,
    *,
    to_name: str,
    to_address: str,
    message_id: str,
    stop_url: str = "",
    chooses: bool = True,
    **context: Any,
) -> Mail:
    """The mail of the folder `email/<name>`, with the same content as text and as HTML.

    `chooses` is whether its reader can sign in and choose which mails they get.
    """
    settings: Settings = current_app.extensions["settings"]
    context |= {
        "to_name": to_name,
        "stop_url": stop_url,
        "chooses": chooses,
        "site": str(settings.public_url).rstrip("/"),
    }
    subject, text, html = (
        current_app.jinja_env.get_template(f"email/{name}/{part}").render(context)
        for part in ("subject.txt", "body.txt", "body.html")
    )
    return Mail(to_name, to_address, " ".join(subject.split()), text, html, message_id, stop_url)


def compose(mail: Mail, *, sender: str, now: datetime) -> bytes:
    """The mail as it goes over the wire (RFC 5322), in bytes that every relay can carry.

    Written by hand: the standard library's EmailMessage parses and folds each head anew, ten times the work of all
    the rest. Raises ValueError for what cannot be a mail: a line break in a name, say.
    """
    head = {
        "From": _person(SENDER, sender, head="From"),
        "To": _person(mail.to_name, mail.to_address, head="To"),
        "Subject": _words(mail.subject, head="Subject"),
        "Message-ID": mail.message_id,
        "Date": format_datetime(now),
        "Auto-Submitted": "auto-generated",
        "MIME-Version": "1.0",
        "Content-Type": f'multipart/alternative; boundary="{BOUNDARY}"',
    }
    if mail.stop_url:
        head |= {"List-Unsubscribe": f"<{mail.stop_url}>", "List-Unsubscribe-Post": ONE_CLICK}
    lines = [f"{name}: {value}" for name, value in head.items()]
    parts = [b"\r\n" + _part("plain", mail.text), _part("html", mail.html)]
    return EOL.join([*lines, ""]).encode("ascii") + b"".join(parts) + f"--{BOUNDARY}--{EOL}".encode()


def _part(subtype: str, text: str) -> bytes:
    head = (
        f"--{BOUNDARY}{EOL}Content-Type: text/{subtype}; charset=utf-8{EOL}"
        f"Content-Transfer-Encoding: quoted-printable{EOL}{EOL}"
    )
    lines = re.sub(r"\r\n?|\n", EOL, text).removesuffix(EOL) + EOL
    return head.encode() + b2a_qp(lines.encode())


def _person(name: str, address: str, *, head: str) -> str:
    if not ADDRESS.fullmatch(address):
        raise ValueError(f"not an address, or CR or LF in it: {address!r}")
    words = _words(name, head=head)
    return formataddr((words, address)) if PLAIN.fullmatch(words) else f"{words} <{address}>"


def _words(text: str, *, head: str) -> str:
    """Words in a head; what is not plain is encoded, and folded (RFC 2047)."""
    if "\r" in text or "\n" in text:
        raise ValueError(f"CR or LF in a head: {text!r}")
    words = " ".join(text.split())  # other line breaks and tabs, too
    if CONTROL.search(words):
        raise ValueError(f"a control character in a head: {text!r}")
    return words if PLAIN.fullmatch(words) else Header(words, "utf-8", header_name=head).encode(linesep=EOL)
