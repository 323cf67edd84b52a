"""The outbox as staff see it, and what was sent to oneself."""

from functools import partial

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.exports.sending import export_url, send_list
from program.forms import NO_TOKEN
from program.health.queries import read_figures
from program.history.queries import list_history
from program.limits import LIST_EXPORTS
from program.notices.queries import Search, count_by_state, get_notice
from program.notices.steps import hold, release, send_again, why_not
from program.outbox.coming import list_going_out
from program.outbox.forms import ComingForm, OutboxForm
from program.outbox.queries import lines_of_mail, list_lines, list_own_lines
from program.outbox.sheets import MESSAGES
from program.outbox.vitals import vitals
from program.outbox.words import ROLES
from program.reminders.holding import hold_reminders
from program.tries import limited
from program.web import allow

bp = Blueprint("outbox", __name__)


@bp.get("/notices")
@allow(Permission.NOTICE_READ)
def listing() -> ResponseReturnValue:
    """How sending goes, then every message that is looked for, the newest first."""
    asked = OutboxForm(request.args, meta=NO_TOKEN)
    good = asked.validate()
    search = asked.search(g.account.time_zone) if good else Search()
    page = list_lines(search, cursor=request.args.get("after")) if good else None
    here = {
        "form": asked,
        "roles": ROLES,
        "counts": count_by_state(),
        "vitals": vitals(read_figures(g.now)),
        "export_url": export_url(".export", asked),
    }
    return render_template("outbox/list.html", page=page, **here), 200 if good else 422


@bp.post("/notices/export")
@allow(Permission.NOTICE_READ)
@limited(LIST_EXPORTS)
def export() -> ResponseReturnValue:
    """Those that are asked for, as a sheet."""
    asked = OutboxForm(request.args, meta=NO_TOKEN)
    search = asked.search(g.account.time_zone) if asked.validate() else Search()
    return send_list(MESSAGES, partial(list_lines, search), asked=asked)


@bp.get("/notices/coming")
@allow(Permission.NOTICE_READ)
def coming() -> ResponseReturnValue:
    """What goes out in the next 24 hours, the first first."""
    going = list_going_out(cursor=request.args.get("after"), now=g.now)
    return render_template("outbox/coming.html", page=going)


@bp.post("/notices/coming/hold")
@allow(Permission.NOTICE_CHANGE)
def keep_coming() -> ResponseReturnValue:
    """A mail that is still to be made is held: it does not go out until it is released."""
    reader_id, moment, owner_ids = ComingForm().mail()
    held = hold_reminders(reader_id, moment, owner_ids, actor=g.account, now=g.now)
    flash("Held: it does not go out until somebody releases it.", "ok")
    return redirect(url_for(".page", notice_id=held.id))


@bp.get("/notices/<int:notice_id>")
@allow(Permission.NOTICE_READ)
def page(notice_id: int) -> ResponseReturnValue:
    """One message with its course, what travels with it, and what can be done about it."""
    notice = get_notice(notice_id)
    line, *others = lines_of_mail(notice)
    here = {
        "why_not": why_not(notice),
        "history": list_history(g.account, "notice", notice.carrier_id or notice.id),
    }
    return render_template("outbox/page.html", line=line, others=others, **here)


@bp.post("/notices/<int:notice_id>/hold")
@allow(Permission.NOTICE_CHANGE)
def keep(notice_id: int) -> ResponseReturnValue:
    """It does not go out until it is released."""
    hold(get_notice(notice_id), actor=g.account, now=g.now)
    flash("Held: it does not go out until somebody releases it.", "ok")
    return redirect(url_for(".page", notice_id=notice_id))


@bp.post("/notices/<int:notice_id>/release")
@allow(Permission.NOTICE_CHANGE)
def let_go(notice_id: int) -> ResponseReturnValue:
    """It goes out at its time."""
    release(get_notice(notice_id), actor=g.account, now=g.now)
    flash("Released: it goes out at its time, if what it is about is still owed then.", "ok")
    return redirect(url_for(".page", notice_id=notice_id))


@bp.post("/notices/<int:notice_id>/send-again")
@allow(Permission.NOTICE_CHANGE)
def again(notice_id: int) -> ResponseReturnValue:
    """It is tried anew, from the start."""
    send_again(get_notice(notice_id), actor=g.account, now=g.now)
    flash("It is sent again within a minute.", "ok")
    return redirect(url_for(".page", notice_id=notice_id))


@bp.get("/account/mails")
@allow(Permission.SIGNED_IN)
def own() -> ResponseReturnValue:
    """What was sent to the person who asks."""
    return render_template(
        "outbox/own.html", page=list_own_lines(g.account.id, cursor=request.args.get("after"))
    )
