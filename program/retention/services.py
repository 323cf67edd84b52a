"""Deleting what is old, once a night."""

import logging
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import update

from program.audit.models import Tag
from program.audit.services import log_end, record
from program.config import Settings
from program.extensions import db, insert_missing
from program.retention.models import RetentionRun
from program.retention.rules import RULES, RecordRule, Rule, cutoff_of

logger = logging.getLogger(__name__)
HOUR = 2
"""UTC; from then on the night's run is due. A machine that was off does it when it is on again."""


def run_due(settings: Settings, *, now: datetime) -> Iterator[int]:
    """Run each rule that has not run tonight; after each, how many rows it deleted. Commit between them.

    Safe to run late, twice, or at the same time: whoever makes the night's row of a rule runs it. One that fails is
    written down and stops no other: what the caller has not committed by then is undone.
    """
    if now.hour < HOUR:
        return
    ran = False
    for rule in RULES:
        night = {"night": now.date(), "rule": rule.name, "at": now, "rows": 0}
        if insert_missing(RetentionRun, [{**night, "fault": ""}]):
            ran = True
            yield _run_or_say(rule, night, settings, now=now)
    if ran:
        log_end()


def _run_or_say(
    rule: Rule | RecordRule, night: Mapping[str, Any], settings: Settings, *, now: datetime
) -> int:
    """Run the rule; what breaks is logged and kept with its night, and none of its rows are gone."""
    try:
        return _run(rule, settings, now=now)
    except Exception as error:
        db.session.rollback()
        logger.exception("what is old could not be deleted", extra={"rule": rule.name})
        insert_missing(RetentionRun, [{**night, "fault": type(error).__name__[:60]}])
        return 0


def _run(rule: Rule | RecordRule, settings: Settings, *, now: datetime) -> int:
    before = cutoff_of(rule, settings, now)
    rows = rule.delete(before, now=now)
    done = update(RetentionRun).where(RetentionRun.night == now.date(), RetentionRun.rule == rule.name)
    db.session.execute(done.values(rows=rows))
    if rows:
        after = {"rule": rule.name, "rows": rows, "before": before.isoformat()}
        record(Tag.RETENTION_DELETE, actor_id=None, subject=("retention", 0), now=now, after=after)
    return rows
