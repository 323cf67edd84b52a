"""What the proofs tried is counted over all processes, and only once."""

from types import SimpleNamespace

from tests.tally import NAME, lines


def report(*counted, when="call"):
    return SimpleNamespace(when=when, user_properties=[(NAME, list(value)) for value in counted])


def test_counts_are_added_up_by_what_was_tried_and_on_which_database():
    reports = [
        report(("redirects", "sqlite", 20), ("fuzz", "", 3)),
        report(("redirects", "sqlite", 10), ("redirects", "postgresql", 1_000)),
        report(("redirects", "sqlite", 20), when="teardown"),
    ]
    assert lines(reports) == ["fuzz: 3", "redirects: 30 on sqlite, 1,000 on postgresql"]


def test_a_test_can_say_what_it_tried(tally, request):
    tally("tallies", 1)
    assert request.node.user_properties == [(NAME, ["tallies", "", 1])]
