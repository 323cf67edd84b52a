"""Passkeys: one's own, and signing in by one."""

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.errors import PasskeyRefusedError
from program.limits import NEW_PASSKEYS, PASSKEYS
from program.passkeys.forms import NO_ANSWER, AnswerForm, PasskeyForm
from program.passkeys.queries import list_passkeys_of
from program.passkeys.services import (
    add_passkey,
    begin_passkey,
    begin_sign_in,
    remove_passkey,
    sign_in_by_passkey,
)
from program.sign_in.browser import begin_in_browser
from program.tries import limited
from program.web import allow

bp = Blueprint("passkeys", __name__)
COPIED = (
    "This passkey was not taken: it looks as if there were a copy of it. "
    "Sign in by a mailed link, remove the passkey and make a new one."
)


@bp.get("/account/passkeys")
@allow(Permission.SIGNED_IN, fresh=True)
def own() -> ResponseReturnValue:
    """One's passkeys, and a new one."""
    return _page(PasskeyForm())


@bp.post("/account/passkeys/options")
@allow(Permission.SIGNED_IN, fresh=True)
@limited(NEW_PASSKEYS)
def new_options() -> ResponseReturnValue:
    """What the browser needs to make a passkey."""
    return _json(begin_passkey(actor=g.account, now=g.now))


@bp.post("/account/passkeys")
@allow(Permission.SIGNED_IN, fresh=True)
@limited(NEW_PASSKEYS)
def add() -> ResponseReturnValue:
    """Keep the passkey that the browser made."""
    form = PasskeyForm()
    if not form.validate_on_submit():
        return _page(form), 422
    passkey = add_passkey(str(form.credential.data), actor=g.account, name=form.name.data or "", now=g.now)
    flash(f"“{passkey.name}” is yours: sign in by it from now on.", "ok")
    return redirect(url_for(".own"))


@bp.post("/account/passkeys/<int:passkey_id>/remove")
@allow(Permission.SIGNED_IN, fresh=True)
def remove(passkey_id: int) -> ResponseReturnValue:
    """Take a passkey away."""
    passkey = remove_passkey(passkey_id, actor=g.account, now=g.now)
    flash(f"“{passkey.name}” is removed: nobody signs in by it again.", "ok")
    return redirect(url_for(".own"))


@bp.post("/sign-in/passkey/options")
@allow(Permission.PUBLIC)
@limited(PASSKEYS)
def options() -> ResponseReturnValue:
    """What the browser needs to sign in by a passkey."""
    return _json(begin_sign_in(now=g.now))


@bp.post("/sign-in/passkey")
@allow(Permission.PUBLIC)
@limited(PASSKEYS)
def sign_in() -> ResponseReturnValue:
    """Start a session in a fresh cookie, then go where the person was going."""
    form = AnswerForm()
    if not form.validate_on_submit():
        raise PasskeyRefusedError(NO_ANSWER)
    answer = str(form.credential.data)
    token = sign_in_by_passkey(answer, device=request.user_agent.string, now=g.now)
    if token is None:
        flash(COPIED, "error")
        return redirect(url_for("sign_in.ask"))
    return redirect(begin_in_browser(token))


def _page(form: PasskeyForm) -> str:
    return render_template("passkeys/own.html", form=form, passkeys=list_passkeys_of(g.account.id))


def _json(text: str) -> Response:
    return Response(text, content_type="application/json")
