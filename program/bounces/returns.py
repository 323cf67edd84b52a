"""What a mail that came back says: a delivery report (RFC 3464) or a reader's complaint (RFC 5965). Pure.

Parsed by the standard library, and by its older policy: the newer one fails on heads that are not as they should be,
which is what strangers send. Nothing of it is trusted: see `services`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message
from email.utils import getaddresses
from enum import StrEnum
from itertools import islice

from program.smtp_codes import enhanced_code

MOST_BYTES = 256 * 1024
"""Of a returned mail; reports come first in it, and our own mails are far smaller."""
MOST_RECIPIENTS = 20
"""Of one report: a mail of ours has one."""
UNWANTED = frozenset({"abuse", "fraud", "virus", "other", "opt-out"})
"""RFC 5965, 7.3 and RFC 6650: what says that it was not wanted. "not-spam" says the contrary."""
LONGEST = 300


class Fate(StrEnum):
    """What became of the mail, as the report has it."""

    FAILED = "failed"
    DELAYED = "delayed"
    COMPLAINED = "complained"


@dataclass(frozen=True, slots=True)
class Returned:
    """One recipient of one mail. Addresses are in lower case; any of them may be the one that we wrote to."""

    fate: Fate
    addresses: frozenset[str]
    message_ids: frozenset[str]
    status: str = ""
    words: str = ""


def read_returned(raw: bytes) -> list[Returned]:
    """What the mail reports, for each recipient; nothing for any other mail, however broken."""
    try:
        mail = message_from_bytes(raw[:MOST_BYTES])
        return list(islice(_read(mail), MOST_RECIPIENTS))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):  # of what is no mail at all
        return []


def _read(mail: Message) -> Iterator[Returned]:
    parts = mail.get_payload()
    if mail.get_content_type() != "multipart/report" or not isinstance(parts, list):
        return
    by_kind = {part.get_content_type(): part for part in reversed(parts) if isinstance(part, Message)}
    ours = _returned_head(by_kind)
    ids = {_bare(ours["Message-ID"])} if ours is not None else set()
    if report := by_kind.get("message/delivery-status"):
        yield from _deliveries(report, ids)
    elif report := by_kind.get("message/feedback-report"):
        yield from _complaints(report, ours, ids)


def _returned_head(by_kind: dict[str, Message]) -> Message | None:
    """The head of the mail that is spoken of, which comes whole or by itself."""
    whole, head = by_kind.get("message/rfc822"), by_kind.get("text/rfc822-headers")
    if whole is not None:
        return next(_blocks(whole), None)
    if head is None:
        return None
    text = head.get_payload(decode=True)
    return message_from_bytes(text) if isinstance(text, bytes) else None


def _deliveries(report: Message, ids: set[str]) -> Iterator[Returned]:
    """First the fields of the mail, then those of each recipient (RFC 3464, 2.1)."""
    mail, *recipients = [*_blocks(report)] or [Message()]
    named = frozenset(filter(None, ids | {_bare(mail["Original-Envelope-Id"])}))
    for one in recipients:
        action = _text(one["Action"]).lower()
        if action in (Fate.FAILED, Fate.DELAYED):
            addresses = _addresses(one, "Original-Recipient", "Final-Recipient")
            kind, detail = enhanced_code(_text(one["Status"]))
            status = f"{kind}.{detail}" if kind else ""
            words = _text(one["Diagnostic-Code"]).partition(";")[2].strip()
            yield Returned(Fate(action), addresses, named, status, words[:LONGEST])


def _complaints(report: Message, ours: Message | None, ids: set[str]) -> Iterator[Returned]:
    """To whom it went stands in the report, or else in the mail itself: it is optional (RFC 5965, 3.2)."""
    said = next(_blocks(report), Message())
    if _text(said["Feedback-Type"]).lower() in UNWANTED:
        addresses = _addresses(said, "Original-Rcpt-To")
        if not addresses and ours is not None:
            addresses = frozenset(address.lower() for _name, address in getaddresses([_text(ours["To"])]))
        yield Returned(Fate.COMPLAINED, addresses, frozenset(filter(None, ids)))


def _blocks(part: Message) -> Iterator[Message]:
    """The fields that a part is made of; as text where the parser left them so."""
    inside = part.get_payload()
    if isinstance(inside, str):
        yield message_from_string(inside)
    else:
        yield from (one for one in inside if isinstance(one, Message))


def _addresses(fields: Message, *names: str) -> frozenset[str]:
    """Without their type ("rfc822;"), and without angle brackets."""
    given = [_text(value) for name in names for value in fields.get_all(name, [])]
    bare = (value.rpartition(";")[2].strip().strip("<>").lower() for value in given)
    return frozenset(filter(None, bare))


def _bare(message_id: object) -> str:
    """A Message-ID as we write it."""
    text = _text(message_id).strip("<>")
    return f"<{text}>" if text else ""


def _text(value: object) -> str:
    """A field on one line; empty where it is not there."""
    return "" if value is None else " ".join(str(value).split())
