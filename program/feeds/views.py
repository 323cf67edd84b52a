"""One's calendar for other programmes: its address, and what stands there."""

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.feeds.calendars import entries_of, mark_of, write_calendar
from program.feeds.queries import get_holder, made_at
from program.feeds.services import end_feed, make_feed
from program.limits import CALENDAR_READS
from program.obligations.queries import list_owed_by
from program.tries import limited
from program.web import allow

bp = Blueprint("feeds", __name__)


@bp.get("/account/calendar")
@allow(Permission.SIGNED_IN)
def own() -> ResponseReturnValue:
    """Whether the calendar has an address, and what can be done about that."""
    return render_template("feeds/own.html", made_at=made_at(g.account.id), address=None)


@bp.post("/account/calendar")
@allow(Permission.SIGNED_IN, fresh=True)
def make() -> ResponseReturnValue:
    """A new address, shown this once."""
    token = make_feed(actor=g.account, now=g.now)
    address = _site() + url_for(".read", token=token)
    return render_template("feeds/own.html", made_at=g.now, address=address)


@bp.post("/account/calendar/end")
@allow(Permission.SIGNED_IN)
def end() -> ResponseReturnValue:
    """No address any more."""
    end_feed(actor=g.account, now=g.now)
    flash("Your calendar is switched off: whoever has its address reads nothing there any more.", "ok")
    return redirect(url_for(".own"))


@bp.get("/calendar/<token>.ics")
@allow(Permission.PUBLIC)
@limited(CALENDAR_READS)
def read(token: str) -> ResponseReturnValue:
    """What the holder of the address owes now. Its mark spares who reads it often most of the way."""
    feed = get_holder(token)
    entries = entries_of(list_owed_by(feed.account_id, now=g.now), key=feed.token_hash, site=_site())
    response = Response(write_calendar(entries, now=g.now), content_type="text/calendar; charset=utf-8")
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Disposition"] = "inline; filename=calendar.ics"
    response.set_etag(mark_of(entries), weak=True)
    return response.make_conditional(request)


def _site() -> str:
    return str(current_app.extensions["settings"].public_url).rstrip("/")
