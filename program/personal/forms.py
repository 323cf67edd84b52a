"""Making sure before there is no way back."""

from typing import Any

from wtforms import ValidationError

from program.accounts.models import Account
from program.forms import Form, line_field


class EraseForm(Form):
    """The person's address, typed once more."""

    email = line_field(
        "Their address", limit=254, description="Type it, so that it is not somebody else's page."
    )

    def __init__(self, account: Account, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.account = account

    def validate_email(self, _field: object) -> None:
        """Raises ValidationError unless it is this person's."""
        if (self.email.data or "").lower() != self.account.email:
            raise ValidationError("This is not the address of this person. Nothing was erased.")
