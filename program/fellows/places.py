"""Narrowing a list of fellows to those of a track, a mentor or a research manager."""

from collections.abc import Iterable
from typing import Any

from wtforms import SelectChoice, SelectField  # type: ignore[attr-defined]  # newer than its stubs

from program.accounts.models import Account
from program.cohorts.models import Track
from program.fellows.listing import NONE, Wanted
from program.forms import Form
from program.mentors.models import Mentor


def named(people: Iterable[Account | Mentor], *, first: Iterable[SelectChoice]) -> list[SelectChoice]:
    """People to choose from by name, after what stands first."""
    return [*first, *(SelectChoice(str(one.id), one.name) for one in people)]


def id_of(value: str | None) -> int | None:
    """The id that was chosen, where one was."""
    return int(value) if value else None


class PlacesForm(Form):
    """On which track, with which mentor today, with which research manager."""

    track = SelectField("Track", default="")
    manager = SelectField("Research manager", default="")
    mentor = SelectField("Mentor", default="")

    def __init__(
        self,
        *args: Any,
        tracks: Iterable[Track],
        managers: Iterable[Account],
        mentors: Iterable[Mentor],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        any_one, none = SelectChoice("", "any"), SelectChoice(str(NONE), "without")
        self.track.choices = [any_one, *(SelectChoice(str(track.id), track.name) for track in tracks)]
        self.manager.choices = named(managers, first=[any_one, none])
        self.mentor.choices = named(mentors, first=[any_one, none])

    @property
    def wanted(self) -> Wanted:
        """Whom the form looks for."""
        return Wanted(
            track_id=id_of(self.track.data),
            manager_id=id_of(self.manager.data),
            mentor_id=id_of(self.mentor.data),
        )
