"""Files as sheets write them, and files that are none."""

import gzip
import zlib
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from program.invitations.pasted import Invitee, read_people
from program.invitations.uploaded import EMPTY, MOST_BYTES, NO_TEXT, TOO_LARGE, WORKBOOK, text_of

LIST = "Name;E-Mail\r\nZoë Müller;zoe@new.example\r\n“Ada” Marsh…;ada@new.example\r\n"
PEOPLE = [Invitee("zoe@new.example", "Zoë Müller"), Invitee("ada@new.example", "“Ada” Marsh…")]
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + zlib.compress(b"pixels")


def workbook(path):
    with ZipFile(path, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", "<worksheet/>")
    return path.read_bytes()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_list_is_read_in_every_encoding_that_sheets_write(encoding):
    assert read_people(text_of(LIST.encode(encoding))) == (PEOPLE, [])


def test_what_excel_calls_unicode_text_is_read_from_either_end():
    tabbed = LIST.replace(";", "\t")
    assert read_people(text_of(b"\xff\xfe" + tabbed.encode("utf-16-le"))) == (PEOPLE, [])
    assert read_people(text_of(b"\xfe\xff" + tabbed.encode("utf-16-be"))) == (PEOPLE, [])


def test_what_is_utf_8_is_never_taken_for_windows_1252():
    assert text_of("Zoë".encode()) == "Zoë"
    assert text_of("Zoë".encode("cp1252")) == "Zoë"


def said_of(data):
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the text is compared
        text_of(data)
    return str(error.value)


def test_a_workbook_and_what_is_packed_are_named_so(tmp_path):
    packed = [
        workbook(tmp_path / "people.xlsx"),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        gzip.compress(LIST.encode()),
    ]
    assert {said_of(data) for data in packed} == {WORKBOOK}


@pytest.mark.parametrize(
    "data",
    [
        PNG,
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n\x00",
        b"ada@new.example\x00",
        LIST.encode("utf-16-le"),
        LIST.encode("utf-32"),
        b"\xff\xfea",
        b"\xfe\xff\xd8\x00",
        b"ada@new.example\x81",
        b"\x1b[31mada@new.example",
    ],
)
def test_what_is_no_text_is_said_to_be_none(data):
    assert said_of(data) == NO_TEXT


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\xff\xfe", b" \r\n\t\n"])
def test_an_empty_file_is_said_to_be_empty(data):
    assert said_of(data) == EMPTY


def test_a_file_may_be_as_large_as_that_and_no_larger():
    assert len(text_of(b"x" * MOST_BYTES)) == MOST_BYTES
    assert said_of(b"x" * (MOST_BYTES + 1)) == TOO_LARGE


@given(st.binary(max_size=300))
def test_whatever_a_file_holds_it_is_text_or_a_sentence(data):
    said = ""
    try:
        text = text_of(data)
    except ValueError as error:
        text, said = "", str(error)
    assert "\x00" not in text
    assert said in {"", EMPTY, NO_TEXT, TOO_LARGE, WORKBOOK}
    assert bool(said) != bool(text)
