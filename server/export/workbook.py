"""Workbooks (XLSX), written row by row while their cells are read."""

import datetime
import errno
import html
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import IO

from rustpy_xlsxwriter import FastExcel, Format

from server.export.tables import Columns

MOST_ROWS = 1_048_575
"""Of a sheet, without its head."""
LONGEST = 32_767
"""UTF-16 units of a cell."""
CUT = "……（以下从略，全文见 CSV。The rest is in the CSV.）"
"""Ends a cell that is too long."""
WIDTHS = {"integer": 10, "number": 12, "date": 12}
NUMBER = re.compile(r"-?(?=[0-9.]{1,16}$)[0-9]{1,15}(\.[0-9]+)?")  # more than 15 digits are not kept by spreadsheets
FIRST_DAY = datetime.date(1900, 3, 1)  # before it, spreadsheets do not agree
CORE = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" \
xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{title}</dc:title>\
<dcterms:created xsi:type="dcterms:W3CDTF">{day}T00:00:00Z</dcterms:created></cp:coreProperties>"""
Cell = str | float | datetime.date


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet to be written: its rows as blocks of columns. `kinds`: integer, number, date; all else is text."""

    name: str
    head: Sequence[str]
    kinds: Sequence[str]
    blocks: Iterable[Columns]


def write_workbook(out: IO[bytes], title: str, day: datetime.date, sheets: Sequence[Sheet]) -> None:
    """Write the sheets in their order, each head in sight and choosing rows. The same sheets give the same bytes."""
    text, date = Format().set_num_format("@"), Format().set_num_format_index(14)  # typed in anew, a text stays one
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        book = FastExcel(str(path)).format(bold_headers=True).freeze(row=1)
        for sheet in sheets:
            kinds = dict(zip(sheet.head, sheet.kinds, strict=True))
            styles = {"integer": None, "number": None, "date": date}
            book.sheet(
                sheet.name,
                _records(sheet),
                column_widths={name: WIDTHS.get(kind, 24) for name, kind in kinds.items()},
                column_formats={name: style for name, kind in kinds.items() if (style := styles.get(kind, text))},
                autofilter=True,
            )
        _save(book)
        _sign(path, title, day)
        with path.open("rb") as made:
            shutil.copyfileobj(made, out)


def _save(book: FastExcel) -> None:
    """Raises OSError where the temporary folder is full; the library panics, which no `except Exception` would catch."""
    try:
        book.save()
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise OSError(errno.ENOSPC, f"{os.strerror(errno.ENOSPC)}: {tempfile.gettempdir()}") from error


def _records(sheet: Sheet) -> Iterator[Mapping[str, Cell]]:
    """The rows that the sheet can hold; an empty one where there are none, for the head."""
    rows = chain.from_iterable(zip(*map(cells, block, sheet.kinds), strict=True) for block in sheet.blocks)
    empty = True
    for row in islice(rows, MOST_ROWS):
        empty = False
        yield dict(zip(sheet.head, row, strict=True))
    if empty:
        yield dict.fromkeys(sheet.head, "")


def cells(column: Sequence[str], kind: str) -> Sequence[Cell]:
    """A column in its type; what is not of that type stays a text.

    >>> cells(["2021", "9.5", "近年"], "number"), cells(["1900-03-01", "1898-09-21", "4月"], "date")
    ([2021.0, 9.5, '近年'], [datetime.date(1900, 3, 1), '1898-09-21', '4月'])
    """
    if kind in ("integer", "number"):
        return [float(text) if NUMBER.fullmatch(text) else text for text in column]
    if kind == "date":
        return [_day(text) for text in column]
    if max(map(len, column), default=0) * 2 > LONGEST:
        return [*map(_shortened, column)]
    return column


def _day(text: str) -> datetime.date | str:
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return text
    return day if day >= FIRST_DAY else text


def _shortened(text: str) -> str:
    """A text that a cell can hold."""
    units = text.encode("utf-16-le")
    return text if len(units) <= LONGEST * 2 else units[: (LONGEST - len(CUT)) * 2].decode("utf-16-le", "ignore") + CUT


def _sign(path: Path, title: str, day: datetime.date) -> None:
    """Say title and day; the library has neither, but the time at which it writes."""
    with zipfile.ZipFile(path, "a") as archive:
        names = archive.namelist()
        at = names.index("docProps/core.xml")
        last = {name: archive.read(name) for name in names[at:]}
        archive.start_dir = archive.filelist[at].header_offset  # what follows is written anew
        del archive.filelist[at:]
        for name, content in last.items():
            del archive.NameToInfo[name]
            said = (
                CORE.format(title=html.escape(title, quote=False), day=day).encode() if name == names[at] else content
            )
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, said)
