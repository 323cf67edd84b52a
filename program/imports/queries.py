"""Reading imports."""

from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from program.errors import NotFoundError
from program.extensions import db
from program.imports.kinds import ImportKind
from program.imports.models import AT_WORK, Import, ImportFile, ImportMapping, ImportRow
from program.imports.plans import Verdict
from program.paging import PAGE_SIZE, Page, page_of


def list_imports(*, cursor: str | None, size: int = PAGE_SIZE) -> Page[Import]:
    """All imports, the latest first."""
    query = select(Import).options(joinedload(Import.cohort), joinedload(Import.created_by))
    return page_of(
        query, order=[Import.id], key=lambda one: [one.id], cursor=cursor, size=size, newest_first=True
    )


def get_import(import_id: int) -> Import:
    """An import with its cohort and its file. Raises NotFoundError."""
    loads = [joinedload(Import.cohort), joinedload(Import.created_by), joinedload(Import.file)]
    found = db.session.get(Import, import_id, options=loads)
    if found is None:
        raise NotFoundError("There is no such import.")
    return found


def list_rows(
    import_id: int, *, verdict: Verdict | None, cursor: str | None, size: int = PAGE_SIZE
) -> Page[ImportRow]:
    """What was found in the rows, in their order, or in those with this verdict."""
    query = select(ImportRow).where(ImportRow.import_id == import_id)
    if verdict is not None:
        query = query.where(ImportRow.verdict == verdict)
    return page_of(query, order=[ImportRow.number], key=lambda row: [row.number], cursor=cursor, size=size)


def content_of(import_id: int) -> bytes:
    """What the file holds. Raises NotFoundError once it is gone."""
    content = db.session.scalar(select(ImportFile.content).where(ImportFile.id == import_id))
    if content is None:
        raise NotFoundError("The file of this import is deleted. Choose it again.")
    return content


def find_mapping(kind: ImportKind, signature: str) -> ImportMapping | None:
    """What is remembered about a sheet with these heads."""
    return db.session.scalar(select(ImportMapping).filter_by(kind=kind, signature=signature))


def waiting_imports(now: datetime) -> Select[int]:
    """The imports that nobody works on, though there is something to do: new, or left behind by a worker."""
    free = or_(Import.lease_until.is_(None), Import.lease_until < now)
    query = select(Import.id).where(Import.state.in_(AT_WORK), free)
    return query.order_by(Import.id).limit(1).with_for_update(skip_locked=True)
