"""Deleting what is old, once a night."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import update

from program.audit.models import Tag
from program.audit.services import log_end, record
from program.config import Settings
from program.extensions import db, insert_missing
from program.retention.models import RetentionRun
from program.retention.rules import RULES, RecordRule, Rule, cutoff_of

HOUR = 2
"""UTC; from then on the night's run is due. A machine that was off does it when it is on again."""


def run_due(settings: Settings, *, now: datetime) -> Iterator[int]:
    """Run each rule that has not run tonight; after each, how many rows it deleted. Commit between them.

    Safe to run late, twice, or at the same time: whoever makes the night's row of a rule runs it.
    """
    if now.hour < HOUR:
        return
    ran = False
    for rule in RULES:
        night = {"night": now.date(), "rule": rule.name}
        if insert_missing(RetentionRun, [{**night, "at": now, "rows": 0}]):
            ran = True
            yield _run(rule, settings, now=now)
    if ran:
        log_end()


def _run(rule: Rule | RecordRule, settings: Settings, *, now: datetime) -> int:
    before = cutoff_of(rule, settings, now)
    rows = rule.delete(before, now=now)
    done = update(RetentionRun).where(RetentionRun.night == now.date(), RetentionRun.rule == rule.name)
    db.session.execute(done.values(rows=rows))
    if rows:
        after = {"rule": rule.name, "rows": rows, "before": before.isoformat()}
        record(Tag.RETENTION_DELETE, actor_id=None, subject=("retention", 0), now=now, after=after)
    return rows
