"""The answer that is a list as a sheet, for the view of any list: one way for all."""

from tempfile import SpooledTemporaryFile
from typing import Any, TypeVar

from flask import Response, g, request, send_file, url_for
from wtforms.fields.choices import SelectFieldBase

from program.errors import DomainError
from program.exports.forms import ExportForm
from program.exports.services import Pages, Sheet, export_list, file_name
from program.forms import Form
from program.sheets import Format

T = TypeVar("T")
IN_MEMORY = 1_000_000
"""Bytes of a sheet beyond which it is made on disk."""


def send_list(sheet: Sheet[T], pages: Pages[T], *, asked: Form | None = None, of: str = "") -> Response:
    """The list as `asked` for in the address, in the format of the button that was pressed.

    It is made whole before it is sent, so that what fails is no half of a sheet. `of` is what the list belongs to.
    Raises ForbiddenError, and DomainError for a format that there is not.
    """
    chosen = ExportForm()
    if not chosen.validate_on_submit():
        raise DomainError("A list is taken away as CSV or as XLSX. Go back and press one of the two buttons.")
    kind = Format(chosen.format.data)
    file: Any = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - it is closed with the answer
    export_list(sheet, pages, into=file, kind=kind, filters=_filters(asked), actor=g.account, now=g.now)
    file.seek(0)
    name = file_name(sheet.name, of, kind=kind, now=g.now)
    response = send_file(file, mimetype=kind.mimetype, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"
    return response


def export_url(endpoint: str, asked: Form) -> str:
    """Where the list that is shown is taken away: its filters in the address."""
    given: dict[str, Any] = {
        name: values for name, values in request.args.lists() if name in asked and any(values)
    }
    return url_for(endpoint, **(request.view_args or {}), **given)


def _filters(asked: Form | None) -> dict[str, object]:
    """What was chosen; of what was typed only that it was."""
    return {
        field.name: field.data if isinstance(field, SelectFieldBase) else True
        for field in asked or ()
        if field.data
    }
