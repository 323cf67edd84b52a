"""What is typed into the one box."""

from wtforms import SelectChoice, SelectField  # type: ignore[attr-defined]  # newer than its stubs

from program.forms import Form, line_field
from program.names.models import Kind


class FindForm(Form):
    """Any part of a name. It is sent in the address and changes nothing: make it with NO_TOKEN."""

    q = line_field("Search", required=False, limit=120)
    kind = SelectField(
        "Kind",
        choices=[SelectChoice("", "everything"), *(SelectChoice(kind.value, kind.plural) for kind in Kind)],
        default="",
    )
