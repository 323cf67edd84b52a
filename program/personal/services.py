"""Taking home what is held about oneself, and erasing a person who asks for it."""

from datetime import datetime
from typing import IO, Any

from sqlalchemy import delete, select, update

from program.access import Actor, Permission, Role, require
from program.accounts.models import NOBODYS_DOMAIN, Account, folded_account
from program.announcements.services import forget_unsent_announcements
from program.attachments.queries import each_file_of
from program.attachments.services import forget_unsent_files
from program.audit.models import Tag
from program.audit.services import record, redact_events
from program.bundles.services import forget_bundles
from program.commenting.services import forget_unsent_comments
from program.concerns.services import forget_concerns
from program.errors import ForbiddenStepError
from program.evaluations.services import forget_unsent_evaluations
from program.extensions import db
from program.fellows.models import Fellowship
from program.folding import fold
from program.imports.forgetting import forget_person
from program.mentors.models import Mentor
from program.names.keeping import keep_parts
from program.people.services import disable_account
from program.personal.archive import write_archive
from program.personal.catalogue import CATALOGUE
from program.personal.queries import belongs, each_held, erasable, table_of
from program.reports.services import forget_unsent
from program.sign_in.queries import SignedIn

WORDS = {
    "authorship_override": "reason",
    "deadline": "reason",
    "engagement": "next_step",
    "engagement_step": "reason",
    "evaluation": "comment",
    "evaluation_score": "evidence",
    "extension_request": "reason word",
    "fellow_leave": "reason",
    "fellowship_step": "reason",
    "handover": "note",
    "mentor_view": "line",
    "report_period": "called",
}
"""What was said of the person, by the table: the columns that become empty on erasing."""


def export_own_data(*, into: IO[bytes], actor: SignedIn, now: datetime) -> None:
    """All that is held about oneself, as a zip into this file; that it was taken is written down."""
    record(Tag.DATA_EXPORT, actor_id=actor.id, subject=("account", actor.id), now=now)
    db.session.flush()
    files = ((one.file_name, one.id, one.content) for one in each_file_of(actor.id))
    write_archive([*each_held(actor.id)], files, into=into, name=actor.name, now=now)


def erase_person(account: Account, *, actor: Actor, now: datetime) -> None:
    """Replace who the person is everywhere, and delete what is theirs alone. There is no way back.

    What others need keeps its text under "former fellow"; releases stay. Safe to do twice. Raises ForbiddenError,
    and ForbiddenStepError for oneself and the last administrator.
    """
    require(actor, Permission.PERSON_ERASE, account, now=now)
    if account.id == actor.id:
        raise ForbiddenStepError("Nobody erases themself. Another administrator can do this.")
    if account.is_erased:
        return
    former = f"former {_main_role(account)}"
    disable_account(account, actor=actor, now=now)
    redact_events(account.id)
    forget_unsent_files(account.id)
    forget_unsent_comments(account.id)
    forget_unsent(account.id)
    forget_unsent_evaluations(account.id)
    forget_unsent_announcements(account.id)
    forget_bundles()
    forget_concerns(account.id)
    forget_person(account, now=now)
    for name, _holding in erasable():
        db.session.execute(delete(table_of(name)).where(belongs(name, account.id)))
    _replace_all(account.id, former=former)
    for model in (Account, Mentor, Fellowship):
        name = model.__tablename__
        keep_parts(model, db.session.scalars(select(table_of(name).c.id).where(belongs(name, account.id))))
    db.session.expire_all()
    record(Tag.ACCOUNT_ERASE, actor_id=actor.id, subject=("account", account.id), now=now)


def _replace_all(account_id: int, *, former: str) -> None:
    """All that the catalogue has replaced, but for the names of files, which `forget_unsent_files` takes."""
    nobody = {"name": former, "email": f"erased-{account_id}@{NOBODYS_DOMAIN}"}
    gone = {"email": None, "expertise": "", "links": "", "notes": ""}
    _replace("mentor", account_id, name=former, folded=fold(former), **gone)
    _replace("fellowship", account_id, project="", folded="")
    for name, columns in WORDS.items():
        _replace(name, account_id, **dict.fromkeys(columns.split(), ""))
    _replace("account", account_id, **nobody, folded=folded_account(**nobody), second_factors=0)


def _replace(table: str, account_id: int, /, **values: Any) -> None:
    unknown = set(CATALOGUE[table].replaced.split()) - set(values)
    if unknown:
        raise ValueError(f"the catalogue has {table}.{unknown} replaced, and nothing replaces it")
    db.session.execute(update(table_of(table)).where(belongs(table, account_id)).values(**values))


def _main_role(account: Account) -> str:
    """What the person was, as others knew them."""
    known = (Role.FELLOW, Role.MENTOR, Role.RESEARCH_MANAGER)
    return next((role.word for role in known if role in account.roles), "member")
