"""A file that somebody attached, as a browser gets it: it can be looked at or kept, and do nothing."""

from io import BytesIO

from flask import Response, request, send_file

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
    mimetype = attachment.kind.mimetype
    if request.if_none_match.contains_weak(attachment.sha256):
        response = Response(status=304, mimetype=mimetype)
    else:
        saved, name = not attachment.kind.is_picture, attachment.file_name
        content = BytesIO(attachment.content)
        response = send_file(
            content, mimetype, as_attachment=saved, download_name=name, conditional=False, etag=False
        )
    response.set_etag(attachment.sha256)
    response.headers.update(HEADERS)
    return response
