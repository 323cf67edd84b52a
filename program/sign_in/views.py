"""The way in and out."""

import time

from flask import (
    Blueprint,
    Flask,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from program import clock
from program.access import Permission
from program.audit.services import origin
from program.errors import InvalidLinkError
from program.extensions import reading
from program.limits import LINK_USES, LINKS_BY_ADDRESS, LINKS_BY_NETWORK
from program.sign_in.browser import SESSION_KEY, begin_in_browser
from program.sign_in.forms import EmptyForm, LinkForm
from program.sign_in.last_seen import note_browser
from program.sign_in.queries import find_open_link, find_signed_in
from program.sign_in.services import end_session, redeem_link, request_link
from program.sign_in.tokens import hash_token
from program.tries import limited
from program.web import SAFE_METHODS, allow

bp = Blueprint("sign_in", __name__)
EVEN_ANSWERS = {"sign_in.send": 0.03, "factors.enter": 0.25}
"""Seconds that these answers take at least: some three times the work for a known address."""


def load_account() -> None:
    """Who is asking: kept on `g` for the whole request."""
    reading.set(request.method in SAFE_METHODS)  # the query below begins the transaction
    g.now = clock.now()
    origin.set(request.remote_addr or "")
    token = session.get(SESSION_KEY) if request.endpoint != "static" else None
    wanted = current_app.extensions["settings"].require_second_factor
    g.account = g.browser = (
        find_signed_in(hash_token(str(token)), now=g.now, wants_second_factor=wanted) if token else None
    )


@bp.get("/sign-in")
@allow(Permission.PUBLIC)
def ask() -> ResponseReturnValue:
    """The page that asks for an address."""
    return render_template("sign_in/ask.html", form=LinkForm())


@bp.post("/sign-in")
@allow(Permission.PUBLIC)
@limited(LINKS_BY_ADDRESS, LINKS_BY_NETWORK)
def send() -> ResponseReturnValue:
    """Mail a link; the answer is the same for every address."""
    form = LinkForm()
    if not form.validate_on_submit():
        return render_template("sign_in/ask.html", form=form), 422
    request_link(str(form.email.data), now=g.now)
    return redirect(url_for(".sent"))


@bp.get("/sign-in/sent")
@allow(Permission.PUBLIC)
def sent() -> ResponseReturnValue:
    """What to do next."""
    return render_template("sign_in/sent.html")


@bp.get("/sign-in/<token>")
@allow(Permission.PUBLIC)
def arrive(token: str) -> ResponseReturnValue:
    """The page behind a mailed link: one button. Opening it uses nothing up, so a mail scanner may."""
    if find_open_link(hash_token(token), now=g.now) is None:
        raise InvalidLinkError(
            "Sign-in links work once and for ten minutes. Ask for a new one: it takes a moment."
        )
    return render_template("sign_in/arrive.html", form=EmptyForm(), token=token)


@bp.post("/sign-in/<token>")
@allow(Permission.PUBLIC)
@limited(LINK_USES)
def redeem(token: str) -> ResponseReturnValue:
    """Start a session in a fresh cookie, then go where the person was going."""
    began = redeem_link(token, device=request.user_agent.string, now=g.now)
    return redirect(begin_in_browser(began))


@bp.post("/sign-out")
@allow(Permission.SIGNED_IN)
def sign_out() -> ResponseReturnValue:
    """End this browser's session."""
    end_session(g.account, now=g.now)
    session.clear()
    flash("You are signed out.", "ok")
    response = redirect(url_for(".ask"))
    if current_app.config["SESSION_COOKIE_SECURE"]:  # browsers take it by HTTPS only
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def forget_origin() -> None:
    """What comes after the request does not come from its address."""
    origin.set("")


def answer_evenly(response: Response) -> Response:
    """How long the answer takes does not tell whether an address is known. It comes last, after the commit."""
    least = EVEN_ANSWERS.get(request.endpoint or "", 0.0)
    if least:
        time.sleep(max(0.0, g.get("began", 0.0) + least - time.perf_counter()))
    return response


def init_sign_in(app: Flask) -> None:
    """Know who is asking before anything else happens."""
    app.before_request(load_account)
    app.after_request(answer_evenly)
    app.after_request(note_browser)
    app.teardown_request(lambda _error: forget_origin())
