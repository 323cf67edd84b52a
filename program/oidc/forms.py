"""What a person brings back from the issuer."""

from wtforms import HiddenField
from wtforms.validators import InputRequired, Length

from program.forms import Form

LONGEST = 4_096


class ReturnForm(Form):
    """The issuer's code, and the state that says that this browser asked for it."""

    code = HiddenField(validators=[InputRequired(), Length(max=LONGEST)])
    state = HiddenField(validators=[InputRequired(), Length(max=LONGEST)])
