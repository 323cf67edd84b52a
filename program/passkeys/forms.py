"""A passkey's name, and what the browser answered."""

from typing import Any

from wtforms import HiddenField
from wtforms.validators import InputRequired, Length

from program.forms import Form, line_field
from program.passkeys.models import NAME_LIMIT

NO_ANSWER = "Your browser did not answer for a device. Nothing was changed: try once more."
LONGEST = 20_000
"""Characters in a browser's answer: some ten times as many as one has."""


class AnswerForm(Form):
    """What the browser answered, as JSON; checked by the ceremony."""

    credential = HiddenField(
        "Passkey", validators=[InputRequired(NO_ANSWER), Length(max=LONGEST, message=NO_ANSWER)]
    )


class PasskeyForm(AnswerForm):
    """A passkey that is new."""

    name = line_field(
        "Name of the passkey",
        limit=NAME_LIMIT,
        description="So that you know it again: “Phone”, or “Key on my ring”.",
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """A name comes first: without one no device was asked, so its silence is no mistake."""
        valid: bool = super().validate(extra_validators)
        if self.name.errors:
            self.credential.errors = []
        return valid
