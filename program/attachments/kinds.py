"""What may be attached, how it is told by its first bytes, and what it is called. Pure."""

import re
from dataclasses import dataclass
from enum import StrEnum

MOST_BYTES = 5 * 1024 * 1024
"""Of a file as it is sent: 5 MB."""
MOST_FILES = 10
"""Attached to one report at a time."""
NO_NAME = "attachment"


class RefusedError(Exception):
    """This is nothing that is taken; its text says why and what to do."""


class Kind(StrEnum):
    """What a file is, whatever it is called."""

    PNG = "png"
    JPEG = "jpeg"
    WEBP = "webp"
    GIF = "gif"
    PDF = "pdf"

    @property
    def is_picture(self) -> bool:
        """Whether it is made anew before it is kept, so that a browser may show it."""
        return self is not Kind.PDF

    @property
    def mimetype(self) -> str:
        """As a browser is told."""
        return f"image/{self.value}" if self.is_picture else "application/pdf"

    @property
    def extension(self) -> str:
        """What names of such files end in."""
        return "jpg" if self is Kind.JPEG else self.value

    @property
    def ends(self) -> frozenset[str]:
        """What names of such files may end in."""
        return frozenset({"jpg", "jpeg", "jpe", "jfif"} if self is Kind.JPEG else {self.value})

    @property
    def word(self) -> str:
        """As people call it."""
        return {Kind.WEBP: "WebP", Kind.JPEG: "JPEG"}.get(self, self.value.upper())


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that is taken: what it is, and the bytes that are kept."""

    kind: Kind
    content: bytes


SIGNATURES: dict[Kind, re.Pattern[bytes]] = {
    Kind.PNG: re.compile(rb"\x89PNG\r\n\x1a\n"),
    Kind.JPEG: re.compile(rb"\xff\xd8\xff"),
    Kind.WEBP: re.compile(rb"RIFF.{4}WEBP", re.DOTALL),
    Kind.GIF: re.compile(rb"GIF8[79]a"),
    Kind.PDF: re.compile(rb"%PDF-\d"),
}
OTHERS: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb".{4}ftyp(hei|hev|mif|avi)", re.DOTALL), "a HEIC or AVIF picture. Save it as JPEG"),
    (re.compile(rb"II\*\x00|MM\x00\*|BM", re.DOTALL), "a TIFF or BMP picture. Save it as PNG"),
    (re.compile(rb"PK\x03\x04"), "an archive or an office document. Save what is in it as PDF"),
    (re.compile(rb"\xd0\xcf\x11\xe0"), "an old office document. Save it as PDF"),
    (
        re.compile(rb"\s*(<\?xml[^>]*>|<!--.*?-->|<!DOCTYPE svg[^>]*>|\s)*<svg\b", re.DOTALL),
        "an SVG drawing. Save it as PNG or PDF",
    ),
    (re.compile(rb"\s*<"), "a web page or a similar text. Print it to a PDF"),
)
"""What people try now and then, and what they can do instead."""
EMPTY = "There is nothing in this file. Please look whether it is the right one."
TOO_LARGE = "This file is larger than 5 MB. Please make it smaller, or link to where it lies."
NO_KIND = "This file is no PNG, JPEG, WebP, GIF or PDF, whatever its name says."


def kind_of(data: bytes) -> Kind:
    """What the file is by its first bytes. Raises RefusedError for anything that is not taken."""
    if not data:
        raise RefusedError(EMPTY)
    if len(data) > MOST_BYTES:
        raise RefusedError(TOO_LARGE)
    for kind, signature in SIGNATURES.items():
        if signature.match(data):
            return kind
    beginning = data[:1_000]
    for signature, told in OTHERS:
        if signature.match(beginning):
            raise RefusedError(f"This is {told}, and attach that.")
    raise RefusedError(NO_KIND)
