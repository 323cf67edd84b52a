"""Everything that can become of one week's report, each as a scenario."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from program.accounts.models import Account
from program.cohorts.models import AuthorshipMode, ReportPeriod
from program.demo import texts
from program.demo.roster import Place
from program.demo.writing import answer, begin, decide, send, write
from program.reports.models import Report
from program.reviews.models import Verdict

Hours = tuple[int, int]
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SOON: Hours = (4, 40)
"""How long most mentors take."""


@dataclass(frozen=True)
class Week:
    """One fellow's week as seen at `now`. All its chances come from the fellow's seed."""

    place: Place
    period: ReportPeriod
    now: datetime

    @property
    def author(self) -> Account:
        return self.place.fellowship.account

    def rng(self, purpose: str) -> Random:
        """Chances for one purpose, so that one more does not change the others."""
        return texts.seeded(f"{self.place.seed}:{self.period.number}:{purpose}")

    def after(self, instant: datetime, purpose: str, hours: Hours) -> datetime:
        """Some hours later; half way to now if that would lie in the future."""
        later = instant + timedelta(minutes=self.rng(purpose).randint(60 * hours[0], 60 * hours[1]))
        return later if later < self.now else instant + (self.now - instant) / 2

    def in_time(self) -> datetime:
        """When it was sent, if in time: some hours before the deadline, or before now if that is to come."""
        before = timedelta(minutes=self.rng("send").randint(90, 1_900))
        return min(self.period.due_at, self.now) - before

    def body(self) -> dict[str, str]:
        """The text of the report; about half of them ask something."""
        sections = texts.report_sections(
            self.place.person.track, week=self.period.number or 0, seed=self.place.seed
        )
        rng = self.rng("asks")
        asks = rng.sample(texts.ASKS, rng.choice((0, 0, 0, 0, 1, 1, 1, 2)))
        return {**sections, "asks": "\n".join(asks)}

    def said_apart(self) -> dict[str, str]:
        """What only the research manager reads: how they are."""
        return {"how": str(self.rng("how").choice((5, 6, 6, 7, 7, 8, 8, 9)))}


def not_begun(week: Week) -> None:
    """Nothing has been written: still to come, or late by now."""


def in_draft(week: Week) -> Report:
    """Half written, last saved some hours ago."""
    at = week.in_time()
    report = begin(week.place, week.period, at=at)
    write(report, author=week.author, body=texts.half_written(week.body()), at=at)
    return report


def waiting(week: Week) -> Report:
    """Sent in time; the mentor has not read it."""
    return _sent(week, at=week.in_time())


def waiting_late(week: Week) -> Report:
    """Sent after the deadline, and just as long ago as a mentor may take; the mentor has not read it."""
    minutes = timedelta(minutes=week.rng("late").randint(1, 50))
    at = week.now - minutes
    while week.place.fellowship.cohort.owed_after(at) > week.now:
        at -= DAY
    return _sent(week, at=max(week.period.due_at + HOUR - minutes, at))


def returned(week: Week, *, after: Hours = (50, 80)) -> Report:
    """Sent in time and returned with a comment after some hours; the fellow has not mended it."""
    report = waiting(week)
    _decide(week, report, Verdict.RETURN, after=after)
    return report


def accepted(week: Week) -> Report:
    """Sent in time, accepted at the first reading."""
    report = waiting(week)
    _decide(week, report, Verdict.ACCEPT)
    return report


def accepted_late(week: Week) -> Report:
    """Sent after the deadline, accepted at the first reading."""
    report = _sent(week, at=week.after(week.period.due_at, "late", (3, 40)))
    _decide(week, report, Verdict.ACCEPT)
    return report


def forgotten_ask(week: Week, *, sent_at: datetime) -> Report:
    """Sent then and accepted, but a question in it was never answered."""
    report = _sent(week, at=sent_at, asks=texts.ASKS[12])
    _decide(week, report, Verdict.ACCEPT, answers=False)
    return report


def mended(week: Week) -> Report:
    """Sent in time, returned, sent again with what was missing, accepted."""
    report = returned(week, after=SOON)
    at = week.after(report.decided_at or week.now, "mend", (4, 20))
    body = report.revisions[-1].body
    more = week.rng("mended").choice(texts.MENDED)
    mended_body = {**body, "learned": f"{body['learned']}\n\n{more}"}
    write(report, author=week.author, body=mended_body, at=at, aside=week.said_apart())
    send(report, at=at)
    _decide(week, report, Verdict.ACCEPT)
    return report


SCENARIOS: dict[str, Callable[[Week], Report | None]] = {
    "a": accepted,
    "l": accepted_late,
    "m": mended,
    "s": waiting,
    "S": waiting_late,
    "r": returned,
    "d": in_draft,
    ".": not_begun,
}
"""By the letter that stands for the week in a fellow's row of the data."""


def play(week: Week, letter: str) -> Report | None:
    """Let the week go as the letter says."""
    return SCENARIOS[letter](week)


def _sent(week: Week, *, at: datetime, asks: str | None = None) -> Report:
    """In the weeks of training the research manager began the text and the fellow went on from there."""
    report = begin(week.place, week.period, at=at)
    body = week.body() if asks is None else {**week.body(), "asks": asks}
    manager = week.place.fellowship.research_manager
    if week.period.phase.authorship is AuthorshipMode.TOGETHER and manager is not None:
        earlier = at - timedelta(hours=5)
        write(report, author=manager, body=texts.half_written({**body, "asks": ""}), at=earlier)
    write(report, author=week.author, body=body, at=at, aside=week.said_apart())
    send(report, at=at)
    return report


def _decide(
    week: Week, report: Report, verdict: Verdict, *, after: Hours = SOON, answers: bool = True
) -> None:
    """The mentor reads the latest revision, answers what is asked if it is accepted, and decides."""
    at = week.after(report.submitted_at or week.now, f"review {report.revision_number}", after)
    mentor = week.place.mentor_at(at)
    accepts = verdict is Verdict.ACCEPT
    for ask in report.asks if accepts and answers else ():
        answer(ask, by=mentor, text=texts.ANSWERS[ask.text], at=at)
    comment = week.rng("comment").choice(texts.ACCEPTED if accepts else texts.RETURNED)
    decide(report, by=mentor, verdict=verdict, comment=comment, at=at)
