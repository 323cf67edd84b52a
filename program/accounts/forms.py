"""What people say about themselves."""

from wtforms import SelectChoice, SelectField  # type: ignore[attr-defined]  # newer than its stubs

from program.clock import zone_names
from program.forms import Form, line_field


class AccountForm(Form):
    """How one is called, and in which zone one reads times."""

    name = line_field("Your name", limit=120)
    time_zone = SelectField(
        "Your time zone", choices=[SelectChoice("UTC"), *(SelectChoice(name) for name in zone_names())]
    )
