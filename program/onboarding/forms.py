"""That those who were shown are to be invited."""

from wtforms import HiddenField

from program.forms import Form


class WelcomeForm(Form):
    """A button; `seen` is who was shown."""

    seen = HiddenField()
