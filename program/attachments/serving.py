"""A file that somebody attached, as a browser gets it: it can be looked at or kept, and do nothing."""

from flask import Response, request

from program.attachments.models import Attachment

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
}
"""With them, and that nobody guesses another type, it is no page of ours whatever it holds.

It may be kept by the browser, which asks each time whether it still may be read.
"""


def answer_with(attachment: Attachment) -> Response:
    """The file, or that it has not changed. A picture is shown; a PDF, which is as it came, is only ever saved."""
    response = Response(content_type=attachment.kind.mimetype)
    response.set_etag(attachment.sha256)
    response.headers.update(HEADERS)
    shown = "inline" if attachment.kind.is_picture else "attachment"
    response.headers.set("Content-Disposition", shown, filename=attachment.file_name)
    response.make_conditional(request)
    if response.status_code == 200:
        response.set_data(attachment.content)
    return response
