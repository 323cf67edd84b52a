"""What staff say of deadlines: whose, what becomes of them, how far."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from wtforms import (  # type: ignore[attr-defined]  # newer than its stubs
    BooleanField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from program.clock import today
from program.cohorts.forms import HourField
from program.cohorts.models import Cohort, ReportPeriod
from program.forms import AnyOf, Form, NumberField, line_field, row_id, text_field
from program.history.forms import DayField
from program.postponing.changes import Change, Deed, Wish
from program.postponing.models import ExtensionRequest, RequestState
from program.presentation import sentence
from program.reports.desks import Desk

MOST_DAYS = 180
DEEDS = {
    Deed.EXTEND: "A later deadline",
    Deed.EXCUSE: "Excuse: no report is owed",
    Deed.RESTORE: "As in the calendar: take back what was given",
}


class PreviewedForm(Form):
    """What is shown before it is done. `seen` is the preview that was agreed to."""

    seen = HiddenField(validators=[Length(max=64)])

    def is_stale(self, change: Change) -> bool:
        """Whether a preview was agreed to that shows something else."""
        return bool(self.seen.data) and self.seen.data != change.digest


class DeadlineForm(PreviewedForm):
    """What becomes of a deadline, for whom."""

    period = SelectField("Report", coerce=row_id, validators=[InputRequired("Please choose the report.")])
    everybody = BooleanField("Everybody in the cohort")
    fellows = SelectMultipleField(
        "Or these fellows",
        coerce=row_id,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    deed = RadioField(
        "What becomes of it",
        choices=[SelectChoice(deed.value, words) for deed, words in DEEDS.items()],
        default=Deed.EXTEND.value,
        validators=[InputRequired("Please choose what becomes of it.")],
    )
    days = NumberField(
        "Days more",
        validators=[Optional(), NumberRange(1, MOST_DAYS, f"Please give a number from 1 to {MOST_DAYS}.")],
        description="From each one's deadline as it is now. Or give a day below.",
    )
    until = DayField("Or the day that it is due", validators=[Optional()])
    at = HourField(
        "At",
        validators=[Optional()],
        description="In the zone of the cohort's deadlines; as in the calendar if nothing is given.",
    )
    cascade = BooleanField(
        "Later reports too",
        description="Their deadlines move as many days, or are as in the calendar again.",
    )
    reason = line_field("Reason", required=False, limit=200, description="Staff and the fellow read it.")

    def __init__(
        self, periods: Sequence[ReportPeriod], fellows: Sequence[tuple[int, str]], **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.periods = {period.id: period for period in periods}
        self.period.choices = [
            SelectChoice(str(period.id), sentence(period.title)) for period in self.periods.values()
        ]
        self.fellows.choices = [SelectChoice(str(own), name) for own, name in fellows]

    def validate_fellows(self, field: SelectMultipleField) -> None:
        """Raises ValidationError if it is for nobody."""
        if not field.data and not self.everybody.data:
            raise ValidationError("Please choose for whom: everybody, or some of them.")

    def validate(self, extra_validators: Any = None) -> bool:
        """Each field by itself, then how far and why together."""
        if not super().validate(extra_validators):
            return False
        if self.deed.data != Deed.RESTORE and not self.reason.data:
            self.reason.errors = ["Please say why: the fellow reads it."]
            return False
        if self.deed.data == Deed.EXTEND and (message := self._how_far_wrong()):
            self.days.errors = [message]
            return False
        return True

    def wish(self) -> Wish:
        """What was typed, once it is known to be right."""
        extends, deed = self.deed.data == Deed.EXTEND, Deed(self.deed.data)
        return Wish(
            deed,
            self.period.data,
            None if self.everybody.data else frozenset(self.fellows.data or ()),
            days=self.days.data if extends else None,
            until=self.until.data if extends else None,
            at=self.at.data if extends else None,
            cascade=bool(self.cascade.data) and deed is not Deed.EXCUSE,
        )

    def _how_far_wrong(self) -> str:
        if (self.days.data is None) is (self.until.data is None):
            return "Please give either how many days more, or the day."
        period = self.periods[self.period.data]
        return too_far(period, self.until.data, period.cohort) if self.until.data else ""


class AskForm(Form):
    """Until when a fellow wants to have, and why."""

    wanted_on = DayField("Until which day", validators=[InputRequired("Please give the day.")])
    reason = text_field("Why", required=True, limit=500, description="Staff read it; your mentor does not.")

    def __init__(self, desk: Desk, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.desk = desk

    def validate_wanted_on(self, field: DayField) -> None:
        """Raises ValidationError for a day that is not later than the deadline, or far too late."""
        cohort = self.desk.fellowship.cohort
        if field.data and field.data <= today(self.desk.due_at, cohort.deadline_zone):
            raise ValidationError("That is not after the deadline as it is: please give a later day.")
        if field.data and (message := too_far(self.desk.period, field.data, cohort)):
            raise ValidationError(message)


class GrantForm(PreviewedForm):
    """Until when what a fellow asks for is given."""

    until = DayField("Until", validators=[InputRequired("Please give the day.")])
    cascade = BooleanField("Later reports too", description="Their deadlines move as many days.")
    word = line_field("A word to the fellow", required=False, limit=300)

    def __init__(self, wish: ExtensionRequest, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.asked = wish

    def wish(self) -> Wish:
        """What was typed, once it is known to be right: an extension of the fellow's own deadline."""
        own = frozenset({self.asked.fellowship_id})
        cascade = bool(self.cascade.data)
        return Wish(Deed.EXTEND, self.asked.period_id, own, until=self.until.data, cascade=cascade)

    def validate_until(self, field: DayField) -> None:
        """Raises ValidationError for a day before the calendar's, or far too late."""
        cohort = self.asked.fellowship.cohort
        if field.data and (message := too_far(self.asked.period, field.data, cohort)):
            raise ValidationError(message)


class DeclineForm(Form):
    """Why it is not given."""

    word = line_field("Why not", limit=300, id="why_not", description="The fellow reads it.")


class RequestsForm(Form):
    """Which requests are asked for. It is sent in the address and changes nothing: make it with NO_TOKEN."""

    state = AnyOf("State", RequestState)


def too_far(period: ReportPeriod, until: date, cohort: Cohort) -> str:
    """What is wrong with a day that a report is to be due on, in words; empty if nothing is."""
    planned = today(period.due_at, cohort.deadline_zone)
    if until < planned:
        return "That is before the deadline in the calendar: please give a later day."
    if until > planned + timedelta(days=MOST_DAYS):
        return f"That is more than {MOST_DAYS} days after the deadline in the calendar: look at the year."
    return ""
