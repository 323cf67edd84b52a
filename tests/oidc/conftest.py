"""The application with an issuer to sign in by."""

import pytest

from program.access import Role
from program.extensions import limiter
from tests.databases import other_app, rolled_back
from tests.factories import make_account
from tests.oidc.liar import CLIENT, lying
from tests.pages import Browser


@pytest.fixture(scope="module")
def issuer():
    with lying() as issuer:
        yield issuer


@pytest.fixture(scope="module")
def provided(backend, databases, issuer, tmp_path_factory):
    """The application with this issuer, on a database of its own."""
    settings = {"oidc_issuer": issuer.address, "oidc_name": "Example University", **CLIENT}
    databases.application(backend)  # first: what all share is given back to it at the end
    folder = tmp_path_factory.mktemp("oidc")
    with other_app(folder, database_url=databases.migrated(backend), **settings) as app:
        app.test_client_class = Browser
        yield app


@pytest.fixture
def app(provided, cast_engine, issuer, now):
    limiter.reset()
    issuer.reset()
    provided.extensions["authlib.integrations.flask_client"].create_client("oidc").server_metadata = {}
    with rolled_back(provided, on=cast_engine):
        yield provided


@pytest.fixture
def account(app):
    return make_account(name="Ada Marsh", roles=[Role.FELLOW])
