"""How much of a request is read: so large a body, so many fields. What is more is refused (413) before it is taken."""

from collections.abc import Callable
from io import BytesIO
from typing import IO, Any, TypeVar

from flask import Flask, Request, current_app
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

View = TypeVar("View", bound=Callable[..., Any])
LARGEST = 2 * 1024 * 1024
MOST_FIELDS = 500
"""Some ten times as many as the longest form sends."""
URLENCODED = "application/x-www-form-urlencoded"


def takes(most: int) -> Callable[[View], View]:
    """Let a request to the route carry so many bytes, instead of the few that a page does. It belongs under `allow`."""

    def declare(view: View) -> View:
        view.largest_body = most  # type: ignore[attr-defined]
        return view

    return declare


class CountingParser(FormDataParser):
    """Counts the fields of a plain form too, as the framework does the parts of a multipart one.

    Two megabytes of separators would else become a million fields, and seconds of work.
    """

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> Any:
        """The fields. Raises RequestEntityTooLarge."""
        if mimetype == URLENCODED:
            body = stream.read()
            if self.max_form_parts is not None and body.count(b"&") >= self.max_form_parts:
                raise RequestEntityTooLarge
            stream = BytesIO(body)
        return super().parse(stream, mimetype, content_length, options)


class BoundedRequest(Request):
    """A request whose forms are counted, and which carries as much as its route takes."""

    form_data_parser_class = CountingParser

    @property
    def max_content_length(self) -> int | None:
        """Bytes of the body."""
        view = current_app.view_functions.get(self.endpoint or "") if current_app else None
        return getattr(view, "largest_body", None) or super().max_content_length

    @max_content_length.setter
    def max_content_length(self, value: int | None) -> None:
        self._max_content_length = value


def init_body(app: Flask) -> None:
    """Read no more than that of any request."""
    app.request_class = BoundedRequest
    app.config.update(MAX_CONTENT_LENGTH=LARGEST, MAX_FORM_MEMORY_SIZE=LARGEST, MAX_FORM_PARTS=MOST_FIELDS)
