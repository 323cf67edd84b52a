"""Which messages are asked for."""

from wtforms.validators import Optional

from program.forms import AnyOf, Form, line_field
from program.history.forms import DayField, day_begins
from program.history.queries import find_people
from program.notices.models import NoticeKind, NoticeState, words_of
from program.notices.queries import Search


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
