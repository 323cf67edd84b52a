"""What the proofs of security share: what they tried is counted, and said at the end of the run."""

from collections.abc import Callable

import pytest

from tests.security.places import World
from tests.tally import NAME
from tests.web.test_queries import PAGES


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
