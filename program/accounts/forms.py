"""What people say about themselves."""

from collections.abc import Iterable
from typing import Any

from wtforms import (  # type: ignore[attr-defined]  # newer than its stubs
    BooleanField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    ValidationError,
)
from wtforms.widgets import CheckboxInput, ListWidget

from program.access import Role
from program.accounts.models import Account
from program.clock import zone_names
from program.forms import Form, line_field
from program.preferences.hours import Habits, Pace
from program.preferences.topics import Topic, topics_for


def roles_field(**kwargs: Any) -> SelectMultipleField:
    """What somebody is in the programme: a box for each role. The choices are given when the form is made."""
    return SelectMultipleField(
        "Roles", option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False), **kwargs
    )


class NameForm(Form):
    """How one is called, and in which zone one reads times."""

    name = line_field("Your name", limit=120)
    time_zone = SelectField(
        "Your time zone", choices=[SelectChoice("UTC"), *(SelectChoice(name) for name in zone_names())]
    )


class AccountForm(NameForm):
    """And which home one sees first, if one has several roles."""

    home = SelectField("Your first page")

    def __init__(self, roles: Iterable[Role], **kwargs: Any) -> None:
        """With the homes of all roles that the person holds, those too that wait for a second factor."""
        super().__init__(**kwargs)
        own = sorted(roles)
        self.home.choices = [
            SelectChoice("", "as the programme has it"),
            *(SelectChoice(role.value, f"{role.word}: home") for role in own),
        ]
        if len(own) < 2:
            del self.home

    @property
    def chosen_home(self) -> Role | None:
        """The role whose home comes first; None where it is left to the programme."""
        return Role(self.home.data) if self.home and self.home.data else None


PACES = {
    Pace.IMMEDIATE: "a mail with every report as it comes",
    Pace.DAILY: "one mail each working morning, with every report complete",
    Pace.WEEKLY: "one mail on Monday morning, with every report complete",
}


def _hour_field(label: str, hours: range) -> SelectField:
    return SelectField(label, coerce=int, choices=[SelectChoice(hour, f"{hour:02}:00") for hour in hours])


class MailForm(Form):
    """When mail comes, what about, and for mentors how often."""

    pace = SelectField("Reports that wait for you", choices=[SelectChoice(*one) for one in PACES.items()])
    wakes_at = _hour_field("Mail comes from", range(23))
    sleeps_at = _hour_field("Until", range(1, 24))
    weekends = BooleanField("On Saturdays and Sundays, too")
    topics = SelectMultipleField(
        "Mails you get", option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False)
    )

    def __init__(self, account: Account, roles: Iterable[Role], **kwargs: Any) -> None:
        """With what the account has chosen, and the topics that somebody with these roles may do without."""
        roles = frozenset(roles)
        self.asked = [topic for topic in topics_for(roles) if topic.is_optional]
        self.account = account
        chosen = {"topics": [topic.value for topic in self.asked if topic not in account.muted]}
        super().__init__(obj=account, data=chosen, **kwargs)
        self.topics.choices = [
            SelectChoice(topic.value, f"{topic.about.title}: {topic.about.what}") for topic in self.asked
        ]
        if Role.MENTOR not in roles:
            del self.pace

    def validate_sleeps_at(self, field: SelectField) -> None:
        """The day ends after it began."""
        if self.wakes_at.data is not None and field.data is not None and field.data <= self.wakes_at.data:
            raise ValidationError("Choose a later hour than the one from which mail comes.")

    @property
    def habits(self) -> Habits:
        """When mail comes, and how often."""
        pace = Pace(self.pace.data) if self.pace else self.account.pace
        hours = self.wakes_at.data, self.sleeps_at.data
        return Habits(self.account.time_zone, *hours, self.weekends.data, pace)

    @property
    def wanted(self) -> dict[Topic, bool]:
        """Of each topic that was asked about, whether they want its mails."""
        return {topic: topic.value in (self.topics.data or ()) for topic in self.asked}
