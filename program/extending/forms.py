"""Into what a fellowship goes on."""

from collections.abc import Sequence
from typing import Any

from wtforms import SelectChoice, SelectField  # type: ignore[attr-defined]  # newer than its stubs

from program.clock import written_day
from program.cohorts.models import Cohort, Phase
from program.forms import Form, line_field


class ExtendForm(Form):
    """A later phase or another cohort, and why."""

    to = SelectField("Goes on in")
    reason = line_field("Reason", required=False, limit=300, description="Only staff read it.")

    def __init__(self, *, phases: Sequence[Phase], cohorts: Sequence[Cohort], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.offered: dict[str, Phase | Cohort] = {f"phase-{phase.id}": phase for phase in phases}
        self.offered |= {f"cohort-{cohort.id}": cohort for cohort in cohorts}
        self.to.choices = [SelectChoice(value, _words(one)) for value, one in self.offered.items()]

    @property
    def chosen(self) -> Phase | Cohort:
        """The phase or the cohort."""
        return self.offered[self.to.data]


def _words(one: Phase | Cohort) -> str:
    if isinstance(one, Phase):
        return f"{one.name}, until {written_day(one.ends_on)}"
    return f"Another cohort: {one.name}, from {written_day(one.starts_on)}"
