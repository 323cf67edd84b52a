"""People with authenticators."""

import re
from datetime import timedelta

import pyotp
import pytest
import time_machine

from program.access import Role
from program.extensions import db
from program.factors.models import Authenticator
from program.factors.sealing import unseal
from program.sign_in.models import SignInSession
from tests.databases import KEYS
from tests.factories import NOW, make_account
from tests.pages import read, submit

SECURITY, SET_UP = "/account/security", "/account/security/authenticator"
PASSWORD = "seven otters knit at dawn"


def secret_of(account, *, key=KEYS["secret_key"]):
    """What the account's authenticator makes its codes of."""
    return unseal(db.session.get(Authenticator, account.id).secret, keys=[key])


def code_of(account, *, at=NOW):
    """What the account's authenticator shows at this moment."""
    return pyotp.TOTP(secret_of(account)).at(at)


def set_up(browser, account):
    """Set an authenticator up as a person does; its recovery codes."""
    submit(browser, SECURITY, f"{SET_UP}/begin")
    response = submit(browser, SET_UP, code=code_of(account))
    assert response.status_code == 200
    return [code.get_text() for code in read(response).select(".codes code")]


def later(seconds):
    """In so many seconds, for a code of another step."""
    return time_machine.travel(NOW + timedelta(seconds=seconds), tick=False)


def weaken(account):
    """Every session of the account is as after a mailed link."""
    db.session.query(SignInSession).filter_by(account_id=account.id).update({"second_factor_at": None})
    db.session.flush()


def looks_like_codes(codes):
    return [bool(re.fullmatch("([a-z2-9]{4}-){5}[a-z2-9]{4}", code)) for code in codes]


@pytest.fixture
def account(app):
    return make_account(name="Ada Marsh", roles=[Role.FELLOW])


@pytest.fixture
def browser(client_of, account):
    return client_of(account)


@pytest.fixture
def codes(browser, account):
    """The recovery codes of the authenticator that was just set up."""
    return set_up(browser, account)
