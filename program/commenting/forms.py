"""What is said beside the sections of a report."""

from collections.abc import Iterable
from typing import Any

from program.forms import Form, text_field
from program.reports.models import TemplateSection

PREFIX = "comment-"
COMMENT_LIMIT = 2_000


class CommentForm(Form):
    """A field beside each section; what is left empty says nothing."""

    keys: tuple[str, ...] = ()

    @property
    def texts(self) -> dict[str, str]:
        """What was said, by the key of the section."""
        return {key: text for key in self.keys if (text := self[PREFIX + key].data)}


def comment_form(sections: Iterable[TemplateSection]) -> type[CommentForm]:
    """The form beside these sections."""
    keys = {section.key: section.prompt for section in sections}
    fields: dict[str, Any] = {
        PREFIX + key: text_field(f"Comment on “{prompt}”", limit=COMMENT_LIMIT)
        for key, prompt in keys.items()
    }
    return type("BesideForm", (CommentForm,), {**fields, "keys": tuple(keys)})
