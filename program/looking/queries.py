"""The site as another person sees it."""

from datetime import datetime

from program.access import Permission, can
from program.accounts.models import Account
from program.door import looked_at
from program.extensions import db
from program.sign_in.queries import SignedIn


def see_as(viewer: SignedIn, *, now: datetime) -> SignedIn:
    """The person whom the viewer looks at the site as; the viewer, once the policy no longer lets them."""
    seen = db.session.get(Account, viewer.looks_as_id)
    if seen is None or not seen.can_sign_in or not can(viewer, Permission.PERSON_LOOK_AS, seen, now=now):
        return viewer
    return SignedIn(
        id=seen.id,
        name=seen.name,
        email=seen.email,
        time_zone=viewer.time_zone,
        roles=looked_at(seen.roles),
        session_id=viewer.session_id,
        began_at=viewer.began_at,
        proved_at=viewer.proved_at,
        home=seen.home,
        seen_by=viewer,
    )
