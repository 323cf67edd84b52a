"""Sheets as the usual programs write them, sheets that are none, and sheets that mean harm."""

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from program.imports import reading, workbooks
from program.imports.kinds import ImportKind
from program.imports.mapping import guess
from program.imports.plans import parse
from program.imports.reading import read_head, read_lines
from program.imports.workbooks import UnreadableError

FELLOWS = ImportKind.FELLOWS
TEXT = "Name;E-mail;Track\r\nZoë Müller;zoe@new.example;Governance\r\n;;\r\nÅsa Ek;asa@new.example;Evals\r\n"


def read(data, kind=FELLOWS):
    """The heads, and the rows by their numbers."""
    head = read_head(data, kind)
    return [*head.heads], {line.number: [*line.cells] for line in read_lines(data, head)}


def said_of(data):
    with pytest.raises(UnreadableError) as error:
        read(data)
    return str(error.value)


def book(*rows, merged=(), **others):
    """A workbook of one sheet with these rows, and others beside it by name."""
    made = Workbook()
    for sheet, lines in ((made.active, rows), *((made.create_sheet(name), o) for name, o in others.items())):
        for line in lines:
            sheet.append(line)
    for cells in merged:
        made.active.merge_cells(cells)
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


def repacked(data, **parts):
    """The workbook with some of its parts replaced; the names are matched by their ends."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            replaced = next(
                (text for name, text in parts.items() if part.filename.endswith(f"{name}.xml")), None
            )
            new.writestr(part.filename, replaced or old.read(part))
    return packed.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_a_text_is_read_in_every_encoding_and_with_every_separator(encoding, separator):
    heads, rows = read(TEXT.replace(";", separator).encode(encoding))
    assert heads == ["Name", "E-mail", "Track"]
    assert rows == {
        2: ["Zoë Müller", "zoe@new.example", "Governance"],
        4: ["Åsa Ek", "asa@new.example", "Evals"],
    }


def test_the_line_by_which_excel_names_its_separator_is_no_row():
    assert read(b"sep=;\r\n" + TEXT.encode())[1].keys() == {3, 5}


def test_a_line_break_in_a_cell_ends_no_row_and_counts():
    assert read(b'Name,Email\n"Ada\nMarsh",a@b.example\nBen,c@d.example\n')[1].keys() == {2, 4}


@pytest.mark.parametrize("odd", ["\u2028", "\u2029", "\x0b", "\x0c", "\x85"])
def test_only_what_ends_a_line_in_a_spreadsheet_ends_a_row(odd):
    data = f"Name;E-mail\r\nAda{odd}Marsh;a@b.example\r\nBen;c@d.example\r\n".encode()
    assert read(data)[1] == {2: [f"Ada{odd}Marsh", "a@b.example"], 3: ["Ben", "c@d.example"]}


@pytest.mark.parametrize(
    "cell", ["this, that, those, and more", '"a, b\nc, d, e\nf, g"', "9.00, 10.00, 11.00, 12.00, 13.00"]
)
def test_what_people_write_in_cells_separates_none(cell):
    rows = "".join(f"P{n};p{n}@b.example;{cell}\n" for n in range(20))
    assert read(f"Name;E-mail;Comments\n{rows}".encode())[0] == ["Name", "E-mail", "Comments"]


def test_a_mark_that_is_not_closed_eats_no_rows():
    """Where it ends no row, it is a mark like others."""
    heads = "Name;E-mail;Comments\n"
    for opened in ('"hello', '"hel"lo'):
        rows = [f"A;a@b.example;{opened}", 'B;b@b.example;"Said:\nso"', "C;c@b.example;x"]
        assert said_of((heads + "\n".join(rows)).encode()) == reading.UNCLOSED.format(row=2)
    assert len(read(f'{heads}A;a@b.example;"hel"lo\nB;b@b.example;5"\n'.encode())[1]) == 2


def test_a_very_long_cell_is_read():
    [[_name, _address, cell]] = read(f"Name;E-mail;Notes\nA;a@b.example;{'x' * 200_000}\n".encode())[
        1
    ].values()
    assert len(cell) == 200_000


def test_a_workbook_that_says_it_is_smaller_is_read_whole():
    """As some programs write it."""
    data = book(["Name", "E-mail", "Track"], ["Ada", "a@b.example", "X"], ["Ben", "c@d.example", "Y"])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    said = sheet.replace(b'<dimension ref="A1:C3" />', b'<dimension ref="A1" />')
    assert said != sheet
    assert read(repacked(data, sheet1=said)) == read(data)


def test_a_line_break_of_another_system_is_no_text():
    data = book(["Name", "E-mail"], ["Ada_x000D_\nMarsh", "a@b.example"])
    assert read(data)[1] == {2: ["Ada\nMarsh", "a@b.example"]}


def test_a_sheet_may_have_a_name_of_any_length():
    long = book(["Name", "E-mail"], ["Ada", "a@b.example"])
    with zipfile.ZipFile(io.BytesIO(long)) as archive:
        parts = archive.read("xl/workbook.xml").replace(b'name="Sheet"', b'name="' + b"S" * 300 + b'"')
    data = repacked(long, workbook=parts)
    assert read_head(data, FELLOWS).sheet == "S" * workbooks.LONGEST_TITLE
    assert read(data) == read(long)


def test_titles_groups_and_heads_over_two_rows_are_seen_through():
    rows = [
        ["Applicants", None, None],
        [],
        ["Who", None, "Track"],
        ["Name", "E-mail", None],
        ["Ada", "a@b.example", "X"],
    ]
    data = book(*rows, merged=["A1:C1", "A3:B3", "C3:C4"])
    assert read(data) == (["Name", "E-mail", "Track"], {5: ["Ada", "a@b.example", "X"]})


def test_of_several_sheets_the_one_that_looks_right_is_taken():
    data = book(
        ["Read me first"], ["then this"], People=[["Name", "E-mail", "Track"], ["Ada", "a@b.example", "X"]]
    )
    assert read_head(data, FELLOWS).sheet == "People"


def test_formulas_and_broken_cells_are_named_in_their_row():
    data = book(["Name", "E-mail", "Track"], ["Ada", '=LOWER("A@B.EXAMPLE")', "#REF!"])
    head = read_head(data, FELLOWS)
    [row] = parse(FELLOWS, read_lines(data, head), guess(FELLOWS, head.heads))
    assert [*row.errors] == [f"Address: {workbooks.UNSAVED_FORMULA}.", "Track: the cell says #REF!."]
    text = b"Name,E-mail\n=1+1,a@b.example\n"
    [row] = parse(FELLOWS, read_lines(text, read_head(text, FELLOWS)), {"name": 0, "email": 1})
    assert [*row.errors] == [f"Name: {reading.FORMULA}."]


def test_a_hundred_thousand_columns_are_refused():
    wide = ",".join(["x"] * 100_000)
    assert said_of(f"{wide}\n{wide}\n".encode()) == reading.TOO_WIDE
    assert said_of(book(["x"] * 300, ["x"] * 300)) == reading.TOO_WIDE


def test_what_is_too_much_says_how_to_split_it():
    assert said_of(b"x" * (reading.MOST_BYTES + 1)) == reading.TOO_LARGE
    assert said_of(b"Name,E-mail\n" + b"a,b\n" * 20_100) == reading.TOO_LONG
    assert "at most 10,000 rows" in reading.SPLIT


def test_a_bomb_is_not_unpacked():
    small = book(["Name", "E-mail"], ["Ada", "a@b.example"])
    assert said_of(repacked(small, sheet1=b" " * (workbooks.MOST_UNPACKED + 1))) == workbooks.BOMB


def test_entities_are_not_expanded():
    small = book(["Name", "E-mail"], ["Ada", "a@b.example"])
    laugh = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><worksheet><sheetData>&b;</sheetData></worksheet>'
    assert said_of(repacked(small, sheet1=laugh)) == workbooks.NO_WORKBOOK


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", reading.EMPTY),
        (b"\xef\xbb\xbf \r\n", reading.EMPTY),
        (b"Name;E-mail\r\n", reading.ONLY_HEADS),
        (b"\x89PNG\r\n\x1a\n\x00", reading.NO_TEXT),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", reading.OLD_WORKBOOK),
        (b"PK\x03\x04 no workbook", workbooks.NO_WORKBOOK),
    ],
)
def test_what_is_no_sheet_is_named(data, said):
    assert said_of(data) == said


@settings(max_examples=60)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace")),
        st.lists(st.lists(st.text(max_size=8), max_size=6), max_size=6).map(
            lambda rows: "\n".join(";".join(row) for row in rows).encode("utf-8", "replace")
        ),
        st.binary(max_size=60).map(lambda noise: SMALL[: len(SMALL) // 2] + noise + SMALL[len(SMALL) // 2 :]),
        st.tuples(st.integers(0, 4_000), st.integers(0, 255)).map(
            lambda at: SMALL[: at[0] % len(SMALL)] + bytes([at[1]]) + SMALL[at[0] % len(SMALL) + 1 :]
        ),
    )
)
def test_whatever_a_file_holds_it_is_read_or_refused_in_a_sentence(data):
    try:
        head = read_head(data, FELLOWS)
        rows = parse(FELLOWS, read_lines(data, head), guess(FELLOWS, head.heads))
    except UnreadableError as error:
        rows = str(error)
    assert rows


SMALL = book(["Name", "E-mail", "Track"], ["Ada", "a@b.example", "X"])
