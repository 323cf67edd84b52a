"""What is sent to see it as others will."""

from program.forms import Form, text_field


class PreviewForm(Form):
    """Markdown to look at."""

    text = text_field("Text")
