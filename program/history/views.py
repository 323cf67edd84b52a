"""The record of what was done, as staff search it."""

from typing import Any

from flask import Blueprint, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.forms import NO_TOKEN
from program.history.forms import SearchForm
from program.history.queries import Entry, each_found, search_events
from program.history.services import HEAD, export_events, sheet_rows
from program.history.words import details_of, words_for
from program.limits import RECORD_EXPORTS
from program.paging import Page
from program.sheets import write_csv
from program.tries import limited
from program.web import allow

bp = Blueprint("history", __name__)

LINKS = {
    "account": ("people.person", "account_id"),
    "report": ("reviews.read", "report_id"),
    "wave": ("releases.wave", "wave_id"),
    "cohort": ("cohorts.page", "cohort_id"),
    "evaluation": ("evaluations.read", "evaluation_id"),
}
"""The pages of what events are about."""


@bp.get("/audit")
@allow(Permission.AUDIT_READ)
def listing() -> ResponseReturnValue:
    """What was done, the newest first."""
    form = SearchForm(request.args, meta=NO_TOKEN)
    good = form.validate()
    page = search_events(form.search(g.account.time_zone), cursor=request.args.get("after")) if good else None
    return _drawn(form, page)


@bp.post("/audit/export")
@allow(Permission.AUDIT_READ, fresh=True)
@limited(RECORD_EXPORTS)
def export() -> ResponseReturnValue:
    """What was searched for, as a sheet."""
    form = SearchForm(request.args, meta=NO_TOKEN)
    if not form.validate():
        return _drawn(form, None)
    search = form.search(g.account.time_zone)
    export_events(search, actor=g.account, now=g.now)
    response = make_response(write_csv(HEAD, sheet_rows(each_found(search))))
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = "attachment; filename=audit.csv"
    return response


def _drawn(form: SearchForm, page: Page[Entry] | None) -> ResponseReturnValue:
    asked: dict[str, Any] = {name: value for name, value in request.args.items() if name in form and value}
    here = {
        "words_for": words_for,
        "details_of": details_of,
        "links": LINKS,
        "export_url": url_for("history.export", **asked),
    }
    return render_template("history/list.html", form=form, page=page, **here), 422 if page is None else 200
