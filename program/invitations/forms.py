"""Who is to be invited, and as what."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask_wtf.file import FileField
from wtforms import (  # type: ignore[attr-defined]  # newer than its stubs
    SelectChoice,
    SelectField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired

from program.access import Role
from program.accounts.forms import roles_field
from program.cohorts.models import Cohort
from program.forms import AnyOf, Form, clean_text, too_long
from program.invitations.models import InvitationState
from program.invitations.pasted import Invitee, read_people
from program.invitations.uploaded import MOST_BYTES, text_of

MOST_ERRORS = 10
"""How many wrong lines are named at once."""
MISSING = "Please fill in “People”, or choose a file."
BOTH = "There was a list, and a file beside it. The lines of the file now stand below the others: look them through."


class InvitationsForm(Form):
    """Which are asked for. It is sent in the address and changes nothing: make it with NO_TOKEN."""

    state = AnyOf("State", InvitationState)


class InviteForm(Form):
    """One person or many, one a line, pasted or in a file.

    A browser keeps no file, so its lines go on as text in `people`: they are there when something is wrong.
    """

    file = FileField(  # before `people`, which then holds its lines
        "Or a file",
        description="A CSV or text file with the same lines, up to 400 KB. It is read once and not kept.",
        render_kw={"accept": ".csv,.txt,.tsv,text/csv,text/plain"},
    )
    people = TextAreaField(
        "People",
        description="One person a line, up to 500: an address, a name and an address as in"
        " “Ada Byron <ada@example.org>”, or lines copied from a sheet.",
        filters=[clean_text],
        validators=[too_long(100_000)],
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

    def validate_file(self, _field: object) -> None:
        """Put the file's lines where one can see them. Raises ValidationError for what is no text, and for both."""
        if not self.file.data:
            return
        try:
            lines = clean_text(text_of(self.file.data.read(MOST_BYTES + 1)))
        except ValueError as error:
            raise ValidationError(str(error)) from error
        pasted = self.people.data
        self.people.data = f"{pasted}\n{lines}" if pasted else lines
        if pasted:
            raise ValidationError(BOTH)

    def validate_people(self, _field: object) -> None:
        """Keep who is on the list. Raises ValidationError with one line for each wrong one."""
        if not self.people.data:
            if self.file.errors:  # it was said there
                return
            raise ValidationError(MISSING)
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
