"""What a mentor who withdraws leaves behind in a cohort, who could take it over, and who has."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from program.access import Role
from program.accounts.models import Account
from program.accounts.queries import has_role
from program.assignments.rules import meet
from program.extensions import db
from program.fellows.models import Assignment, AssignmentKind, Fellowship
from program.fellows.queries import assignment_holds
from program.fellows.stages import GONE
from program.mentors.models import Engagement, EngagementStage, EngagementStep, Mentor
from program.notices.models import Notice, NoticeKind
from program.recruiting.queries import count_led
from program.reports.models import Ask, Report, ReportState

Fellow, Heir = aliased(Account), aliased(Mentor)


@dataclass(frozen=True, slots=True)
class Successor:
    """Somebody who could take a fellow over; `remark` is what to know before choosing them."""

    mentor_id: int
    name: str
    remark: str


@dataclass(frozen=True, slots=True)
class Share:
    """One fellow of a mentor: what of theirs waits, and who could take them over, the co-mentor first."""

    assignment: Assignment
    open_reviews: int
    open_asks: int
    successors: Sequence[Successor]

    @property
    def fellowship(self) -> Fellowship:
        """The fellow's place."""
        return self.assignment.fellowship

    @property
    def is_led(self) -> bool:
        """Whether the mentor leads, so that somebody has to follow."""
        return self.assignment.kind is AssignmentKind.PRIMARY and self.fellowship.stage not in GONE


class HandedOver(NamedTuple):
    """A fellow who was a withdrawn mentor's, and who leads them now (None is nobody); ids are those of accounts."""

    fellow_id: int
    fellow: str
    manager_id: int | None
    successor_id: int | None
    mentor: str | None
    waiting: int


def list_shares(engagement: Engagement, *, now: datetime) -> list[Share]:
    """What the mentor would leave behind in the cohort if they went today."""
    assignments = list_left(engagement, day=now.date())
    ids = [assignment.fellowship_id for assignment in assignments]
    reviews, asks = _count_reviews(ids), _count_asks(ids)
    cos, others = _list_cos(engagement, ids, day=now.date()), _list_others(engagement, now=now)
    leads = _list_leads(engagement, ids, day=now.date())
    return [
        Share(
            one,
            reviews.get(one.fellowship_id, 0),
            asks.get(one.fellowship_id, 0),
            _in_turn(one, cos, others, leads),
        )
        for one in assignments
    ]


def list_left(engagement: Engagement, *, day: date) -> Sequence[Assignment]:
    """The mentor's assignments in the cohort that hold on this day or later, by the fellows' names."""
    query = (
        select(Assignment)
        .join(Assignment.fellowship)
        .join(Fellowship.account)
        .where(
            Assignment.mentor_id == engagement.mentor_id,
            or_(Assignment.ends_on.is_(None), Assignment.ends_on >= day),
            Fellowship.cohort_id == engagement.cohort_id,
        )
        .order_by(Account.folded, Assignment.id)
        .options(contains_eager(Assignment.fellowship).contains_eager(Fellowship.account))
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(query).all()


def _count_reviews(fellowship_ids: Collection[int]) -> dict[int, int]:
    waits = and_(Report.fellowship_id.in_(fellowship_ids), Report.state == ReportState.SUBMITTED)
    query = select(Report.fellowship_id, func.count()).where(waits).group_by(Report.fellowship_id)
    return dict(db.session.execute(query).all())


def _count_asks(fellowship_ids: Collection[int]) -> dict[int, int]:
    query = select(Report.fellowship_id, func.count()).join(Ask, Ask.report_id == Report.id)
    waits = and_(Report.fellowship_id.in_(fellowship_ids), Ask.answered_at.is_(None))
    return dict(db.session.execute(query.where(waits).group_by(Report.fellowship_id)).all())


def _list_cos(engagement: Engagement, fellowship_ids: Collection[int], *, day: date) -> Sequence[Assignment]:
    """Who stands beside the mentor with these fellows on this day and can sign in or is invited to."""
    query = (
        select(Assignment)
        .join(Assignment.mentor)
        .join(Mentor.account)
        .where(
            Assignment.fellowship_id.in_(fellowship_ids),
            Assignment.mentor_id != engagement.mentor_id,
            Assignment.kind == AssignmentKind.CO,
            Account.disabled_at.is_(None),
            has_role(Role.MENTOR),
            assignment_holds(day),
        )
        .order_by(Mentor.folded, Mentor.id)
        .options(contains_eager(Assignment.mentor))
    )
    return db.session.scalars(query).all()


def _list_leads(
    engagement: Engagement, fellowship_ids: Collection[int], *, day: date
) -> Sequence[Assignment]:
    """By whom else these fellows are led on this day or later."""
    query = select(Assignment).where(
        Assignment.fellowship_id.in_(fellowship_ids),
        Assignment.mentor_id != engagement.mentor_id,
        Assignment.kind == AssignmentKind.PRIMARY,
        or_(Assignment.ends_on.is_(None), Assignment.ends_on >= day),
    )
    return db.session.scalars(query).all()


def _list_others(engagement: Engagement, *, now: datetime) -> list[Successor]:
    """The other confirmed mentors of the cohort who can sign in or are invited to, by name."""
    query = (
        select(Engagement)
        .join(Engagement.mentor)
        .join(Mentor.account)
        .where(
            Engagement.cohort_id == engagement.cohort_id,
            Engagement.id != engagement.id,
            Engagement.stage == EngagementStage.CONFIRMED,
            Account.disabled_at.is_(None),
            has_role(Role.MENTOR),
        )
        .order_by(Mentor.folded, Mentor.id)
        .options(
            contains_eager(Engagement.mentor).contains_eager(Mentor.account), joinedload(Engagement.track)
        )
    )
    found = db.session.scalars(query).all()
    led = count_led(engagement.cohort, [other.mentor_id for other in found], now=now)
    return [_as_successor(other, led.get(other.mentor_id, 0)) for other in found]


def _as_successor(other: Engagement, led: int) -> Successor:
    account = other.mentor.account
    joined = "" if account and account.can_sign_in else ", invited and not here yet"
    remark = f"{other.track.name}, {led} of {other.seats_granted} seats taken{joined}"
    return Successor(other.mentor_id, other.mentor.name, remark)


def _in_turn(
    one: Assignment, cos: Sequence[Assignment], others: Sequence[Successor], leads: Sequence[Assignment]
) -> list[Successor]:
    """The co-mentors, then the others; nobody who leads the fellow meanwhile, or the fellow would lose them."""
    beside = [
        Successor(co.mentor_id, co.mentor.name, "co-mentor now")
        for co in cos
        if co.fellowship_id == one.fellowship_id
    ]
    taken = {successor.mentor_id for successor in beside}
    taken |= {lead.mentor_id for lead in leads if lead.fellowship_id == one.fellowship_id and meet(lead, one)}
    return beside + [other for other in others if other.mentor_id not in taken]


def steps_by_id(ids: Collection[int]) -> dict[int, EngagementStep]:
    """The steps with these ids, with whose they are and in which cohort."""
    engagement = joinedload(EngagementStep.engagement)
    query = select(EngagementStep).where(EngagementStep.id.in_(ids))
    query = query.options(engagement.joinedload(Engagement.mentor), engagement.joinedload(Engagement.cohort))
    return {step.id: step for step in db.session.scalars(query)}


def handed_over_by_step(ids: Collection[int], *, now: datetime) -> dict[int, list[HandedOver]]:
    """The fellows of withdrawn mentors by the step, from who was told of it, with who leads them today."""
    waiting = select(func.count()).where(
        Report.fellowship_id == Fellowship.id, Report.state == ReportState.SUBMITTED
    )
    leads = and_(
        Assignment.fellowship_id == Fellowship.id,
        Assignment.kind == AssignmentKind.PRIMARY,
        assignment_holds(now.date()),
    )
    query = (
        select(
            *(EngagementStep.id, Fellow.id, Fellow.name, Fellowship.research_manager_id),
            *(Heir.account_id, Heir.name, waiting.scalar_subquery()),
        )
        .join(Engagement, Engagement.id == EngagementStep.engagement_id)
        .join(Notice, and_(Notice.subject_kind == "engagement_step", Notice.subject_id == EngagementStep.id))
        .join(Fellow, Fellow.id == Notice.account_id)
        .join(
            Fellowship, and_(Fellowship.account_id == Fellow.id, Fellowship.cohort_id == Engagement.cohort_id)
        )
        .outerjoin(Assignment, leads)
        .outerjoin(Heir, Heir.id == Assignment.mentor_id)
        .where(
            EngagementStep.id.in_(ids), Notice.kind == NoticeKind.MENTOR_WITHDRAWN, Notice.rung == "fellow"
        )
        .order_by(Fellow.folded, Fellow.id)
    )
    found: dict[int, list[HandedOver]] = {}
    for step_id, *row in db.session.execute(query):
        found.setdefault(step_id, []).append(HandedOver(*row))
    return found
