"""Keeping secrets so that the database alone opens none of them."""

from base64 import urlsafe_b64encode
from collections.abc import Sequence

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

AUTHENTICATOR = "authenticator"
"""What is sealed for one purpose is opened for no other."""


def seal(secret: str, *, keys: Sequence[str], purpose: str = AUTHENTICATOR) -> str:
    """The secret, sealed with the first of the keys."""
    return _box(keys, purpose).encrypt(secret.encode()).decode()


def unseal(sealed: str, *, keys: Sequence[str], purpose: str = AUTHENTICATOR) -> str:
    """The secret, whichever of the keys sealed it. Raises cryptography's InvalidToken."""
    return _box(keys, purpose).decrypt(sealed.encode()).decode()


def seal_anew(sealed: str, *, keys: Sequence[str], purpose: str = AUTHENTICATOR) -> str:
    """The same secret, sealed with the first of the keys. Raises cryptography's InvalidToken."""
    return _box(keys, purpose).rotate(sealed.encode()).decode()


def _box(keys: Sequence[str], purpose: str) -> MultiFernet:
    return MultiFernet([Fernet(urlsafe_b64encode(_derived(key, purpose))) for key in keys])


def _derived(key: str, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(key.encode())
