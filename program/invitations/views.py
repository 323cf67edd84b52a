"""Inviting people; and the page behind an invitation."""

from functools import partial

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from program.access import Given, Permission, Role, can
from program.accounts.forms import NameForm
from program.cohorts.queries import list_cohorts
from program.errors import InvalidLinkError
from program.exports.sending import export_url, send_list
from program.forms import NO_TOKEN
from program.invitations.forms import InvitationsForm, InviteForm
from program.invitations.models import Invitation
from program.invitations.queries import (
    count_by_state,
    find_open_invitation,
    get_invitation,
    list_invitations,
)
from program.invitations.services import GONE, Invited, accept, invite, send_again, withdraw
from program.invitations.sheets import invitations_sheet
from program.limits import INVITATION_USES, INVITATIONS, INVITATIONS_AGAIN, LIST_EXPORTS
from program.sign_in.browser import begin_in_browser
from program.sign_in.tokens import hash_token
from program.tries import limited
from program.web import allow

bp = Blueprint("invitations", __name__)


@bp.get("/people/invitations")
@allow(Permission.PERSON_INVITE)
def listing() -> ResponseReturnValue:
    """Every invitation with its state, the newest first; or those in one state."""
    asked = InvitationsForm(request.args, meta=NO_TOKEN)
    page = list_invitations(state=asked.state.chosen, cursor=request.args.get("after"), now=g.now)
    here = {
        "state": asked.state.chosen,
        "counts": count_by_state(g.now),
        "export_url": export_url(".export", asked),
    }
    return render_template("invitations/list.html", page=page, **here)


@bp.post("/people/invitations/export")
@allow(Permission.PERSON_INVITE)
@limited(LIST_EXPORTS)
def export() -> ResponseReturnValue:
    """Those that are asked for, as a sheet."""
    asked = InvitationsForm(request.args, meta=NO_TOKEN)
    pages = partial(list_invitations, state=asked.state.chosen, now=g.now)
    return send_list(invitations_sheet(g.now), pages, asked=asked)


@bp.get("/people/invitations/new")
@allow(Permission.PERSON_INVITE, fresh=True)
def new() -> ResponseReturnValue:
    """The page that asks whom to invite."""
    return render_template("invitations/new.html", form=_form())


@bp.post("/people/invitations/new")
@allow(Permission.PERSON_INVITE, fresh=True)
@limited(INVITATIONS)
def send() -> ResponseReturnValue:
    """Invite everybody on the list, or nobody if a line is wrong."""
    form = _form()
    if not form.validate_on_submit():
        return render_template("invitations/new.html", form=form), 422
    invited = invite(
        form.invitees,
        roles=form.chosen_roles,
        cohort_id=form.cohort_id,
        time_zone=g.account.time_zone,
        actor=g.account,
        now=g.now,
    )
    flash(_told(invited), "ok" if invited.invitations else "warn")
    return redirect(url_for(".listing"))


@bp.post("/people/invitations/<int:invitation_id>/send")
@allow(Permission.PERSON_INVITE)
@limited(INVITATIONS_AGAIN)
def again(invitation_id: int) -> ResponseReturnValue:
    """A new link; the one of before is dead."""
    invitation = get_invitation(invitation_id)
    send_again(invitation, actor=g.account, now=g.now)
    flash(f"A new link goes to {invitation.account.email}. The one of before is dead.", "ok")
    return redirect(url_for(".listing"))


@bp.post("/people/invitations/<int:invitation_id>/withdraw")
@allow(Permission.PERSON_INVITE)
def take_back(invitation_id: int) -> ResponseReturnValue:
    """The link is dead."""
    invitation = get_invitation(invitation_id)
    withdraw(invitation, actor=g.account, now=g.now)
    flash(f"The invitation to {invitation.account.email} is withdrawn.", "ok")
    return redirect(url_for(".listing"))


@bp.get("/join/<token>")
@allow(Permission.PUBLIC)
def arrive(token: str) -> ResponseReturnValue:
    """The page behind an invitation. Opening it uses nothing up, so a mail scanner may."""
    invitation = _open(token)
    zone = invitation.cohort.time_zone if invitation.cohort else invitation.account.time_zone
    form = NameForm(data={"name": invitation.account.name, "time_zone": zone})
    return render_template("invitations/join.html", form=form, invitation=invitation, token=token)


@bp.post("/join/<token>")
@allow(Permission.PUBLIC)
@limited(INVITATION_USES)
def join(token: str) -> ResponseReturnValue:
    """Join, and start a session in a fresh cookie."""
    invitation = _open(token)
    form = NameForm()
    if not form.validate_on_submit():
        return render_template("invitations/join.html", form=form, invitation=invitation, token=token), 422
    device = request.user_agent.string
    name, zone = form.name.data or "", form.time_zone.data
    began = accept(token, name=name, time_zone=zone, device=device, now=g.now)
    return redirect(begin_in_browser(began))


def _open(token: str) -> Invitation:
    invitation = find_open_invitation(hash_token(token), now=g.now)
    if invitation is None:
        raise InvalidLinkError(GONE)
    return invitation


def _form() -> InviteForm:
    """With the roles that whoever asks may give."""
    roles = [
        role for role in Role if can(g.account, Permission.PERSON_INVITE, Given(frozenset({role})), now=g.now)
    ]
    return InviteForm(roles=roles, cohorts=list_cohorts(cursor=None).rows)


def _told(invited: Invited) -> str:
    sent, known = len(invited.invitations), len(invited.known)
    people = f"{sent} {'person is' if sent == 1 else 'people are'} invited."
    if not known:
        return people
    named = ", ".join(invited.known[:5]) + (f" and {known - 5} more" if known > 5 else "")
    return f"{people} Nothing went to those who are known already: {named}."
