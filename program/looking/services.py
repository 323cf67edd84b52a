"""Beginning and ending a look at the site as somebody else."""

from datetime import datetime

from sqlalchemy import update

from program.access import Actor, Permission, require
from program.accounts.models import Account
from program.audit.models import Tag
from program.audit.services import record
from program.errors import NotFoundError
from program.extensions import db
from program.sign_in.models import SignInSession
from program.sign_in.queries import SignedIn


def look_as(account_id: int, *, actor: SignedIn, now: datetime) -> Account:
    """See the site as this person does, until it is ended. Raises NotFoundError and ForbiddenError."""
    seen = db.session.get(Account, account_id)
    if seen is None or not seen.can_sign_in:
        raise NotFoundError("There is nobody to look as: the person does not exist or cannot sign in.")
    require(actor, Permission.PERSON_LOOK_AS, seen, now=now)
    _set_look(actor, seen.id)
    record(Tag.LOOK_AS_START, actor_id=actor.id, subject=("account", seen.id), now=now)
    return seen


def end_look(signed_in: SignedIn, *, now: datetime) -> None:
    """See the site as oneself again. Safe to do twice."""
    viewer = signed_in.acting
    if viewer.looks_as_id is None:
        return
    _set_look(viewer, None)
    record(Tag.LOOK_AS_END, actor_id=viewer.id, subject=("account", viewer.looks_as_id), now=now)


def end_looks_at(account_id: int, *, actor: Actor, now: datetime) -> None:
    """Nobody sees the site as this person any more: what the person may see has changed."""
    looking = update(SignInSession).where(SignInSession.looks_as_id == account_id)
    viewers = db.session.scalars(looking.values(looks_as_id=None).returning(SignInSession.account_id)).all()
    for viewer_id in viewers:
        after = {"viewer": viewer_id}
        record(Tag.LOOK_AS_END, actor_id=actor.id, subject=("account", account_id), now=now, after=after)


def _set_look(viewer: SignedIn, account_id: int | None) -> None:
    session = update(SignInSession).where(SignInSession.id == viewer.session_id)
    db.session.execute(session.values(looks_as_id=account_id))
