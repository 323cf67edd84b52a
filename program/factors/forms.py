"""Codes and passwords as they are typed."""

from typing import Any

from wtforms import PasswordField, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from program.factors.passwords import fault_of
from program.forms import Form, clean_line
from program.sign_in.forms import LinkForm
from program.sign_in.queries import SignedIn

LONGEST = 1_000
CODE = {"autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false"}


def _code_field(description: str) -> StringField:
    return StringField(
        "Code",
        filters=[clean_line],
        validators=[
            InputRequired("Please type the code."),
            Length(max=60, message="This is too long for a code."),
        ],
        description=description,
        render_kw=CODE,
    )


class CodeForm(Form):
    """A code of the authenticator, or a recovery code."""

    code = _code_field("The six digits that your authenticator shows, or one of your recovery codes.")


class FirstCodeForm(Form):
    """The first code of a new authenticator."""

    code = _code_field("The six digits that your authenticator shows now.")


class PasswordForm(LinkForm):
    """All three that are needed to sign in by a password."""

    password = PasswordField(
        "Password",
        validators=[
            InputRequired("Please type your password."),
            Length(max=LONGEST, message="This is too long for a password."),
        ],
        render_kw={"autocomplete": "current-password"},
    )
    code = _code_field("The six digits that your authenticator shows, or one of your recovery codes.")


class NewPasswordForm(Form):
    """A password to sign in by from now on."""

    new_password = PasswordField(
        "New password",
        validators=[
            InputRequired("Please type a password."),
            Length(max=LONGEST, message="This is too long for a password."),
        ],
        description="At least 12 characters. A sentence that only you would write is good.",
        render_kw={"autocomplete": "new-password"},
    )

    def __init__(self, owner: SignedIn, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.owner = owner

    def validate_new_password(self, _field: object) -> None:
        """Raises ValidationError with what is wrong with it."""
        known = [*self.owner.name.lower().split(), *self.owner.email.replace("@", " ").split(), "fellowship"]
        if fault := fault_of(self.new_password.data or "", about=known):
            raise ValidationError(fault)
