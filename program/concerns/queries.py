"""Reading concerns: the one place that says in SQL whose they are, and who of the staff they can be put to."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased, joinedload, selectinload

from program.access import Actor, Permission, Relation, Role, every, own, party
from program.accounts.models import Account, AccountRole
from program.columns import AnySelect
from program.concerns.models import Concern, ConcernMessage, ConcernStaff, ConcernState
from program.errors import NotFoundError
from program.extensions import db
from program.fellows.models import Assignment, Fellowship
from program.fellows.queries import relations_of, visible_to
from program.mentors.models import Mentor
from program.paging import Page, page_of
from program.reports.models import Report

Person = int | ColumnElement[int] | InstrumentedAttribute[int]
OPEN = [state for state in ConcernState if state is not ConcernState.CLOSED]
"""Named one by one, so that they are found by an index: most concerns are closed."""
MOST_FELLOWS = 100
"""About how many fellows somebody is offered to raise a concern: nobody mentors or coaches more."""


def list_concerns(
    actor: Actor, *, state: ConcernState | None, cursor: str | None, size: int = 30
) -> Page[Concern]:
    """The concerns that the actor raised or that are put to them, the newest first; or those in one state."""
    query = select(Concern).join(Concern.fellowship).where(_open_to(actor, Permission.CONCERN_READ))
    if state is not None:
        query = query.where(Concern.state == state)
    return page_of(
        query.options(*_what_is_said_of_it()),
        order=[Concern.id],
        key=lambda concern: [concern.id],
        cursor=cursor,
        size=size,
        newest_first=True,
    )


def get_concern(actor: Actor, concern_id: int, permission: Permission) -> Concern:
    """A concern that the actor has this permission on, with its thread. Raises NotFoundError for anybody else's."""
    query = (
        select(Concern)
        .join(Concern.fellowship)
        .where(Concern.id == concern_id, _open_to(actor, permission))
        .options(
            *_what_is_said_of_it(),
            joinedload(Concern.fellowship).joinedload(Fellowship.cohort),
            joinedload(Concern.fellowship).selectinload(Fellowship.assignments).joinedload(Assignment.mentor),
            selectinload(Concern.messages).joinedload(ConcernMessage.author),
            selectinload(Concern.named).joinedload(ConcernStaff.account).selectinload(Account.held_roles),
        )
    )
    concern = db.session.scalar(query)
    if concern is None:
        raise NotFoundError("There is no such concern among those you can read.")
    return concern


def hold_concern(concern: Concern) -> None:
    """Nobody else moves it on before this transaction is over; its state is read anew."""
    db.session.refresh(concern, ["state", "owed_at"], with_for_update=True)


def _what_is_said_of_it() -> list[Any]:
    return [
        joinedload(Concern.fellowship).joinedload(Fellowship.account),
        joinedload(Concern.raised_by),
        joinedload(Concern.report).joinedload(Report.period),
    ]


def get_raisable_report(actor: Actor, report_id: int, *, now: datetime) -> Report:
    """A submitted report that the actor can raise a concern from. Raises NotFoundError."""
    place = joinedload(Report.fellowship)
    query = (
        select(Report)
        .join(Report.fellowship)
        .where(
            Report.id == report_id,
            Report.submitted_at.is_not(None),
            visible_to(actor, Permission.CONCERN_RAISE, now=now),
        )
        .options(
            joinedload(Report.period),
            place.joinedload(Fellowship.account),
            place.joinedload(Fellowship.cohort),
            place.selectinload(Fellowship.assignments).joinedload(Assignment.mentor),
        )
    )
    report = db.session.scalar(query)
    if report is None:
        raise NotFoundError("There is no such report among those you can read.")
    return report


def list_raisable(actor: Actor, *, now: datetime) -> Sequence[Fellowship]:
    """The fellowships about which the actor can raise a concern, by name."""
    query = select(Fellowship).join(Fellowship.account)
    query = query.where(visible_to(actor, Permission.CONCERN_RAISE, now=now))
    query = query.options(joinedload(Fellowship.account), joinedload(Fellowship.cohort))
    return db.session.scalars(query.order_by(Account.folded, Fellowship.id).limit(MOST_FELLOWS)).all()


def list_nameable(fellowship: Fellowship, *, besides: Collection[int]) -> Sequence[Account]:
    """The staff to whom a concern about the fellowship can be put, by name: none who stands around it.

    `besides` are others who are not offered: whoever raises it, and those it was put to already.
    """
    around = _stands_around(Account.id)
    query = select(Account).join(Fellowship, Fellowship.id == fellowship.id)
    query = query.where(_is_staff(Account), ~around, Account.id.not_in(besides))
    return db.session.scalars(query.order_by(Account.folded, Account.id)).all()


def find_concern_sent(account_id: int, once: str) -> Concern | None:
    """The concern that this very form of the account's has made."""
    return db.session.scalar(select(Concern).filter_by(raised_by_id=account_id, once=once))


def find_message_sent(account_id: int, once: str) -> ConcernMessage | None:
    """The message that this very form of the account's has made."""
    return db.session.scalar(select(ConcernMessage).filter_by(author_id=account_id, once=once))


def concerns_by_id(concern_ids: Collection[int]) -> dict[int, Concern]:
    """These concerns with those around them, by id."""
    query = select(Concern).where(Concern.id.in_(concern_ids))
    query = query.options(
        selectinload(Concern.named).joinedload(ConcernStaff.account).selectinload(Account.held_roles),
        joinedload(Concern.fellowship).selectinload(Fellowship.assignments).joinedload(Assignment.mentor),
    )
    return {concern.id: concern for concern in db.session.scalars(query)}


def owed_acknowledgements() -> AnySelect:
    """Obligations: each concern that waits to be acknowledged, owed by everybody it is put to; never by nobody.

    One that is open and whose staff are all gone (number 1) is owed until somebody takes it up.
    """
    adrift = ~_has_somebody()
    return (
        select(
            literal("concern"),
            Account.id,
            Concern.id,
            Fellowship.cohort_id,
            Concern.owed_at,
            case((adrift, 1), else_=0),
            literal(""),
        )
        .join(Fellowship, Fellowship.id == Concern.fellowship_id)
        .join(Account, and_(_is_staff(Account), _is_party(Account.id)))
        .where(Concern.state.in_(OPEN), or_(Concern.state == ConcernState.RAISED, adrift))
    )


def _open_to(actor: Actor, permission: Permission) -> ColumnElement[bool]:
    """Which concerns the policy gives the actor the permission on, as a condition on `Concern` and its `Fellowship`."""
    conditions: dict[Relation, ColumnElement[bool]] = {
        own: Concern.raised_by_id == actor.id,
        party: _is_party(actor.id),
        every: true(),
    }
    return or_(False, *(conditions[one] for one in relations_of(actor, permission)))  # noqa: FBT003 - SQL false


def _is_party(account_id: Person) -> ColumnElement[bool]:
    """As `party` says of one: of an account that is of the staff."""
    named = select(ConcernStaff.concern_id).where(
        ConcernStaff.concern_id == Concern.id, ConcernStaff.account_id == account_id
    )
    apart = or_(_stands_around(account_id), Concern.raised_by_id == account_id)
    return or_(named.exists(), and_(~_has_somebody(), ~apart))


def _has_somebody() -> ColumnElement[bool]:
    """Whether any of those a concern was put to is of the staff still."""
    colleague, theirs = aliased(Account), aliased(ConcernStaff)
    query = select(theirs.concern_id).join(colleague, colleague.id == theirs.account_id)
    return query.where(theirs.concern_id == Concern.id, _is_staff(colleague)).correlate(Concern).exists()


def _is_staff(account: Any) -> ColumnElement[bool]:
    """Whether the account, or an alias of it, is of the staff and can sign in."""
    of_staff = select(AccountRole.account_id).where(AccountRole.role == Role.STAFF)
    return and_(account.can_sign_in, account.id.in_(of_staff))


def _stands_around(account_id: Person) -> ColumnElement[bool]:
    """Whether it is the fellow, their research manager or anybody who has ever been assigned to mentor them."""
    mentors = select(Assignment.id).join(Mentor, Mentor.id == Assignment.mentor_id)
    mentors = mentors.where(Assignment.fellowship_id == Fellowship.id, Mentor.account_id == account_id)
    manager = func.coalesce(Fellowship.research_manager_id, 0)
    return or_(Fellowship.account_id == account_id, manager == account_id, mentors.exists())
