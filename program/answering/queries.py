"""Asks that nobody has answered although their report was, as obligations."""

from sqlalchemy import func, literal, select

from program.accounts.models import Account
from program.cohorts.models import ReportPeriod
from program.cohorts.queries import report_name
from program.columns import AnySelect, Day
from program.fellows.models import Assignment, Fellowship
from program.fellows.queries import goes_on, leads
from program.mentors.models import Mentor
from program.reports.models import DECIDED, Ask, Report


def owed_asks(day: Day) -> AnySelect:
    """Each decided report with open asks (how many is the number), owed by the mentor who leads its fellow on this day.

    While a report waits for its review, that is owed, and speaks of them. Due as `Report.owed_at` says: of one that
    was returned when it is to be mended, for which the answers are needed.
    """
    left = Ask.report_id == Report.id, Ask.answered_at.is_(None)
    return (
        select(
            literal("ask"),
            Mentor.account_id,
            Report.id,
            Fellowship.cohort_id,
            Report.owed_at,
            select(func.count()).where(*left).correlate(Report).scalar_subquery(),
            Account.name + ": " + report_name(),
        )
        .join(Fellowship, Fellowship.id == Report.fellowship_id)
        .join(Account, Account.id == Fellowship.account_id)
        .join(ReportPeriod, ReportPeriod.id == Report.period_id)
        .join(Assignment, Assignment.fellowship_id == Fellowship.id)
        .join(Mentor, Mentor.id == Assignment.mentor_id)
        .where(
            Report.state.in_(DECIDED),
            Report.owed_at.is_not(None),
            select(Ask.id).where(*left).correlate(Report).exists(),
            goes_on(),
            leads(day),
        )
    )
