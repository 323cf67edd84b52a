"""A file is taken for what it is, whatever it is called, and of a picture nothing is kept but what is seen."""

from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pypdf.generic import NameObject, TextStringObject

from program.attachments import apart, pictures
from program.attachments.apart import BROKEN, HOUSE, inspect_apart
from program.attachments.forms import NAME_LIMIT, stem_of
from program.attachments.inspection import inspect
from program.attachments.kinds import MOST_BYTES, Kind, RefusedError, kind_of
from tests.attachments.samples import (
    HIDDEN,
    PDF,
    PNG,
    SCRIPTED,
    SECRET,
    action,
    animation,
    pdf,
    plot,
    saved,
    taken_somewhere,
)


def opened(content):
    return Image.open(BytesIO(content))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_what_is_not_seen_of_a_picture_is_gone(kind):
    data = taken_somewhere(kind)
    assert SECRET in data
    checked = inspect(data)
    assert checked.kind.name == kind
    assert SECRET not in checked.content
    assert b"PK\x03\x04" not in checked.content
    made = opened(checked.content)
    assert made.size == (40, 60), "it stands as the camera said"
    assert not made.getexif()
    assert {"icc_profile", "exif", "xmp", "comment", "Comment"} & set(made.info) == set()


def test_the_check_above_sees_a_picture_that_is_kept_as_it_came(monkeypatch):
    monkeypatch.setattr("program.attachments.inspection.remake_picture", lambda data, _kind: data)
    assert SECRET in inspect(taken_somewhere("JPEG")).content


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_picture_looks_as_it_did(mode):
    picture = plot().convert("L" if mode == "I;16" else mode)
    picture = picture.convert("I;16") if mode == "I;16" else picture
    made = opened(inspect(saved(picture, "PNG")).content)
    assert (made.mode, made.tobytes()) == (picture.mode, picture.tobytes())


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_a_photo_loses_next_to_nothing(mode):
    before = plot((64, 64)).convert(mode)
    after = opened(inspect(saved(before, "JPEG", quality=80)).content)
    pairs = zip(before.convert("L").tobytes(), after.convert("L").tobytes(), strict=True)
    assert max(abs(one - other) for one, other in pairs) < 8


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_an_animation_stays_one(kind):
    made = opened(inspect(animation(kind)).content)
    assert (made.n_frames, made.info["loop"]) == (3, 2)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "There is nothing in this file."),
        (PNG + bytes(MOST_BYTES), "larger than 5 MB"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "a web page"),
        (b'<?xml version="1.0"?>\n<!-- x -->\n<svg onload="alert(1)"/>', "an SVG drawing"),
        (b"PK\x03\x04" + bytes(100), "an archive"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(100), "a HEIC or AVIF picture"),
        (b"MZ\x90\x00", "no PNG, JPEG, WebP, GIF or PDF"),
        (b" " + PDF, "no PNG, JPEG, WebP, GIF or PDF"),
        (saved(Image.new("1", (20_000, 20_000)), "PNG"), "more than 30 million pixels"),
        (saved(Image.new("1", (6_000, 5_001)), "PNG"), "more than 30 million pixels"),
        (SCRIPTED, "runs a script"),
        (HIDDEN, "runs a script"),
        (action(S=NameObject("/Launch"), F=TextStringObject("cmd.exe")), "starts a program"),
        (action(S=NameObject("/SubmitForm"), F=TextStringObject("https://x.example")), "sends or fetches"),
        (action(S=NameObject("/Rendition")), "plays sound or video"),
        (pdf(lambda writer: writer.add_attachment("x.exe", b"MZ")), "carries other files"),
        (pdf(lambda writer: writer.encrypt("")), "protected by a password"),
        (PDF + b"<html>", "hangs on behind its end"),
        (PDF[:-40], "cut short"),
        (pdf(pages=0), "has no pages"),
    ],
)
def test_what_is_not_taken_is_told_what_it_is(data, said):
    with pytest.raises(RefusedError, match=said):
        inspect(data)


def test_an_animation_that_unpacks_to_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(pictures, "MOST_PIXELS", 1_000)
    with pytest.raises(RefusedError, match="all its frames together"):
        inspect(animation("GIF"))
    monkeypatch.setattr(pictures, "MOST_PIXELS", 10_000)
    monkeypatch.setattr(pictures, "MOST_FRAMES", 2)
    with pytest.raises(RefusedError, match="frames"):
        inspect(animation("GIF"))


def test_a_pdf_is_kept_as_it_came_and_a_link_in_it_is_no_fault():
    linked = action(S=NameObject("/URI"), URI=TextStringObject("https://arxiv.org"))
    for data in (PDF, linked, PDF + b"\r\n\x00"):
        assert inspect(data).content == data


def test_two_kinds_at_once_are_only_the_first():
    both = saved(plot(), "GIF") + PDF
    checked = inspect(both)
    assert checked.kind is Kind.GIF
    assert b"%PDF" not in checked.content


@pytest.mark.parametrize(
    "data",
    [
        PNG[:50],
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        b"\xff\xd8\xff" + bytes(100),
        b"%PDF-1.7\n" + b"[" * 50_000 + b"\n%%EOF",
        b"%PDF-1.7\nxref\n0 99999999\ntrailer<</Size 99999999/Root 1 0 R/Prev 9>>\nstartxref\n9\n%%EOF",
    ],
)
def test_what_breaks_its_reader_breaks_nothing_else(data):
    with pytest.raises(RefusedError) as refused:
        inspect_apart(data)
    assert str(refused.value) == BROKEN


def test_what_is_found_apart_is_what_is_kept():
    assert inspect_apart(PNG) == inspect(PNG)
    with pytest.raises(RefusedError, match="runs a script"):
        inspect_apart(SCRIPTED)


def test_who_looks_into_a_file_knows_nothing_of_us_and_writes_no_more_than_is_kept(monkeypatch, tmp_path):
    """A reader that was taken over: it says what it finds around it, or more than it may."""
    reader = tmp_path / "planted.py"
    monkeypatch.setattr(apart, "PROGRAM", "planted")
    monkeypatch.setattr(apart, "HOUSE", tmp_path)
    monkeypatch.setenv("FELLOWSHIP_SECRET_KEY", "a secret of ours")
    reader.write_text("import json, os; print(json.dumps({'refused': str(sorted(os.environ))}))")
    with pytest.raises(RefusedError) as refused:
        inspect_apart(PNG)
    assert "FELLOWSHIP" not in str(refused.value)
    reader.write_text(
        f"import sys; sys.path.insert(0, {str(HOUSE)!r})\n"
        "import resource, program.attachments.inspection as real\n"
        "[resource.setrlimit(what, (most, most)) for what, most in real.LIMITS]\n"
        "while True: sys.stdout.buffer.write(bytes(1_000_000))"
    )
    with pytest.raises(RefusedError, match="cannot be opened"):
        inspect_apart(PNG)


def test_a_file_that_takes_too_long_is_refused(monkeypatch):
    monkeypatch.setattr(apart, "PATIENCE", 0.001)
    with pytest.raises(RefusedError, match="far more than it should"):
        inspect_apart(PNG)


@pytest.mark.parametrize(
    ("filename", "stem"),
    [
        ("plot.png", "plot"),
        ("C:\\Users\\ada\\My plot.PDF", "My plot"),
        ("../../etc/passwd", "passwd"),
        ("page.html", "page.html"),
        ("archive.tar.pdf", "archive.tar"),
        (".pdf", "attachment"),
        ("..", "attachment"),
        (None, "attachment"),
        ("\u202egnp.exe\x00.png", "gnp.exe"),
        ("論文 👩🏽‍🔬.pdf", "論文 👩🏽‍🔬"),
        ('a"b;c\r\nSet-Cookie: x.png', "a-b;c Set-Cookie- x"),
        ("x" * 300 + ".png", "x" * NAME_LIMIT),
    ],
)
def test_a_file_is_called_as_it_was_without_its_folders_and_its_end(filename, stem):
    assert stem_of(filename) == stem


@given(st.text(max_size=300))
def test_no_name_leads_anywhere_else(filename):
    stem = stem_of(filename)
    assert 0 < len(stem) <= NAME_LIMIT
    assert not set(stem) & set('/\\\r\n\x00"<>')
    assert not stem.startswith(".")


@given(st.binary(max_size=200))
def test_no_bytes_break_the_first_look(data):
    with suppress(RefusedError):
        kind_of(data)
