"""The page on which staff say where they are alerted."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from program.access import Permission
from program.alerts.forms import ChannelForm
from program.alerts.queries import get_channel, list_channels
from program.alerts.services import add_channel, remove_channel, switch_channel, try_channel
from program.limits import ALERT_CHANNELS
from program.tries import limited
from program.web import allow

bp = Blueprint("alerts", __name__)


@bp.get("/alerts")
@allow(Permission.ALERT_CHANGE)
def listing() -> ResponseReturnValue:
    """The channels, and a new one."""
    return _page(ChannelForm())


@bp.post("/alerts")
@allow(Permission.ALERT_CHANGE, fresh=True)
@limited(ALERT_CHANNELS)
def add() -> ResponseReturnValue:
    """Add a channel."""
    form = ChannelForm()
    if not form.validate_on_submit():
        return _page(form), 422
    channel = add_channel(
        name=form.name.data or "", address=form.address.data or "", actor=g.account, now=g.now
    )
    flash(f"Alerts go to “{channel.name}” from now on. Try it once.", "ok")
    return redirect(url_for(".listing"))


@bp.post("/alerts/<int:channel_id>/try")
@allow(Permission.ALERT_CHANGE)
@limited(ALERT_CHANNELS)
def test(channel_id: int) -> ResponseReturnValue:
    """Say something there."""
    channel = get_channel(channel_id)
    try_channel(channel, actor=g.account, now=g.now)
    flash(
        f"A test goes to “{channel.name}” within a minute. Load this page again to see whether it was taken.",
        "ok",
    )
    return redirect(url_for(".listing"))


@bp.post("/alerts/<int:channel_id>/on")
@allow(Permission.ALERT_CHANGE)
def switch_on(channel_id: int) -> ResponseReturnValue:
    """Tell a channel again."""
    return _switch(channel_id, on=True)


@bp.post("/alerts/<int:channel_id>/off")
@allow(Permission.ALERT_CHANGE)
def switch_off(channel_id: int) -> ResponseReturnValue:
    """Tell a channel nothing any more."""
    return _switch(channel_id, on=False)


@bp.post("/alerts/<int:channel_id>/remove")
@allow(Permission.ALERT_CHANGE)
def remove(channel_id: int) -> ResponseReturnValue:
    """Forget a channel."""
    channel = get_channel(channel_id)
    remove_channel(channel, actor=g.account, now=g.now)
    flash(f"“{channel.name}” is removed, and its address forgotten.", "ok")
    return redirect(url_for(".listing"))


def _switch(channel_id: int, *, on: bool) -> ResponseReturnValue:
    channel = get_channel(channel_id)
    switch_channel(channel, on=on, actor=g.account, now=g.now)
    flash(f"“{channel.name}” is {'told of alerts again' if on else 'told nothing any more'}.", "ok")
    return redirect(url_for(".listing"))


def _page(form: ChannelForm) -> str:
    return render_template("alerts/list.html", channels=list_channels(), form=form)
