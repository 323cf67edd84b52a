"""A cohort's tracks, and a group of them, as staff type them: shares in per cent."""

from collections.abc import Sequence
from typing import Any

from wtforms import (  # type: ignore[attr-defined]  # newer than its stubs
    BooleanField,
    FloatField,
    IntegerField,
    SelectChoice,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget, NumberInput

from program.cohorts.models import Cohort, Track, TrackGroup
from program.forms import NO_TOKEN, Form, NumberField, clean_line, line_field, too_long
from program.portfolio.services import WantedTrack
from program.portfolio.shares import WHOLE, Target, tenths

NAME = 80
BLANK, AT_FIRST = 3, 8
"""Rows for tracks to add, and how many there are before any is kept: shares can only add up when all are there."""
MOST = 60
"""Tracks of one cohort."""
SHARE = "Please give a share from 0 to 100."
PLACE = "Please give a whole number from 0 to 999."


class ShareField(FloatField):
    """A share in per cent, as people write it: "17", "17.5 %", "17,5"."""

    widget = NumberInput(step="0.1", min=0, max=100)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Raises ValueError for what is no number."""
        typed = valuelist[0].replace("%", "").replace(",", ".").strip() if valuelist else ""
        if not typed:
            self.data = None
            return
        try:
            self.data = float(typed)
        except ValueError as error:
            raise ValueError(SHARE) from error

    def _value(self) -> str:
        return self.raw_data[0] if self.raw_data else "" if self.data is None else f"{self.data:g}"


def share_field(label: str, *, required: bool = False) -> ShareField:
    """A share; what is not given is 0 or 100, whichever lets everything be."""
    presence = InputRequired(SHARE) if required else Optional()
    return ShareField(label, validators=[presence, NumberRange(0, 100, SHARE)])


class TargetForm(Form):
    """What a track, or a group of tracks, may have of the cohort's fellows."""

    low = share_field("At least, %")
    aim = share_field("Aim, %")
    high = share_field("At most, %")

    def target(self, name: str) -> Target:
        """What is wanted: without an aim, the least that is asked for."""
        low, high = self.low.data or 0.0, 100.0 if self.high.data is None else self.high.data
        aim = low if self.aim.data is None else self.aim.data
        return Target(name, *(tenths(share / 100) / WHOLE for share in (low, aim, high)))


class TrackForm(TargetForm):
    """One row of the table of tracks."""

    name = StringField("Track", filters=[clean_line], validators=[too_long(NAME)])
    place = NumberField("Order", validators=[Optional(), NumberRange(0, 999, PLACE)])
    remove = BooleanField("Remove")
    track_id: int | None = None

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed into a row that was there to add a track."""
        return self.track_id is None and not any(
            (self.name.data, self.low.data, self.aim.data, self.high.data)
        )

    @property
    def wanted(self) -> WantedTrack | None:
        """The track as it is to be; None if it is to go or was never named."""
        if self.remove.data or self.is_blank:
            return None
        return WantedTrack(self.target(self.name.data or ""), self.track_id)

    def validate_name(self, _field: object) -> None:
        """Raises ValidationError for a track without a name."""
        if not self.name.data and not self.is_blank and not self.remove.data:
            raise ValidationError("Please name the track, or tick “Remove”.")


class SeenForm(Form):
    """Which tracks and groups the page shows, so that others are not overwritten unseen."""

    seen = IntegerField(widget=HiddenInput(), validators=[Optional()])


class GroupForm(TargetForm):
    """Tracks that carry a target together."""

    name = line_field("Name", limit=NAME)
    tracks = SelectMultipleField(
        "Tracks",
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        coerce=int,
        validators=[DataRequired("Please choose the tracks of the group.")],
    )

    def __init__(self, *, offered: Sequence[Track], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.tracks.choices = [SelectChoice(track.id, track.name) for track in offered]


def track_forms(cohort: Cohort) -> list[TrackForm]:
    """A row for each track, and a few to add more."""
    rows = [
        _row(f"track-{track.id}", track.id, {"name": track.name, "place": place, **_shares(track)})
        for place, track in enumerate(cohort.tracks, start=1)
    ]
    free = min(max(BLANK, AT_FIRST - len(rows)), MOST - len(rows))
    return rows + [_row(f"new-{number}", None, {}) for number in range(1, free + 1)]


def in_order(rows: Sequence[TrackForm]) -> list[WantedTrack]:
    """The tracks that are wanted, by their numbers; those without one come last."""
    ordered = sorted(rows, key=lambda row: 1_000 if row.place.data is None else row.place.data)
    return [row.wanted for row in ordered if row.wanted is not None]


def group_form(cohort: Cohort, group: TrackGroup | None = None) -> GroupForm:
    """The form of a group, or of a new one."""
    data = (
        {"name": group.name, "tracks": [track.id for track in group.tracks], **_shares(group)}
        if group
        else {}
    )
    return GroupForm(offered=cohort.tracks, data=data)


def _row(prefix: str, track_id: int | None, data: dict[str, object]) -> TrackForm:
    form = TrackForm(prefix=prefix, data=data, meta=NO_TOKEN)
    form.track_id = track_id
    return form


def _shares(item: Track | TrackGroup) -> dict[str, object]:
    shares = {"low": item.target_min, "aim": item.target_aim, "high": item.target_max}
    return {name: tenths(share) / 10 for name, share in shares.items()}
