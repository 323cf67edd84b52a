"""Whom staff look for in a cohort's funnel, and what they say of a mentor there."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, cast

from wtforms import (  # type: ignore[attr-defined]  # newer than its stubs
    SelectChoice,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, NumberRange

from program.accounts.models import Account
from program.cohorts.models import Track
from program.forms import Form, NumberField, clean_line, line_field, too_long
from program.history.forms import DayField
from program.mentors.funnel import CONFIRMED, STEPS, WITHDRAWN, wants_reason
from program.mentors.models import Engagement, EngagementStage
from program.mentors.queries import Wanted
from program.mentors.services import Seats

ANY = SelectChoice("", "any")
STAGES = [ANY, *(SelectChoice(stage.value, stage.value) for stage in EngagementStage)]
MOST_SEATS = 50
FURTHEST = timedelta(days=730)
"""How far ahead a next step may be."""


class EngagementsForm(Form):
    """Whom to look for in a cohort. It is sent in the address and changes nothing: make it with NO_TOKEN."""

    who = line_field("Name", required=False, limit=120)
    stage = SelectField("Stage", choices=STAGES, default="")
    track = SelectField("Track", default="")
    owner = SelectField("Owner of the next step", default="")

    def __init__(self, *args: Any, tracks: Iterable[Track], owners: Iterable[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.track.choices = [ANY, *(SelectChoice(str(track.id), track.name) for track in tracks)]
        self.owner.choices = [ANY, *(SelectChoice(str(owner.id), owner.name) for owner in owners)]

    @property
    def track_id(self) -> int | None:
        """The track that is looked for."""
        return int(self.track.data) if self.track.data else None

    @property
    def wanted(self) -> Wanted:
        """What the form asks for but for the track, which is one of the cohort's."""
        stage = EngagementStage(self.stage.data) if self.stage.data else None
        return Wanted(
            text=self.who.data or "", stage=stage, owner_id=int(self.owner.data) if self.owner.data else None
        )


def _seats_field(label: str) -> NumberField:
    message = f"Please give a number from 0 to {MOST_SEATS}."
    return NumberField(
        label, default=0, validators=[InputRequired(message), NumberRange(0, MOST_SEATS, message)]
    )


class SeatsForm(Form):
    """A mentor's track and seats in a cohort."""

    track = SelectField("Track")
    least = _seats_field("Fewest fellows they take")
    wanted = _seats_field("Fellows they want")
    granted = _seats_field("Seats granted")

    def __init__(self, *args: Any, tracks: Sequence[Track], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tracks = {str(track.id): track for track in tracks}
        self.track.choices = [SelectChoice(value, track.name) for value, track in self.tracks.items()]

    def validate_wanted(self, _field: object) -> None:
        """Raises ValidationError if they want fewer than they take."""
        if (self.wanted.data or 0) < (self.least.data or 0):
            raise ValidationError("They want fewer than the fewest they take.")

    @property
    def chosen_track(self) -> Track:
        """The track that was chosen."""
        return self.tracks[self.track.data]

    @property
    def seats(self) -> Seats:
        """The seats that were typed."""
        return Seats(self.least.data or 0, self.wanted.data or 0, self.granted.data or 0)


class StepForm(Form):
    """Where a mentor goes next in the funnel, and why."""

    to = SelectField("Move to", validators=[DataRequired("Please choose where to.")])
    reason = StringField(
        "Why",
        filters=[clean_line],
        validators=[too_long(500)],
        description="A step back or out wants one. Only staff read it.",
    )

    def __init__(self, *args: Any, engagement: Engagement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stage = engagement.stage
        self.to.choices = [
            SelectChoice(step.value, step.value)
            for step in EngagementStage
            if step in _plain_steps(self.stage)
        ]

    def validate_reason(self, _field: object) -> None:
        """Raises ValidationError if the step has to say why."""
        step = EngagementStage(self.to.data) if self.to.data in set(EngagementStage) else None
        if step and not self.reason.data and wants_reason(self.stage, step):
            raise ValidationError(f"Please say why: {self.stage} to {step} wants a reason.")


def _plain_steps(stage: EngagementStage) -> frozenset[EngagementStage]:
    """The steps without a page of their own: to confirm invites, and who is confirmed hands over to withdraw."""
    return STEPS[stage] - {CONFIRMED} - ({WITHDRAWN} if stage is CONFIRMED else frozenset())


class NextStepForm(Form):
    """What somebody does next about a mentor, and until when."""

    text = line_field("Next step", limit=200)
    day = DayField("Until the end of", validators=[InputRequired("Please give the day.")])
    owner = SelectField("Who does it", validators=[DataRequired("Please choose who does it.")])

    def __init__(self, *args: Any, owners: Sequence[Account], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.owners = {str(owner.id): owner for owner in owners}
        self.owner.choices = [SelectChoice(value, owner.name) for value, owner in self.owners.items()]

    def validate_day(self, _field: object) -> None:
        """Raises ValidationError for a day that is over, or that nobody plans for."""
        if self.day.data and not self.today <= self.day.data <= self.today + FURTHEST:
            raise ValidationError("Please choose a day from today on, within the next two years.")

    @property
    def chosen_day(self) -> date:
        """The day."""
        return cast("date", self.day.data)

    @property
    def chosen_owner(self) -> Account:
        """Who was chosen."""
        return self.owners[self.owner.data]
