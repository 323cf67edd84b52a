"""Reading announcements, and what became of each."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from program.access import Actor
from program.accounts.models import Account
from program.announcements.models import Announcement
from program.cohorts.models import Cohort
from program.errors import NotFoundError
from program.extensions import db
from program.notices.models import OF_ANNOUNCEMENTS, Notice, NoticeState
from program.paging import PAGE_SIZE, Page, page_of

NO_SUCH = "There is no such announcement among those you can read."
WORDS = {
    NoticeState.SENT: ("sent", "ok"),
    NoticeState.FAILED: ("failed", "late"),
    NoticeState.AMBIGUOUS: ("in doubt", "warn"),
    NoticeState.CANCELLED: ("not sent any more", "muted"),
}
"""What became of a mail, in a word, with its shape; of those that are not here, that it waits."""


@dataclass(frozen=True, slots=True)
class Course:
    """How many of the mails of an announcement have come how far, as far as that is kept."""

    states: dict[NoticeState, int]

    @property
    def words(self) -> list[tuple[str, str]]:
        """As "12 sent", each with its shape."""
        waiting = sum(count for state, count in self.states.items() if state not in WORDS)
        counted = [(self.states.get(state, 0), *said) for state, said in WORDS.items()]
        counted.append((waiting, "waiting", "accent"))
        return [(f"{count:,} {word}", shape) for count, word, shape in counted if count]


def list_announcements(actor: Actor, cohort_id: int, *, cursor: str | None) -> Page[Announcement]:
    """Those of a cohort that were sent, and the actor's own drafts, the newest first."""
    query = select(Announcement).where(Announcement.cohort_id == cohort_id, _is_open_to(actor))
    return page_of(
        query.options(*_around()),
        order=[Announcement.id],
        key=lambda one: [one.id],
        cursor=cursor,
        size=PAGE_SIZE,
        newest_first=True,
    )


def get_announcement(actor: Actor, announcement_id: int) -> Announcement:
    """One that was sent, or is the actor's own draft. Raises NotFoundError."""
    query = select(Announcement).where(Announcement.id == announcement_id, _is_open_to(actor))
    return _one(db.session.scalar(query.options(*_around())))


def get_own_announcement(actor: Actor, announcement_id: int) -> Announcement:
    """One that the actor wrote. Raises NotFoundError."""
    query = select(Announcement).where(Announcement.id == announcement_id, Announcement.author_id == actor.id)
    return _one(db.session.scalar(query.options(*_around())))


def hold_announcement(one: Announcement) -> None:
    """Nobody else changes or sends it before this transaction is over; it is read anew. Raises NotFoundError."""
    held = select(Announcement).where(Announcement.id == one.id).with_for_update()
    _one(db.session.scalar(held, execution_options={"populate_existing": True}))


def announcements_by_id(announcement_ids: Collection[int]) -> dict[int, Announcement]:
    """These, with who wrote them and of which cohort."""
    query = select(Announcement).where(Announcement.id.in_(announcement_ids))
    query = query.options(joinedload(Announcement.author), joinedload(Announcement.cohort))
    return {one.id: one for one in db.session.scalars(query)}


def courses_of(announcement_ids: Collection[int]) -> dict[int, Course]:
    """What became of the mails of each."""
    query = select(Notice.subject_id, Notice.state, func.count()).where(
        OF_ANNOUNCEMENTS, Notice.subject_id.in_(announcement_ids)
    )
    found: dict[int, Course] = {one: Course({}) for one in announcement_ids}
    for one, state, count in db.session.execute(query.group_by(Notice.subject_id, Notice.state)):
        found[one].states[state] = count
    return found


def list_recipients(one: Announcement, *, cursor: str | None) -> Page[Notice]:
    """A page of those it was sent to, as far as that is kept, by name."""
    query = select(Notice).join(Notice.account).where(OF_ANNOUNCEMENTS, Notice.subject_id == one.id)
    return page_of(
        query.options(contains_eager(Notice.account)),
        order=[Account.folded, Notice.id],
        key=lambda notice: [notice.account.folded, notice.id],
        cursor=cursor,
        size=PAGE_SIZE,
    )


def _around() -> list[ORMOption]:
    cohort = joinedload(Announcement.cohort).selectinload(Cohort.tracks)
    return [cohort, joinedload(Announcement.author), joinedload(Announcement.manager)]


def _is_open_to(actor: Actor) -> ColumnElement[bool]:
    return or_(Announcement.sent_at.is_not(None), Announcement.author_id == actor.id)


def _one(found: Announcement | None) -> Announcement:
    if found is None:
        raise NotFoundError(NO_SUCH)
    return found
