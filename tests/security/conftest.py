"""What the proofs of security share: the application with all that is optional, and a count of what they tried."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import Engine

from program.extensions import limiter
from tests.databases import Databases, rolled_back
from tests.oidc.liar import CLIENT, Liar, lying
from tests.pages import Browser
from tests.security.places import World
from tests.tally import NAME
from tests.web.test_queries import PAGES


@pytest.fixture(scope="session")
def running_issuer() -> Iterator[Liar]:
    """An OpenID Connect issuer in a thread."""
    with lying() as issuer:
        yield issuer


@pytest.fixture
def issuer(running_issuer: Liar) -> Liar:
    """The issuer that the application knows; nobody has told it to lie yet."""
    running_issuer.reset()
    return running_issuer


@pytest.fixture
def app(
    backend: str, databases: Databases, cast_engine: Engine | None, issuer: Liar, now: datetime
) -> Iterator[Flask]:
    """As everywhere, but with every route that there can be: an issuer is set, and the demo is on."""
    settings = {"oidc_issuer": issuer.address, "demo": True, **CLIENT}
    with databases.with_everything(backend, **settings) as application:
        application.test_client_class = Browser
        limiter.reset()
        with rolled_back(application, on=cast_engine):
            yield application


@pytest.fixture
def tally(request) -> Callable[[str, int], None]:
    """Say how many of something this test tried: `tally("redirect payloads", 30)`."""
    backend = getattr(request.node, "callspec", None) and request.node.callspec.params.get("backend")

    def count(name: str, number: int) -> None:
        request.node.user_properties.append((NAME, [name, backend or "", number]))

    return count


@pytest.fixture
def world(app, cast, client, client_of) -> World:
    """The programme with something on every page, and a browser for each of the people who look at one."""
    people = {who for _endpoint, who, *_rest in PAGES} - {"nobody"}
    return World(
        app, cast, {"nobody": client} | {who: client_of(getattr(cast, who)) for who in sorted(people)}
    )
