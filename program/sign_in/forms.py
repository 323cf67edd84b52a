"""What is typed to sign in."""

from wtforms.fields import EmailField
from wtforms.validators import Email, InputRequired, Length

from program.forms import Form, clean_line


class LinkForm(Form):
    """Where to mail the link."""

    email = EmailField(
        "Your e-mail address",
        filters=[clean_line],
        validators=[
            InputRequired("Please type your e-mail address."),
            Length(max=254, message="An e-mail address has at most 254 characters."),
            Email("This does not look like an e-mail address: it needs an @ and a domain."),
        ],
    )


class EmptyForm(Form):
    """A button."""
