"""Staff bring sheets in: choose, say which column is which, look at what it would do, apply."""

from functools import partial
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.cohorts.queries import get_cohort, list_changeable
from program.exports.sending import export_url, send_list
from program.forms import NO_TOKEN
from program.history.queries import list_history
from program.imports.forms import (
    ColumnsForm,
    ConfirmForm,
    RowsForm,
    StartForm,
    WhoForm,
    columns_form,
    who_form,
)
from program.imports.kinds import COLUMNS, ImportKind
from program.imports.mapping import guess
from program.imports.models import Import, ImportState
from program.imports.plans import Verdict
from program.imports.queries import get_import, list_imports, list_rows
from program.imports.services import (
    LEFT_OUT,
    answer_questions,
    cancel_import,
    choose_columns,
    confirm_import,
    start_import,
)
from program.imports.sheets import IMPORTS, ROWS
from program.limits import IMPORTS as IMPORT_STARTS
from program.limits import LIST_EXPORTS
from program.tries import limited
from program.web import allow

bp = Blueprint("imports", __name__)


@bp.get("/imports")
@allow(Permission.IMPORT_RUN)
def listing() -> ResponseReturnValue:
    """Every import, the latest first."""
    page = list_imports(cursor=request.args.get("after"))
    return render_template("imports/list.html", page=page, export_url=url_for(".export"))


@bp.post("/imports/export")
@allow(Permission.IMPORT_RUN)
@limited(LIST_EXPORTS)
def export() -> ResponseReturnValue:
    """All of them, as a sheet."""
    return send_list(IMPORTS, list_imports)


@bp.get("/imports/new")
@allow(Permission.IMPORT_RUN)
def new() -> ResponseReturnValue:
    """The page that asks for a sheet."""
    form = _start_form(data={"kind": request.args.get("kind"), "cohort": request.args.get("cohort")})
    return render_template("imports/new.html", form=form, columns=COLUMNS)


@bp.post("/imports/new")
@allow(Permission.IMPORT_RUN)
@limited(IMPORT_STARTS)
def start() -> ResponseReturnValue:
    """Keep the sheet, and go on to its columns."""
    form = _start_form()
    if not form.validate_on_submit():
        return render_template("imports/new.html", form=form, columns=COLUMNS), 422
    cohort = get_cohort(int(form.cohort.data))
    kind, name, content, head = ImportKind(form.kind.data), form.name, form.content, form.head
    run = start_import(
        kind=kind, cohort=cohort, name=name, content=content, head=head, actor=g.account, now=g.now
    )
    return redirect(url_for(".run", import_id=run.id))


@bp.get("/imports/<int:import_id>")
@allow(Permission.IMPORT_RUN)
def run(import_id: int) -> ResponseReturnValue:
    """How far it is, and the next thing to do about it."""
    found = get_import(import_id)
    if found.state is ImportState.COLUMNS:
        return _drawn_columns(found)
    return _drawn(found)


@bp.post("/imports/<int:import_id>/export")
@allow(Permission.IMPORT_RUN)
@limited(LIST_EXPORTS)
def export_rows(import_id: int) -> ResponseReturnValue:
    """What was found in the rows that are asked for, as a sheet."""
    found, asked = get_import(import_id), RowsForm(request.args, meta=NO_TOKEN)
    pages = partial(list_rows, found.id, verdict=asked.verdict.chosen)
    return send_list(ROWS, pages, asked=asked, of=found.name)


@bp.get("/imports/<int:import_id>/columns")
@allow(Permission.IMPORT_RUN)
def ask_columns(import_id: int) -> ResponseReturnValue:
    """Which column is which, to be changed."""
    return _drawn_columns(get_import(import_id))


@bp.post("/imports/<int:import_id>/columns")
@allow(Permission.IMPORT_RUN)
def columns(import_id: int) -> ResponseReturnValue:
    """Keep which column is which, and have it checked."""
    found = get_import(import_id)
    form = _columns_form(found)
    if not form.validate_on_submit():
        return _drawn_columns(found, form), 422
    choose_columns(found, mapping=form.mapping, actor=g.account, now=g.now)
    return redirect(url_for(".run", import_id=import_id))


@bp.post("/imports/<int:import_id>/answers")
@allow(Permission.IMPORT_RUN)
def answer(import_id: int) -> ResponseReturnValue:
    """Keep who is who, and have it checked anew."""
    found = get_import(import_id)
    form = who_form(list_rows(import_id, verdict=Verdict.ASKED, cursor=request.args.get("after")).rows)()
    if not form.validate_on_submit():
        return _drawn(found, form), 422
    answer_questions(found, choices=form.chosen, actor=g.account, now=g.now)
    return redirect(url_for(".run", import_id=import_id))


@bp.post("/imports/<int:import_id>/apply")
@allow(Permission.IMPORT_RUN)
def confirm(import_id: int) -> ResponseReturnValue:
    """Have it applied."""
    found, form = get_import(import_id), ConfirmForm()
    seen, leave_out = form.seen.data or "", bool(form.leave_out.data)
    if found.state is ImportState.CHECKED and found.left_out and not leave_out:
        form.leave_out.errors = [LEFT_OUT]
        return _drawn(found, confirm=form), 422
    confirm_import(found, seen=seen, leave_out=leave_out, actor=g.account, now=g.now)
    return redirect(url_for(".run", import_id=import_id))


@bp.post("/imports/<int:import_id>/cancel")
@allow(Permission.IMPORT_RUN)
def cancel(import_id: int) -> ResponseReturnValue:
    """Stop it."""
    cancel_import(get_import(import_id), actor=g.account, now=g.now)
    flash("The import is cancelled. Nothing of it was applied, and its file is deleted.", "ok")
    return redirect(url_for(".run", import_id=import_id))


def _start_form(**kwargs: Any) -> StartForm:
    return StartForm(cohorts=list_changeable(), **kwargs)


def _columns_form(found: Import) -> ColumnsForm:
    file = found.file
    heads, samples = (file.heads, file.samples) if file else ([], [])
    known = (file.mapping if file else {}) or guess(found.kind, heads)
    return columns_form(found.kind, heads, samples)(data={key: str(place) for key, place in known.items()})


def _drawn_columns(found: Import, form: ColumnsForm | None = None) -> str:
    return render_template(
        "imports/columns.html", run=found, form=form or _columns_form(found), columns=COLUMNS[found.kind]
    )


def _drawn(found: Import, form: WhoForm | None = None, confirm: ConfirmForm | None = None) -> str:
    rows = RowsForm(request.args, meta=NO_TOKEN)
    verdict = rows.verdict.chosen if form is None else Verdict.ASKED
    page = list_rows(found.id, verdict=verdict, cursor=request.args.get("after"))
    asked = verdict is Verdict.ASKED and found.state is ImportState.CHECKED
    return render_template(
        "imports/run.html",
        run=found,
        is_held=found.is_held(g.now),
        page=page,
        verdict=verdict,
        after=request.args.get("after"),
        export_url=export_url(".export_rows", rows),
        questions=form or (who_form(page.rows)() if asked else None),
        form=confirm or ConfirmForm(data={"seen": found.digest}),
        history=list_history(g.account, "import", found.id),
    )
