"""How one signs in: an authenticator, recovery codes, a password, and the browsers that are signed in."""

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.factors.devices import name_device, name_network
from program.factors.forms import CodeForm, FirstCodeForm, NewPasswordForm, PasswordForm
from program.factors.queries import find_factors, list_sessions_of
from program.factors.services import (
    begin_authenticator,
    confirm_authenticator,
    picture_for,
    prove,
    remove_authenticator,
    remove_password,
    renew_codes,
    set_password,
    sign_in_by_password,
)
from program.limits import CODES, NEW_PASSWORDS, PASSWORDS_BY_ADDRESS, PASSWORDS_BY_NETWORK
from program.oidc.queries import list_identities_of
from program.oidc.services import disconnect
from program.sign_in.browser import begin_in_browser, keep_signed_in
from program.sign_in.services import end_others, end_own_session, prove_again
from program.tries import limited
from program.web import allow, commit_refusal

bp = Blueprint("factors", __name__)
WRONG = "This code is not right, or it was used before. Please wait for the next one."
WRONG_ONE_OF_THREE = "The address, the password or the code is not right. We cannot say which."


@bp.get("/account/security")
@allow(Permission.SIGNED_IN)
def own() -> ResponseReturnValue:
    """What one has set up, with what one is connected, and where one is signed in."""
    return render_template(
        "factors/own.html",
        factors=find_factors(g.account.id),
        identities=list_identities_of(g.account.id),
        sessions=list_sessions_of(g.account.id, now=g.now),
        name_device=name_device,
        name_network=name_network,
    )


@bp.post("/account/security/authenticator/begin")
@allow(Permission.SIGNED_IN, fresh=True)
def begin() -> ResponseReturnValue:
    """A new secret to be read by an app."""
    begin_authenticator(actor=g.account, now=g.now)
    return redirect(url_for(".authenticator"))


@bp.get("/account/security/authenticator")
@allow(Permission.SIGNED_IN, fresh=True)
def authenticator() -> ResponseReturnValue:
    """The secret as a picture, and the field for its first code."""
    return _set_up(FirstCodeForm())


@bp.post("/account/security/authenticator")
@allow(Permission.SIGNED_IN, fresh=True)
@limited(CODES)
def confirm() -> ResponseReturnValue:
    """Count it from now on; its recovery codes are shown this once."""
    form = FirstCodeForm()
    if not form.validate_on_submit():
        return _set_up(form), 422
    codes = confirm_authenticator(form.code.data or "", actor=g.account, now=g.now)
    if codes is None:
        form.code.errors = [WRONG]
        commit_refusal()
        return _set_up(form), 422
    going = keep_signed_in(prove_again(g.account, now=g.now))
    return render_template("factors/codes.html", codes=codes, going=going)


@bp.post("/account/security/authenticator/remove")
@allow(Permission.SIGNED_IN, fresh=True)
def remove() -> ResponseReturnValue:
    """No authenticator, no recovery codes, no password."""
    remove_authenticator(actor=g.account, now=g.now)
    flash("Your authenticator is removed, with its recovery codes and the password.", "ok")
    return redirect(url_for(".own"))


@bp.post("/account/security/codes")
@allow(Permission.SIGNED_IN, fresh=True)
def codes() -> ResponseReturnValue:
    """New recovery codes, shown this once."""
    made = renew_codes(actor=g.account, now=g.now)
    return render_template("factors/codes.html", codes=made, going=url_for(".own"))


@bp.get("/account/security/password")
@allow(Permission.SIGNED_IN, fresh=True)
def password() -> ResponseReturnValue:
    """The page that asks for a password."""
    return _new_password(NewPasswordForm(g.account))


@bp.post("/account/security/password")
@allow(Permission.SIGNED_IN, fresh=True)
@limited(NEW_PASSWORDS)
def keep_password() -> ResponseReturnValue:
    """Sign in by it from now on."""
    form = NewPasswordForm(g.account)
    if not form.validate_on_submit():
        return _new_password(form), 422
    set_password(form.new_password.data or "", actor=g.account, now=g.now)
    flash("This is your password from now on. Your other browsers are signed out.", "ok")
    return redirect(url_for(".own"))


@bp.post("/account/security/password/remove")
@allow(Permission.SIGNED_IN, fresh=True)
def forget_password() -> ResponseReturnValue:
    """Nobody signs in by it again."""
    remove_password(actor=g.account, now=g.now)
    flash("Your password is removed.", "ok")
    return redirect(url_for(".own"))


@bp.post("/account/security/identities/<int:identity_id>/disconnect")
@allow(Permission.SIGNED_IN, fresh=True)
def leave(identity_id: int) -> ResponseReturnValue:
    """Nobody comes in by the issuer's name for the person again."""
    identity = disconnect(identity_id, actor=g.account, now=g.now)
    flash(f"Your account is not connected with {identity.issuer} any more.", "ok")
    return redirect(url_for(".own"))


@bp.post("/account/security/sessions/<int:session_id>/end")
@allow(Permission.SIGNED_IN, fresh=True)
def end(session_id: int) -> ResponseReturnValue:
    """Sign one of one's own browsers out."""
    end_own_session(session_id, actor=g.account, now=g.now)
    flash("That browser is signed out.", "ok")
    return redirect(url_for(".own"))


@bp.post("/account/security/sessions/end-others")
@allow(Permission.SIGNED_IN, fresh=True)
def end_all_others() -> ResponseReturnValue:
    """Sign every browser out but this one."""
    ended = end_others(g.account, now=g.now)
    flash(f"{ended} other {'browser is' if ended == 1 else 'browsers are'} signed out.", "ok")
    return redirect(url_for(".own"))


@bp.get("/sign-in/again")
@allow(Permission.SIGNED_IN)
def again() -> ResponseReturnValue:
    """The page that asks to show once more that it is oneself."""
    return _again(CodeForm())


@bp.post("/sign-in/again")
@allow(Permission.SIGNED_IN)
@limited(CODES)
def show() -> ResponseReturnValue:
    """Go on where the person was going, under a new token."""
    form = CodeForm()
    if not form.validate_on_submit():
        return _again(form), 422
    token = prove(form.code.data or "", actor=g.account, now=g.now)
    if token is None:
        form.code.errors = [WRONG]
        commit_refusal()
        return _again(form), 422
    return redirect(keep_signed_in(token))


@bp.get("/sign-in/password")
@allow(Permission.PUBLIC)
def ask_password() -> ResponseReturnValue:
    """The page for who signs in by a password."""
    return render_template("factors/password.html", form=PasswordForm())


@bp.post("/sign-in/password")
@allow(Permission.PUBLIC)
@limited(PASSWORDS_BY_ADDRESS, PASSWORDS_BY_NETWORK)
def enter() -> ResponseReturnValue:
    """Start a session in a fresh cookie, then go where the person was going."""
    form = PasswordForm()
    if not form.validate_on_submit():
        return render_template("factors/password.html", form=form), 422
    typed = str(form.email.data), form.password.data or "", form.code.data or ""
    token = sign_in_by_password(*typed, device=request.user_agent.string, now=g.now)
    if token is None:
        form.password.errors = [WRONG_ONE_OF_THREE]
        commit_refusal()
        return render_template("factors/password.html", form=form), 422
    return redirect(begin_in_browser(token))


def _set_up(form: FirstCodeForm) -> str:
    image, secret = picture_for(g.account)
    return render_template("factors/set_up.html", form=form, image=image, secret=secret)


def _new_password(form: NewPasswordForm) -> str:
    return render_template("factors/new_password.html", form=form, factors=find_factors(g.account.id))


def _again(form: CodeForm) -> str:
    factors = find_factors(g.account.id)
    going = session.get("next", "")
    return render_template("factors/again.html", form=form, factors=factors, going=going)
