"""What the answer of a mail relay means for a message: the table of codes, and where it comes from.

RFC 5321, 4.2 has the three digits, RFC 3463 the enhanced codes, RFC 5248 the list of them that is kept since, with
RFC 4954 (signing in to the relay) and RFC 7505 (domains that take no mail). The enhanced code, where there is one,
says more and goes first: relays use 550 for nearly everything.
"""

import re
from enum import StrEnum

ENHANCED = re.compile(r"\s*([245])\.(\d{1,3})\.(\d{1,3})(?!\S)")


class Verdict(StrEnum):
    """What is to be done with the message."""

    LATER = "later"
    SLOWER = "slower"
    NEVER = "never"
    BAD_ADDRESS = "bad address"
    RELAY = "relay"


class Said(StrEnum):
    """What the relay answered to. All that comes before the recipient is about us and is the same for every message."""

    SENDER = "sender"
    RECIPIENT = "recipient"
    TEXT = "text"


OF_SIGNING_IN = frozenset({432, 454, 530, 534, 535, 538})
"""RFC 4954, 4 and 6: we are not signed in as the relay wants. That is ours to mend, whatever the message."""
SIGNING_IN = frozenset({"7.8", "7.9", "7.11", "7.12"})
"""RFC 4954, 6 and RFC 5248: credentials invalid, mechanism too weak, encryption needed, a new password needed."""
OF_THE_TALK = frozenset({502, 503})
"""RFC 5321, 4.2.2: a command that is not there, or at the wrong moment; with 5.5.1 (RFC 3463, 3.6) likewise."""
INVALID_COMMAND = "5.1"
BAD_ADDRESSES = frozenset({"1.1", "1.2", "1.3", "1.6", "1.10", "2.1"})
"""RFC 3463, 3.2 and 3.3, and RFC 7505: no such mailbox, no such domain, no address at all, moved, a domain without
mail, a mailbox that is switched off."""
TEMPORARY = frozenset({"2.2", "3.1", "3.2", "4.5"})
"""RFC 3463: mailbox full, system full, system not taking mail, congestion (with large relays: the day's quota)."""
POLICY = re.compile(r"7\.\d+")
"""RFC 3463, 3.8: a policy said no. Often it is the relay's about us, such as "relaying denied", and is mended there."""
TOO_MUCH = {421: re.compile(r"7\.\d+|2\.1"), 450: re.compile(r"7\.\d+|2\.1"), 451: re.compile(r"7\.\d+")}
"""How large providers say that mail comes too fast: 4.7.x, and 450 4.2.1 (the rate of one mailbox)."""
FULL = 552
"""RFC 5321, 4.5.3.1.10: to be taken for 452, as some relays mean that there is no room just now."""
TOO_LARGE = "3.4"


def enhanced_code(reply: str) -> tuple[str, str]:
    """The class and the rest of the enhanced code that the words begin with: 5 and 1.1; empty where there is none."""
    found = ENHANCED.match(reply)
    return (found[1], f"{int(found[2])}.{int(found[3])}") if found else ("", "")


def judge(code: int, reply: str, *, said: Said) -> Verdict:
    """What follows from an answer that is not the one hoped for.

    An answer that says of the sender that no mail of theirs is taken, or that we are to sign in, is no message's fault.
    """
    kind, detail = enhanced_code(reply)
    if (
        code in OF_SIGNING_IN | OF_THE_TALK
        or detail in SIGNING_IN
        or (kind, detail) == ("5", INVALID_COMMAND)
    ):
        return Verdict.RELAY
    if code < 500:
        slow = code in TOO_MUCH and kind == "4" and TOO_MUCH[code].fullmatch(detail)
        return Verdict.SLOWER if slow else Verdict.LATER
    if said is Said.SENDER:
        return Verdict.RELAY
    if kind == "4":
        return Verdict.LATER
    if said is Said.RECIPIENT and kind == "5" and detail in BAD_ADDRESSES:
        return Verdict.BAD_ADDRESS
    return Verdict.LATER if _passes(code, detail) else Verdict.NEVER


def is_lasting(status: str) -> bool:
    """Whether a status (5.1.1) says that no mail will reach the address; not one that may pass, or is of a policy."""
    kind, detail = enhanced_code(status)
    return kind == "5" and not _passes(0, detail)


def _passes(code: int, detail: str) -> bool:
    """Whether what is said to be final may well be otherwise tomorrow."""
    full = code == FULL and detail != TOO_LARGE
    return full or detail in TEMPORARY or POLICY.fullmatch(detail) is not None
