"""A device that holds passkeys, as its browser answers for it; each of its answers can be spoilt."""

import hashlib
import json
from dataclasses import dataclass, field
from secrets import token_bytes

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, encode_cbor

ORIGIN = "http://127.0.0.1:8000"
PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40


@dataclass
class Device:
    """Holds one passkey. `counts` is off for devices that always say 0; `spoilt` are the parts it lies about."""

    origin: str = ORIGIN
    host: str = "127.0.0.1"
    flags: int = PRESENT | VERIFIED
    counts: bool = True
    count: int = 0
    credential_id: bytes = field(default_factory=lambda: token_bytes(32))
    handle: bytes = b""

    def __post_init__(self) -> None:
        self.key = generate_private_key(SECP256R1())

    def create(self, options: dict) -> str:
        """The answer to what a page asks of `navigator.credentials.create`."""
        self.handle = base64url_to_bytes(options["user"]["id"])
        point = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        length = len(self.credential_id).to_bytes(2, "big")
        data = self._head(WITH_KEY) + bytes(16) + length + self.credential_id + encode_cbor(cose)
        attestation = encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client_data("webauthn.create", options["challenge"])
        response = {"clientDataJSON": client, "attestationObject": attestation}
        return self._answer(response, transports=["internal", "hybrid"])

    def get(self, options: dict) -> str:
        """The answer to what a page asks of `navigator.credentials.get`."""
        self.count += self.counts
        data = self._head()
        client = self._client_data("webauthn.get", options["challenge"])
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ECDSA(SHA256()))
        response = {"clientDataJSON": client, "authenticatorData": data, "signature": signature}
        return self._answer({**response, "userHandle": self.handle})

    def _head(self, more: int = 0) -> bytes:
        rp_id_hash = hashlib.sha256(self.host.encode()).digest()
        return rp_id_hash + bytes([self.flags | more]) + self.count.to_bytes(4, "big")

    def _client_data(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _answer(self, response: dict[str, bytes], **more: object) -> str:
        name = bytes_to_base64url(self.credential_id)
        coded = {part: bytes_to_base64url(value) for part, value in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": {**coded, **more}})
