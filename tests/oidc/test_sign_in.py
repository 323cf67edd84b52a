"""Signing in by an issuer: whom it vouches for gets in if they have an account, and nobody else does."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from joserfc.jwk import OctKey, RSAKey
from sqlalchemy import func, select

from program.accounts.models import Account
from program.audit.models import AuditEvent, Tag
from program.notices.models import Notice, NoticeKind
from program.oidc import views
from program.oidc.claims import person_of
from program.oidc.models import OidcIdentity
from program.sign_in.models import Method, SignInSession
from tests.factories import NOW, make_account
from tests.oidc.liar import CLIENT
from tests.pages import open_sessions, read, submit

BEGIN, BACK = "/sign-in/oidc", "/sign-in/oidc/back"
MINUTE = timedelta(minutes=1)
REFUSED = "You could not be signed in that way."
SILENT = "That way in does not answer just now."


def go(client):
    """To the issuer; where it sends the browser back to."""
    response = client.get(BEGIN)
    assert response.status_code == 302
    return response.location


def come_back(client, issuer, /, *, url=None, **changed):
    """From the issuer, and press the button; the answer."""
    url = url or go(client)
    state = parse_qs(urlsplit(url).query)["state"][0]
    brought = {"code": issuer.visit(url), "state": state, **changed}
    page = client.get(BACK, query_string=brought)
    assert page.status_code == 200
    token = read(page).find("input", {"name": "csrf_token"})["value"]
    return client.post(BACK, data={"csrf_token": token, **brought})


def let_in(session):
    return session.scalars(select(SignInSession.account_id)).all()


def said(client):
    """What the page that the browser was sent to says first."""
    return read(client.get("/sign-in")).select_one(".flashes").get_text(" ", strip=True)


def is_refused(client, session, response, message=REFUSED):
    assert (response.status_code, response.location) == (302, "/sign-in")
    assert said(client).startswith(message)
    assert let_in(session) == []
    return True


def test_the_sign_in_page_leads_to_the_issuer_with_all_that_protects_the_way(client, issuer):
    link = read(client.get("/sign-in")).find("a", string="Sign in with Example University")
    assert link["href"] == BEGIN
    url = urlsplit(go(client))
    asked = parse_qs(url.query)
    assert f"{url.scheme}://{url.netloc}{url.path}" == f"{issuer.address}/go"
    assert (asked["response_type"], asked["client_id"]) == (["code"], ["fellowship"])
    assert asked["redirect_uri"] == [f"http://127.0.0.1:8000{BACK}"]
    assert asked["code_challenge_method"] == ["S256"]
    assert all(len(asked[name][0]) >= 20 for name in ("state", "nonce", "code_challenge"))


def test_a_verified_address_lets_its_account_in_and_connects_it(client, session, issuer, account):
    response = come_back(client, issuer)
    assert (response.status_code, response.location) == (302, "/")
    assert "Ada Marsh" in client.get("/account").get_data(as_text=True)
    started = session.scalars(select(SignInSession)).one()
    assert (started.account_id, started.method, started.second_factor_at) == (account.id, Method.OIDC, None)
    identity = session.scalars(select(OidcIdentity)).one()
    assert (identity.account_id, identity.issuer, identity.subject) == (
        account.id,
        issuer.address,
        "ada-at-the-issuer",
    )
    tags = session.scalars(select(AuditEvent.tag).where(AuditEvent.actor_id == account.id)).all()
    assert tags == [Tag.OIDC_CONNECT, Tag.SIGN_IN]
    rungs = session.scalars(select(Notice.rung).filter_by(kind=NoticeKind.SECURITY)).all()
    assert rungs == ["oidc_connect"]


def test_who_is_connected_is_known_by_the_issuers_name_whatever_their_address_is(
    client, session, issuer, account
):
    come_back(client, issuer)
    issuer.claims = {"email": "ada.new@people.example", "email_verified": False}
    assert come_back(client, issuer).location == "/"
    assert let_in(session) == [account.id] * 2
    assert session.scalar(select(func.count()).select_from(OidcIdentity)) == 1


def test_an_address_that_was_given_to_somebody_else_lets_nobody_in(client, app, session, issuer, account):
    come_back(client, issuer)
    issuer.claims = {"sub": "the-next-ada"}
    other = app.test_client()
    assert come_back(other, issuer).location == "/sign-in"
    assert let_in(session) == [account.id]


def test_an_issuer_that_tells_the_address_only_when_asked_is_asked(client, session, issuer, account):
    issuer.told = ()
    assert come_back(client, issuer).location == "/"
    assert "/about" in issuer.asked


def test_an_issuer_that_then_speaks_of_somebody_else_is_not_believed(client, session, issuer, account):
    issuer.told = ()
    issuer.broken = {"/about": {"sub": "x", "email": "ada.marsh@people.example", "email_verified": True}}
    assert is_refused(client, session, come_back(client, issuer))


def test_signing_in_goes_on_to_where_the_person_was_going(client, issuer, account):
    client.get("/reports")
    assert come_back(client, issuer).location == "/reports"


def test_the_page_that_one_comes_back_to_signs_nobody_in(client, session, issuer, account):
    url = go(client)
    brought = {"code": issuer.visit(url), "state": parse_qs(urlsplit(url).query)["state"][0]}
    for _ in range(3):
        assert client.get(BACK, query_string=brought).status_code == 200
    assert "/token" not in issuer.asked
    assert let_in(session) == []


STRANGERS = {
    "unknown": {"email": "nobody@people.example"},
    "unverified": {"email_verified": False},
    "verified in a word": {"email_verified": "true"},
    "verified by a number": {"email_verified": 1},
    "of no verification": {"email_verified": None},
    "another spelling": {"email": "ada.marsh@people.example "},
    "a letter that becomes another": {"email": "ada.mar\u017fh@people.example"},
    "no text": {"email": ["ada.marsh@people.example"]},
    "a name too long to keep": {"sub": "x" * 256},
}


@pytest.mark.parametrize("stranger", STRANGERS)
def test_strangers_are_refused_alike_and_nobody_is_made(client, session, issuer, account, stranger):
    issuer.claims = STRANGERS[stranger]
    assert is_refused(client, session, come_back(client, issuer))
    assert session.scalars(select(Account.id)).all() == [account.id]
    event = session.scalars(select(AuditEvent).filter_by(tag=Tag.SIGN_IN_REFUSE)).one()
    assert (event.actor_id, event.after) == (None, {"method": "oidc"})


def test_the_case_of_an_address_does_not_matter(client, session, issuer, account):
    issuer.claims = {"email": "Ada.Marsh@People.Example"}
    assert come_back(client, issuer).location == "/"


@pytest.mark.parametrize("connected", [False, True])
def test_a_disabled_account_is_not_let_in(client, session, issuer, account, connected):
    if connected:
        identity = OidcIdentity(account_id=account.id, issuer=issuer.address, subject="ada-at-the-issuer")
        identity.created_at = NOW
        session.add(identity)
    account.disabled_at = NOW
    assert is_refused(client, session, come_back(client, issuer))


@pytest.mark.parametrize(
    ("domains", "let"),
    [("", True), ("people.example", True), ("other.example, People.Example", True), ("example", False)],
)
def test_only_people_of_the_domains_are_let_in(
    app, client, session, issuer, account, domains, let, monkeypatch
):
    settings = app.extensions["settings"].model_copy(update={"oidc_domains": domains})
    monkeypatch.setitem(app.extensions, "settings", settings)
    assert come_back(client, issuer).location == ("/" if let else "/sign-in")
    assert let_in(session) == [account.id] * let


LIES = {
    "another audience": {"aud": "another"},
    "another audience, for us": {"aud": "another", "azp": "fellowship"},
    "no audience": {"aud": None},
    "another issuer": {"iss": "https://evil.example"},
    "no issuer": {"iss": None},
    "another nonce": {"nonce": "another"},
    "no nonce": {"nonce": None},
    "expired": {"exp": int(NOW.timestamp()) - 61},
    "of no end": {"exp": None},
    "of tomorrow": {"iat": int(NOW.timestamp()) + 86_400},
    "nobody": {"sub": None},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_is_not_for_this_sign_in_is_refused(client, session, issuer, account, lie):
    issuer.claims = LIES[lie]
    assert is_refused(client, session, come_back(client, issuer))


def test_a_token_for_several_audiences_is_taken_if_it_is_for_us(client, issuer, account):
    issuer.claims = {"aud": ["another", "fellowship"], "azp": "fellowship"}
    assert come_back(client, issuer).location == "/"


SECRET = CLIENT["oidc_client_secret"] * 2
FORGERIES = {
    "another key": ({"alg": "RS256", "kid": "one"}, RSAKey.generate_key(2_048)),
    "an unknown key": ({"alg": "RS256", "kid": "two"}, RSAKey.generate_key(2_048)),
    "a secret": ({"alg": "HS256", "kid": "one"}, OctKey.import_key(SECRET)),
    "none": ({"alg": "none"}, None),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_token_that_the_issuer_did_not_sign_is_refused(client, session, issuer, account, forgery):
    issuer.header, issuer.signer = FORGERIES[forgery]
    assert is_refused(client, session, come_back(client, issuer))


def test_a_state_that_this_browser_was_not_given_is_refused(client, app, session, issuer, account):
    elsewhere = go(app.test_client())
    go(client)
    assert is_refused(client, session, come_back(client, issuer, url=elsewhere))
    assert is_refused(client, session, come_back(client, issuer, state="made-up"))


def test_a_state_and_a_code_are_good_once(client, app, session, issuer, account):
    url = go(client)
    cookie = client.get_cookie("fellowship").decoded_value
    brought = {"code": issuer.visit(url), "state": parse_qs(urlsplit(url).query)["state"][0]}
    token = read(client.get(BACK, query_string=brought)).find("input", {"name": "csrf_token"})["value"]
    assert client.post(BACK, data={"csrf_token": token, **brought}).location == "/"
    assert come_back(client, issuer, url=url).location == "/sign-in"
    thief = app.test_client()
    thief.set_cookie("fellowship", cookie)  # the browser's own state, put back
    page = thief.get(BACK, query_string=brought)
    token = read(page).find("input", {"name": "csrf_token"})["value"]
    assert thief.post(BACK, data={"csrf_token": token, **brought}).location == "/sign-in"
    assert let_in(session) == [account.id]


def test_only_the_newest_way_is_open(client, session, issuer, account):
    older = go(client)
    go(client)
    assert is_refused(client, session, come_back(client, issuer, url=older))


@pytest.mark.parametrize(("age", "target"), [(10 * MINUTE, "/"), (11 * MINUTE, "/sign-in")])
def test_one_comes_back_within_ten_minutes(client, issuer, account, age, target):
    url = go(client)
    with time_machine.travel(NOW + age, tick=False):
        assert come_back(client, issuer, url=url).location == target


@pytest.mark.parametrize(
    "brought", [{}, {"code": "x"}, {"state": "x"}, {"error": "access_denied", "state": "x"}]
)
def test_who_comes_back_with_nothing_is_told_what_else_there_is(client, session, account, brought):
    assert is_refused(client, session, client.get(BACK, query_string=brought))


@pytest.mark.parametrize(
    "nonsense", ["", "not JSON", "[]", "{}", "null", "7", '{"issuer": "https://evil.example"}']
)
def test_an_issuer_that_describes_itself_wrongly_is_read_anew_the_next_time(
    client, session, issuer, account, nonsense
):
    issuer.broken = {"/.well-known/openid-configuration": nonsense}
    assert is_refused(client, session, client.get(BEGIN), SILENT)
    issuer.broken = {}
    assert come_back(client, issuer).location == "/"


@pytest.mark.parametrize("path", ["/token", "/keys"])
@pytest.mark.parametrize(
    "nonsense", ["not JSON", "[]", "{}", "null", "7", '{"keys": 7}', '{"id_token": "x"}']
)
def test_an_issuer_that_answers_nonsense_lets_nobody_in(client, session, issuer, account, path, nonsense):
    issuer.broken = {path: nonsense}
    assert is_refused(client, session, come_back(client, issuer))


def test_an_issuer_that_is_down_is_a_calm_page(app, client, session, account, monkeypatch):
    known = app.extensions["authlib.integrations.flask_client"].create_client("oidc")
    monkeypatch.setattr(known, "_server_metadata_url", "http://127.0.0.1:9/nobody")
    assert is_refused(client, session, client.get(BEGIN), SILENT)


def test_every_request_to_the_issuer_has_an_end(app):
    known = app.extensions["authlib.integrations.flask_client"].create_client("oidc")
    assert known._get_session().default_timeout == 5


def test_the_issuer_is_read_once_an_hour(client, issuer):
    go(client), go(client)
    with time_machine.travel(NOW + 61 * MINUTE, tick=False):
        go(client)
    assert issuer.asked.count("/.well-known/openid-configuration") == 2


def test_beginning_often_does_not_fill_the_cookie(client):
    sizes = []
    for _ in range(12):
        go(client)
        sizes.append(len(client.get_cookie("fellowship").value))
    assert max(sizes) < 1_500


def test_without_an_issuer_there_is_no_such_way(databases, backend):
    plain = databases.application(backend)
    assert "oidc" not in plain.blueprints
    assert not [rule for rule in plain.url_map.iter_rules() if "oidc" in rule.rule]


def test_a_claim_that_is_not_checked_is_caught(client, session, issuer, account, monkeypatch):
    """Planted: addresses are believed unverified. The tests above would see it."""

    def believing(claims):
        return person_of({**claims, "email_verified": True})

    monkeypatch.setattr(views, "person_of", believing)
    issuer.claims = {"email_verified": False}
    assert come_back(client, issuer).location == "/"
    assert let_in(session) == [account.id]


def test_a_signature_that_is_not_checked_is_caught(app, client, session, issuer, account, monkeypatch):
    """Planted: a token is believed for what it says."""
    known = app.extensions["authlib.integrations.flask_client"].create_client("oidc")
    person = {"iss": issuer.address, **issuer.person(issuer.told)}
    monkeypatch.setattr(known, "parse_id_token", lambda *_args, **_kwargs: person)
    issuer.header, issuer.signer = FORGERIES["another key"]
    assert come_back(client, issuer).location == "/"


def test_a_step_without_the_token_of_its_page_is_refused(client, session, issuer, account):
    url = go(client)
    brought = {"code": issuer.visit(url), "state": parse_qs(urlsplit(url).query)["state"][0]}
    assert client.post(BACK, data=brought).status_code == 400
    assert let_in(session) == []


def test_tries_are_limited(client):
    answers = [client.get(BEGIN).status_code for _ in range(31)]
    assert answers == [302] * 30 + [429]


def test_who_is_signed_in_already_can_sign_in_anew(client, session, issuer, account):
    make_account(name="Jonas Kettler")
    come_back(client, issuer)
    assert come_back(client, issuer).location == "/"
    assert submit(client, "/account", "/sign-out").status_code == 302


def test_the_session_that_the_browser_had_before_is_over(client_of, issuer, account):
    stranger = make_account(name="Ben Other")
    shared = client_of(stranger)
    assert come_back(shared, issuer).status_code == 302
    assert (open_sessions(stranger), open_sessions(account)) == (0, 1)
