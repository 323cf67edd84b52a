"""Which addresses are asked for."""

from program.bounces.models import Why
from program.forms import AnyOf, Form


class SuppressedForm(Form):
    """Those for one reason, or all. It is sent in the address and changes nothing: make it with NO_TOKEN."""

    why = AnyOf("Why", Why)
