"""What a worker does with a zip: one fellow after another, a commit after each.

A lease holds it. A part is written only while the lease is held, and once: what a worker left behind is gone on with.
"""

import io
import secrets
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, select, update

from program.access import Permission, require
from program.bundles.models import Bundle, BundlePart, BundleState
from program.bundles.queries import fellowships_in, fellowships_with_reports, waiting_bundles
from program.errors import ConflictError, DomainError
from program.exports.services import plain_name
from program.extensions import db, insert_missing, only_reading
from program.sheets import Format, write_sheet
from program.story.models import Story
from program.story.paper import set_pdf
from program.story.queries import get_story
from program.story.sheets import HEAD, rows_of
from program.story.written import write_markdown

MAX_ATTEMPTS = 5
GONE = "Somebody else has this."
BROKE = "Something broke on our side, several times. Ask for it again."


def claim_bundle(*, lease: timedelta, now: datetime) -> Bundle | None:
    """Take a zip that nobody works on. Of several who try, one gets it."""
    token = secrets.token_hex(16)
    claim = update(Bundle).where(Bundle.id == waiting_bundles(now).scalar_subquery())
    claim = claim.values(lease_token=token, lease_until=now + lease, attempts=Bundle.attempts + 1)
    claim = claim.execution_options(synchronize_session=False)
    if cast("CursorResult[None]", db.session.execute(claim)).rowcount != 1:
        return None
    found = select(Bundle).where(Bundle.lease_token == token).execution_options(populate_existing=True)
    return db.session.scalars(found).one()


def fill_bundle(bundle: Bundle, *, clock: Callable[[], datetime], lease: timedelta) -> Iterator[None]:
    """Put the fellows into it who are not yet in it; the caller commits after each. Others write meanwhile.

    Raises ConflictError once it is somebody else's, and DomainError if it cannot be done at all.
    """
    key, token, cohort_id = bundle.id, bundle.lease_token or "", bundle.cohort_id
    if bundle.attempts > MAX_ATTEMPTS:
        raise DomainError(BROKE)
    wanted, there = fellowships_with_reports(cohort_id), fellowships_in(key)
    _hold(key, token, lease_until=clock() + lease, fellows_total=len(wanted), fellows_done=len(there))
    yield
    for fellowship_id in wanted:
        if fellowship_id in there:
            continue
        with only_reading():
            part = _part(key, fellowship_id, now=clock())
        there.add(fellowship_id)
        _hold(key, token, lease_until=clock() + lease, fellows_done=len(there), attempts=1)
        insert_missing(BundlePart, [part])
        yield
    over = {"state": BundleState.READY, "making_of": None, "finished_at": clock()}
    _hold(key, token, **over, lease_token=None, lease_until=None)
    yield


def fail_bundle(key: int, token: str, *, error: Exception, now: datetime) -> None:
    """Give it back after a fault, to be tried again; for good if that is no use."""
    told = isinstance(error, DomainError) and not isinstance(error, ConflictError)
    bundle = db.session.get(Bundle, key, populate_existing=True, with_for_update=True)
    if bundle is None or bundle.lease_token != token:
        return
    bundle.lease_token = bundle.lease_until = None
    if told or bundle.attempts >= MAX_ATTEMPTS:
        bundle.state, bundle.making_of, bundle.finished_at = BundleState.FAILED, None, now
        bundle.last_error = str(error)[:500] if told else f"{BROKE} ({type(error).__name__})"


def _part(key: int, fellowship_id: int, *, now: datetime) -> dict[str, Any]:
    """One fellow, as whoever asked for the zip may read them at this moment."""
    asker = db.session.get_one(Bundle, key).created_by
    story = get_story(asker, fellowship_id, now=now)
    require(asker, Permission.REPORT_READ, story.fellowship, now=now)
    folder = "-".join(filter(None, (plain_name(story.name), str(fellowship_id))))
    written, sheet = write_markdown(story).encode(), _rows(story)
    parts = {"folder": folder, "paper": _paper(story), "written": written, "sheet": sheet}
    return {"bundle_id": key, "fellowship_id": fellowship_id, **parts}


def _paper(story: Story) -> bytes:
    try:
        return set_pdf(story)
    except DomainError:
        return b""


def _rows(story: Story) -> bytes:
    """The rows of the sheet, without its head."""
    head, whole = io.BytesIO(), io.BytesIO()
    write_sheet(head, Format.CSV, HEAD, ())
    write_sheet(whole, Format.CSV, HEAD, rows_of(story))
    return whole.getvalue()[len(head.getvalue()) :]


def _hold(key: int, token: str, **values: Any) -> None:
    """Write this of the zip. Raises ConflictError unless it is still held."""
    step = update(Bundle).where(
        Bundle.id == key, Bundle.lease_token == token, Bundle.state == BundleState.MAKING
    )
    step = step.values(**values).execution_options(synchronize_session=False)
    if cast("CursorResult[None]", db.session.execute(step)).rowcount != 1:
        raise ConflictError(GONE)
