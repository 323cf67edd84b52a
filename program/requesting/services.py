"""Asking for reports beside the calendar, changing what is asked, taking it back while nobody has begun."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from program.access import Actor, Permission, require
from program.audit.models import Tag
from program.audit.services import record
from program.clock import today
from program.cohorts.models import Cohort, PeriodKind, ReportPeriod
from program.cohorts.queries import lock_cohort
from program.cohorts.services import phase_on
from program.deadlines.services import forget_deadlines, move_deadlines
from program.errors import DomainError, ForbiddenStepError
from program.extensions import db, flush_or_conflict
from program.notices.models import NoticeKind
from program.notices.services import Message, post
from program.postponing.services import check_open, forget_requests
from program.requesting.queries import (
    Candidate,
    count_begun,
    count_most,
    is_called_so,
    list_candidates,
    list_told,
    lock_beside,
)
from program.requesting.rules import MOST, Wanted, days_wrong, title_wrong

BEGUN_MEANWHILE = "Somebody began this report at the same moment, so it stands. Nothing was changed."
BEGUN = (
    "Somebody has begun this report, so it stands: nothing that is written is removed. Give a later deadline, or "
    "excuse who need not write it, under Deadlines. Nothing was changed."
)
NO_PHASE = "This cohort has no phases yet, and a phase says who writes a report. Add its phases first."


class RequestError(DomainError):
    """Something about a report that is asked for cannot be; `field` is where it was typed."""

    status = 422

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


def ask_reports(
    cohort: Cohort, *, wanted: Wanted, fellowship_ids: Collection[int] | None, actor: Actor, now: datetime
) -> Sequence[ReportPeriod]:
    """Ask all of the cohort (None) or each of these fellows for a report. Who is asked on request gets a mail.

    Raises RequestError, and ForbiddenStepError if the cohort is over or has no phases.
    """
    _hold(cohort, actor, now)
    if not cohort.phases:
        raise ForbiddenStepError(NO_PHASE)
    _check(cohort, wanted, fellowship_ids, now=now)
    if count_most(cohort.id, fellowship_ids) >= MOST:
        whose = "This cohort has" if fellowship_ids is None else "One of them has"
        raise RequestError(f"{whose} {MOST} reports beside the calendar, and no more fit.", field="kind")
    people = _people(cohort, wanted, fellowship_ids)
    owners = [None] if fellowship_ids is None else [one.fellowship_id for one in people]
    periods = [_period(cohort, wanted, owner) for owner in owners]
    db.session.add_all(periods)
    db.session.flush()
    db.session.expire(cohort, ["periods"])
    for period in periods:
        _write_down(period, actor, now=now, before={}, after=_facts(period))
        post(_asked(period, people, now), now=now)
    return periods


def change_request(period: ReportPeriod, *, wanted: Wanted, actor: Actor, now: datetime) -> None:
    """Give it other days or another title. Raises RequestError, ForbiddenStepError once somebody has begun."""
    cohort = period.cohort
    _hold_unbegun(period, actor, now)
    ids = None if period.fellowship_id is None else [period.fellowship_id]
    wanted = replace(wanted, kind=period.kind, template_id=period.template_id)
    _check(cohort, wanted, ids, now=now, standing=period)
    people = _people(cohort, wanted, ids)
    before, was_due = _facts(period), period.due_at
    _fill(period, cohort, wanted)
    move_deadlines({period.id: (was_due, period.due_at)}, zone_name=cohort.deadline_zone)
    flush_or_conflict(BEGUN_MEANWHILE)
    if (after := _facts(period)) == before:
        return
    _write_down(period, actor, now=now, before=before, after=after)
    if period.due_at != was_due:
        post(_asked(period, people, now), now=now)


def take_request_back(period: ReportPeriod, *, actor: Actor, now: datetime) -> None:
    """Ask for it no longer; who was told is told. Raises ForbiddenStepError once somebody has begun."""
    cohort = period.cohort
    _hold_unbegun(period, actor, now)
    rung, due_at = f"back:{int(now.timestamp())}", period.due_at
    told = [
        Message(NoticeKind.REPORT_ASKED, account_id, "cohort", cohort.id, due_at, rung)
        for account_id in list_told(period)
    ]
    _write_down(period, actor, now=now, before=_facts(period), after={})
    forget_deadlines([period.id])
    forget_requests([period.id])
    db.session.delete(period)
    flush_or_conflict(BEGUN_MEANWHILE)
    db.session.expire(cohort, ["periods"])
    post(told, now=now)


def _hold(cohort: Cohort, actor: Actor, now: datetime) -> None:
    require(actor, Permission.DEADLINE_CHANGE, cohort, now=now)
    lock_cohort(cohort)
    check_open(cohort)


def _hold_unbegun(period: ReportPeriod, actor: Actor, now: datetime) -> None:
    _hold(period.cohort, actor, now)
    lock_beside(period)
    if count_begun(period.id):
        raise ForbiddenStepError(BEGUN)


def _check(
    cohort: Cohort,
    wanted: Wanted,
    fellowship_ids: Collection[int] | None,
    *,
    now: datetime,
    standing: ReportPeriod | None = None,
) -> None:
    zone_name = cohort.deadline_zone
    opened_on = today(standing.opens_at, zone_name) if standing else None
    days = {"starts_on": cohort.starts_on, "ends_on": cohort.ends_on}
    for field, message in days_wrong(wanted, **days, zone_name=zone_name, now=now, opened_on=opened_on):
        raise RequestError(message, field=field)
    if message := title_wrong(wanted.called):
        raise RequestError(message, field="called")
    apart_from = standing.id if standing else None
    if is_called_so(cohort.id, wanted.title, fellowship_ids, apart_from=apart_from):
        raise RequestError(
            f"There is one called “{wanted.title}” already. Give this one another name: lists tell them apart by it.",
            field="called",
        )


def _people(cohort: Cohort, wanted: Wanted, fellowship_ids: Collection[int] | None) -> Sequence[Candidate]:
    """Who would owe it. Raises RequestError if one of those who are named would not."""
    found = list_candidates(cohort.id, wanted.due_on, fellowship_ids)
    if fellowship_ids is None:
        return [one for one in found if one.owes]
    if len(found) < len(set(fellowship_ids)):
        raise RequestError(
            "Not all of them are active in this cohort: choose from the list.", field="fellows"
        )
    for one in found:
        if not one.owes:
            why = "is on leave on" if one.is_there else "has no place here on"
            raise RequestError(
                f"{one.name} {why} the day that it is due, and would owe nothing. Choose another day, or others.",
                field="due_on",
            )
    return found


def _period(cohort: Cohort, wanted: Wanted, fellowship_id: int | None) -> ReportPeriod:
    period = ReportPeriod(cohort_id=cohort.id, fellowship_id=fellowship_id, kind=wanted.kind)
    period.template_id = wanted.template_id
    _fill(period, cohort, wanted)
    return period


def _fill(period: ReportPeriod, cohort: Cohort, wanted: Wanted) -> None:
    zone_name = cohort.deadline_zone
    period.called, period.phase_id = wanted.called, phase_on(cohort.phases, wanted.due_on).id
    period.opens_at, period.due_at = wanted.opens_at(zone_name), wanted.due_at(zone_name)


def _asked(period: ReportPeriod, people: Iterable[Candidate], now: datetime) -> Iterable[Message]:
    """One to each who is asked on request; a midterm and a final report are known of and reminded of like weeks."""
    if period.kind is not PeriodKind.ON_REQUEST:
        return
    rung = f"asked:{int(now.timestamp())}"
    for one in people:
        if period.fellowship_id in (None, one.fellowship_id):
            yield Message(NoticeKind.REPORT_ASKED, one.account_id, "period", period.id, period.due_at, rung)


def _facts(period: ReportPeriod) -> dict[str, object]:
    return {
        "report": period.title,
        "opens": period.opens_at.isoformat(),
        "due": period.due_at.isoformat(),
        "template": period.template_id,
    }


def _write_down(
    period: ReportPeriod,
    actor: Actor,
    *,
    now: datetime,
    before: dict[str, object],
    after: dict[str, object],
) -> None:
    own = period.fellowship_id
    subject = ("fellowship", own) if own is not None else ("cohort", period.cohort_id)
    record(Tag.REQUEST_CHANGE, actor_id=actor.id, subject=subject, now=now, before=before, after=after)
