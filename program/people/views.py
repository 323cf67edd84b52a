"""People as those who run the programme see them: who they are, what they may do, whether they can sign in."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from program.access import Given, Permission, Role, can
from program.accounts.models import Account
from program.forms import NO_TOKEN
from program.history.queries import list_history
from program.invitations.queries import find_invitation_of
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
from program.web import allow

bp = Blueprint("people", __name__)


@bp.get("/people")
@allow(Permission.PERSON_READ)
def listing() -> ResponseReturnValue:
    """Everybody by name, or those who are looked for."""
    form = PeopleForm(request.args, meta=NO_TOKEN)
    good = form.validate()
    page = (
        list_people(
            typed=form.who.data or "",
            role=form.chosen_role,
            standing=form.chosen_standing,
            cursor=request.args.get("after"),
        )
        if good
        else None
    )
    return render_template("people/list.html", form=form, page=page, standing_of=standing_of), (
        200 if good else 422
    )


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
        may_look=found.can_sign_in and can(g.account, Permission.PERSON_LOOK_AS, found, now=g.now),
        history=list_history(g.account, "account", found.id),
    )


def _done(found: Account, message: str) -> ResponseReturnValue:
    flash(message, "ok")
    return redirect(url_for(".person", account_id=found.id))
