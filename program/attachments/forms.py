"""Choosing a file."""

import re

from flask_wtf.file import FileField
from wtforms import ValidationError

from program.attachments.apart import inspect_apart
from program.attachments.kinds import MOST_BYTES, NO_NAME, Checked, RefusedError
from program.forms import Form, clean_line

NAME_LIMIT = 120
NO_FILE = "Please choose a file."
ACCEPT = ".png,.jpg,.jpeg,.webp,.gif,.pdf"
_FOREIGN = re.compile(r'[<>:"/\\|?*%#]')
_KNOWN_END = re.compile(r"\.(png|jpg|jpeg|jpe|jfif|webp|gif|pdf)\Z", re.IGNORECASE)


class UploadForm(Form):
    """One file. It is opened in a process apart, which takes a moment: hold no lock meanwhile."""

    file = FileField(
        "File",
        description="PNG, JPEG, WebP, GIF or PDF, up to 5 MB each and 10 to a report.",
        render_kw={"accept": ACCEPT},
    )
    checked: Checked

    def validate_file(self, field: FileField) -> None:
        """Find out what it is. Raises ValidationError."""
        if not field.data:
            raise ValidationError(NO_FILE)
        try:
            self.checked = inspect_apart(field.data.read(MOST_BYTES + 1))
        except RefusedError as error:
            raise ValidationError(str(error)) from error

    @property
    def name(self) -> str:
        """What the file is to be called, without the end that its kind gives it."""
        return stem_of(self.file.data.filename)

    @property
    def false_end(self) -> str:
        """What its name said that it is, if it is something else."""
        end = _KNOWN_END.search(clean_line(self.file.data.filename) or "")
        said = end[1].lower() if end else ""
        return "" if said in self.checked.kind.ends else said


def stem_of(filename: str | None) -> str:
    """The name that a file was sent by: without folders, and without an end that its kind gives it anew."""
    base = re.split(r"[/\\]", clean_line(filename) or "")[-1]
    stem = _FOREIGN.sub("-", _KNOWN_END.sub("", base.strip())).strip(" .-")
    return stem[:NAME_LIMIT].rstrip(" .-") or NO_NAME
