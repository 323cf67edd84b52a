"""Who is to mentor a fellow, as what, from when to when."""

from collections.abc import Iterable
from typing import Any

from wtforms import (  # type: ignore[attr-defined]  # newer than its stubs
    BooleanField,
    RadioField,
    SelectChoice,
    SelectField,
)
from wtforms.validators import DataRequired

from program.assignments.queries import Seats
from program.assignments.rules import Wish
from program.fellows.forms import day_field, day_of
from program.fellows.models import AssignmentKind
from program.forms import Form

KINDS = [
    SelectChoice(AssignmentKind.PRIMARY.value, "primary mentor: reads the reports"),
    SelectChoice(AssignmentKind.CO.value, "co-mentor"),
]


class AssignForm(Form):
    """A mentor for a fellow. `anyway` is for who has read the doubts."""

    mentor = SelectField("Mentor", coerce=int, validators=[DataRequired("Please choose a mentor.")])
    kind = RadioField("As", choices=KINDS, default=AssignmentKind.PRIMARY.value)
    starts_on = day_field("From")
    ends_on = day_field("To", required=False, description="Empty means until the fellowship ends.")
    replaces = BooleanField("End the present primary mentor's time the day before")
    anyway = BooleanField("Assign all the same")

    def __init__(self, *, seats: Iterable[Seats], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        people = (SelectChoice(s.mentor.id, f"{s.mentor.name} ({s.track}, {s.words})") for s in seats)
        self.mentor.choices = [SelectChoice(0, "please choose"), *people]

    @property
    def wish(self) -> Wish:
        """The assignment as it is wanted."""
        return Wish(AssignmentKind(self.kind.data), day_of(self.starts_on), self.ends_on.data)


class AssignmentEndForm(Form):
    """The last day of an assignment."""

    ends_on = day_field("Last day", id="other_ends_on")
