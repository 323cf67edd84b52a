"""The outbox as staff see it."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.notices.models import NoticeState
from program.notices.queries import count_by_state, list_notices
from program.web import allow

bp = Blueprint("notices", __name__)


@bp.get("/notices")
@allow(Permission.NOTICE_READ)
def listing() -> ResponseReturnValue:
    """Every message with its state, the newest first; or those in one state."""
    chosen = request.args.get("state", "")
    state = NoticeState(chosen) if chosen in set(NoticeState) else None
    page = list_notices(state=state, cursor=request.args.get("after"))
    return render_template("notices/list.html", page=page, counts=count_by_state(), state=state)
