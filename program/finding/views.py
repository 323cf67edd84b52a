"""The page that finds reports by what they say."""

from urllib.parse import urlencode

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.fellows.queries import get_fellowship
from program.finding.forms import TextForm
from program.finding.queries import Found, cohorts_read_by, find_reports
from program.forms import NO_TOKEN
from program.fulltext.queries import MOST
from program.fulltext.words import sought
from program.web import allow

bp = Blueprint("finding", __name__)


@bp.get("/reports/search")
@allow(Permission.REPORT_READ)
def reports() -> ResponseReturnValue:
    """Reports that have the words, the best first."""
    form = TextForm(request.args, cohorts=cohorts_read_by(g.account, now=g.now), meta=NO_TOKEN)
    good, of = form.validate(), form.fellowship_id
    fellowship = get_fellowship(g.account, of, Permission.REPORT_READ, now=g.now) if of else None
    looked_for = sought(form.q.data or "" if good else "")
    cohort_id = form.cohort_id if good else None
    found = find_reports(
        g.account, looked_for, now=g.now, cohort_id=cohort_id, fellowship_id=of, after=_after()
    )
    return render_template(
        "finding/reports.html",
        form=form,
        fellowship=fellowship,
        looked_for=looked_for,
        found=found,
        most=MOST,
        next_url=_next_url(found),
    ), 200 if good else 422


def _after() -> int:
    """How many were shown on the pages before."""
    typed = request.args.get("after", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 0


def _next_url(found: Found) -> str | None:
    if found.following is None:
        return None
    return f"{request.path}?{urlencode({**request.args.to_dict(), 'after': found.following})}"
