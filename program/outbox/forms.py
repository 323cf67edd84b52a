"""Which messages are asked for."""

from datetime import UTC, datetime

from wtforms import HiddenField
from wtforms.validators import DataRequired, Optional

from program.errors import DomainError
from program.forms import AnyOf, Form, line_field, row_id
from program.history.forms import DayField, day_begins
from program.history.queries import find_people
from program.notices.models import NoticeKind, NoticeState, words_of
from program.notices.queries import Search

MOST_OWNERS = 5_000
"""People of whose dues one mail can speak and be held before it is made."""


class ComingForm(Form):
    """Which mail that is still to be made is held: to whom, when, and who owes what it says."""

    reader = HiddenField("Reader", validators=[DataRequired()])
    moment = HiddenField("Moment", validators=[DataRequired()])
    owners = HiddenField("Owners", validators=[DataRequired()])

    def mail(self) -> tuple[int, datetime, list[int]]:
        """The mail. Raises DomainError for what is none."""
        try:
            moment = datetime.fromisoformat(self.moment.data or "").astimezone(UTC)
            owners = [row_id(one) for one in (self.owners.data or "").split(",", MOST_OWNERS)]
            return row_id(self.reader.data or ""), moment, owners
        except (ValueError, OverflowError) as error:
            raise DomainError("No mail is named there. Open the list anew and press its button.") from error


class OutboxForm(Form):
    """What is given is looked for. It is sent in the address and changes nothing: make it with NO_TOKEN."""

    state = AnyOf("State", NoticeState)
    kind = AnyOf("Kind", NoticeKind, words=words_of)
    person = line_field("To whom", required=False, limit=120, description="A part of a name or address")
    day = DayField("Made on", validators=[Optional()])

    def search(self, zone_name: str) -> Search:
        """What the form asks for; the day is one of the reader's zone."""
        typed = self.person.data or ""
        return Search(
            state=self.state.chosen,
            kind=self.kind.chosen,
            people=find_people(typed) if typed else None,
            since=day_begins(self.day.data, zone_name),
            until=day_begins(self.day.data, zone_name, later=1),
        )
