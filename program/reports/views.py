"""A fellow's own list."""

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.reports.queries import list_own_periods
from program.web import allow

bp = Blueprint("reports", __name__)


@bp.get("/reports")
@allow(Permission.FELLOW_HOME)
def own() -> ResponseReturnValue:
    """The fellow's periods and reports, the latest first."""
    page = list_own_periods(g.account.id, now=g.now, cursor=request.args.get("after"))
    return render_template("reports/own.html", page=page)
