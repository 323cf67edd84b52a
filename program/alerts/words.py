"""What an alert says: counts and a link, and nothing of anybody."""

from collections.abc import Callable

from program.alerts.models import Alert, AlertKind
from program.alerts.queries import count_ambiguous, count_failed
from program.presentation import path_to


def text_of(alert: Alert, *, site: str) -> str:
    """The alert in words, as things are now; empty if nothing is left to tell. `site` is the public address."""
    words, endpoint, values = WORDS[alert.kind](alert)
    return f"{words} {site.rstrip('/')}{path_to(endpoint, **values)}" if words else ""


Said = tuple[str, str, dict[str, str]]
"""Words, and the page that they lead to."""


def _test(_alert: Alert) -> Said:
    return "This is a test. Alerts about the programme come here.", "alerts.listing", {}


def _mail_failed(alert: Alert) -> Said:
    failed, doubtful = count_failed(alert.since, alert.until), count_ambiguous()
    told = [f"{_many(failed, 'message')} failed for good within an hour"] if failed else []
    told += [f"{_many(doubtful, 'message')} may or may not have arrived"] if doubtful else []
    state = "failed" if failed else "ambiguous"
    return f"{'; '.join(told)}." if told else "", "outbox.listing", {"state": state}


def _sending_stuck(alert: Alert) -> Said:
    return (
        f"A message has been waiting for {_span(alert)} to be sent.",
        "outbox.listing",
        {"state": "pending"},
    )


def _silence(alert: Alert) -> Said:
    words = f"For {_span(alert)} nothing was sent or reminded of by itself. That works again now."
    return words, "outbox.listing", {}


def _reviews_overdue(alert: Alert) -> Said:
    words = f"{_many(alert.count, 'review')} came to be two working days over the target."
    return words, "home.staff", {}


def _address_suppressed(_alert: Alert) -> Said:
    return "Within an hour mail came back for good: at least one address gets no more.", "bounces.listing", {}


WORDS: dict[AlertKind, Callable[[Alert], Said]] = {
    AlertKind.TEST: _test,
    AlertKind.MAIL_FAILED: _mail_failed,
    AlertKind.SENDING_STUCK: _sending_stuck,
    AlertKind.SILENCE: _silence,
    AlertKind.REVIEWS_OVERDUE: _reviews_overdue,
    AlertKind.ADDRESS_SUPPRESSED: _address_suppressed,
}


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _span(alert: Alert) -> str:
    minutes = int((alert.until - alert.since).total_seconds() // 60)
    return _many(minutes, "minute") if minutes < 120 else _many(minutes // 60, "hour")
