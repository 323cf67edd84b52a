"""What hangs on a cohort's calendar: reports, reminders, survey waves, evaluations, people's places."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, func, or_, select

from program.clock import later
from program.cohorts.calendar import calendar_of, left_out
from program.cohorts.models import Cohort, ReportPeriod
from program.cohorts.plans import Plan, plan_of
from program.evaluations.models import EvaluationRound
from program.evaluations.standing import list_unanswered_rounds
from program.extensions import db
from program.fellows.models import Assignment, Fellowship, Leave
from program.notices.models import GONE_OUT, Notice, NoticeKind
from program.reports.models import Report
from program.schedule.changes import ZERO, Change, Followers, Line, WaveLine
from program.schedule.moves import Standing, in_order, line_up, phase_shifts
from program.surveys.models import Survey, Wave, WaveState

Dated = Fellowship | Assignment | Leave


def find_change(cohort: Cohort, plan: Plan, *, by: timedelta = ZERO) -> Change:
    """What becomes of the cohort's calendar with this plan. `by`: the whole cohort moves so far, with all in it."""
    before = plan_of(cohort)
    shifts = phase_shifts(before, plan)
    standing = [Standing(p.id, p.number or 0, p.phase_id, p.opens_at, p.due_at) for p in cohort.weeks]
    calendar = calendar_of(plan)
    moves = (
        in_order(standing, calendar)
        if by
        else line_up(standing, calendar, shift=lambda period: shifts.get(period.phase_id, ZERO))
    )
    reports, reminders = _count_reports(cohort.id), _count_reminders(cohort.id)
    return Change(
        before,
        plan,
        by,
        lines=[
            Line(move, reports.get(move.period.id, 0), reminders.get(move.period.id, 0))
            if move.period
            else Line(move)
            for move in moves
        ],
        waves=[_line(wave, plan.time_zone, by) for wave in list_unclosed_waves(cohort.id)],
        rounds=[_round_line(asked, plan, by) for asked in list_unanswered_rounds(cohort.id)],
        people=_followers(cohort, plan, by),
        left_out=left_out(plan),
    )


def list_unclosed_waves(cohort_id: int) -> Sequence[Wave]:
    """The waves of the cohort that are planned or open, in their order."""
    query = select(Wave).join(Wave.survey).where(Survey.cohort_id == cohort_id)
    query = query.where(Wave.state != WaveState.CLOSED)
    return db.session.scalars(query.order_by(Wave.opens_at, Wave.id)).all()


def _line(wave: Wave, zone_name: str, by: timedelta) -> WaveLine:
    opens_at, closes_at = wave.opens_at, wave.closes_at
    if by and wave.state is WaveState.PLANNED:
        opens_at = later(opens_at, by, zone_name)
        closes_at = later(closes_at, by, zone_name)
    return WaveLine(
        wave.id, wave.kind.value, wave.state.value, wave.opens_at, wave.closes_at, opens_at, closes_at
    )


def _round_line(asked: EvaluationRound, plan: Plan, by: timedelta) -> WaveLine:
    days = (asked.opens_at, asked.due_at)
    opens_at, due_at = (later(at, by, plan.deadline_zone) if by else at for at in days)
    return WaveLine(asked.id, asked.moment.value, "nobody has answered", *days, opens_at, due_at)


def _count_reports(cohort_id: int) -> dict[int, int]:
    query = select(Report.period_id, func.count()).join(Report.period)
    query = query.where(ReportPeriod.cohort_id == cohort_id).group_by(Report.period_id)
    return dict(db.session.execute(query).all())


def _count_reminders(cohort_id: int) -> dict[int, int]:
    """Those of the deadlines as they stand: what was said of an earlier one was overtaken before."""
    query = (
        select(ReportPeriod.id, func.count())
        .join(Notice, (Notice.subject_id == ReportPeriod.id) & (Notice.due_at == ReportPeriod.due_at))
        .join(Fellowship, Fellowship.account_id == Notice.account_id)
        .where(
            ReportPeriod.cohort_id == cohort_id,
            Fellowship.cohort_id == cohort_id,
            Notice.subject_kind == "report",
            Notice.kind == NoticeKind.REMINDER,
            Notice.state.in_(GONE_OUT),
        )
        .group_by(ReportPeriod.id)
    )
    return dict(db.session.execute(query).all())


def _followers(cohort: Cohort, plan: Plan, by: timedelta) -> Followers:
    """Counted only for a cohort that moves, or that is cut short."""
    own = Fellowship.cohort_id == cohort.id
    if by:
        return Followers(_count(Fellowship, own), _count(Assignment, own), _count(Leave, own))
    if plan.starts_on <= cohort.starts_on and cohort.ends_on <= plan.ends_on:
        return Followers()
    parts = (Fellowship, Assignment, Leave)
    return Followers(
        cut=_count(Fellowship, own, or_(*reaching_out(Fellowship, plan))),
        outside=sum(_count(part, own, or_(*lying_outside(part, plan))) for part in parts),
    )


def reaching_out(of: type[Dated], plan: Plan) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """What begins before the cohort does with this plan, and what ends after."""
    return of.starts_on < plan.starts_on, of.ends_on > plan.ends_on


def lying_outside(of: type[Dated], plan: Plan) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """What ends before the cohort begins with this plan, and what begins after it ends. Neither can be cut to it."""
    return of.ends_on < plan.starts_on, of.starts_on > plan.ends_on


def _count(of: type[Dated], *conditions: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(of)
    if issubclass(of, Assignment | Leave):
        query = query.join(Fellowship, Fellowship.id == of.fellowship_id)
    return db.session.scalar(query.where(*conditions)) or 0
