"""Signing in by an OpenID Connect issuer. These routes exist only where the settings name one."""

from flask import Blueprint, Flask, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.config import Settings
from program.limits import ISSUER
from program.oidc.claims import person_of
from program.oidc.forms import ReturnForm
from program.oidc.issuer import IssuerError, init_issuer, read_claims, send_to_issuer
from program.oidc.services import sign_in_person
from program.sign_in.browser import begin_in_browser
from program.tries import limited
from program.web import allow

bp = Blueprint("oidc", __name__)
SILENT = "That way in does not answer just now. Use a mailed link, or try again later."
REFUSED = (
    "You could not be signed in that way. A mailed link always works, if the programme knows your address."
)


@bp.get("/sign-in/oidc")
@allow(Permission.PUBLIC)
@limited(ISSUER)
def begin() -> ResponseReturnValue:
    """Go to the issuer."""
    site = str(_settings().public_url).rstrip("/")
    try:
        return send_to_issuer(f"{site}{url_for('.back')}")
    except IssuerError:
        return _not_in(SILENT)


@bp.get("/sign-in/oidc/back")
@allow(Permission.PUBLIC)
def back() -> ResponseReturnValue:
    """Back from the issuer: one button, as behind a mailed link, for opening a page signs nobody in."""
    form = ReturnForm(request.args)
    if not (form.code.data and form.state.data):
        return _not_in(REFUSED)
    return render_template("oidc/back.html", form=form)


@bp.post("/sign-in/oidc/back")
@allow(Permission.PUBLIC)
@limited(ISSUER)
def finish() -> ResponseReturnValue:
    """Start a session in a fresh cookie, then go where the person was going."""
    if not ReturnForm().validate_on_submit():
        return _not_in(REFUSED)
    try:
        person = person_of(read_claims())
    except IssuerError:
        return _not_in(REFUSED)
    domains, device = _settings().allowed_domains, request.user_agent.string
    token = sign_in_person(person, domains=domains, device=device, now=g.now)
    return _not_in(REFUSED) if token is None else redirect(begin_in_browser(token))


def _not_in(message: str) -> ResponseReturnValue:
    flash(message, "error")
    return redirect(url_for("sign_in.ask"))


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def init_oidc(app: Flask, settings: Settings) -> None:
    """Open this way in, if there is an issuer."""
    if settings.oidc_issuer:
        init_issuer(app, settings)
        app.register_blueprint(bp)
