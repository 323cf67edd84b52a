"""Which passwords are good enough, and how they are kept.

argon2id with the library's defaults (RFC 9106, the low-memory choice). What can be guessed is judged by zxcvbn, whose
local lists hold some 100,000 common passwords, names and words; no rule about characters (NIST SP 800-63B, 5.1.1).
"""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

SHORTEST, LONGEST = 12, 128
GOOD = 3
"""zxcvbn's score of what takes at least 10^8 guesses."""
OWN = 3
"""Letters that a part of one's own name has at least before it counts for nothing."""
JUDGED = 72
"""Characters that zxcvbn looks at: it takes long for more."""
HASHER = PasswordHasher()
NOBODYS = HASHER.hash("nobody's: verified where there is none, so that it takes as long")


def fault_of(password: str, *, about: list[str]) -> str | None:
    """What is wrong with the password, for people to read; `about` are words that others know of its owner."""
    if len(password) < SHORTEST:
        return f"Please take at least {SHORTEST} characters: a sentence is good."
    if len(password) > LONGEST:
        return f"Please take at most {LONGEST} characters."
    rest = password.lower()
    for word in about:
        rest = rest.replace(word.lower(), "") if len(word) >= OWN else rest
    if len(rest) < SHORTEST // 2 or zxcvbn(password[:JUDGED], user_inputs=about)["score"] < GOOD:
        return "This is easy to guess: it is a common password, or close to one, or to your name."
    return None


def hash_password(password: str) -> str:
    """What is stored."""
    return HASHER.hash(password)


def is_password(stored: str | None, typed: str) -> bool:
    """Whether this is it. With nothing stored it is not, after as much work."""
    try:
        HASHER.verify(stored or NOBODYS, typed[: 4 * LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return HASHER.check_needs_rehash(stored)
