"""An OpenID Connect issuer in a thread that does all as the standard says, but for what a test tells it to."""

import json
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

CLIENT = {"oidc_client_id": "fellowship", "oidc_client_secret": "a secret of tests"}


class Liar:
    """`claims` are said of whoever comes, over the true ones; `broken` answers instead of an address.

    `leads` are addresses that are answered by leading elsewhere, `tokens` what comes with the ID token; those that
    were given out are in `issued`.
    """

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2_048, {"kid": "one"})
        self.address = ""
        self.reset()

    def reset(self) -> None:
        self.claims: dict[str, object] = {}
        self.header: dict[str, str] = {"alg": "RS256", "kid": "one"}
        self.signer = self.key
        self.said: dict[str, object] = {}
        self.broken: dict[str, object] = {}
        self.told = ("email", "email_verified")
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []
        self.status = 302
        self.leads: dict[str, str] = {}
        self.tokens: dict[str, object] = {"access_token": "access"}
        self.issued: list[str] = []

    def visit(self, url: str) -> str:
        """What a person does there: agree. The code that they are sent back with."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        code = f"code-{len(self.codes)}-{time.monotonic_ns()}"
        self.codes[code] = asked
        return code

    def __call__(self, environ, start_response):
        request = Request(environ)
        self.asked.append(request.path)
        if request.path in self.leads:
            return redirect(self.leads[request.path], self.status)(environ, start_response)
        answer = self.broken.get(request.path)
        if answer is None:
            answer = getattr(self, "on_" + request.path.rpartition("/")[2].replace("-", "_"))(request)
        body = answer if isinstance(answer, str) else json.dumps(answer)
        return Response(body, content_type="application/json")(environ, start_response)

    def on_openid_configuration(self, _request):
        ends = {"authorization_endpoint": "go", "token_endpoint": "token", "jwks_uri": "keys"}
        ends["userinfo_endpoint"] = "about"
        addresses = {name: f"{self.address}/{path}" for name, path in ends.items()}
        offered = {"id_token_signing_alg_values_supported": ["RS256", "HS256", "none"]}
        return {"issuer": self.address, **addresses, **offered, **self.said}

    def on_keys(self, _request):
        return {"keys": [self.key.as_dict(private=False)]}

    def on_token(self, request):
        """A token for a code, once, if the one who asks has the verifier and the secret."""
        asked = self.codes.pop(request.form["code"], None)
        verifier = request.form.get("code_verifier", "")
        proof = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        known = request.authorization and request.authorization.password == CLIENT["oidc_client_secret"]
        if asked is None or proof != asked["code_challenge"] or not known:
            return {"error": "invalid_grant"}
        now = int(time.time())
        claims = {"iss": self.address, "aud": CLIENT["oidc_client_id"], "iat": now, "exp": now + 300}
        claims |= {"nonce": asked["nonce"], **self.person(self.told)}
        claims = {name: value for name, value in (claims | self.claims).items() if value is not None}
        token = jwt.encode(self.header, claims, self.signer, algorithms=["RS256", "HS256", "none"])
        self.issued.append(token)
        return {"token_type": "Bearer", "expires_in": 300, "id_token": token, **self.tokens}

    def on_about(self, _request):
        return self.person(("email", "email_verified")) | self.claims

    def person(self, names):
        usual = {"email": "ada.marsh@people.example", "email_verified": True}
        return {"sub": "ada-at-the-issuer", **{name: usual[name] for name in names}}


@contextmanager
def lying() -> Iterator[Liar]:
    """The issuer on a port of its own."""
    liar = Liar()
    server = make_server("127.0.0.1", 0, liar, threaded=True)
    liar.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield liar
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
