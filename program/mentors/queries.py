"""Reading the mentor pool, and the mentor funnel of a cohort."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, literal, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from program.access import Role
from program.accounts.models import Account
from program.accounts.queries import has_role
from program.cohorts.models import OVER, Cohort, Track
from program.columns import AnySelect
from program.errors import NotFoundError
from program.extensions import db
from program.mentors.models import Engagement, EngagementStage, EngagementStep, Mentor, MentorAbsence
from program.names.models import Kind
from program.names.queries import is_named
from program.organisations.models import Organisation
from program.paging import PAGE_SIZE, Page, page_of


@dataclass(frozen=True, slots=True)
class Wanted:
    """What mentors are looked for by; what is not given is not asked for. A track is one's name in any cohort."""

    text: str = ""
    organisation_id: int | None = None
    cohort_id: int | None = None
    stage: EngagementStage | None = None
    track: str = ""
    owner_id: int | None = None

    @property
    def engaged(self) -> bool:
        """Whether a part in a cohort is asked for."""
        return bool(self.cohort_id or self.stage or self.track or self.owner_id)


def list_pool(wanted: Wanted, *, cursor: str | None, size: int = PAGE_SIZE) -> Page[Mentor]:
    """The mentors who are asked for, by name."""
    loads = joinedload(Mentor.organisation).joinedload(Organisation.merged_into)
    query = select(Mentor).options(loads)
    if wanted.text:
        query = query.where(is_called(wanted.text))
    if wanted.organisation_id:
        query = query.where(Mentor.organisation_id.in_(_counting_as(wanted.organisation_id)))
    if wanted.engaged:
        query = query.where(_is_engaged(wanted))
    order = [Mentor.folded, Mentor.id]
    return page_of(query, order=order, key=lambda m: [m.folded, m.id], cursor=cursor, size=size)


def is_called(text: str) -> ColumnElement[bool]:
    """Whether a mentor goes by what was typed: each word of it is a part of their name."""
    return is_named(Kind.MENTOR, Mentor.id, text)


def _counting_as(organisation_id: int) -> AnySelect:
    """An organisation and those that were merged into it."""
    same = (Organisation.id == organisation_id) | (Organisation.merged_into_id == organisation_id)
    return select(Organisation.id).where(same)


def _is_engaged(wanted: Wanted) -> ColumnElement[bool]:
    """Whether a mentor has such a part: few are in a cohort or an owner's, so they are gathered; else each is asked."""
    parts = select(Engagement.mentor_id).where(*_engaged(wanted))
    if wanted.cohort_id or wanted.owner_id:
        return Mentor.id.in_(parts)
    return parts.where(Engagement.mentor_id == Mentor.id).correlate(Mentor).exists()


def _engaged(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.cohort_id:
        found.append(Engagement.cohort_id == wanted.cohort_id)
    if wanted.stage:
        found.append(Engagement.stage == wanted.stage)
    if wanted.track:
        found.append(Engagement.track_id.in_(select(Track.id).where(Track.name == wanted.track)))
    if wanted.owner_id:
        found.append(Engagement.owner_id == wanted.owner_id)
    return found


def get_mentor(mentor_id: int) -> Mentor:
    """Somebody of the pool with organisation, account and absences. Raises NotFoundError."""
    loads = [
        joinedload(Mentor.organisation).joinedload(Organisation.merged_into),
        joinedload(Mentor.account).selectinload(Account.held_roles),
        selectinload(Mentor.absences),
    ]
    mentor = db.session.get(Mentor, mentor_id, options=loads)
    if mentor is None:
        raise NotFoundError("There is no such mentor.")
    return mentor


def find_mentor(email: str) -> Mentor | None:
    """The mentor with this address."""
    return db.session.scalar(select(Mentor).where(Mentor.email == email.lower()))


def get_absence(absence_id: int) -> MentorAbsence:
    """Days on which a mentor is not there. Raises NotFoundError."""
    absence = db.session.get(MentorAbsence, absence_id, options=[joinedload(MentorAbsence.mentor)])
    if absence is None:
        raise NotFoundError("There are no such days.")
    return absence


def get_engagement(engagement_id: int) -> Engagement:
    """A mentor's part in a cohort with its steps. Raises NotFoundError."""
    loads = [
        joinedload(Engagement.mentor),
        joinedload(Engagement.cohort).selectinload(Cohort.tracks),
        joinedload(Engagement.owner),
        selectinload(Engagement.steps).joinedload(EngagementStep.by),
    ]
    engagement = db.session.get(Engagement, engagement_id, options=loads)
    if engagement is None:
        raise NotFoundError("There is no such mentor in a cohort.")
    return engagement


def engagements_of(mentor_ids: Collection[int], *, with_steps: bool = False) -> Sequence[Engagement]:
    """The parts that these mentors have in cohorts, the latest cohort first."""
    query = (
        select(Engagement)
        .join(Engagement.cohort)
        .where(Engagement.mentor_id.in_(mentor_ids))
        .order_by(Cohort.starts_on.desc(), Engagement.id.desc())
        .options(contains_eager(Engagement.cohort), joinedload(Engagement.track))
    )
    if with_steps:
        query = query.options(selectinload(Engagement.steps).joinedload(EngagementStep.by))
    return db.session.scalars(query).all()


def list_track_names() -> Sequence[str]:
    """What tracks are called in any cohort."""
    return db.session.scalars(select(Track.name).distinct().order_by(Track.name)).all()


def owed_next_steps() -> AnySelect:
    """Obligations: each next step planned in a cohort that is not over, owed by its owner while they are staff."""
    over = select(Cohort.id).where(Cohort.state.in_(OVER))
    return (
        select(
            literal("next_step"),
            Engagement.owner_id,
            Engagement.id,
            Engagement.cohort_id,
            Engagement.next_step_due_at,
            literal(0),
            Mentor.name + ": " + Engagement.next_step,
        )
        .join(Mentor, Mentor.id == Engagement.mentor_id)
        .join(Account, Account.id == Engagement.owner_id)
        .where(
            has_role(Role.STAFF),
            Engagement.next_step_due_at.is_not(None),
            Engagement.next_step != "",
            Engagement.cohort_id.not_in(over),
        )
    )
