"""One home page for each role."""

from datetime import timedelta

from flask import Blueprint, g, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from program.access import Permission, Role
from program.board.facts import list_looked
from program.cohorts.queries import find_current_cohort, find_current_period
from program.fellows.queries import list_managed, list_mentored
from program.home.counts import count_weeks
from program.home.decisions import SHOWN, list_decisions
from program.home.queries import find_own_place, weeks_of
from program.notices.queries import count_by_state, count_waiting
from program.obligations.queries import (
    count_owed_in,
    list_coached,
    list_managers_own,
    list_mentors_own,
    list_owed_by,
)
from program.portfolio.queries import find_portfolio
from program.portfolio.standing import list_standings
from program.reminders.upcoming import count_coming
from program.reviews.queries import list_queue
from program.surveys.queries import list_waves
from program.web import allow

bp = Blueprint("home", __name__)
HOMES = {
    Role.STAFF: "home.staff",
    Role.RESEARCH_MANAGER: "home.manager",
    Role.MENTOR: "home.mentor",
    Role.FELLOW: "home.fellow",
    Role.ANALYST: "home.analyst",
    Role.ADMIN: "policy.table",
}
DAY = timedelta(days=1)


@bp.get("/")
@allow(Permission.SIGNED_IN)
def index() -> ResponseReturnValue:
    """To the home that the person has chosen, else to that of their first role."""
    if g.account.withheld:
        session["next"] = url_for("home.index")
        return redirect(url_for("factors.again"))
    wanted = [g.account.home, *HOMES]
    endpoint = next((HOMES[role] for role in wanted if role in g.account.roles), "accounts.own")
    return redirect(url_for(endpoint))


@bp.get("/fellow")
@allow(Permission.FELLOW_HOME)
def fellow() -> ResponseReturnValue:
    """What the fellow owes first, then how the weeks went."""
    place = find_own_place(g.account.id, now=g.now)
    return render_template(
        "home/fellow.html",
        place=place,
        owed=list_owed_by(g.account.id, now=g.now),
        weeks=weeks_of([place.fellowship_id], now=g.now)[place.fellowship_id] if place else [],
    )


@bp.get("/mentor")
@allow(Permission.MENTOR_HOME)
def mentor() -> ResponseReturnValue:
    """The queue first, then what else they owe, then whom they mentor."""
    queue = list_queue(g.account, now=g.now, size=12)
    fellows = list_mentored(g.account.id, now=g.now)
    return render_template(
        "home/mentor.html",
        queue=queue,
        owed=list_mentors_own(g.account.id, now=g.now),
        fellows=fellows,
        weeks=weeks_of([f.id for f in fellows], now=g.now),
    )


@bp.get("/research-manager")
@allow(Permission.MANAGER_HOME)
def manager() -> ResponseReturnValue:
    """The research manager's fellows, and what each of them owes: who is late comes first."""
    fellows = list_managed(g.account.id, now=g.now)
    owed = list_coached([fellowship.account_id for fellowship in fellows], now=g.now)
    late = [obligation.account_id for obligation in owed if obligation.is_late(g.now)]
    fellows = sorted(fellows, key=lambda fellowship: fellowship.account_id not in late)
    weeks = weeks_of([fellowship.id for fellowship in fellows], now=g.now)
    drafts = list_managers_own(g.account.id, now=g.now)
    return render_template(
        "home/manager.html", fellows=fellows, owed=owed, late=len(late), weeks=weeks, drafts=drafts
    )


@bp.get("/staff")
@allow(Permission.STAFF_HOME)
def staff() -> ResponseReturnValue:
    """What a director looks at on Monday: what is off target, who is late, what waits for a decision."""
    standings, mine = list_standings(g.now), list_owed_by(g.account.id, now=g.now)
    if not standings:
        return render_template("home/no_cohort.html", mine=mine, all_url=url_for("cohorts.listing"))
    cohort = standings[0].cohort
    return render_template(
        "home/staff.html",
        cohort=cohort,
        mine=mine,
        period=find_current_period(cohort, g.now),
        owed=count_owed_in(cohort.id, now=g.now),
        looked=list_looked(cohort, now=g.now),
        shown=SHOWN,
        standings=standings,
        decisions=list_decisions(g.now.date()),
        waves=list_waves(cursor=None, cohort_id=cohort.id, size=5).rows,
        going_out=count_coming(now=g.now, within=DAY) + count_waiting(until=g.now + DAY),
        notices=count_by_state(),
    )


@bp.get("/analyst")
@allow(Permission.ANALYST_HOME)
def analyst() -> ResponseReturnValue:
    """How the cohort stands in numbers, and the releases of its surveys."""
    cohort = find_current_cohort(g.now)
    if cohort is None:
        return render_template("home/no_cohort.html", mine=(), all_url=None)
    return render_template(
        "home/analyst.html",
        cohort=cohort,
        weeks=count_weeks(cohort.id, now=g.now),
        tracks=find_portfolio(cohort).tracks,
        waves=list_waves(cursor=None, cohort_id=cohort.id, size=10).rows,
    )
