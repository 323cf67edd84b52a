"""Reading zips."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from program.bundles.models import Bundle, BundlePart, BundleState
from program.errors import NotFoundError
from program.extensions import db
from program.fellows.models import Fellowship
from program.paging import PAGE_SIZE, Page, page_of
from program.reports.models import Report


def list_bundles(cohort_id: int, *, cursor: str | None, size: int = PAGE_SIZE) -> Page[Bundle]:
    """The cohort's zips, the latest first."""
    query = select(Bundle).where(Bundle.cohort_id == cohort_id).options(joinedload(Bundle.created_by))
    return page_of(
        query, order=[Bundle.id], key=lambda one: [one.id], cursor=cursor, size=size, newest_first=True
    )


def find_making(cohort_id: int) -> Bundle | None:
    """The zip of the cohort that is being made."""
    return db.session.scalar(select(Bundle).where(Bundle.making_of == cohort_id))


def get_ready(bundle_id: int) -> Bundle:
    """A zip that is ready. Raises NotFoundError."""
    query = select(Bundle).where(Bundle.id == bundle_id, Bundle.state == BundleState.READY)
    found = db.session.scalar(query.options(joinedload(Bundle.cohort)))
    if found is None:
        raise NotFoundError("There is no such file, or it was deleted: have it made again.")
    return found


def waiting_bundles(now: datetime) -> Select[int]:
    """The zips that nobody works on: new, or left behind by a worker."""
    free = or_(Bundle.lease_until.is_(None), Bundle.lease_until < now)
    query = select(Bundle.id).where(Bundle.state == BundleState.MAKING, free)
    return query.order_by(Bundle.id).limit(1).with_for_update(skip_locked=True)


def fellowships_with_reports(cohort_id: int) -> Sequence[int]:
    """The fellowships of the cohort that sent anything."""
    sent = select(Report.id).where(Report.fellowship_id == Fellowship.id, Report.submitted_at.is_not(None))
    query = select(Fellowship.id).where(Fellowship.cohort_id == cohort_id, sent.exists())
    return db.session.scalars(query.order_by(Fellowship.id)).all()


def fellowships_in(bundle_id: int) -> set[int]:
    """Whose stories are in the zip so far."""
    return set(db.session.scalars(select(BundlePart.fellowship_id).where(BundlePart.bundle_id == bundle_id)))


def part_ids(bundle_id: int) -> Sequence[int]:
    """Its parts, by the names of their folders."""
    query = select(BundlePart.id).where(BundlePart.bundle_id == bundle_id)
    return db.session.scalars(query.order_by(BundlePart.folder, BundlePart.id)).all()


def read_part(part_id: int) -> tuple[str, bytes, bytes, bytes] | None:
    """The folder, the PDF, the Markdown and the rows of a part; None once it is gone."""
    columns = (BundlePart.folder, BundlePart.paper, BundlePart.written, BundlePart.sheet)
    row = db.session.execute(select(*columns).where(BundlePart.id == part_id)).first()
    return (row[0], row[1], row[2], row[3]) if row else None
