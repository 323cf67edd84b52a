"""What the proofs of security share: what they tried is counted, and said at the end of the run."""

from collections.abc import Callable

import pytest

from tests.tally import NAME


@pytest.fixture
def tally(request) -> Callable[[str, int], None]:
    """Say how many of something this test tried: `tally("redirect payloads", 30)`."""
    backend = getattr(request.node, "callspec", None) and request.node.callspec.params.get("backend")

    def count(name: str, number: int) -> None:
        request.node.user_properties.append((NAME, [name, backend or "", number]))

    return count
