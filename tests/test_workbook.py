"""Workbooks, read by the programs of others: every cell in its type, nothing run, nothing lost in silence."""

import datetime
import errno
import io
import zipfile
from dataclasses import replace

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.export import workbook
from server.export.workbook import CUT, Sheet, write_workbook

DAY = datetime.date(2026, 11, 23)


def made(*sheets: Sheet) -> bytes:
    out = io.BytesIO()
    write_workbook(out, "甲 & 乙", DAY, sheets)
    return out.getvalue()


def sheet(*columns, kinds=None, blocks=None) -> Sheet:
    names = [f"c{place}" for place in range(len(columns) or 1)]
    return Sheet(name="甲", head=names, kinds=kinds or ["text"] * len(names), blocks=blocks or [columns])


def read(book: bytes, name="甲") -> list[tuple]:
    """The rows below the head."""
    return [*openpyxl.load_workbook(io.BytesIO(book))[name].iter_rows(min_row=2, values_only=True)]


def test_each_value_has_the_type_of_its_column():
    kinds = ["text", "integer", "number", "date", "iri"]
    columns = (
        ["宁海县", "", "0012"],
        ["2021", "", "近年"],
        ["99.6", "-3", "1" * 16],
        ["2022-03-31", "4月", "1899-01-01"],
    )
    book = made(sheet(*columns, ["http://e/?a&b", "", "http://e/x"], kinds=kinds))
    assert read(book) == [
        ("宁海县", 2021, 99.6, datetime.datetime(2022, 3, 31), "http://e/?a&b"),  # noqa: DTZ001
        (None, None, -3, "4月", None),
        ("0012", "近年", "1" * 16, "1899-01-01", "http://e/x"),
    ]


@pytest.mark.parametrize("value", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", '=HYPERLINK("x")'])
def test_a_cell_that_looks_like_a_formula_is_the_text_and_stays_it(value):
    book = made(sheet([value]))
    cell = openpyxl.load_workbook(io.BytesIO(book))["甲"]["A2"]
    assert (cell.value, cell.data_type, cell.number_format) == (value, "s", "@")  # typed in anew it stays a text


def test_what_xml_cannot_write_is_written_as_spreadsheets_write_it():
    book = made(sheet(["a\x01b", "_x0041_", "a\r\nb", " 甲 ", "一\n二", "]]>&amp;<b>"]))
    text = zipfile.ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml").decode()
    assert "a_x0001_b" in text
    assert "_x005F_x0041_" in text
    assert "a_x000D_\nb" in text
    assert [row[0] for row in read(book)][3:] == [" 甲 ", "一\n二", "]]>&amp;<b>"]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=6), min_size=1, max_size=5))
def test_texts_come_back_as_they_are(values):
    book = made(sheet(values, [str(place) for place in range(len(values))], kinds=["text", "integer"]))
    assert [row[0] or "" for row in read(book)] == values


def test_a_sheet_ends_where_spreadsheets_end_and_a_cell_says_where_it_was_cut(monkeypatch):
    monkeypatch.setattr(workbook, "MOST_ROWS", 5)
    long = "𠮷" * 16_384
    rows = [row[0] for row in read(made(sheet(blocks=[[["1", "2", long]], [["4", "5", "6", "7"]], [["8"]]])))]
    assert (rows[:2], rows[3:]) == (["1", "2"], ["4", "5"])
    assert rows[2].startswith("𠮷" * 16_000)
    assert rows[2].endswith(CUT)
    assert len(rows[2].encode("utf-16-le")) <= 2 * workbook.LONGEST


def test_a_sheet_without_rows_has_its_head():
    book = openpyxl.load_workbook(io.BytesIO(made(sheet(kinds=["text"], blocks=[]))))
    assert [cell.value for cell in book["甲"][1]] == ["c0"]


def test_a_fault_while_cells_are_read_ends_the_writing():
    def blocks():
        yield [["1"]]
        raise OSError("the index ends here")

    with pytest.raises(OSError, match="ends here"):
        made(sheet(blocks=blocks()))


def test_the_parts_are_the_same_each_time_and_their_types_come_first():
    sheets = sheet(["1"]), replace(sheet(["2"]), name="乙")
    book = made(*sheets)
    assert zipfile.ZipFile(io.BytesIO(book)).namelist()[0] == "[Content_Types].xml"
    assert book == made(*sheets)
    said = openpyxl.load_workbook(io.BytesIO(book)).properties
    assert (said.title, said.created.date()) == ("甲 & 乙", DAY)


def test_a_full_temporary_folder_is_an_error_of_the_system_and_no_panic(monkeypatch):
    class PanicException(BaseException):
        """As the library raises it."""

    def panic(_):
        raise PanicException("StorageFull")

    monkeypatch.setattr(workbook.FastExcel, "save", panic)
    with pytest.raises(OSError, match="No space left") as error:
        made(sheet(["a"]))
    assert error.value.errno == errno.ENOSPC
