"""What a copy of a cohort is called, and when it begins."""

from datetime import date
from typing import Any, cast

from program.cohorts.checks import dates_wrong
from program.cohorts.forms import CalledForm, day_field, new_start_wrong, seen_field, tell
from program.cohorts.models import Cohort
from program.cohorts.plans import Plan, plan_of


class CopyForm(CalledForm):
    """A new cohort like an earlier one, from another day on."""

    starts_on = day_field("First day", description="Phases, breaks and deadlines move by as many whole days.")
    seen = seen_field()

    def __init__(self, original: Cohort, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.original = original

    def validate(self, extra_validators: Any = None) -> bool:
        """Each field by itself, then the moved dates together."""
        if not super().validate(extra_validators):
            return False
        return tell(self, new_start_wrong(self.original, cast("date", self.starts_on.data))) and tell(
            self, dates_wrong(self.plan)
        )

    @property
    def plan(self) -> Plan:
        """The original's plan from the new day on."""
        return plan_of(self.original).moved(cast("date", self.starts_on.data) - self.original.starts_on)
