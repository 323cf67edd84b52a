"""Who is to be invited, and as what."""

from collections.abc import Iterable, Sequence
from typing import Any

from wtforms import SelectChoice, SelectField, ValidationError  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired

from program.access import Role
from program.accounts.forms import roles_field
from program.cohorts.models import Cohort
from program.forms import Form, text_field
from program.invitations.pasted import Invitee, read_people

MOST_ERRORS = 10
"""How many wrong lines are named at once."""


class InviteForm(Form):
    """One person or many, one a line."""

    people = text_field(
        "People",
        required=True,
        limit=100_000,
        description="One person a line, up to 500: an address, a name and an address, or lines copied from a sheet.",
    )
    roles = roles_field(validators=[DataRequired("Please choose what they are in the programme.")])
    cohort = SelectField("Cohort")
    invitees: Sequence[Invitee] = ()

    def __init__(self, *, roles: Iterable[Role], cohorts: Iterable[Cohort], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.roles.choices = [SelectChoice(role.value, role.word) for role in roles]
        self.cohort.choices = [
            SelectChoice("", "none"),
            *(SelectChoice(str(cohort.id), cohort.name) for cohort in cohorts),
        ]

    def validate_people(self, _field: object) -> None:
        """Keep who is on the list. Raises ValidationError with one line for each wrong one."""
        self.invitees, errors = read_people(self.people.data or "")
        if errors or not self.invitees:
            shown = errors[:MOST_ERRORS] or ["Please give at least one address."]
            more = len(errors) - len(shown)
            raise ValidationError(" ".join([*shown, *([f"And {more} more lines."] if more > 0 else [])]))

    @property
    def chosen_roles(self) -> frozenset[Role]:
        """The roles that everybody on the list is to have."""
        return frozenset(Role(value) for value in self.roles.data or ())

    @property
    def cohort_id(self) -> int | None:
        """The cohort they are invited to, if one was chosen."""
        return int(self.cohort.data) if self.cohort.data else None
