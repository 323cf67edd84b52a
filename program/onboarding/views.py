"""Who has a place in a cohort and cannot sign in yet, and the button that invites them."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.cohorts.models import Cohort
from program.cohorts.queries import get_cohort
from program.errors import ConflictError
from program.limits import INVITATIONS
from program.onboarding.forms import WelcomeForm
from program.onboarding.queries import digest_of, list_outsiders, list_ready
from program.onboarding.services import MOST, Welcomed, invite_outsiders
from program.tries import limited
from program.web import allow

bp = Blueprint("onboarding", __name__)
NAMED = 5
"""How many of those who were not written to are named."""


@bp.get("/cohorts/<int:cohort_id>/onboarding")
@allow(Permission.FELLOWSHIP_CHANGE, fresh=True)
def page(cohort_id: int) -> ResponseReturnValue:
    """Who they are, and how each of them stands."""
    return _drawn(get_cohort(cohort_id))


@bp.post("/cohorts/<int:cohort_id>/onboarding")
@allow(Permission.FELLOWSHIP_CHANGE, fresh=True)
@limited(INVITATIONS)
def invite(cohort_id: int) -> ResponseReturnValue:
    """Mail a link to each of them who can be invited."""
    cohort, form = get_cohort(cohort_id), WelcomeForm()
    try:
        welcomed = invite_outsiders(cohort, seen=form.seen.data or "", actor=g.account, now=g.now)
    except ConflictError as conflict:
        return _drawn(cohort, str(conflict)), conflict.status
    flash(_told(welcomed), "warn" if welcomed.others else "ok")
    return redirect(url_for(".page", cohort_id=cohort.id))


def _drawn(cohort: Cohort, conflict: str = "") -> str:
    ready = list_ready(cohort.id, limit=MOST, now=g.now)
    return render_template(
        "onboarding/page.html",
        cohort=cohort,
        page=list_outsiders(cohort.id, cursor=request.args.get("after")),
        ready=len(ready),
        form=WelcomeForm(data={"seen": digest_of(ready)}, formdata=None),
        conflict=conflict,
    )


def _told(welcomed: Welcomed) -> str:
    people = "1 person is" if welcomed.invited == 1 else f"{welcomed.invited} people are"
    others = [f"{name} {joining}" for name, joining in welcomed.others]
    more = [f"So it is with {len(others) - NAMED} more."] if len(others) > NAMED else []
    return " ".join([f"{people} invited by mail.", *others[:NAMED], *more])
