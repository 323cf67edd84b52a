"""Reading a file that somebody chose as text. No Flask and no database in here."""

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE

MOST_BYTES = 400_000
"""As many as the longest list can have, whatever its encoding."""
TOO_LARGE = (
    "This file is larger than 400 KB, as no list of 500 people is. Please look whether it is the right one."
)
EMPTY = "This file is empty."
WORKBOOK = "This is a workbook or a packed file. Open it, save the sheet as CSV, and choose that."
NO_TEXT = "This file cannot be read as text. Please choose a CSV file, or paste the list."
PACKED = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0", b"\x1f\x8b")
"""How XLSX, ODS and other packed files, XLS, and what gzip made begin."""
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")


def text_of(data: bytes, *, most: int = MOST_BYTES) -> str:
    """The text of a file: UTF-8, UTF-16 with its mark (Excel's "Unicode text"), or else Windows-1252.

    Raises ValueError with words for people.
    """
    if len(data) > most:
        raise ValueError(TOO_LARGE)
    if data.startswith(PACKED):
        raise ValueError(WORKBOOK)
    text = _decoded(data)
    if _CONTROL.search(text):
        raise ValueError(NO_TEXT)
    if not text.strip():
        raise ValueError(EMPTY)
    return text


def _decoded(data: bytes) -> str:
    marked = data.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValueError(NO_TEXT)
