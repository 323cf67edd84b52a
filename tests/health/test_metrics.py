"""Prometheus reads figures from the database, with the token and not otherwise."""

from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from program.health.services import record_tick
from program.notices.models import NoticeKind, NoticeState
from tests.factories import NOW, make_notice

MINUTE = timedelta(minutes=1)
TOKEN = "a token that only tests of the metrics have"
DEAREST = 6


@pytest.fixture
def scrape(app, client, monkeypatch):
    def ask(shown=f"Bearer {TOKEN}", *, token=TOKEN):
        settings = app.extensions["settings"].model_copy(update={"metrics_token": token})
        monkeypatch.setitem(app.extensions, "settings", settings)
        return client.get("/metrics", headers={"Authorization": shown} if shown else {})

    return ask


def samples(response):
    """What an independent reader of the format finds, by name and labels."""
    families = text_string_to_metric_families(response.text)
    return {
        (one.name, *map(one.labels.get, sorted(one.labels, reverse=True))): one.value
        for family in families
        for one in family.samples
        if family.type == "gauge"
    }


def make_messages(person):
    for number, (state, kind) in enumerate(
        [("sent", "reminder"), ("sent", "digest"), ("failed", "reminder"), ("ambiguous", "reminder")]
    ):
        notice = make_notice(
            person, kind=NoticeKind(kind), subject=("report", number + 100), at=NOW - 5 * MINUTE
        )
        notice.state, notice.attempts = NoticeState(state), 2
        notice.sent_at = NOW - MINUTE if state == "sent" else None
        notice.failed_at = NOW - MINUTE if state == "failed" else None
    make_notice(person, subject=("report", 200), at=NOW - 3 * MINUTE)
    make_notice(person, subject=("concern", 1), at=NOW - MINUTE)


def test_the_figures_are_those_of_the_database(scrape, cast):
    record_tick(now=NOW - MINUTE)
    make_messages(cast.fellow)
    answer = scrape()
    assert answer.content_type.startswith("text/plain; version=0.0.4")
    found = samples(answer)
    assert {name[1:]: value for name, value in found.items() if name[0] == "fellowship_messages"} == {
        ("failed", "reminder"): 1,
        ("ambiguous", "reminder"): 1,
        ("pending", "reminder"): 1,
    }
    assert found["fellowship_messages_sent_last_hour", "digest"] == 1
    assert found["fellowship_message_tries", "failed", "reminder"] == 2
    assert found["fellowship_failure_ratio",] == pytest.approx(1 / 3)
    assert found["fellowship_oldest_unsent_seconds",] == 180
    assert found["fellowship_last_tick_seconds",] == 60
    assert found["fellowship_messages_ambiguous",] == 1


def test_a_programme_that_has_done_nothing_can_be_scraped(scrape):
    found = samples(scrape())
    assert found["fellowship_failure_ratio",] == 0
    assert ("fellowship_last_tick_seconds",) not in found


def test_more_messages_are_no_more_statements(scrape, cast, count_queries):
    make_messages(cast.fellow)
    with count_queries() as few:
        scrape()
    for number in range(30):
        make_notice(cast.fellow, subject=("report", number + 500))
    with count_queries() as many:
        scrape()
    assert len(few) == len(many) <= DEAREST + 2


@pytest.mark.parametrize(
    "shown", [None, "", "Bearer", "Bearer wrong", f"Basic {TOKEN}", TOKEN, "Bearer \N{KELVIN SIGN}"]
)
def test_without_the_token_there_is_nothing_here(scrape, shown):
    assert scrape(shown).status_code == 404


@pytest.mark.parametrize("shown", ["Bearer ", "Bearer", None])
def test_no_token_in_the_settings_lets_nobody_in(scrape, shown):
    assert scrape(shown, token="").status_code == 404
