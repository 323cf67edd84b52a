"""What a browser is asked for, and whether its answer is right. No Flask and no database in here.

The signature, the challenge, the origin and the host are checked by py_webauthn; a device has to have
verified its person (by finger, face or PIN), so that a passkey is two factors at once.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

import webauthn
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import base64url_to_bytes, options_to_json
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from program.errors import PasskeyRefusedError

PATIENCE = 120_000
"""How long a browser waits for its person, in milliseconds."""
LONGEST_ID = 1_023
"""Bytes in the name of a key, by the standard."""
NAME = "Fellowship"
REFUSED = "Nothing was changed. Please try once more, or use a mailed link: that always works."
Checked = TypeVar("Checked")


@dataclass(frozen=True, slots=True)
class Site:
    """Where the passkeys are good: a host, and the one origin on it."""

    host: str
    origin: str

    @classmethod
    def of(cls, public_url: str) -> "Site":
        parts = urlsplit(public_url)
        return cls(parts.hostname or "", f"{parts.scheme}://{parts.netloc}")


def creation_options(
    site: Site, *, handle: bytes, address: str, name: str, known: Sequence[bytes], challenge: bytes
) -> str:
    """What `navigator.credentials.create` is given, as JSON. Devices that hold a key already make no second."""
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=NAME,
        user_id=handle,
        user_name=address,
        user_display_name=name,
        challenge=challenge,
        timeout=PATIENCE,
        exclude_credentials=[PublicKeyCredentialDescriptor(id=key) for key in known],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
    )
    return options_to_json(options)


def request_options(site: Site, *, challenge: bytes) -> str:
    """What `navigator.credentials.get` is given, as JSON: the device says whose key it has."""
    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        challenge=challenge,
        timeout=PATIENCE,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def check_creation(site: Site, answer: str, *, challenge: bytes) -> VerifiedRegistration:
    """The new key. Raises PasskeyRefusedError."""
    made = _checked(
        lambda: webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    )
    if len(made.credential_id) > LONGEST_ID:
        raise PasskeyRefusedError(REFUSED)
    return made


def check_assertion(
    site: Site, answer: str, *, challenge: bytes, public_key: bytes
) -> VerifiedAuthentication:
    """The proof that the key's holder answered. Its count is for the caller to compare with the last one:

    only a right signature makes a count that falls back worth an alarm. Raises PasskeyRefusedError.
    """
    return _checked(
        lambda: webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    )


def named_in(answer: str) -> tuple[bytes, bytes]:
    """Which key the answer says it is by, and whose. Nothing of it is proved yet. Raises PasskeyRefusedError."""

    def read() -> tuple[bytes, bytes]:
        parsed = json.loads(answer)
        return base64url_to_bytes(parsed["rawId"]), base64url_to_bytes(parsed["response"]["userHandle"])

    return _checked(read)


def transports_of(answer: str) -> str:
    """How the browser says that the device can be reached: a hint, kept if it is plain words."""
    said = json.loads(answer)["response"].get("transports")
    words = (
        [word for word in said if isinstance(word, str) and word.isascii()] if isinstance(said, list) else []
    )
    return ",".join(words)[:120]


def _checked(check: Callable[[], Checked]) -> Checked:
    try:
        return check()
    except Exception as error:
        raise PasskeyRefusedError(REFUSED) from error
