"""Workbooks (XLSX), written row by row while their cells are read."""

import datetime
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import IO, Any

import xlsxwriter

from server.export.tables import FORMULA, Columns

MOST_ROWS = 1_048_575
"""Of a sheet, without its head."""
LONGEST = 32_767
"""UTF-16 units of a cell."""
WIDTHS = {"integer": 10, "number": 12, "date": 12}
NUMBER = re.compile(r"-?(?=[0-9.]{1,16}$)[0-9]{1,15}(\.[0-9]+)?")  # more than 15 digits are not kept by spreadsheets
FIRST_DAY = datetime.date(1900, 3, 1)  # before it, spreadsheets do not agree
AS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet to be written: its rows as blocks of columns. `kinds`: integer, number, date; all else is text."""

    name: str
    head: Sequence[str]
    kinds: Sequence[str]
    blocks: Iterable[Columns]
    filtered: bool = True
    """Whether the head stays in sight and chooses rows."""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a sheet: its rows; rows that no sheet can hold; cells that were cut."""

    rows: int
    left: int
    cut: int


def write_workbook(
    out: IO[bytes], title: str, day: datetime.date, sheets: Sequence[Sheet], about: Callable[[Sequence[Written]], Sheet]
) -> None:
    """Write the sheets, and in front of them the one that `about` makes when it is known what became of the others.

    A row is on disk before the next one is read. The same sheets give the same bytes.
    """
    book = xlsxwriter.Workbook(out, {"constant_memory": True, **AS_TEXT})
    book.set_properties({"title": title, "created": datetime.datetime.combine(day, datetime.time())})
    bold = book.add_format({"bold": True})
    styles = {"date": book.add_format({"num_format": 14}), "quoted": book.add_format({"quote_prefix": True})}
    first = book.add_worksheet()
    places = [book.add_worksheet(sheet.name) for sheet in sheets]
    written = [_write(sheet, place, bold, styles) for sheet, place in zip(sheets, places, strict=True)]
    front = about(written)
    first.name = front.name
    _write(front, first, bold, styles)
    book.close()


def _write(sheet: Sheet, place: Any, bold: Any, styles: dict[str, Any]) -> Written:
    for column, (name, kind) in enumerate(zip(sheet.head, sheet.kinds, strict=True)):
        place.set_column(column, column, WIDTHS.get(kind, 24))
        place.write_string(0, column, name, bold)
    if sheet.filtered:
        place.freeze_panes(1, 0)
    rows = left = cut = 0
    for block in sheet.blocks:
        for row in zip(*block, strict=True):
            if rows == MOST_ROWS:
                left += 1
                continue
            rows += 1
            for column, (value, kind) in enumerate(zip(row, sheet.kinds, strict=True)):
                if kind in ("integer", "number") and NUMBER.fullmatch(value):
                    place.write_number(rows, column, float(value))
                elif kind == "date" and (day := _day(value)):
                    place.write_datetime(rows, column, day, styles["date"])
                elif value:
                    if len(value) * 2 > LONGEST and len(units := value.encode("utf-16-le")) > LONGEST * 2:
                        value, cut = units[: LONGEST * 2].decode("utf-16-le", "ignore"), cut + 1
                    place.write_string(rows, column, value, styles["quoted"] if value.startswith(FORMULA) else None)
    if sheet.filtered:
        place.autofilter(0, 0, rows, len(sheet.head) - 1)
    return Written(rows, left, cut)


def _day(value: str) -> datetime.date | None:
    """The day that a text is, where spreadsheets agree on it.

    >>> _day("1900-03-01"), _day("1898-09-21"), _day("4月")
    (datetime.date(1900, 3, 1), None, None)
    """
    try:
        day = datetime.date.fromisoformat(value)
    except ValueError:
        return None
    return day if day >= FIRST_DAY else None
