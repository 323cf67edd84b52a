"""A person's own account."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.accounts.forms import DAILY, AccountForm
from program.accounts.queries import wants_digest
from program.accounts.services import change_own_account
from program.web import allow

bp = Blueprint("accounts", __name__)


@bp.get("/account")
@allow(Permission.SIGNED_IN)
def own() -> ResponseReturnValue:
    """Name, address, roles, zone, first page, and how reports come."""
    here = {"name": g.account.name, "time_zone": g.account.time_zone, "home": g.account.home}
    daily = DAILY if wants_digest(g.account.id) else ""
    form = AccountForm(g.account.held, data=here | {"reports": daily})
    return render_template("accounts/own.html", form=form)


@bp.post("/account")
@allow(Permission.SIGNED_IN)
def change() -> ResponseReturnValue:
    """Keep the name, the zone, the first page, and how reports come."""
    form = AccountForm(g.account.held)
    if not form.validate_on_submit():
        return render_template("accounts/own.html", form=form), 422
    change_own_account(
        actor=g.account,
        name=form.name.data or "",
        time_zone=form.time_zone.data,
        home=form.chosen_home,
        digest=form.wants_digest,
        now=g.now,
    )
    flash("Saved. Times are shown in this zone from now on.", "ok")
    return redirect(url_for(".own"))
