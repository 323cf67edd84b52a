"""What is looked for in reports."""

from collections.abc import Sequence
from typing import Any

from wtforms import HiddenField, SelectChoice, SelectField  # type: ignore[attr-defined]  # newer than its stubs

from program.cohorts.models import Cohort
from program.forms import Form, line_field, row_id


class TextForm(Form):
    """Words, and whose reports. It is sent in the address and changes nothing: make it with NO_TOKEN."""

    q = line_field("Words", required=False)
    cohort = SelectField("Cohort", default="")
    fellowship = HiddenField("Of one fellow")

    def __init__(self, *args: Any, cohorts: Sequence[Cohort], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [SelectChoice(str(cohort.id), cohort.name) for cohort in cohorts]
        self.cohort.choices = [SelectChoice("", "any"), *named]

    @property
    def cohort_id(self) -> int | None:
        """The cohort whose reports are looked through; None for all."""
        return int(self.cohort.data) if self.cohort.data else None

    @property
    def fellowship_id(self) -> int | None:
        """The fellowship whose reports are looked through; None for all."""
        try:
            return row_id(self.fellowship.data or "")
        except ValueError:
            return None
