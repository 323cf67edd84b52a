"""What staff say about a cohort, and the fields that its dates are typed into."""

from collections.abc import Iterable
from datetime import date, time
from typing import Any, cast

from wtforms import (  # type: ignore[attr-defined]  # newer than its stubs
    HiddenField,
    SelectChoice,
    SelectField,
    TimeField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, NumberRange

from program.clock import zone_names
from program.cohorts.checks import FIRST_DAY, LAST_DAY, Wrong, dates_wrong
from program.cohorts.models import Cohort, CohortState
from program.cohorts.plans import Plan
from program.cohorts.queries import find_cohort_called
from program.forms import AnyOf, Form, NumberField, line_field
from program.history.forms import DayField

EVERYWHERE = str(True)
NO_TIME = "Please give the time of day as in 17:00."


class HourField(TimeField):
    """A time of day."""

    def _value(self) -> str:
        return f"{self.data:%H:%M}" if self.data else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the time. Raises ValueError with words for people."""
        try:
            super().process_formdata([value[:5] for value in valuelist])
        except ValueError as error:
            raise ValueError(NO_TIME) from error

    @property
    def chosen(self) -> time:
        """What was typed, once it is known to be right."""
        return cast("time", self.data)


def day_field(label: str, **kwargs: Any) -> DayField:
    """A day that has to be given."""
    return DayField(label, validators=[InputRequired(f"Please fill in “{label}”.")], **kwargs)


def number_field(label: str, *, least: int, most: int, **kwargs: Any) -> NumberField:
    """A whole number between two."""
    bounds = NumberRange(least, most, f"Please give a number from {least} to {most}.")
    return NumberField(label, validators=[InputRequired(f"Please fill in “{label}”."), bounds], **kwargs)


def zone_field() -> SelectField:
    """The zone of a cohort; whether there is such a one is said by the plan's checks."""
    return SelectField(
        "Time zone",
        choices=lambda: [SelectChoice("UTC"), *(SelectChoice(name) for name in zone_names())],
        validate_choice=False,
        default="Europe/London",
    )


def earth_field() -> SelectField:
    """Whether deadlines are over only when they are everywhere: `EVERYWHERE` if so."""
    return SelectField(
        "A deadline has passed",
        choices=[
            SelectChoice("False", "when it has in the cohort's time zone"),
            SelectChoice(EVERYWHERE, "when it has everywhere (Anywhere on Earth, 12 hours behind UTC)"),
        ],
        default="False",
    )


def seen_field() -> HiddenField:
    """What stood in the preview that is agreed to; empty before there was one."""
    return HiddenField(validators=[Length(max=64)])


def tell(form: Form, found: Iterable[Wrong]) -> bool:
    """Put each message next to its field; whether there was none."""
    wrongs = [*found]
    for wrong in wrongs:
        form[wrong.field].errors = [*form[wrong.field].errors, wrong.message]
    return not wrongs


class CalledForm(Form):
    """What a cohort is called: no other is."""

    name = line_field("Name", limit=80, description="As everybody reads it: “Summer 26”.")
    cohort: Cohort | None = None

    def validate_name(self, _field: object) -> None:
        """Raises ValidationError if another cohort is called this."""
        found = find_cohort_called(self.name.data or "")
        if found is not None and found is not self.cohort:
            raise ValidationError(
                f"There is a cohort called “{found.name}” already. Please give another name."
            )


class DescribeForm(CalledForm):
    """And how soon its mentors are to answer."""

    review_days = number_field(
        "Working days for a review",
        least=1,
        most=30,
        default=3,
        description="How long a mentor has to answer a report: Monday to Friday, without the breaks.",
    )


class RulesForm(DescribeForm):
    """And from when on a report is called late, and very late."""

    grace_hours = number_field(
        "Hours of grace",
        least=0,
        most=168,
        default=12,
        description="A report that comes so soon after its deadline is not called late. Twelve by the programme's own "
        "rule: whoever sends it in the night is on time in the morning.",
    )
    very_late_days = number_field(
        "Days until it is very late",
        least=1,
        most=60,
        default=7,
        description="From the deadline on. Seven by the programme's own rule: the next week's report is due by then.",
    )

    def validate_very_late_days(self, field: NumberField) -> None:
        """Raises ValidationError if a report would be very late before it is late."""
        if (field.data or 0) * 24 <= (self.grace_hours.data or 0):
            raise ValidationError("This is to be longer than the grace. Please change one of them.")


class CohortForm(DescribeForm):
    """A cohort from scratch. Its phases come after it."""

    starts_on = day_field("First day")
    ends_on = day_field("Last day")
    time_zone = zone_field()
    anywhere_on_earth = earth_field()

    def validate(self, extra_validators: Any = None) -> bool:
        """Each field by itself, then its dates together."""
        return super().validate(extra_validators) and tell(self, dates_wrong(self.plan))

    @property
    def plan(self) -> Plan:
        """What was typed."""
        return Plan(
            cast("date", self.starts_on.data),
            cast("date", self.ends_on.data),
            self.time_zone.data or "",
            anywhere_on_earth=self.anywhere_on_earth.data == EVERYWHERE,
        )


def new_start_wrong(cohort: Cohort, starts_on: date) -> Iterable[Wrong]:
    """Whether all of the cohort's days still exist when it begins on another."""
    if not FIRST_DAY <= starts_on <= LAST_DAY - (cohort.ends_on - cohort.starts_on):
        yield Wrong("starts_on", "That is outside the years that are planned for, 2000 to 2099.")


class StandingForm(Form):
    """Which cohorts are asked for. It is sent in the address and changes nothing: make it with NO_TOKEN."""

    state = AnyOf("State", CohortState)


class StepForm(Form):
    """The state that a cohort is to have."""

    state = SelectField(
        "State",
        choices=[SelectChoice(state.value, state.value) for state in CohortState],
        validators=[InputRequired("Please choose what the cohort is to become.")],
    )

    @property
    def chosen(self) -> CohortState:
        """The state that was asked for."""
        return CohortState(self.state.data)
