"""The staff board of a cohort."""

from functools import partial
from itertools import groupby
from typing import Any

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.board.cells import MARKS
from program.board.forms import BoardForm
from program.board.queries import columns_of, list_board
from program.board.sheets import board_sheet
from program.board.signals import MEANINGS
from program.cohorts.models import Cohort
from program.cohorts.queries import get_cohort
from program.exports.sending import export_url, send_list
from program.fellows.listing import list_managers, list_mentors_in
from program.forms import NO_TOKEN
from program.limits import LIST_EXPORTS
from program.tries import limited
from program.web import allow

bp = Blueprint("board", __name__)
KEY = [(cell.value, mark) for cell, mark in MARKS.items() if mark != "out"]


@bp.get("/cohorts/<int:cohort_id>/board")
@allow(Permission.COHORT_READ)
def page(cohort_id: int) -> ResponseReturnValue:
    """Fellows by the report calendar, a cell for each report."""
    cohort = get_cohort(cohort_id)
    form = _form(cohort)
    return _shown(cohort, form, good=form.validate())


@bp.post("/cohorts/<int:cohort_id>/board/export")
@allow(Permission.COHORT_READ)
@limited(LIST_EXPORTS)
def export(cohort_id: int) -> ResponseReturnValue:
    """The same as a sheet."""
    cohort = get_cohort(cohort_id)
    form = _form(cohort)
    if not form.validate():
        return _shown(cohort, form, good=False)
    pages = partial(list_board, cohort, form.asked, now=g.now)
    return send_list(board_sheet(columns_of(cohort, g.now)), pages, asked=form, of=cohort.name)


def _form(cohort: Cohort) -> BoardForm:
    people: dict[str, Any] = {"managers": list_managers(), "mentors": list_mentors_in(cohort.id)}
    return BoardForm(request.args, meta=NO_TOKEN, tracks=cohort.tracks, **people)


def _shown(cohort: Cohort, form: BoardForm, *, good: bool) -> ResponseReturnValue:
    found = list_board(cohort, form.asked, now=g.now, cursor=request.args.get("after")) if good else None
    rows = found.rows if found else []
    groups = groupby(rows, lambda row: row.who.track) if good and form.asked.by_track else [("", rows)]
    drawn = render_template(
        "board/board.html",
        cohort=cohort,
        form=form,
        page=found,
        groups=[(name, list(lines)) for name, lines in groups],
        columns=columns_of(cohort, g.now),
        asked_for=any(row.asked_for for row in rows),
        key=KEY,
        meanings=MEANINGS.values(),
        export_url=export_url(".export", form),
    )
    return drawn, 200 if good else 422
