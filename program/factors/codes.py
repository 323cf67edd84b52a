"""One-time codes (RFC 6238: six digits, 30 seconds, one step of tolerance either way) and recovery codes."""

import secrets
from datetime import datetime
from hmac import compare_digest

import pyotp
import segno

STEP = 30
TOLERANCE = 1
RECOVERY_CODES = 10
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without letters and digits that are read as one another; 24 of them are 118 bits: a plain hash will do."""
GROUPS, GROUP = 6, 4


def new_secret() -> str:
    """160 random bits, in the base 32 that authenticators take."""
    return pyotp.random_base32()


def matching_step(secret: str, code: str, *, now: datetime) -> int | None:
    """The step of 30 seconds that this is the code of, if it is a present one."""
    totp, present = pyotp.TOTP(secret), int(now.timestamp()) // STEP
    steps = range(present - TOLERANCE, present + TOLERANCE + 1)
    matching = [step for step in steps if compare_digest(totp.generate_otp(step).encode(), code.encode())]
    return matching[-1] if matching else None


def picture(secret: str, *, email: str) -> str:
    """The secret as a QR code that an authenticator reads: the address of an image without any other file."""
    address = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="Fellowship")
    return segno.make(address, error="m").svg_data_uri(scale=5, border=4, light="white")


def new_recovery_codes() -> list[str]:
    """Ten codes, in groups of four as people copy them."""
    return [
        "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))
        for _ in range(RECOVERY_CODES)
    ]


def plain(typed: str) -> str:
    """A code as it is compared, however it was typed."""
    return "".join(character for character in typed.lower() if character.isalnum())
