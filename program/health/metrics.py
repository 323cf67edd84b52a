"""The figures as Prometheus reads them: from the database at each scrape, so that any number of machines agree."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from program.health.queries import count_sent, count_standing, read_figures

HOUR = timedelta(hours=1)
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Sending(Collector):
    """How sending goes at one moment. What has no value yet, as the last tick before the first, is left out."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def collect(self) -> Iterator[Metric]:
        """Three gauges by kind, then the figures."""
        messages = _by_kind("messages", "Messages that are not done with", "state", "kind")
        tries = _by_kind("message_tries", "Tries that they have had so far", "state", "kind")
        for row in count_standing():
            messages.add_metric([row.state.value, row.kind.value], row.messages)
            tries.add_metric([row.state.value, row.kind.value], row.tries)
        sent = _by_kind("messages_sent_last_hour", "Messages that the relay took", "kind")
        for kind, count in count_sent(self.now - HOUR):
            sent.add_metric([kind.value], count)
        yield from (messages, tries, sent, *self._figures())

    def _figures(self) -> Iterator[Metric]:
        figures = read_figures(self.now, within=HOUR)
        for name, what, value in (
            (
                "oldest_unsent_seconds",
                "For how long a message has waited",
                figures.oldest_unsent_seconds or 0,
            ),
            ("last_tick_seconds", "Since when nothing ran by itself", figures.last_tick_seconds),
            (
                "relay_down_seconds",
                "Since when nobody sends, because the relay does not answer; 0 while it does",
                figures.relay_down_seconds or 0,
            ),
            ("messages_failed_last_hour", "Messages that were given up", figures.failed),
            ("messages_ambiguous", "Messages that may have arrived", figures.ambiguous),
            ("failure_ratio", "Failed of sent and failed in the last hour, 0 to 1", figures.failure_rate),
        ):
            if value is not None:
                yield GaugeMetricFamily(f"fellowship_{name}", what, value=value)


def write_metrics(now: datetime) -> bytes:
    """The text that is scraped. Eight statements, however many messages there are."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Sending(now))
    return generate_latest(registry)


def _by_kind(name: str, what: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"fellowship_{name}", what, labels=labels)
