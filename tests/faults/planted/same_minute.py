"""The workers with a safeguard off: a rung is due in the minute it falls in, and in no later one."""

from datetime import timedelta

from program.reminders import services
from tests.faults.hurried import app
from workers.app import settings

__all__ = ["app"]

MINUTE = timedelta(seconds=settings.tick_seconds)
kept = services.rung_due


def due_just_now(due_at, now, **options):
    rung = kept(due_at, now, **options)
    return rung if rung and now - MINUTE < due_at + rung.offset else None


services.rung_due = due_just_now
