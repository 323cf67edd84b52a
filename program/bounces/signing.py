"""The signature by which a returned mail is posted: HMAC-SHA256 over its moment and its body. Pure."""

import hmac
import re
from datetime import datetime, timedelta

PATIENCE = timedelta(minutes=5)
"""How far the sender's clock may be from ours; what is older is refused, whoever signed it."""
MOMENT = re.compile(r"\d{1,11}", re.ASCII)


def signature_of(body: bytes, *, moment: str, key: str) -> str:
    """64 hexadecimal digits. `moment` is in seconds since 1970, as it stands in the header."""
    return hmac.new(key.encode(), f"{moment}.".encode() + body, "sha256").hexdigest()


def is_signed(body: bytes, *, moment: str, signature: str, key: str, now: datetime) -> bool:
    """Whether somebody who has the key signed this body at this moment, and a moment ago."""
    if not key or not MOMENT.fullmatch(moment):
        return False
    right = signature_of(body, moment=moment, key=key)
    if not hmac.compare_digest(right.encode(), signature.encode()):
        return False
    return abs(now.timestamp() - int(moment)) <= PATIENCE.total_seconds()
