"""A sign-in by the issuer is one factor, its tokens stay on the server, and it leads the server nowhere else."""

import logging

import pytest
from authlib.integrations.requests_client import OAuth2Session
from sqlalchemy import String, func, select
from sqlalchemy import cast as as_type

from program.access import Role
from program.accounts.models import Account
from program.extensions import db
from program.oidc import issuer as speaking
from program.oidc import views
from program.oidc.models import OidcIdentity
from program.sign_in import services
from program.sign_in.models import Method, SignInSession
from tests.factories import NOW, make_account
from tests.factors.conftest import code_of, later, set_up
from tests.oidc.liar import lying
from tests.oidc.test_sign_in import BACK, BEGIN, SILENT, come_back, is_refused
from tests.pages import submit, text_of
from tests.security.crawl import crawl
from tests.security.places import Place
from tests.security.test_mass_assignment import tempted

TOKENS = {"access_token": "canary-access", "refresh_token": "canary-refresh", "planted": "canary-planted"}
RUNNING = ["/staff", "/people", "/audit", "/admin/policy"]


@pytest.fixture
def boss(app):
    """Whom the issuer vouches for, and who runs the programme."""
    return make_account(name="Ada Marsh", roles=[Role.STAFF, Role.ADMIN, Role.FELLOW])


def closed_to(browser):
    """Which pages of those who run the programme ask for more."""
    return [page for page in RUNNING if browser.get(page).location == "/sign-in/again"]


def test_who_signs_in_by_the_issuer_runs_the_programme_only_once_a_second_factor_is_shown(
    client, issuer, boss, client_of
):
    set_up(client_of(boss), boss)
    assert come_back(client, issuer).location == "/"
    assert closed_to(client) == RUNNING
    assert client.get("/fellow").status_code == 200
    with later(60):
        code = code_of(boss, at=NOW.timestamp() + 60)
        assert submit(client, "/sign-in/again", code=code).status_code == 302
        assert closed_to(client) == []
        assert client.get("/staff").status_code == 200


@pytest.mark.parametrize("said", [{"amr": ["mfa", "hwk"]}, {"acr": "phrh"}, {"acr": "3"}])
def test_that_the_issuer_says_it_asked_for_more_counts_for_nothing(client, issuer, boss, said):
    """Nobody has agreed with it on what its words mean."""
    issuer.claims = said
    assert come_back(client, issuer).location == "/"
    assert closed_to(client) == RUNNING


def test_a_mistake_that_counts_the_issuer_as_two_is_caught(client, issuer, boss, monkeypatch):
    monkeypatch.setattr(services, "STRONG", services.STRONG | {Method.OIDC})
    come_back(client, issuer)
    assert closed_to(client) == []


def test_a_sign_in_by_the_issuer_lasts_as_long_as_any_other_whatever_happens_there(
    app, client, issuer, account
):
    """As the README says: nobody is asked there again, and signing out here says nothing there."""
    phone = app.test_client()
    come_back(client, issuer), come_back(phone, issuer)
    asked, settings = len(issuer.asked), app.extensions["settings"]
    issuer.broken = dict.fromkeys(("/token", "/keys", "/about"), "gone")
    with later(settings.session_idle_days * 86_400 - 1):
        assert client.get("/account").status_code == 200
    with later(settings.session_days * 86_400):
        assert client.get("/account").location == "/sign-in"
    assert submit(phone, "/account", "/sign-out").status_code == 302
    assert phone.get("/account").location == "/sign-in"
    assert len(issuer.asked) == asked


def test_nothing_that_is_sent_beside_the_code_changes_anything(
    app, client, session, issuer, account, monkeypatch
):
    """Every column of every model, as with the forms that a page leads to."""
    own = ("code", "state", "csrf_token")
    place = Place("nobody", BACK, BACK, "oidc.finish", dict.fromkeys(own, ""), (), names=frozenset(own))
    before = [getattr(account, column.name) for column in Account.__table__.columns]
    monkeypatch.setitem(app.config, "MAX_FORM_PARTS", 5_000)
    assert come_back(client, issuer, **tempted(place)).location == "/"
    session.expire_all()
    assert [getattr(account, column.name) for column in Account.__table__.columns] == before
    assert account.roles == {Role.FELLOW}
    started = session.scalars(select(SignInSession)).one()
    assert (started.second_factor_at, started.method, started.looks_as_id) == (None, Method.OIDC, None)
    assert session.scalars(select(OidcIdentity.subject)).one() == "ada-at-the-issuer"


def kept_by(browser):
    """What the browser keeps, as it stands and as it is to be read."""
    with browser.session_transaction() as readable:
        return f"{dict(readable)} {[str(cookie) for cookie in browser._cookies.values()]}"


def stored(text):
    """The columns that hold the text."""
    columns = [column for table in db.metadata.sorted_tables for column in table.columns]
    counts = {
        str(column): select(func.count()).where(as_type(column, String).contains(text)) for column in columns
    }
    return [name for name, query in counts.items() if db.session.scalar(query)]


def met(browser, answer, issuer, caplog):
    """Where a token of the issuer is met after this sign-in: by its name, and where."""
    pages = " ".join(text_of(page) for _at, page in crawl(browser, ["/", "/account", "/account/security"]))
    places = {
        "the answer": f"{answer.headers} {answer.get_data(as_text=True)}",
        "a page": pages,
        "a cookie": kept_by(browser),
        "a log": " ".join(record.getMessage() for record in caplog.records),
    }
    tokens = [
        *TOKENS.values(),
        *issuer.issued,
        *(part for token in issuer.issued for part in token.split(".")),
    ]
    found = {where for where, text in places.items() for token in tokens if token in text}
    return found | {column for token in tokens for column in stored(token)}


def test_no_token_of_the_issuer_reaches_a_page_a_cookie_a_table_or_a_log(client, issuer, account, caplog):
    caplog.set_level(logging.DEBUG)
    issuer.tokens = TOKENS
    issuer.told = ()  # so that the access token is used, too
    answer = come_back(client, issuer)
    assert (answer.location, len(issuer.issued), issuer.asked.count("/about")) == ("/", 1, 1)
    assert met(client, answer, issuer, caplog) == set()


def test_a_token_that_is_kept_is_caught(client, issuer, account, caplog, monkeypatch):
    """Planted: in the address that one is led to, and as the name of the person at the issuer."""
    real = views.person_of

    def keeping(claims):
        person = real(claims)
        return type(person)(person.issuer, issuer.issued[0][:200], person.address)

    monkeypatch.setattr(views, "person_of", keeping)
    monkeypatch.setattr(views, "begin_in_browser", lambda _token: f"/?was={TOKENS['access_token']}")
    issuer.tokens = TOKENS
    answer = come_back(client, issuer)
    assert {"the answer", "oidc_identity.subject"} <= met(client, answer, issuer, caplog)


@pytest.fixture
def elsewhere():
    with lying() as other:
        yield other


AWAY = [(path, status) for path in ("/token", "/keys", "/about") for status in (301, 302, 303, 307, 308)]


@pytest.mark.parametrize(("path", "status"), AWAY)
def test_an_answer_that_leads_elsewhere_is_not_followed(
    client, session, issuer, account, elsewhere, path, status
):
    """Followed, a token's address that has moved for a moment (307) would hand the code and the secret over."""
    issuer.told, issuer.status = (), status
    issuer.leads = {path: f"{elsewhere.address}{path}"}
    assert is_refused(client, session, come_back(client, issuer))
    assert path in issuer.asked
    assert elsewhere.asked == []


def test_a_description_that_leads_elsewhere_is_not_followed(client, session, issuer, account, elsewhere):
    issuer.leads = dict.fromkeys(
        ["/.well-known/openid-configuration"], f"{elsewhere.address}/.well-known/openid-configuration"
    )
    assert is_refused(client, session, client.get(BEGIN), SILENT)
    assert elsewhere.asked == []


def test_a_line_that_follows_is_caught(client, issuer, account, elsewhere, monkeypatch):
    monkeypatch.setattr(speaking.Issuer, "client_cls", OAuth2Session)
    issuer.status, issuer.leads = 307, {"/token": f"{elsewhere.address}/token"}
    come_back(client, issuer)
    assert elsewhere.asked == ["/token"]
