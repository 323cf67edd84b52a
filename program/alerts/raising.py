"""Raising an alert: a row for each channel that is on, in the transaction of whatever causes it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from program.alerts.models import Alert, AlertKind, AlertState
from program.alerts.queries import channels_on
from program.doorbell import Bell, ring_after_commit
from program.extensions import insert_missing

HOUR = timedelta(hours=1)


def raise_alert(
    kind: AlertKind, about: str, *, since: datetime, until: datetime, now: datetime, count: int = 0
) -> int:
    """Alert staff of what happened from `since` to `until`, and not before that; how many channels are to be told anew.

    `about` makes it one alert: raising an equal one again changes nothing.
    """
    return raise_in(channels_on(), kind, about, since=since, until=until, now=now, count=count)


def raise_hourly(kind: AlertKind, *, now: datetime) -> int:
    """One more of something that may come in crowds: at the end of this hour staff are told of all, once."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    return raise_alert(kind, hour.isoformat(), since=hour, until=hour + HOUR, now=now)


def raise_in(
    channel_ids: Iterable[int],
    kind: AlertKind,
    about: str,
    *,
    since: datetime,
    until: datetime,
    now: datetime,
    count: int = 0,
) -> int:
    """The same in these channels alone."""
    said = {"kind": kind, "since": since, "until": until, "count": count, "created_at": now}
    rows = [
        {
            **said,
            "dedupe_key": f"{kind}:{about}:{channel_id}",
            "channel_id": channel_id,
            "state": AlertState.PENDING,
            "not_before": max(now, until),
            "attempts": 0,
        }
        for channel_id in channel_ids
    ]
    raised = insert_missing(Alert, rows)
    if raised:
        ring_after_commit(Bell.ALERT)
    return raised
