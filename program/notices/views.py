"""The outbox as staff see it."""

from functools import partial

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.exports.sending import export_url, send_list
from program.forms import NO_TOKEN
from program.limits import LIST_EXPORTS
from program.notices.forms import OutboxForm
from program.notices.queries import count_by_state, list_notices
from program.notices.sheets import MESSAGES
from program.tries import limited
from program.web import allow

bp = Blueprint("notices", __name__)


@bp.get("/notices")
@allow(Permission.NOTICE_READ)
def listing() -> ResponseReturnValue:
    """Every message with its state, the newest first; or those in one state."""
    asked = OutboxForm(request.args, meta=NO_TOKEN)
    page = list_notices(state=asked.state.chosen, cursor=request.args.get("after"))
    here = {
        "state": asked.state.chosen,
        "counts": count_by_state(),
        "export_url": export_url(".export", asked),
    }
    return render_template("notices/list.html", page=page, **here)


@bp.post("/notices/export")
@allow(Permission.NOTICE_READ)
@limited(LIST_EXPORTS)
def export() -> ResponseReturnValue:
    """Those that are asked for, as a sheet."""
    asked = OutboxForm(request.args, meta=NO_TOKEN)
    return send_list(MESSAGES, partial(list_notices, state=asked.state.chosen), asked=asked)
