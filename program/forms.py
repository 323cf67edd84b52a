"""The base of all forms: what text may contain, how long it may be, once for page and API."""

import re
import unicodedata
from collections.abc import Callable
from enum import StrEnum
from typing import Any, Generic, TypeVar

from flask import request
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.datastructures import CombinedMultiDict, FileStorage, MultiDict
from wtforms import (  # type: ignore[attr-defined]  # newer than its stubs
    IntegerField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, Optional

One = TypeVar("One", bound=StrEnum)
LINE = 200
"""Characters in a one-line field."""
TEXT = 20_000
"""Characters in a long field: about 3,000 words, six times the longest guide."""

# Controls other than tab and newline, and the marks that reorder the text around them. Single
# left-to-right and right-to-left marks stay: Arabic and Hebrew need them.
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def clean_text(text: str | None) -> str | None:
    """Text as it is kept: NFC, newlines as \\n, no control characters, no half characters, no outer space."""
    if text is None:
        return None
    text = _SURROGATE.sub("\ufffd", text).replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _UNWANTED.sub("", text)).strip()


def clean_line(text: str | None) -> str | None:
    """The same on one line."""
    cleaned = clean_text(text)
    return None if cleaned is None else " ".join(cleaned.split())


NO_TOKEN = {"csrf": False}
"""The `meta` of a form that is sent in the address and changes nothing."""


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """A form of this programme.

    It reads what was typed, and the files of its fields for files: a file sent in the place of a text is left out.
    """

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # likewise
        """How a form is read."""

        def wrap_formdata(self, form: "Form", formdata: Any) -> Any:
            """What the form was given, else what the request sent, if it is one that changes something."""
            if formdata is None or hasattr(formdata, "getlist"):
                return formdata
            return _sent(form) if form.is_submitted() else None


def _sent(form: Form) -> CombinedMultiDict[str, Any] | None:
    chosen: MultiDict[str, FileStorage] = MultiDict(
        (name, file)
        for name, file in request.files.items(multi=True)
        if name in form and isinstance(form[name], FileField)
    )
    sent: CombinedMultiDict[str, Any] = CombinedMultiDict([chosen, request.form])
    return sent or None


FIGURES = 9
"""So many of a number are read: none that is asked for has more, and every column holds them."""
NO_NUMBER = "Please give a whole number, as in 3."


class NumberField(IntegerField):
    """A whole number."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number. Raises ValueError with words for people."""
        try:
            super().process_formdata([value[:FIGURES] for value in valuelist])
        except ValueError as error:
            raise ValueError(NO_NUMBER) from error


class AnyOf(SelectField, Generic[One]):
    """Which of these a list is asked for; whatever is none of them means any."""

    def __init__(
        self, label: str, kind: type[One], *, words: Callable[[One], str] = str, **kwargs: Any
    ) -> None:
        choices = [SelectChoice("", "any"), *(SelectChoice(one.value, words(one)) for one in kind)]
        super().__init__(label, choices=choices, default="", **kwargs)
        self.kind = kind

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keep what is one of them."""
        super().process_formdata([value for value in valuelist if value in set(self.kind)])

    @property
    def chosen(self) -> One | None:
        """The one that is asked for."""
        return self.kind(self.data) if self.data else None


def row_id(value: str) -> int:
    """A row's number. Raises ValueError for one that no row can have."""
    number = int(value)
    if not 0 < number < 2**31:
        raise ValueError(f"{number} is no row's")
    return number


def find_row_id(value: str) -> int | None:
    """A row's number; None for what is none."""
    try:
        return row_id(value)
    except ValueError:
        return None


def asked_row(name: str) -> int | None:
    """The row that the address asks for under this name; None if it asks for none."""
    return find_row_id(request.args.get(name, ""))


def line_field(label: str, *, required: bool = True, limit: int = LINE, **kwargs: Any) -> StringField:
    """One line of text."""
    return StringField(label, filters=[clean_line], validators=_validators(label, required, limit), **kwargs)


def text_field(label: str, *, required: bool = False, limit: int = TEXT, **kwargs: Any) -> TextAreaField:
    """Several lines of text, Markdown where it is shown."""
    return TextAreaField(
        label, filters=[clean_text], validators=_validators(label, required, limit), **kwargs
    )


def too_long(limit: int) -> Length:
    """Refuses a text of more characters."""
    message = f"This is longer than {limit:,} characters. Nothing was lost: shorten it and send it again."
    return Length(max=limit, message=message)


def _validators(label: str, required: bool, limit: int) -> list[Any]:  # noqa: FBT001 - private, and named by both callers
    presence = DataRequired(f"Please fill in “{label}”.") if required else Optional()
    return [presence, too_long(limit)]
