"""Looking at the site as another person sees it: read-only, with a banner, written down."""

from flask import Blueprint, Flask, flash, g, redirect, url_for
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.looking.queries import see_as
from program.looking.services import end_look, look_as
from program.web import allow

bp = Blueprint("looking", __name__)


@bp.post("/people/<int:account_id>/look-as")
@allow(Permission.PERSON_LOOK_AS, fresh=True)
def begin(account_id: int) -> ResponseReturnValue:
    """To the home page as the person finds it."""
    look_as(account_id, actor=g.account, now=g.now)
    return redirect(url_for("home.index"))


@bp.post("/look-as/end")
@allow(Permission.SIGNED_IN)
def end() -> ResponseReturnValue:
    """Back to one's own pages."""
    end_look(g.account, now=g.now)
    flash("You see the site as yourself again.", "ok")
    return redirect(url_for("home.index"))


def put_on_glasses() -> None:
    """From here on the request is the person's whom the viewer looks as."""
    if g.account is not None and g.account.looks_as_id is not None:
        g.account = see_as(g.account, now=g.now)


def init_looking(app: Flask) -> None:
    """After it is known who asks, and before the door."""
    app.before_request(put_on_glasses)
