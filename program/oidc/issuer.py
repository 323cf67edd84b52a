"""Speaking with the OpenID Connect issuer, through Authlib: state, nonce and PKCE on the way out,
signature, issuer, audience, nonce and time of the ID token on the way back.
"""

import logging
from collections.abc import Mapping
from typing import Any, cast

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import FlaskOAuth2App, OAuth
from authlib.integrations.requests_client import OAuth2Session
from flask import Flask, current_app, session
from joserfc.errors import JoseError
from requests import RequestException
from werkzeug.wrappers import Response

from program import clock
from program.config import Settings

logger = logging.getLogger(__name__)
NAME = "oidc"
KNOWN_FOR = 3_600
"""Seconds for which the issuer's description of itself is kept."""
ASKED_FOR = 600
"""Seconds in which a person comes back from the issuer."""
PATIENCE = 5
"""Seconds that the issuer may take for an answer."""
LEEWAY = 60
"""Seconds by which the issuer's clock may differ from ours."""
SIGNED_BY = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "Ed25519",
    "EdDSA",
)
"""Signatures that only the issuer can make: neither none at all, nor one by a secret that we know too."""
ASKED_AT = "oidc_asked_at"
STATES = f"_state_{NAME}_"
# Whatever an issuer answers that is not what the standard says ends in one of these.
NONSENSE = (AuthlibBaseError, JoseError, RuntimeError, ValueError, TypeError, KeyError, AttributeError)


class IssuerError(Exception):
    """The issuer cannot be asked, or its answer proves nothing."""


class Line(OAuth2Session):  # type: ignore[misc]  # Authlib is untyped
    """A line to the issuer that is not put through: an answer that leads elsewhere is an error.

    Followed, it would carry the code or the secret to wherever it leads, and have us ask whatever we can reach.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.max_redirects = 0


class Issuer(FlaskOAuth2App):  # type: ignore[misc]  # Authlib is untyped
    """The issuer as it describes itself, read anew each hour and believed only if it names itself rightly."""

    client_cls = Line
    server_metadata: dict[str, Any]

    def load_server_metadata(self) -> dict[str, Any]:
        now = clock.now().timestamp()
        if now - self.server_metadata.get("read_at", 0) > KNOWN_FOR:
            self.server_metadata = {}
            self.server_metadata = {**super().load_server_metadata(), "read_at": now}
            self._believe(self.server_metadata)
        return self.server_metadata

    def _believe(self, said: dict[str, Any]) -> None:
        offered = said.get("id_token_signing_alg_values_supported") or ["RS256"]
        said["id_token_signing_alg_values_supported"] = [name for name in SIGNED_BY if name in offered]
        if said.get("issuer") != _settings().oidc_issuer:
            self.server_metadata = {}
            raise ValueError("the issuer is called otherwise than the settings say")


def init_issuer(app: Flask, settings: Settings) -> None:
    """Know the issuer of the settings; nothing is asked of it yet."""
    OAuth(app).register(
        NAME,
        client_cls=Issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        server_metadata_url=f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid email",
            "code_challenge_method": "S256",
            "default_timeout": PATIENCE,
        },
    )


def send_to_issuer(come_back_to: str) -> Response:
    """Send the browser to the issuer; what it is to come back with stays in its cookie. Raises IssuerError."""
    for state in [key for key in session if key.startswith(STATES)]:
        session.pop(state)
    try:
        going = _client().authorize_redirect(come_back_to)
    except (RequestException, *NONSENSE) as error:
        raise _failed(error) from error
    session[ASKED_AT] = clock.now().timestamp()
    return cast("Response", going)


def read_claims() -> Mapping[str, Any]:
    """What the issuer says of the person whose code and state are in this request's form. Raises IssuerError."""
    asked_at = session.pop(ASKED_AT, 0)
    if clock.now().timestamp() - asked_at > ASKED_FOR:
        raise IssuerError
    client, settings = _client(), _settings()
    wanted = {
        "iss": {"essential": True, "value": settings.oidc_issuer},
        "aud": {"essential": True, "value": settings.oidc_client_id},
    }
    try:
        token = client.authorize_access_token(claims_options=wanted, leeway=LEEWAY)
        claims = cast("Mapping[str, Any]", token["userinfo"])
        return claims if "email" in claims else _with_address(client, token, claims)
    except (RequestException, *NONSENSE) as error:
        raise _failed(error) from error


def _failed(error: Exception) -> IssuerError:
    """Written down by its kind: only what is said of a connection tells nothing of a person."""
    said = error if isinstance(error, RequestException) else type(error).__name__
    logger.warning("the issuer could not be asked, or its answer proves nothing: %s", said)
    return IssuerError()


def _with_address(client: Issuer, token: Mapping[str, Any], claims: Mapping[str, Any]) -> Mapping[str, Any]:
    """The claims with the address, which many issuers tell only when they are asked for it."""
    said = client.userinfo(token=token)
    if said["sub"] != claims["sub"]:
        raise ValueError("the issuer speaks of somebody else")
    return {**claims, "email": said.get("email"), "email_verified": said.get("email_verified")}


def _client() -> Issuer:
    return cast("Issuer", current_app.extensions["authlib.integrations.flask_client"].create_client(NAME))


def _settings() -> Settings:
    return cast("Settings", current_app.extensions["settings"])
