"""People as those who run the programme see them: who they are, what they may do, whether they can sign in."""

from functools import partial

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from program.access import Given, Permission, Role, can
from program.accounts.models import Account
from program.exports.sending import export_url, send_list
from program.exports.services import Sheet
from program.forms import NO_TOKEN
from program.history.queries import list_history
from program.invitations.queries import find_invitation_of
from program.invitations.services import invite_waiting
from program.limits import INVITATIONS_AGAIN, LIST_EXPORTS
from program.oidc.queries import list_identities_of
from program.people.forms import PeopleForm, RolesForm
from program.people.queries import find_presence, get_person, list_people, standing_of
from program.people.services import (
    change_roles,
    disable_account,
    enable_account,
    end_sessions_of,
    reset_sign_in,
)
from program.tries import limited
from program.web import allow

bp = Blueprint("people", __name__)

SHEET: Sheet[Account] = Sheet(
    "people",
    Permission.PERSON_READ,
    {
        "name": lambda account: account.name,
        "address": lambda account: account.email,
        "roles": lambda account: ", ".join(sorted(role.word for role in account.roles)),
        "standing": standing_of,
        "time zone": lambda account: account.time_zone,
        "joined (UTC)": lambda account: account.joined_at,
    },
)


@bp.get("/people")
@allow(Permission.PERSON_READ)
def listing() -> ResponseReturnValue:
    """Everybody by name, or those who are looked for."""
    form = PeopleForm(request.args, meta=NO_TOKEN)
    return _listed(form, good=form.validate())


@bp.post("/people/export")
@allow(Permission.PERSON_READ)
@limited(LIST_EXPORTS)
def export() -> ResponseReturnValue:
    """Those who are looked for, as a sheet."""
    form = PeopleForm(request.args, meta=NO_TOKEN)
    if not form.validate():
        return _listed(form, good=False)
    return send_list(SHEET, partial(list_people, **form.search), asked=form)


@bp.get("/people/<int:account_id>")
@allow(Permission.PERSON_READ)
def person(account_id: int) -> ResponseReturnValue:
    """One person, and what can be done for them."""
    found = get_person(account_id)
    return _drawn(found, _form(data={"roles": sorted(found.roles)}))


@bp.post("/people/<int:account_id>/roles")
@allow(Permission.PERSON_CHANGE, fresh=True)
def give_roles(account_id: int) -> ResponseReturnValue:
    """What the person is in the programme, from their next click on."""
    found, form = get_person(account_id), _form()
    if not form.validate_on_submit():
        return _drawn(found, form), 422
    change_roles(found, roles=form.chosen, actor=g.account, now=g.now)
    return _done(found, f"{found.name} has these roles from now on.")


@bp.post("/people/<int:account_id>/invite")
@allow(Permission.PERSON_INVITE, fresh=True)
@limited(INVITATIONS_AGAIN)
def invite(account_id: int) -> ResponseReturnValue:
    """Mail a link to who has none that works."""
    found = get_person(account_id)
    sent = invite_waiting([found], cohort_id=None, actor=g.account, now=g.now)
    unless = "needs no link: they have one that works, can sign in already, or are shut out."
    return _done(found, f"{found.name} {'is invited by mail to sign in.' if sent else unless}")


@bp.post("/people/<int:account_id>/disable")
@allow(Permission.PERSON_CHANGE, fresh=True)
def disable(account_id: int) -> ResponseReturnValue:
    """Shut the account, now and everywhere."""
    found = get_person(account_id)
    disable_account(found, actor=g.account, now=g.now)
    return _done(found, f"{found.name} is signed out everywhere and cannot sign in.")


@bp.post("/people/<int:account_id>/enable")
@allow(Permission.PERSON_CHANGE, fresh=True)
def enable(account_id: int) -> ResponseReturnValue:
    """Open the account again."""
    found = get_person(account_id)
    enable_account(found, actor=g.account, now=g.now)
    return _done(found, f"{found.name} can sign in again.")


@bp.post("/people/<int:account_id>/end-sessions")
@allow(Permission.PERSON_CHANGE, fresh=True)
def end_sessions(account_id: int) -> ResponseReturnValue:
    """Sign the person out everywhere."""
    found = get_person(account_id)
    end_sessions_of(found, actor=g.account, now=g.now)
    return _done(found, f"{found.name} is signed out everywhere.")


@bp.post("/people/<int:account_id>/reset-sign-in")
@allow(Permission.PERSON_CHANGE, fresh=True)
def reset(account_id: int) -> ResponseReturnValue:
    """For who lost their devices."""
    found = get_person(account_id)
    reset_sign_in(found, actor=g.account, now=g.now)
    return _done(found, f"{found.name} signs in by a mailed link now, and sets up what they need anew.")


def _listed(form: PeopleForm, *, good: bool) -> ResponseReturnValue:
    page = list_people(**form.search, cursor=request.args.get("after")) if good else None
    here = {"standing_of": standing_of, "export_url": export_url(".export", form)}
    return render_template("people/list.html", form=form, page=page, **here), 200 if good else 422


def _form(**kwargs: object) -> RolesForm:
    offered = [
        role for role in Role if can(g.account, Permission.PERSON_CHANGE, Given(frozenset({role})), now=g.now)
    ]
    return RolesForm(offered=offered, **kwargs)


def _drawn(found: Account, form: RolesForm) -> str:
    return render_template(
        "people/person.html",
        person=found,
        form=form,
        standing=standing_of(found),
        presence=find_presence(found.id, now=g.now),
        identities=list_identities_of(found.id),
        invitation=find_invitation_of(found.id),
        may_change=not found.is_erased and can(g.account, Permission.PERSON_CHANGE, found, now=g.now),
        may_invite=can(g.account, Permission.PERSON_INVITE, Given(found.roles), now=g.now),
        may_look=found.can_sign_in and can(g.account, Permission.PERSON_LOOK_AS, found, now=g.now),
        history=list_history(g.account, "account", found.id),
    )


def _done(found: Account, message: str) -> ResponseReturnValue:
    flash(message, "ok")
    return redirect(url_for(".person", account_id=found.id))
