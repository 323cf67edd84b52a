"""As what a story is taken away."""

from wtforms import SelectChoice, SelectField  # type: ignore[attr-defined]  # newer than its stubs

from program.forms import Form
from program.story.services import Copy


class CopyForm(Form):
    """A button for each kind."""

    kind = SelectField(
        "Kind", choices=[SelectChoice(kind.value, kind.word) for kind in Copy], default=Copy.CSV.value
    )
