"""A person's own account, and which mails they get."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.accounts.forms import AccountForm, MailForm
from program.accounts.queries import get_own_account
from program.accounts.services import change_own_account, choose_mail
from program.accounts.stopping import open_stop, stop_mails
from program.extensions import csrf
from program.limits import MAIL_STOPS
from program.preferences.topics import topics_for
from program.tries import limited
from program.web import allow

bp = Blueprint("accounts", __name__)


@bp.get("/account")
@allow(Permission.SIGNED_IN)
def own() -> ResponseReturnValue:
    """Name, address, roles, zone and first page."""
    here = {"name": g.account.name, "time_zone": g.account.time_zone, "home": g.account.home}
    return render_template("accounts/own.html", form=AccountForm(g.account.held, data=here))


@bp.post("/account")
@allow(Permission.SIGNED_IN)
def change() -> ResponseReturnValue:
    """Keep the name, the zone and the first page."""
    form = AccountForm(g.account.held)
    if not form.validate_on_submit():
        return render_template("accounts/own.html", form=form), 422
    change_own_account(
        actor=g.account,
        name=form.name.data or "",
        time_zone=form.time_zone.data,
        home=form.chosen_home,
        now=g.now,
    )
    flash("Saved. Times are shown in this zone from now on.", "ok")
    return redirect(url_for(".own"))


@bp.get("/account/mail")
@allow(Permission.SIGNED_IN)
def mail() -> ResponseReturnValue:
    """When mail comes, how often, and what about."""
    return _show_mail(_mail_form())


@bp.post("/account/mail")
@allow(Permission.SIGNED_IN)
def keep_mail() -> ResponseReturnValue:
    """Keep what was chosen."""
    form = _mail_form()
    if not form.validate_on_submit():
        return _show_mail(form), 422
    choose_mail(actor=g.account, habits=form.habits, wanted=form.wanted, now=g.now)
    flash("Saved. Mails that wait to be sent go by this, too.", "ok")
    return redirect(url_for(".mail"))


@bp.get("/mail/stop/<token>")
@allow(Permission.PUBLIC)
def ask_stop(token: str) -> ResponseReturnValue:
    """One button that ends mails like this. Opening it changes nothing, so a mail scanner may."""
    return render_template("accounts/stop.html", stopping=open_stop(token), token=token)


@bp.post("/mail/stop/<token>")
@allow(Permission.PUBLIC)
@limited(MAIL_STOPS)
def stop(token: str) -> ResponseReturnValue:
    """End mails like this, and say so without a redirect, which mail programs do not follow."""
    stopping = open_stop(token)
    stop_mails(stopping, now=g.now)
    return render_template("accounts/stop.html", stopping=stopping, token=token)


csrf.exempt(stop)  # mail programs send it by themselves (RFC 8058): the address is the proof


def _mail_form() -> MailForm:
    return MailForm(get_own_account(g.account), g.account.held)


def _show_mail(form: MailForm) -> str:
    always = [topic.about for topic in topics_for(g.account.held) if not topic.is_optional]
    return render_template("accounts/mail.html", form=form, always=always)
