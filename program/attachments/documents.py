"""Looking into a PDF: whether it is whole, and shows pages without doing anything else. Pure.

It is kept as it came. What is refused is what a reader could be made to do by it: to run a script, to start a program,
to unpack a file, to send something away. This is no search for malware, which would need a scanner with signatures:
that is out of scope here, and a PDF is therefore only ever downloaded, never shown.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from program.attachments.kinds import RefusedError

MOST_OBJECTS = 200_000
SAVED_ANEW = "Print it to a new PDF, and attach that."
PROTECTED = f"This PDF is protected by a password or by permissions. {SAVED_ANEW}"
UNENDED = "This PDF is cut short, or something hangs on behind its end. Please save it anew, and attach that."
NO_PAGES = "This PDF has no pages. Please save it anew, and attach that."
TOO_MANY_OBJECTS = f"This PDF is made of more than {MOST_OBJECTS:,} pieces. {SAVED_ANEW}"
SCRIPT, PROGRAM, FILES = "runs a script", "starts a program", "carries other files in it"
MEDIA, SENDS = "plays sound or video", "sends or fetches what is filled in"

KEYS = {
    "/JS": SCRIPT,
    "/JavaScript": SCRIPT,
    "/EmbeddedFiles": FILES,
    "/EF": FILES,
    "/RichMediaContent": MEDIA,
    "/XFA": SCRIPT,
}
"""What no dictionary may have."""
VALUES = {
    "/S": {
        "/JavaScript": SCRIPT,
        "/Launch": PROGRAM,
        "/GoToE": FILES,
        "/ImportData": SENDS,
        "/SubmitForm": SENDS,
        "/Rendition": MEDIA,
        "/Movie": MEDIA,
        "/Sound": MEDIA,
        "/RichMediaExecute": MEDIA,
    },
    "/Subtype": {
        "/FileAttachment": FILES,
        "/RichMedia": MEDIA,
        "/Movie": MEDIA,
        "/Sound": MEDIA,
        "/Screen": MEDIA,
        "/3D": MEDIA,
    },
    "/Type": {"/EmbeddedFile": FILES},
}
"""What these keys of a dictionary may not say."""
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_OPEN = re.compile(rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia)\b")
OPEN_WORDS = {b"JavaScript": SCRIPT, b"Launch": PROGRAM, b"RichMedia": MEDIA}
"""Names that are looked for in the bytes too: there are readers who find what no table of the file leads to."""
_END = re.compile(rb"%%EOF[\s\x00]*\Z")


def check_pdf(data: bytes) -> None:
    """Raises RefusedError, and whatever pypdf does for one that is broken."""
    if not _END.search(data[-2_048:]):
        raise RefusedError(UNENDED)
    reader = PdfReader(BytesIO(data), strict=False)
    if reader.is_encrypted:
        raise RefusedError(PROTECTED)
    for found in _doings(reader, data):
        raise RefusedError(f"This PDF {found}, which is not taken. {SAVED_ANEW}")
    if len(reader.pages) < 1:
        raise RefusedError(NO_PAGES)


def _doings(reader: PdfReader, data: bytes) -> Iterator[str]:
    """In words, what the PDF does besides showing pages."""
    plain = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), data)
    for name in _OPEN.findall(plain):
        yield OPEN_WORDS.get(name, FILES)
    for dictionary in _dictionaries(reader):
        yield from (word for key, word in KEYS.items() if key in dictionary)
        for key, words in VALUES.items():
            said = _resolved(dictionary.get(key))
            if isinstance(said, str) and said in words:
                yield words[said]


def _dictionaries(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Every dictionary of every object that the file's tables know, however deep it stands."""
    waiting: list[Any] = [reader.trailer]
    for count, reference in enumerate(_references(reader)):
        if count == MOST_OBJECTS:
            raise RefusedError(TOO_MANY_OBJECTS)
        waiting.append(reference.get_object())
        while waiting:
            thing = waiting.pop()
            if isinstance(thing, DictionaryObject):
                yield thing
                waiting += thing.values()
            elif isinstance(thing, ArrayObject):
                waiting += thing


def _references(reader: PdfReader) -> Iterator[IndirectObject]:
    for generation, places in reader.xref.items():
        for number in places:
            yield IndirectObject(number, generation, reader)
    for number in reader.xref_objStm:
        yield IndirectObject(number, 0, reader)


def _resolved(said: Any) -> Any:
    return said.get_object() if isinstance(said, IndirectObject) else said
