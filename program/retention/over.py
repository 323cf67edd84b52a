"""What goes once its cohort is over: drafts that were never sent and applications, each with what hangs on it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from program.attachments.models import Attachment
from program.authorship.models import AuthorshipOverride
from program.bundles.models import BundlePart
from program.cohorts.models import OVER, Cohort, ReportPeriod
from program.columns import Base
from program.commenting.models import Comment
from program.concerns.models import Concern
from program.deadlines.models import Deadline
from program.evaluations.models import Evaluation
from program.fellows.models import Assignment, Fellowship, FellowshipStage, FellowshipStep, Handover, Leave
from program.postponing.models import ExtensionRequest
from program.reports.models import Ask, PlanItem, Report, ReportState, Revision
from program.surveys.models import Participation

Dependants = Sequence[tuple[type[Base], Any]]
NOT_TAKEN = (
    FellowshipStage.APPLIED,
    FellowshipStage.SHORTLISTED,
    FellowshipStage.WAITLISTED,
    FellowshipStage.DECLINED,
)
OF_A_DRAFT: Dependants = tuple(
    (model, model.__table__.c.report_id) for model in (Attachment, Comment, PlanItem, Ask, Revision)
)
"""What may be beside a report before it is sent. All else that names one comes after that."""
NEEDED = (Report, Participation, Assignment, Concern, Evaluation)
"""An application that one of these names is no mere application, and stays."""
OF_AN_APPLICATION: Dependants = tuple(
    (model, model.__table__.c.fellowship_id)
    for model in (
        BundlePart,
        AuthorshipOverride,
        ExtensionRequest,
        Deadline,
        ReportPeriod,
        Leave,
        Handover,
        FellowshipStep,
    )
)
"""What is there only for it; those that others refer to last."""


def is_forgotten_draft(before: datetime) -> ColumnElement[bool]:
    """Whether a report was never sent, and its cohort ended before this time."""
    periods = select(ReportPeriod.id).join(ReportPeriod.cohort).where(_ended(before))
    never_sent = (Report.state == ReportState.DRAFT) & Report.first_submitted_at.is_(None)
    return never_sent & Report.period_id.in_(periods)


def is_old_application(before: datetime) -> ColumnElement[bool]:
    """Whether a fellowship was not taken up, and its cohort ended before this time."""
    cohorts = select(Cohort.id).where(_ended(before))
    old = Fellowship.stage.in_(NOT_TAKEN) & Fellowship.cohort_id.in_(cohorts)
    for model in NEEDED:
        key = model.__table__.c.fellowship_id
        old &= ~select(key).where(key == Fellowship.id).exists()
    return old


def _ended(before: datetime) -> ColumnElement[bool]:
    """Whether a cohort is over and ended before this time."""
    return Cohort.state.in_(OVER) & (Cohort.ends_on < before.date())
