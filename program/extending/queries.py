"""Where a fellowship can go on: a later phase of its cohort, or another cohort."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from program.cohorts.models import OVER, Cohort, CohortState, Phase
from program.extensions import db
from program.fellows.models import Fellowship

MOST = 50


def list_later_phases(fellowship: Fellowship) -> Sequence[Phase]:
    """The phases of its cohort that end after it, in their order; none of one that is archived."""
    changeable = Phase.cohort.has(Cohort.state != CohortState.ARCHIVED)
    query = select(Phase).where(Phase.cohort_id == fellowship.cohort_id, Phase.ends_on > fellowship.ends_on)
    return db.session.scalars(query.where(changeable).order_by(Phase.starts_on, Phase.id)).all()


def list_further_cohorts(fellowship: Fellowship) -> Sequence[Cohort]:
    """Cohorts that go on after it and in which the person has no place, the next to begin first."""
    held = select(Fellowship.cohort_id).where(Fellowship.account_id == fellowship.account_id)
    query = (
        select(Cohort)
        .where(Cohort.id.not_in(held), Cohort.state.not_in(OVER), Cohort.ends_on > fellowship.ends_on)
        .order_by(Cohort.starts_on, Cohort.id)
        .options(selectinload(Cohort.tracks))
    )
    return db.session.scalars(query.limit(MOST)).all()
