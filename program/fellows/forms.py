"""Whom to look for among the fellows of a cohort, and what is to become of them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar, cast

from wtforms import (  # type: ignore[attr-defined]  # newer than its stubs
    BooleanField,
    DateField,
    EmailField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    ValidationError,
)
from wtforms.validators import DataRequired, Email, InputRequired, NumberRange, Optional

from program.accounts.models import Account
from program.cohorts.models import Cohort, Track
from program.fellows.listing import Choice, Wanted
from program.fellows.models import Fellowship, FellowshipStage
from program.fellows.places import PlacesForm, id_of, named
from program.fellows.services import FellowError
from program.forms import Form, NumberField, clean_line, line_field, row_id, too_long

WHOM = [SelectChoice("ticked", "those I ticked"), SelectChoice("all", "all who are found")]
ALONE = 100
"""Per cent on a track that a fellow stands on alone."""
F = TypeVar("F", bound=Form)
STAGES = [SelectChoice(stage.value, stage.value) for stage in FellowshipStage]


def day_field(label: str, *, required: bool = True, **kwargs: Any) -> DateField:
    """A day. One that cannot be read is said to be none."""
    presence = InputRequired(f"Please fill in “{label}”.") if required else Optional()
    return DateField(label, validators=[presence], **kwargs)


def day_of(field: DateField) -> date:
    """The day in a field that was found to have one."""
    return cast("date", field.data)


class FellowsForm(PlacesForm):
    """What is given is looked for. It is sent in the address and changes nothing: make it with NO_TOKEN."""

    who = line_field("Name, address or project", required=False, limit=120)
    stage = SelectField("Stage", choices=[SelectChoice("", "any"), *STAGES], default="")

    @property
    def wanted(self) -> Wanted:
        """Whom the form looks for."""
        stage = FellowshipStage(self.stage.data) if self.stage.data else None
        return replace(super().wanted, typed=self.who.data or "", stage=stage)


class FellowStepForm(FellowsForm):
    """A step for those who are ticked, or for all who are found. Shown first, and then sent with `seen`."""

    to = SelectField("Move to", choices=STAGES)
    whom = RadioField("Whom", choices=WHOM, default="ticked")
    fellowship = SelectMultipleField("Fellows", coerce=row_id, validate_choice=False)
    reason = line_field("Reason", required=False, limit=500)
    seen = HiddenField(validators=[too_long(64)])

    def validate_fellowship(self, field: SelectMultipleField) -> None:
        """Raises ValidationError where nobody is ticked though only the ticked are meant."""
        if self.whom.data == "ticked" and not field.data:
            raise ValidationError(
                "Nobody is ticked. Go back and tick whom you mean, or take all who are found."
            )

    @property
    def step(self) -> FellowshipStage:
        """The stage they are to come to."""
        return FellowshipStage(self.to.data)

    @property
    def says_whom(self) -> bool:
        """Whether it is known which step is meant, and for whom."""
        wrong = {name for name in self.errors if name not in {"reason", "csrf_token", "seen"}}
        return not wrong - {"whom"} and bool(self.to.data)

    def choice(self, cohort_id: int, day: date) -> Choice:
        """Whom the step is for."""
        ids = None if self.whom.data == "all" else frozenset(self.fellowship.data or ())
        return Choice(cohort_id, day, self.wanted, ids)


class PlaceForm(Form):
    """What a place in a cohort is about: its project, and one track or two with their weights."""

    project = line_field("Project", required=False)
    track = SelectField("Track", coerce=int)
    second_track = SelectField("Second track", default="", description="For a fellow who stands on two.")
    track_weight = NumberField(
        "Per cent on the first track",
        description="The rest is on the second. 50 is half and half.",
        validators=[Optional(), NumberRange(1, 99, "Please give a whole number from 1 to 99.")],
    )

    def __init__(self, *args: Any, tracks: Iterable[Track], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.track.choices = [SelectChoice(track.id, track.name) for track in tracks]
        self.second_track.choices = [
            SelectChoice("", "none"),
            *(SelectChoice(str(track.id), track.name) for track in tracks),
        ]

    def validate_second_track(self, field: SelectField) -> None:
        """Raises ValidationError for the same track twice."""
        if field.data and field.data == str(self.track.data):
            raise ValidationError("That is the first track already. Choose another one, or none.")

    def validate(self, **kwargs: Any) -> bool:
        """Whether all is right; two tracks want the weight of the first."""
        good = bool(super().validate(**kwargs))
        if good and self.second_track.data and self.track_weight.data is None:
            self.track_weight.errors = ["Please say how many per cent are on the first track."]
            return False
        return good

    @property
    def second_track_id(self) -> int | None:
        """The second track, if there is one."""
        return id_of(self.second_track.data)

    @property
    def place(self) -> dict[str, object]:
        """What is kept of the place."""
        weight = self.track_weight.data if self.second_track_id else ALONE
        return {
            "project": self.project.data or "",
            "track_id": self.track.data,
            "second_track_id": self.second_track_id,
            "track_weight": weight,
        }


class FellowshipForm(PlaceForm):
    """What staff change of a place: that, and from when to when it is."""

    starts_on = day_field("First day")
    ends_on = day_field("Last day")

    def validate_ends_on(self, field: DateField) -> None:
        """Raises ValidationError for an end before the beginning."""
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError("The last day is before the first. Please change one of them.")

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day."""
        return day_of(self.starts_on), day_of(self.ends_on)


class AddFellowForm(FellowshipForm):
    """A fellow whom staff add by hand."""

    name = line_field("Name", limit=120)
    email = EmailField(
        "Address",
        filters=[clean_line],
        validators=[
            DataRequired("Please fill in “Address”."),
            Email("This is no mail address. It looks like name@example.org."),
            too_long(254),
        ],
    )
    stage = SelectField("Stage", choices=STAGES, default=FellowshipStage.APPLIED.value)
    manager = SelectField("Research manager", default="")
    invite = BooleanField(
        "Invite them to sign in now", description="A link that works for 14 days goes to the address."
    )

    def __init__(self, *args: Any, managers: Iterable[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.manager.choices = named(managers, first=[SelectChoice("", "none yet")])

    @property
    def person(self) -> dict[str, Any]:
        """Who is added, as what."""
        return {
            "email": self.email.data,
            "name": self.name.data,
            "stage": FellowshipStage(self.stage.data),
            "days": self.days,
            "place": {**self.place, "research_manager_id": id_of(self.manager.data)},
            "invited": self.invite.data,
        }


def cohort_days(cohort: Cohort) -> dict[str, date]:
    """The days of a place that is as long as its cohort."""
    return {"starts_on": cohort.starts_on, "ends_on": cohort.ends_on}


def place_of(fellowship: Fellowship) -> dict[str, object]:
    """What a form of the place begins with."""
    shared = fellowship.second_track_id is not None
    return {
        "project": fellowship.project,
        "track": fellowship.track_id,
        "second_track": str(fellowship.second_track_id) if shared else "",
        "track_weight": fellowship.track_weight if shared else None,
        "starts_on": fellowship.starts_on,
        "ends_on": fellowship.ends_on,
    }


def show_error(form: F, error: FellowError) -> F:
    """Put what a service said next to the field that it is about."""
    field = form[error.field]
    field.errors = [*field.errors, str(error)]
    return form
