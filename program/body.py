"""How much of a request is read: so large a body, so many fields. What is more is refused (413) before it is taken."""

from io import BytesIO
from typing import IO, Any

from flask import Flask, Request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

LARGEST = 2 * 1024 * 1024
MOST_FIELDS = 500
"""Some ten times as many as the longest form sends."""
URLENCODED = "application/x-www-form-urlencoded"


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
    """A request whose forms are counted."""

    form_data_parser_class = CountingParser


def init_body(app: Flask) -> None:
    """Read no more than that of any request."""
    app.request_class = BoundedRequest
    app.config.update(MAX_CONTENT_LENGTH=LARGEST, MAX_FORM_MEMORY_SIZE=LARGEST, MAX_FORM_PARTS=MOST_FIELDS)
