"""Asking for a zip, and taking it."""

import io
from datetime import datetime
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from sqlalchemy import delete, select

from program.access import Actor, Permission, require
from program.audit.models import Tag
from program.audit.services import record
from program.bundles.models import Bundle, BundlePart
from program.bundles.queries import find_making, part_ids, read_part
from program.cohorts.models import Cohort
from program.doorbell import Bell, ring_after_commit
from program.errors import ConflictError
from program.extensions import db, insert_missing
from program.sheets import Format, write_sheet
from program.story.sheets import HEAD


def start_bundle(cohort: Cohort, *, actor: Actor, now: datetime) -> Bundle:
    """Have the reports of the cohort put into a zip. Of several who ask at once, all get the one in the making."""
    require(actor, Permission.REPORT_READ, cohort, now=now)
    asked = {"cohort_id": cohort.id, "making_of": cohort.id, "created_at": now, "created_by_id": actor.id}
    fresh = insert_missing(Bundle, [asked])
    bundle = find_making(cohort.id)
    if bundle is None:
        raise ConflictError("It was made a moment ago: look at the list again.")
    if fresh:
        after = {"bundle": bundle.id}
        record(Tag.BUNDLE_START, actor_id=actor.id, subject=("cohort", cohort.id), now=now, after=after)
    ring_after_commit(Bell.BUNDLE)
    return bundle


def take_bundle(bundle: Bundle, *, into: IO[bytes], actor: Actor, now: datetime) -> int:
    """Write the zip into the file, one fellow in memory at a time; how many. That it was taken is written down."""
    require(actor, Permission.REPORT_READ, bundle.cohort, now=now)
    subject = ("cohort", bundle.cohort_id)
    parts = part_ids(bundle.id)
    with ZipFile(into, "w") as archive:
        rows = _sheet_head()
        for key in parts:
            if (part := read_part(key)) is not None:
                rows.write(_add(archive, *part, now=now))
        archive.writestr(_entry("reports.csv", now), rows.getvalue(), ZIP_DEFLATED)
    after = {"bundle": bundle.id, "fellows": len(parts)}
    record(Tag.BUNDLE_TAKE, actor_id=actor.id, subject=subject, now=now, after=after)
    db.session.flush()
    return len(parts)


def forget_bundles() -> int:
    """Delete every zip, and what is made of those in the making; how many. They can be made again.

    Each is held first, so that no worker adds to it meanwhile.
    """
    held = db.session.scalars(select(Bundle.id).order_by(Bundle.id).with_for_update()).all()
    db.session.execute(delete(BundlePart).where(BundlePart.bundle_id.in_(held)))
    db.session.execute(delete(Bundle).where(Bundle.id.in_(held)))
    return len(held)


def _add(
    archive: ZipFile, folder: str, paper: bytes, written: bytes, sheet: bytes, *, now: datetime
) -> bytes:
    if paper:
        archive.writestr(_entry(f"{folder}/story.pdf", now), paper, ZIP_STORED)
    archive.writestr(_entry(f"{folder}/story.md", now), written, ZIP_DEFLATED)
    return sheet


def _sheet_head() -> io.BytesIO:
    sheet = io.BytesIO()
    write_sheet(sheet, Format.CSV, HEAD, ())
    sheet.seek(0, io.SEEK_END)
    return sheet


def _entry(name: str, now: datetime) -> ZipInfo:
    return ZipInfo(name, (now.year, now.month, now.day, now.hour, now.minute, now.second))
