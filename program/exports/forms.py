"""As what a list is taken away."""

from wtforms import SelectChoice, SelectField  # type: ignore[attr-defined]  # newer than its stubs

from program.forms import Form
from program.sheets import Format


class ExportForm(Form):
    """A button for each format."""

    format = SelectField(
        "Format", choices=[SelectChoice(form.value, form.name) for form in Format], default=Format.CSV.value
    )
