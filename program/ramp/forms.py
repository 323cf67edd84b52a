"""How one fellow's reports are to be written."""

from wtforms import RadioField, SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired

from program.authorship.modes import WRITERS
from program.cohorts.models import AuthorshipMode
from program.fellows.forms import day_field
from program.forms import Form, line_field


class RampForm(Form):
    """From when on, how, and why."""

    starts_on = day_field("From")
    mode = RadioField(
        "The reports that fall due from then on",
        choices=[SelectChoice(mode.value, WRITERS[mode]) for mode in AuthorshipMode],
        validators=[InputRequired("Please choose how they are written.")],
    )
    reason = line_field("Why", description="Only staff read it.")
