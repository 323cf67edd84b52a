"""Returned mail comes in; staff see which addresses get no more, and lift that."""

from functools import partial

from flask import Blueprint, current_app, flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from program.access import Permission, can
from program.body import takes
from program.bounces.forms import SuppressedForm
from program.bounces.queries import get_suppressed, list_suppressed
from program.bounces.returns import MOST_BYTES
from program.bounces.services import lift_suppression, take_signed
from program.bounces.sheets import ADDRESSES
from program.exports.sending import export_url, send_list
from program.extensions import csrf
from program.forms import NO_TOKEN
from program.limits import LIST_EXPORTS, RETURNS
from program.tries import limited
from program.web import allow

bp = Blueprint("bounces", __name__, url_prefix="/mail")


@bp.post("/returns")
@allow(Permission.PUBLIC)
@takes(MOST_BYTES)
@limited(RETURNS)
def take() -> ResponseReturnValue:
    """One returned mail as it came, signed by who forwards it."""
    changed = take_signed(
        request.get_data(cache=False),
        moment=request.headers.get("Fellowship-Timestamp", ""),
        signature=request.headers.get("Fellowship-Signature", ""),
        key=current_app.extensions["settings"].returns_key,
        now=g.now,
    )
    return jsonify(changed=changed)


csrf.exempt(take)  # no browser sends it: its signature says who does


@bp.get("/suppressed")
@allow(Permission.NOTICE_READ)
def listing() -> ResponseReturnValue:
    """The addresses that get no mail, the newest first; or those for one reason."""
    asked = SuppressedForm(request.args, meta=NO_TOKEN)
    page = list_suppressed(why=asked.why.chosen, cursor=request.args.get("after"))
    open_to = {
        one.id for one in page.rows if can(g.account, Permission.PERSON_CHANGE, one.account, now=g.now)
    }
    here = {"open_to": open_to, "why": asked.why.chosen, "export_url": export_url(".export", asked)}
    return render_template("bounces/list.html", page=page, **here)


@bp.post("/suppressed/export")
@allow(Permission.NOTICE_READ)
@limited(LIST_EXPORTS)
def export() -> ResponseReturnValue:
    """Those that are asked for, as a sheet."""
    asked = SuppressedForm(request.args, meta=NO_TOKEN)
    return send_list(ADDRESSES, partial(list_suppressed, why=asked.why.chosen), asked=asked)


@bp.post("/suppressed/<int:suppressed_id>/lift")
@allow(Permission.PERSON_CHANGE)
def lift(suppressed_id: int) -> ResponseReturnValue:
    """Mail goes there again."""
    found = get_suppressed(suppressed_id)
    address = found.address
    lift_suppression(found, actor=g.account, now=g.now)
    flash(f"Mail goes to {address} again. What failed meanwhile is not sent by itself.", "ok")
    return redirect(url_for(".listing"))
