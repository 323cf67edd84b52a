"""When to look at a fellow, and why: explicit facts, each in words and with the way to it. Pure.

Nothing is inferred and nothing is weighed up: what is counted, and from how much on, is said in `MEANINGS`.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from program.clock import written_day
from program.cohorts.periods import report_for
from program.presentation import path_to

OLD_ASK = timedelta(days=10)
LATE_TIMES = RETURNED_TIMES = 2
LATEST_REPORTS = 2
LEAVE_SOON = timedelta(days=7)


class SignalKind(StrEnum):
    """What is seen, in the order in which it is said."""

    UNREAD = "unread"
    WAITS = "waits"
    LATE = "late"
    RETURNED = "returned"
    PROGRESS = "progress"
    ASKS = "asks"
    LEAVE = "leave"


MEANINGS = {
    SignalKind.UNREAD: "a report was sent, and no mentor who can sign in leads the fellow today",
    SignalKind.WAITS: "a report waits for its review longer than the cohort's target",
    SignalKind.LATE: f"at least {LATE_TIMES} reports so far were sent late, or are past their deadline and not sent",
    SignalKind.RETURNED: f"the last {LATEST_REPORTS} reports sent were returned at least {RETURNED_TIMES} times in all",
    SignalKind.PROGRESS: "what the mentor last told staff of how it goes is “some concern” or “off track”",
    SignalKind.ASKS: f"an ask has been open for more than {OLD_ASK.days} days",
    SignalKind.LEAVE: f"a leave runs today, or begins within {LEAVE_SOON.days} days",
}
PLACES = {SignalKind.LATE: "timeline.person", SignalKind.LEAVE: "leaves.listing"}
"""Where the evidence of those is that are no matter of one report."""


class Fact(NamedTuple):
    """One thing about a fellowship as it was counted; the instant and the report are those of the first such thing.

    `others` are reports not sent for LATE, and different reports for RETURNED; `word` is what the mentor said.
    """

    kind: str
    fellowship_id: int
    times: int
    others: int = 0
    report_id: int | None = None
    report: str = ""
    at: datetime | None = None
    first_day: date | None = None
    last_day: date | None = None
    word: str = ""


class Signal(NamedTuple):
    """Why to look at a fellow."""

    kind: SignalKind
    reason: str
    fellowship_id: int
    report_id: int | None

    @property
    def url(self) -> str:
        """Where the evidence is."""
        if self.report_id is not None:
            return path_to("reviews.read", report_id=self.report_id)
        return path_to(PLACES[self.kind], fellowship_id=self.fellowship_id)


def signals_from(facts: Iterable[Fact], *, day: date, now: datetime) -> dict[int, list[Signal]]:
    """The signals by fellowship, each fellowship's in the order of their kinds; `day` is today at the cohort."""
    found: dict[int, list[Signal]] = {}
    order = list(SignalKind)
    for fact in sorted(facts, key=lambda fact: order.index(SignalKind(fact.kind))):
        signal = Signal(SignalKind(fact.kind), _reason(fact, day, now), fact.fellowship_id, fact.report_id)
        found.setdefault(fact.fellowship_id, []).append(signal)
    return found


def _reason(fact: Fact, day: date, now: datetime) -> str:
    match SignalKind(fact.kind):
        case SignalKind.UNREAD:
            reason = _of_reports(
                fact,
                f"no mentor owes a review of the {report_for(fact.report)}",
                "no mentor owes a review of {} reports",
            )
        case SignalKind.WAITS:
            over = f"{_days_since(fact.at, now)} over target"
            reason = _of_reports(fact, f"{fact.report}: review {over}", f"{{}} reviews, the oldest {over}")
        case SignalKind.LATE:
            reason = _late(sent_late=fact.times, missing=fact.others)
        case SignalKind.RETURNED:
            many, one = f"the last {fact.others} reports", f"the {report_for(fact.report)}"
            reason = f"{one if fact.others == 1 else many} returned {_times(fact.times)}"
        case SignalKind.PROGRESS:
            reason = f"mentor says “{fact.word}” of {fact.report}"
        case SignalKind.ASKS:
            open_for = _days_since(fact.at, now)
            reason = (
                f"ask open {open_for}"
                if fact.times == 1
                else f"{fact.times} asks open, the oldest {open_for}"
            )
        case _:
            reason = _leave(fact, day)
    return reason


def _late(*, sent_late: int, missing: int) -> str:
    """How many are late; of which sort, where there are both."""
    total = sent_late + missing
    if not missing or not sent_late:
        return f"{total} reports {'sent late' if sent_late else 'late and not sent'}"
    return f"{total} reports late: {sent_late} sent, {missing} not"


def _leave(fact: Fact, day: date) -> str:
    first, last = fact.first_day or day, fact.last_day or day
    if first <= day:
        return f"on leave until {written_day(last)}"
    if first == last:
        return f"on leave on {written_day(first)}"
    return f"on leave from {written_day(first)} to {written_day(last)}"


def _of_reports(fact: Fact, one: str, many: str) -> str:
    return one if fact.times == 1 else many.format(fact.times)


def _times(count: int) -> str:
    return "twice" if count == 2 else f"{count} times"


def _days_since(instant: datetime | None, now: datetime) -> str:
    days = (now - instant).days if instant else 0
    return f"{days} day{'' if days == 1 else 's'}" if days else "less than a day"
