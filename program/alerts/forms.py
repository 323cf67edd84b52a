"""What staff say of a place where they are alerted."""

from wtforms import StringField
from wtforms.validators import DataRequired, Length, ValidationError

from program.alerts.addresses import LONGEST, read_address
from program.forms import Form, clean_line, line_field

NAME = 80


class ChannelForm(Form):
    """A new channel."""

    name = line_field("Name", limit=NAME, description="For example: #programme-staff")
    address = StringField(
        "Address of its incoming webhook",
        filters=[clean_line],
        validators=[DataRequired(message="The address is missing."), Length(max=LONGEST)],
        description="The https address that your chat service makes for it. It is sealed and not shown again.",
    )

    def validate_address(self, field: StringField) -> None:
        """Only what can be an address of a chat service."""
        try:
            read_address(field.data or "")
        except ValueError as error:
            raise ValidationError(str(error)) from error
