"""What an obligation is. It has no table: it is what is left of the others."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from program.deadlines.lateness import Lateness, Margins
from program.presentation import path_to, sentence

USUAL = Margins()
"""Those of what is no report."""


class ObligationKind(StrEnum):
    """What can be owed."""

    REPORT = "report"
    DRAFT = "draft"
    MENDING = "mending"
    REVIEW = "review"
    EVALUATION = "evaluation"
    SURVEY = "survey"
    NEXT_STEP = "next_step"
    CONCERN = "concern"
    ASK = "ask"
    EXTENSION = "extension"


ENDPOINTS = {
    ObligationKind.REPORT: ("writing.desk", "period_id"),
    ObligationKind.DRAFT: ("writing.coach", "fellowship_id"),
    ObligationKind.MENDING: ("writing.desk", "period_id"),
    ObligationKind.REVIEW: ("reviews.read", "report_id"),
    ObligationKind.EVALUATION: ("evaluations.write", "fellowship_id"),
    ObligationKind.SURVEY: ("surveys.answer", "wave_id"),
    ObligationKind.NEXT_STEP: ("recruiting.engagement", "engagement_id"),
    ObligationKind.CONCERN: ("concerns.page", "concern_id"),
    ObligationKind.ASK: ("reviews.read", "report_id"),
    ObligationKind.EXTENSION: ("postponing.one", "request_id"),
}
SECOND = {ObligationKind.EVALUATION: "round_id", ObligationKind.DRAFT: "period_id"}
"""What the `number` of those is in the address where they are done."""
ACTIONS = {
    ObligationKind.REPORT: "Write the report",
    ObligationKind.DRAFT: "Draft and hand over",
    ObligationKind.MENDING: "Mend and send again",
    ObligationKind.REVIEW: "Read and answer",
    ObligationKind.EVALUATION: "Evaluate",
    ObligationKind.SURVEY: "Answer the survey",
    ObligationKind.NEXT_STEP: "Open the mentor",
    ObligationKind.CONCERN: "Read and acknowledge",
    ObligationKind.ASK: "Answer",
    ObligationKind.EXTENSION: "Decide",
}


class Obligation(NamedTuple):
    """Kind, who owes it, on what, due when (UTC). `about` and `number` are what its title needs.

    `number` is how many questions a survey has, the round of an evaluation, the period of a draft, how many asks of
    a report are open, and 1 for a report of which a draft is there; `grace_hours` is how long after its time it is
    not called late yet, `very_late_days` from when on it is very late.
    """

    kind: ObligationKind
    account_id: int
    subject_id: int
    cohort_id: int
    due_at: datetime
    number: int
    about: str
    grace_hours: int = 0
    very_late_days: int = USUAL.very_late.days

    @property
    def title(self) -> str:
        """What is owed, in words."""
        match self.kind:
            case ObligationKind.REPORT:
                return sentence(self.about)
            case ObligationKind.MENDING:
                return f"{sentence(self.about)} was returned"
            case ObligationKind.SURVEY:
                return f"{self.about.capitalize()} survey, {self.number} questions"
            case (
                ObligationKind.DRAFT
                | ObligationKind.REVIEW
                | ObligationKind.EVALUATION
                | ObligationKind.NEXT_STEP
            ):
                return self.about
            case ObligationKind.ASK | ObligationKind.EXTENSION:
                return f"{self.about}, {self._wanted}"
            case ObligationKind.CONCERN:
                return (
                    "A concern that nobody has any more" if self.number else "A concern that was put to you"
                )

    @property
    def _wanted(self) -> str:
        if self.kind is ObligationKind.EXTENSION:
            return "more time asked for"
        return f"{self.number} open {'ask' if self.number == 1 else 'asks'}"

    @property
    def action(self) -> str:
        """What the button that does it says."""
        return "Continue writing" if self.begun else ACTIONS[self.kind]

    @property
    def begun(self) -> bool:
        """Whether a draft of the report is there."""
        return self.kind is ObligationKind.REPORT and bool(self.number)

    def lateness(self, now: datetime) -> Lateness:
        """How late it is by now."""
        margins = Margins(timedelta(hours=self.grace_hours), timedelta(days=self.very_late_days))
        return margins.lateness(self.due_at, now)

    def is_late(self, now: datetime) -> bool:
        """Whether it is called late by now."""
        return self.lateness(now).is_late

    @property
    def url(self) -> str:
        """Where it is done; complete in a mail, a path on a page."""
        endpoint, name = ENDPOINTS[self.kind]
        values: dict[str, Any] = {name: self.subject_id}
        if second := SECOND.get(self.kind):
            values[second] = self.number
        return path_to(endpoint, **values)

    @property
    def identity(self) -> tuple[str, int, int, int]:
        """What makes it the same one as before although its deadline moved."""
        return (self.kind.value, self.account_id, self.subject_id, self.number if self.kind in SECOND else 0)

    @property
    def key(self) -> tuple[str, int, int, datetime | None]:
        """What makes it the same obligation as before."""
        return (self.kind.value, self.account_id, self.subject_id, self.due_at)
