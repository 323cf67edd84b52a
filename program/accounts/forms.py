"""What people say about themselves."""

from collections.abc import Iterable
from typing import Any

from wtforms import SelectChoice, SelectField, SelectMultipleField  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.widgets import CheckboxInput, ListWidget

from program.access import Role
from program.clock import zone_names
from program.forms import Form, line_field

DAILY = "daily"


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
    """And which home one sees first, if one has several roles; how reports come, if one is a mentor."""

    home = SelectField("Your first page")
    reports = SelectField(
        "Reports that wait for you",
        default="",
        choices=[
            SelectChoice("", "a mail with every report as it comes"),
            SelectChoice(DAILY, "one mail each working morning, with every report complete"),
        ],
    )

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
        if Role.MENTOR not in own:
            del self.reports

    @property
    def chosen_home(self) -> Role | None:
        """The role whose home comes first; None where it is left to the programme."""
        return Role(self.home.data) if self.home and self.home.data else None

    @property
    def wants_digest(self) -> bool | None:
        """Whether a mentor wants one mail a day; None for who is not asked."""
        return self.reports.data == DAILY if self.reports else None
