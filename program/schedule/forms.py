"""The dates of a cohort, its phases and its breaks as they are typed: each form makes the plan that it asks for."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, cast

from wtforms import SelectChoice, SelectField  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired

from program.authorship.modes import WRITERS
from program.cohorts.checks import MOST_WEEKS, Wrong, break_wrong, dates_wrong, phase_wrong
from program.cohorts.forms import (
    EVERYWHERE,
    HourField,
    day_field,
    earth_field,
    new_start_wrong,
    number_field,
    seen_field,
    tell,
    zone_field,
)
from program.cohorts.models import AuthorshipMode, BreakEffect, Cohort
from program.cohorts.plans import CLOSE_OF_DAY, FRIDAY, BreakPlan, PhasePlan, Plan, plan_of
from program.forms import Form, line_field
from program.schedule.changes import ZERO, Change

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
EFFECTS = {
    BreakEffect.SHIFT: "moves to the first working day after it",
    BreakEffect.SKIP: "falls away",
}


class PlanForm(Form):
    """A form that asks for another plan of a cohort.

    `seen` is the preview that was agreed to, or before there was one the plan that the form was filled in from.
    """

    seen = seen_field()
    trouble = ""
    """The field that a change stands next to which would take written reports their deadline."""

    def __init__(self, cohort: Cohort, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.cohort, self.before = cohort, plan_of(cohort)

    def validate(self, extra_validators: Any = None) -> bool:
        """Each field by itself, then what they make together."""
        return super().validate(extra_validators) and tell(self, self.wrongs())

    def is_stale(self, change: Change) -> bool:
        """Whether somebody else has changed the cohort since the form was filled in."""
        return bool(self.seen.data) and self.seen.data not in {self.before.digest, change.digest}

    def say(self, message: str) -> None:
        """Put a message about the change next to its field, or above a form that has none."""
        if self.trouble:
            self[self.trouble].errors = [message]
        else:
            self.form_errors = [message]

    def wrongs(self) -> Iterable[Wrong]:
        """What is wrong with the plan that is asked for."""
        return dates_wrong(self.plan)

    @property
    def plan(self) -> Plan:
        """The plan that is asked for."""
        return self.before

    @property
    def by(self) -> timedelta:
        """How far the whole cohort moves."""
        return ZERO


class DatesForm(PlanForm):
    """The cohort's own days and its zone; its phases stay where they are."""

    starts_on = day_field("First day")
    ends_on = day_field("Last day")
    time_zone = zone_field()
    anywhere_on_earth = earth_field()
    trouble = "ends_on"

    @property
    def plan(self) -> Plan:
        """With these days, in this zone."""
        return replace(
            self.before,
            starts_on=cast("date", self.starts_on.data),
            ends_on=cast("date", self.ends_on.data),
            time_zone=self.time_zone.data or "",
            anywhere_on_earth=self.anywhere_on_earth.data == EVERYWHERE,
        )


class MoveForm(PlanForm):
    """Another first day for the whole cohort."""

    starts_on = day_field(
        "New first day",
        description="Phases, breaks, deadlines, people's places and planned surveys move by as many whole days. "
        "Deadlines keep their day of the week.",
    )
    trouble = "starts_on"

    def wrongs(self) -> Iterable[Wrong]:
        """Whether it is another day, and one that all of the cohort can move to."""
        start = cast("date", self.starts_on.data)
        if start == self.before.starts_on:
            return [Wrong("starts_on", "The cohort begins on that day already.")]
        return [*new_start_wrong(self.cohort, start)] or dates_wrong(self.plan)

    @property
    def plan(self) -> Plan:
        """All of it, so many days later."""
        return self.before.moved(self.by)

    @property
    def by(self) -> timedelta:
        """The days between the first day that is and the one that is asked for."""
        return cast("date", self.starts_on.data) - self.before.starts_on


class PhaseForm(PlanForm):
    """A phase: one that is there, or one more."""

    name = line_field("Name", limit=80, description="Training, Research, Extension …")
    starts_on = day_field("First day")
    ends_on = day_field("Last day")
    cadence_weeks = number_field(
        "Weeks between reports", least=1, most=MOST_WEEKS, default=1, description="1 is a report each week."
    )
    weekday = SelectField(
        "Reports are due on a",
        choices=[SelectChoice(str(number), name) for number, name in enumerate(WEEKDAYS)],
        default=str(FRIDAY),
    )
    due_time = HourField(
        "At",
        validators=[InputRequired("Please fill in “At”.")],
        default=CLOSE_OF_DAY,
        description="In the zone of the cohort's deadlines.",
    )
    authorship = SelectField(
        "Who writes the report",
        choices=[SelectChoice(mode.value, words) for mode, words in WRITERS.items()],
        default=AuthorshipMode.FELLOW_WRITES.value,
    )
    trouble = "ends_on"

    def __init__(self, cohort: Cohort, *, key: int | None = None, **kwargs: Any) -> None:
        super().__init__(cohort, **kwargs)
        self.key = key

    def wrongs(self) -> Iterable[Wrong]:
        """What is wrong with the phase among the others."""
        return phase_wrong(self.plan, self.phase)

    @property
    def phase(self) -> PhasePlan:
        """What was typed."""
        return PhasePlan(
            self.name.data or "",
            cast("date", self.starts_on.data),
            cast("date", self.ends_on.data),
            weekday=int(self.weekday.data),
            due_time=self.due_time.chosen,
            cadence_weeks=self.cadence_weeks.data or 1,
            authorship=AuthorshipMode(self.authorship.data),
            key=self.key,
        )

    @property
    def plan(self) -> Plan:
        """With this phase."""
        return self.before.with_phase(self.phase)


class BreakForm(PlanForm):
    """A break or a holiday: one that is there, or one more."""

    name = line_field("Name", limit=80, description="Easter, conference week …")
    starts_on = day_field("First day off")
    ends_on = day_field("Last day off", description="The same day for a holiday of one day.")
    effect = SelectField(
        "A deadline on these days",
        choices=[SelectChoice(effect.value, words) for effect, words in EFFECTS.items()],
        default=BreakEffect.SHIFT.value,
    )
    trouble = "effect"

    def __init__(self, cohort: Cohort, *, key: int | None = None, **kwargs: Any) -> None:
        super().__init__(cohort, **kwargs)
        self.key = key

    def wrongs(self) -> Iterable[Wrong]:
        """What is wrong with the break among the others."""
        return break_wrong(self.plan, self.pause)

    @property
    def pause(self) -> BreakPlan:
        """What was typed."""
        return BreakPlan(
            self.name.data or "",
            cast("date", self.starts_on.data),
            cast("date", self.ends_on.data),
            effect=BreakEffect(self.effect.data),
            key=self.key,
        )

    @property
    def plan(self) -> Plan:
        """With this break."""
        return self.before.with_break(self.pause)


class RemoveForm(PlanForm):
    """Without a phase, or without a break."""

    def __init__(self, cohort: Cohort, plan: Plan, **kwargs: Any) -> None:
        super().__init__(cohort, **kwargs)
        self.without = plan

    @property
    def plan(self) -> Plan:
        """Without it."""
        return self.without
