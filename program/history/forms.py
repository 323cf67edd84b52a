"""What to look for in the record of what was done."""

from datetime import date, datetime, time, timedelta
from typing import Any

from wtforms import DateField, SelectField
from wtforms.validators import Optional

from program.audit.models import PRIVATE_SUBJECTS, Tag
from program.clock import deadline
from program.forms import Form, line_field
from program.history.queries import Search, find_people
from program.history.words import words_for

NO_DATE = "Please give the day as in 2026-06-12."


def _kinds() -> list[tuple[str, str]]:
    """What can be asked for: nothing of what the record does not show."""
    shown = ((tag.value, words_for(tag)) for tag in Tag if tag.partition(":")[0] not in PRIVATE_SUBJECTS)
    return [("", "anything"), *sorted(shown, key=lambda kind: kind[1])]


class DayField(DateField):
    """A day, or nothing. A browser's field for days can show nothing else: what is none is named, not shown."""

    def _value(self) -> str:
        return self.data.isoformat() if self.data else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the day. Raises ValueError with words for people."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(NO_DATE) from error


class SearchForm(Form):
    """What is given is looked for. It is sent in the address and changes nothing: make it with NO_TOKEN."""

    person = line_field("Person", required=False, limit=120, description="Who did it, or to whom")
    tag = SelectField("What was done", choices=_kinds, default="")
    since = DayField("From", validators=[Optional()])
    until = DayField("Until", validators=[Optional()])
    address = line_field("Network address", required=False, limit=45)

    def search(self, zone_name: str) -> Search:
        """What the form asks for; days are those of the reader's zone."""
        person = self.person.data or ""
        return Search(
            person=person,
            people=find_people(person) if person else (),
            tag=Tag(self.tag.data) if self.tag.data else None,
            since=day_begins(self.since.data, zone_name),
            until=day_begins(self.until.data, zone_name, later=1),
            address=self.address.data or "",
        )


def day_begins(day: date | None, zone_name: str, *, later: int = 0) -> datetime | None:
    """The moment the day begins in the zone, so many days later; None where the calendar ends, or without a day."""
    try:
        return deadline(day + timedelta(days=later), time(), zone_name) if day else None
    except OverflowError:
        return None
