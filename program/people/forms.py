"""Whom to look for, and what somebody is to be."""

from collections.abc import Iterable
from typing import Any

from wtforms import SelectChoice, SelectField  # type: ignore[attr-defined]  # newer than its stubs

from program.access import Role
from program.accounts.forms import roles_field
from program.forms import AnyOf, Form, line_field
from program.people.queries import Standing


class PeopleForm(Form):
    """What is given is looked for. It is sent in the address and changes nothing: make it with NO_TOKEN."""

    who = line_field("Name or address", required=False, limit=120)
    role = SelectField(
        "Role",
        choices=[SelectChoice("", "any"), *(SelectChoice(role.value, role.word) for role in Role)],
        default="",
    )
    standing = AnyOf("Standing", Standing)

    @property
    def chosen_role(self) -> Role | None:
        """The role that is looked for."""
        return Role(self.role.data) if self.role.data else None

    @property
    def search(self) -> dict[str, Any]:
        """What `list_people` is asked for."""
        return {"typed": self.who.data or "", "role": self.chosen_role, "standing": self.standing.chosen}


class RolesForm(Form):
    """A box for each role that whoever looks may give."""

    roles = roles_field()

    def __init__(self, *, offered: Iterable[Role], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.roles.choices = [SelectChoice(role.value, role.word) for role in offered]

    @property
    def chosen(self) -> frozenset[Role]:
        """The roles whose boxes are ticked."""
        return frozenset(Role(value) for value in self.roles.data or ())
