"""A cohort's funnel with its mentors' fellows: the board and the list, who is over or under, who is away when."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from program.access import Role
from program.accounts.models import Account
from program.accounts.queries import has_role
from program.cohorts.models import Cohort
from program.columns import AnySelect
from program.extensions import db
from program.fellows.models import Assignment, AssignmentKind, Fellowship
from program.fellows.queries import assignment_holds
from program.fellows.stages import GONE, SEATED
from program.mentors.load import Load
from program.mentors.models import Engagement, EngagementStage, Mentor, MentorAbsence
from program.mentors.queries import Wanted, is_called
from program.organisations.models import Organisation
from program.paging import PAGE_SIZE, Page, page_of

COLUMN_SIZE = 25
"""How many mentors one column of the board shows; the list has them all."""


class Clash(NamedTuple):
    """Days on which a mentor is away, and how many fellows they lead on some of them."""

    mentor_id: int
    starts_on: date
    ends_on: date
    fellows: int


@dataclass(frozen=True, slots=True)
class Line:
    """A mentor's part in a cohort as staff look at it."""

    engagement: Engagement
    load: Load
    clashes: Sequence[Clash]
    owner_is_there: bool
    """Whether who owns the next step is staff and can sign in."""

    @property
    def seated(self) -> bool:
        """Whether seats are to be compared with fellows: of who is confirmed, or has fellows all the same."""
        return self.engagement.stage is EngagementStage.CONFIRMED or self.load.assigned > 0

    @property
    def alerts(self) -> list[str]:
        """What to look at."""
        return self.load.alerts if self.seated else []


@dataclass(frozen=True, slots=True)
class Column:
    """The mentors of one stage: how many, and the first of them by name."""

    stage: EngagementStage
    count: int
    lines: Sequence[Line]


def find_board(cohort: Cohort, *, track_id: int | None, now: datetime) -> list[Column]:
    """The cohort's mentors by stage, those of one track if it is given."""
    here = [Engagement.cohort_id == cohort.id, *([Engagement.track_id == track_id] if track_id else [])]
    counts = dict(
        db.session.execute(
            select(Engagement.stage, func.count()).where(*here).group_by(Engagement.stage)
        ).all()
    )
    place = func.row_number().over(partition_by=Engagement.stage, order_by=(Mentor.folded, Engagement.id))
    ranked = select(Engagement.id, place.label("place")).join(Engagement.mentor).where(*here).subquery()
    first = _with_people().join(ranked, ranked.c.id == Engagement.id).where(ranked.c.place <= COLUMN_SIZE)
    engagements = db.session.scalars(first.order_by(ranked.c.place)).all()
    lines = _lines(cohort, engagements, now=now)
    return [
        Column(stage, counts.get(stage, 0), [line for line in lines if line.engagement.stage is stage])
        for stage in EngagementStage
    ]


def list_engagements(
    cohort: Cohort,
    wanted: Wanted,
    *,
    track_id: int | None,
    cursor: str | None,
    now: datetime,
    size: int = PAGE_SIZE,
) -> Page[Line]:
    """The cohort's mentors who are asked for, by name."""
    query = _with_people().where(Engagement.cohort_id == cohort.id)
    if wanted.text:
        query = query.where(is_called(wanted.text))
    if wanted.stage:
        query = query.where(Engagement.stage == wanted.stage)
    if track_id:
        query = query.where(Engagement.track_id == track_id)
    if wanted.owner_id:
        query = query.where(Engagement.owner_id == wanted.owner_id)
    order = [Mentor.folded, Engagement.id]
    page = page_of(query, order=order, key=lambda e: [e.mentor.folded, e.id], cursor=cursor, size=size)
    return Page(_lines(cohort, page.rows, now=now), page.next_cursor, page.is_first)


def _with_people() -> AnySelect:
    organisation = contains_eager(Engagement.mentor).joinedload(Mentor.organisation)
    return (
        select(Engagement)
        .join(Engagement.mentor)
        .options(
            organisation.joinedload(Organisation.merged_into),
            joinedload(Engagement.track),
            joinedload(Engagement.owner),
        )
    )


def find_line(engagement: Engagement, *, now: datetime) -> Line:
    """One mentor's part in a cohort."""
    return _lines(engagement.cohort, [engagement], now=now)[0]


def _lines(cohort: Cohort, engagements: Sequence[Engagement], *, now: datetime) -> list[Line]:
    ids = [engagement.mentor_id for engagement in engagements]
    led = count_led(cohort, ids, now=now)
    clashes, begun = list_clashes(cohort, ids, now=now), cohort.starts_on <= now.date()
    owners = _able({engagement.owner_id for engagement in engagements})
    return [
        Line(
            engagement,
            Load(led.get(engagement.mentor_id, 0), engagement.seats_min, engagement.seats_granted, begun),
            [clash for clash in clashes if clash.mentor_id == engagement.mentor_id],
            owner_is_there=engagement.owner_id in owners,
        )
        for engagement in engagements
    ]


def _able(owner_ids: Collection[int | None]) -> set[int]:
    """Those of the accounts who can still do what they own."""
    query = select(Account.id).where(Account.id.in_(owner_ids), has_role(Role.STAFF), Account.can_sign_in)
    return {*db.session.scalars(query)}


def count_led(cohort: Cohort, mentor_ids: Collection[int], *, now: datetime) -> dict[int, int]:
    """How many fellows of the cohort each mentor leads today; before it begins, on its first day."""
    day = max(now.date(), cohort.starts_on)
    query = (
        select(Assignment.mentor_id, func.count(Assignment.fellowship_id.distinct()))
        .join(Assignment.fellowship)
        .where(Assignment.mentor_id.in_(mentor_ids), assignment_holds(day), *_leading(cohort))
        .group_by(Assignment.mentor_id)
    )
    return dict(db.session.execute(query).all())


def list_clashes(cohort: Cohort, mentor_ids: Collection[int], *, now: datetime) -> Sequence[Clash]:
    """When these mentors are away from today on while fellows of the cohort are theirs, the earliest first."""
    meets = and_(
        Assignment.mentor_id == MentorAbsence.mentor_id,
        Assignment.starts_on <= MentorAbsence.ends_on,
        or_(Assignment.ends_on.is_(None), Assignment.ends_on >= MentorAbsence.starts_on),
        Fellowship.starts_on <= MentorAbsence.ends_on,
        Fellowship.ends_on >= MentorAbsence.starts_on,
    )
    days = (MentorAbsence.mentor_id, MentorAbsence.starts_on, MentorAbsence.ends_on)
    query = (
        select(*days, func.count(Assignment.fellowship_id.distinct()))
        .join(Assignment, Assignment.mentor_id == MentorAbsence.mentor_id)
        .join(Assignment.fellowship)
        .where(MentorAbsence.mentor_id.in_(mentor_ids), MentorAbsence.ends_on >= now.date(), meets)
        .where(*_leading(cohort))
        .group_by(MentorAbsence.id, *days)
        .order_by(MentorAbsence.starts_on, MentorAbsence.id)
    )
    return [Clash(*row) for row in db.session.execute(query)]


def _leading(cohort: Cohort) -> list[ColumnElement[bool]]:
    return [
        Assignment.kind == AssignmentKind.PRIMARY,
        Fellowship.cohort_id == cohort.id,
        Fellowship.stage.in_(SEATED),
    ]


def list_open_assignments(engagement: Engagement, *, now: datetime) -> Sequence[Assignment]:
    """The fellows of the cohort who are the mentor's today or will be, by name; not those who have left."""
    query = (
        select(Assignment)
        .join(Assignment.fellowship)
        .join(Fellowship.account)
        .where(
            Assignment.mentor_id == engagement.mentor_id,
            or_(Assignment.ends_on.is_(None), Assignment.ends_on >= now.date()),
            Fellowship.cohort_id == engagement.cohort_id,
            Fellowship.stage.not_in(GONE),
        )
        .order_by(Account.folded, Assignment.id)
        .options(contains_eager(Assignment.fellowship).contains_eager(Fellowship.account))
    )
    return db.session.scalars(query).all()
