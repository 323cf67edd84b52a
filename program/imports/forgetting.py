"""Deleting what was kept of sheets: of one import, or whatever sheets say of one person."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Text, cast, delete, or_, select, update

from program.accounts.models import Account
from program.extensions import db
from program.imports.known import account_key, mentor_key
from program.imports.models import OVER, Import, ImportFile, ImportRow, ImportState, OtherAddress
from program.imports.plans import PAIR
from program.mentors.models import Mentor


def forget_import(import_id: int, *, rows: bool = True) -> None:
    """Delete the file, and what was found in its rows unless that is kept."""
    gone = delete(ImportFile).where(ImportFile.id == import_id)
    db.session.execute(gone.execution_options(synchronize_session=False))
    if rows:
        of_it = delete(ImportRow).where(ImportRow.import_id == import_id)
        db.session.execute(of_it.execution_options(synchronize_session=False))


def forget_person(account: Account, *, now: datetime) -> None:
    """Delete the rows about a person. What was not applied and names them, or was not read yet, is cancelled.

    Else it would bring them back.
    """
    about = _about(account)
    naming = select(ImportRow.import_id).where(about)
    read = select(ImportRow.import_id)
    waiting = select(Import.id).where(
        Import.state.not_in(OVER), or_(Import.id.in_(naming), Import.id.not_in(read))
    )
    for key in db.session.scalars(waiting).all():
        ended = {"state": ImportState.CANCELLED, "finished_at": now, "lease_token": None, "lease_until": None}
        db.session.execute(update(Import).where(Import.id == key).values(**ended))
        forget_import(key)
    db.session.execute(delete(ImportRow).where(about).execution_options(synchronize_session=False))


def _about(account: Account) -> ColumnElement[bool]:
    """Rows of theirs, rows that ask whether they are meant, and rows that give somebody to them as their mentor."""
    entries = db.session.scalars(select(Mentor).where(Mentor.account_id == account.id)).all()
    options = cast(ImportRow.options, Text)
    keys = [account_key(account), *map(mentor_key, entries)]
    return or_(
        ImportRow.account_id == account.id,
        ImportRow.address.in_(_addresses(account, entries)),
        *(options.contains(f'"{key}"', autoescape=True) for key in keys),
        *(ImportRow.label.endswith(PAIR.format("", entry.name), autoescape=True) for entry in entries),
    )


def _addresses(account: Account, entries: Sequence[Mentor]) -> list[str]:
    """All that the person is known by."""
    others = or_(
        OtherAddress.account_id == account.id, OtherAddress.mentor_id.in_([entry.id for entry in entries])
    )
    known = db.session.scalars(select(OtherAddress.address).where(others)).all()
    return [account.email, *known, *(entry.email for entry in entries if entry.email)]
