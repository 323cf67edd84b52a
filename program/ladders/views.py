"""How a cohort reminds: its ladders, and one of them changed with a look at whom it reaches."""

from typing import cast

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.cohorts.models import Cohort
from program.cohorts.queries import get_cohort
from program.cohorts.states import CohortState, check_changeable
from program.errors import ConflictError
from program.extensions import db
from program.forms import find_row_id
from program.ladders.drawing import draw
from program.ladders.forms import LadderForm, Typed, form_of, form_sent
from program.ladders.queries import AHEAD, compare, find_ladder, list_own, people_of
from program.ladders.rules import MOST_RUNGS, digest_of, in_order
from program.ladders.services import check_version, keep_ladder
from program.ladders.wording import KINDS, end_words, ladder_words, reader_words, rung_words
from program.obligations.models import ObligationKind
from program.reminders.defaults import default_ladder, readers_of
from program.reminders.ladder import Ladder
from program.web import allow

bp = Blueprint("ladders", __name__)
ONE = f"/cohorts/<int:cohort_id>/reminders/<any({', '.join(ObligationKind)}):kind>"


@bp.get("/cohorts/<int:cohort_id>/reminders")
@allow(Permission.COHORT_READ)
def listing(cohort_id: int) -> ResponseReturnValue:
    """Every ladder of a cohort, drawn and in words."""
    cohort = get_cohort(cohort_id)
    own = {one.kind: one.ladder for one in list_own(cohort.id)}
    ladders = {kind: in_order(own.get(kind) or default_ladder(kind)) for kind in ObligationKind}
    return render_template(
        "ladders/list.html",
        cohort=cohort,
        ladders=ladders,
        own=own,
        picture=draw({KINDS[kind].title: ladder for kind, ladder in ladders.items()}),
        may_change=cohort.state is not CohortState.ARCHIVED,
        **_words(),
    )


@bp.get(ONE)
@allow(Permission.LADDER_CHANGE)
def edit(cohort_id: int, kind: str) -> ResponseReturnValue:
    """The page that asks for the rungs of one ladder."""
    cohort, of = _open_cohort(cohort_id), ObligationKind(kind)
    present = find_ladder(cohort.id, of)
    return _edit_page(cohort, form_of(of, present, present=present))


@bp.post(ONE)
@allow(Permission.LADDER_CHANGE)
def save(cohort_id: int, kind: str) -> ResponseReturnValue:
    """Whom the ladder would reach; once that was seen, it is kept. A button for rows only draws them anew."""
    cohort, of = _open_cohort(cohort_id), ObligationKind(kind)
    form, present = form_sent(of, cast("Typed", request.form)), find_ladder(cohort_id, of)
    word, _, number = (form.step.data or "").partition("-")
    if word == "usual":
        form = form_of(of, default_ladder(of), present=present)
    elif word in {"add", "remove", "back"}:
        return _edit_page(cohort, form)
    elif not form.validate_on_submit():
        return _edit_page(cohort, form), 422
    ladder = form.ladder
    try:
        if form.seen.data != digest_of(ladder):
            check_version(present, form.version.data or "")
            return _preview_page(cohort, form, present, page=number if word == "page" else "1")
        keep_ladder(
            cohort, kind=of, ladder=ladder, version=form.version.data or "", actor=g.account, now=g.now
        )
    except ConflictError as conflict:
        return _after_conflict(cohort_id, form, conflict)
    flash(f"Kept. {KINDS[of].title}: {cohort.name} reminds like this from now on.", "ok")
    return redirect(url_for(".listing", cohort_id=cohort_id))


def _open_cohort(cohort_id: int) -> Cohort:
    cohort = get_cohort(cohort_id)
    check_changeable(cohort.state)
    return cohort


def _words() -> dict[str, object]:
    return {
        "words": KINDS,
        "ladder_words": ladder_words,
        "end_words": end_words,
        "reader_words": reader_words,
    }


def _edit_page(cohort: Cohort, form: LadderForm, *, message: str = "") -> str:
    present = in_order(find_ladder(cohort.id, form.kind))
    return render_template(
        "ladders/edit.html",
        cohort=cohort,
        form=form,
        kind=form.kind,
        present=present,
        is_usual=present == in_order(default_ladder(form.kind)),
        most=MOST_RUNGS,
        readers=readers_of(form.kind),
        picture=draw({"Now": present}),
        message=message,
        **_words(),
    )


def _preview_page(cohort: Cohort, form: LadderForm, present: Ladder, *, page: str) -> str:
    ladder = in_order(form.ladder)
    comparison = compare(cohort.id, form.kind, ladder, now=g.now)
    shown = comparison.page(find_row_id(page) or 1)
    return render_template(
        "ladders/preview.html",
        cohort=cohort,
        form=form,
        kind=form.kind,
        ladder=ladder,
        present=in_order(present),
        digest=digest_of(ladder),
        picture=draw({"Now": in_order(present), "As you want it": ladder}),
        comparison=comparison,
        page=shown,
        people=people_of(shown.lines),
        ahead=AHEAD,
        rung_words=rung_words,
        **_words(),
    )


def _after_conflict(cohort_id: int, form: LadderForm, conflict: ConflictError) -> ResponseReturnValue:
    """What was typed beside what is kept by now; sent again, it takes its place."""
    db.session.rollback()
    cohort = _open_cohort(cohort_id)
    form.renew(find_ladder(cohort_id, form.kind))
    return _edit_page(cohort, form, message=str(conflict)), 409
