"""People with devices."""

import pytest

from program.access import Role
from tests.factories import make_account
from tests.pages import token_of
from tests.passkeys.authenticator import Device

OWN, SIGN_IN = "/account/passkeys", "/sign-in/passkey"


class Ceremonies:
    """What a page does with a device, by its forms' addresses."""

    def add(self, browser, device, *, name="Phone", spoil=lambda answer: answer):
        """Make a passkey; the answer to its form."""
        token = token_of(browser, OWN)
        options = browser.post(f"{OWN}/options", data={"csrf_token": token}).json
        fields = {"csrf_token": token, "name": name, "credential": spoil(device.create(options))}
        return browser.post(OWN, data=fields)

    def ask(self, browser):
        """What a browser is asked for to sign in."""
        return browser.post(f"{SIGN_IN}/options", data={"csrf_token": token_of(browser, "/sign-in")}).json

    def answer(self, browser, credential):
        """Send the form of the sign-in."""
        fields = {"csrf_token": token_of(browser, "/sign-in"), "credential": credential}
        return browser.post(SIGN_IN, data=fields)

    def sign_in(self, browser, device, *, spoil=lambda answer: answer):
        return self.answer(browser, spoil(device.get(self.ask(browser))))


@pytest.fixture
def ceremonies():
    return Ceremonies()


@pytest.fixture
def account(app):
    return make_account(name="Ada Marsh", roles=[Role.FELLOW])


@pytest.fixture
def browser(client_of, account):
    return client_of(account)


@pytest.fixture
def device(ceremonies, browser):
    """A device with a passkey of the account."""
    device = Device()
    assert ceremonies.add(browser, device).status_code == 302
    return device
