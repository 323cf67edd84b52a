"""The page behind the link of a digest. It needs no sign-in, and shows nothing of a report's text."""

from flask import Blueprint, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.digests.accepting import Offer, accept_offer, open_offer
from program.errors import DomainError
from program.extensions import db
from program.limits import DIGEST_USES
from program.tries import limited
from program.web import allow

bp = Blueprint("digests", __name__)


@bp.get("/accept/<token>")
@allow(Permission.PUBLIC)
def arrive(token: str) -> ResponseReturnValue:
    """One button, or why there is none. Opening it changes nothing, so a mail scanner may."""
    return _show(open_offer(token, now=g.now), token)


@bp.post("/accept/<token>")
@allow(Permission.PUBLIC)
@limited(DIGEST_USES)
def accept(token: str) -> ResponseReturnValue:
    """Accept the report in the name of whom the link was mailed to, whoever sits there."""
    try:
        accept_offer(open_offer(token, now=g.now), now=g.now)
    except DomainError:
        db.session.rollback()
        offer = open_offer(token, now=g.now)
        if not offer.is_done:
            return _show(offer, token), 409
    return redirect(url_for(".arrive", token=token))


def _show(offer: Offer, token: str) -> str:
    return render_template("digests/accept.html", offer=offer, refusal=offer.refusal(g.now), token=token)
