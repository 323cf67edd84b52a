"""What is owed of reports, as obligations: reports that are due or to be drafted, and reports to mend."""

from typing import Any

from sqlalchemy import and_, case, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute

from program.accounts.models import Account
from program.authorship.queries import mode_of_report
from program.cohorts.models import AuthorshipMode, Cohort, ReportPeriod
from program.cohorts.queries import report_name
from program.columns import AnySelect, Instant
from program.deadlines.models import Deadline
from program.deadlines.queries import granted, is_asked_of, is_expected, is_expected_as_planned
from program.fellows.models import Fellowship
from program.fellows.queries import is_here
from program.reports.models import Report, ReportState


def owed_reports(now: Instant) -> tuple[AnySelect, AnySelect]:
    """Each period that has opened and not been submitted, owed by its fellow, but on leave.

    In two parts, so that each is found by its own index: due when the calendar says, and due when was granted.
    """
    planned = _owed(now, ReportPeriod.due_at).where(is_expected_as_planned())
    moved = _owed(now, Deadline.due_at).join(Deadline, granted())
    return planned, moved.where(is_expected(), Deadline.due_at.is_not(None))


def owed_drafts(now: Instant) -> tuple[AnySelect, AnySelect]:
    """Each of these reports that its research manager is to draft and has not handed over, owed by them too.

    The fellow owes it all the while: whoever coaches them may be away.
    """
    planned, moved = owed_reports(now)
    return _drafted(planned, ReportPeriod.due_at), _drafted(moved, Deadline.due_at)


def _drafted(owed: AnySelect, due_at: InstrumentedAttribute[Any]) -> AnySelect:
    return (
        owed.with_only_columns(
            literal("draft").label("kind"),
            Fellowship.research_manager_id.label("account_id"),
            Fellowship.id.label("subject_id"),
            Fellowship.cohort_id.label("cohort_id"),
            due_at.label("due_at"),
            ReportPeriod.id.label("number"),
            (Account.name + literal(": ") + report_name()).label("about"),
            Cohort.grace_hours.label("grace_hours"),
            Cohort.very_late_days.label("very_late_days"),
            maintain_column_froms=True,
        )
        .join(Account, Account.id == Fellowship.account_id)
        .where(mode_of_report() == AuthorshipMode.MANAGER_DRAFTS, Report.handed_over_at.is_(None))
    )


def _owed(now: Instant, due_at: InstrumentedAttribute[Any]) -> AnySelect:
    mine = and_(Report.period_id == ReportPeriod.id, Report.fellowship_id == Fellowship.id)
    return (
        select(
            literal("report").label("kind"),
            Fellowship.account_id.label("account_id"),
            ReportPeriod.id.label("subject_id"),
            Fellowship.cohort_id.label("cohort_id"),
            due_at.label("due_at"),
            case((Report.id.is_not(None), 1), else_=0).label("number"),
            report_name().label("about"),
            Cohort.grace_hours.label("grace_hours"),
            Cohort.very_late_days.label("very_late_days"),
        )
        .select_from(Fellowship)
        .join(ReportPeriod, and_(ReportPeriod.cohort_id == Fellowship.cohort_id, is_asked_of()))
        .join(Cohort, Cohort.id == Fellowship.cohort_id)
        .outerjoin(Report, mine)
        .where(
            is_here(now),
            ReportPeriod.opens_at <= now,
            func.coalesce(Report.state, ReportState.DRAFT.value) == ReportState.DRAFT.value,
        )
    )


def owed_mendings(now: Instant) -> AnySelect:
    """Each returned report, owed by its fellow, but on leave."""
    return (
        select(
            literal("mending"),
            Fellowship.account_id,
            ReportPeriod.id,
            Fellowship.cohort_id,
            Report.owed_at,
            literal(0),
            report_name(),
        )
        .join(Report, Report.fellowship_id == Fellowship.id)
        .join(ReportPeriod, ReportPeriod.id == Report.period_id)
        .where(is_here(now), Report.state == ReportState.RETURNED)
    )
