"""Workbooks (XLSX, ECMA-376), written row by row while their cells are read.

By hand, since a library makes an object of each cell: a table of 100,000 rows takes a fifth of the time.
"""

import datetime
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import IO
from xml.sax.saxutils import escape, quoteattr

from server.export.tables import FORMULA, Columns

MOST_ROWS = 1_048_575
"""Of a sheet, without its head."""
LONGEST = 32_767
"""UTF-16 units of a cell."""
WIDTHS = {"integer": 10, "number": 12, "date": 12}
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
BOLD, DATE, QUOTED = 1, 2, 3  # of STYLES; a quoted cell stays text when somebody edits it
STYLES = f"""<styleSheet xmlns="{MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>\
<font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill>\
<fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>\
<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4"><xf/><xf fontId="1" applyFont="1"/>\
<xf numFmtId="14" applyNumberFormat="1"/><xf quotePrefix="1"/></cellXfs>\
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"""
NUMBER = re.compile(r"-?(?=[0-9.]{1,16}$)[0-9]{1,15}(\.[0-9]+)?")  # more than 15 digits are not kept by spreadsheets
ODD = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")  # XML cannot write them
EPOCH, FIRST_DAY = datetime.date(1899, 12, 30), datetime.date(1900, 3, 1)  # before it, spreadsheets do not agree


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
    """Write the sheets, and in front of them the one that `about` makes when it is known what became of the others."""
    names = [f"worksheets/sheet{number}.xml" for number in range(1, len(sheets) + 2)]
    with zipfile.ZipFile(out, "w") as archive:

        def part(name: str) -> zipfile.ZipInfo:
            entry = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            entry.compress_type, entry._compresslevel = zipfile.ZIP_DEFLATED, 1  # type: ignore[attr-defined]
            return entry

        for name, text in _package(names, title).items():
            archive.writestr(part(name), XML + text)
        written = []
        for name, sheet in zip(names[1:], sheets, strict=True):
            with archive.open(part(f"xl/{name}"), "w", force_zip64=True) as file:
                written.append(_write_sheet(sheet, file))
        first = about(written)
        with archive.open(part(f"xl/{names[0]}"), "w") as file:
            _write_sheet(first, file)
        archive.writestr(part("xl/workbook.xml"), XML + _book([first, *sheets]))


def _write_sheet(sheet: Sheet, file: IO[bytes]) -> Written:
    letters = [_letters(place) for place in range(len(sheet.head))]
    widths = (
        f'<col min="{n}" max="{n}" width="{WIDTHS.get(kind, 24)}" customWidth="1"/>'
        for n, kind in enumerate(sheet.kinds, 1)
    )
    named = zip(letters, sheet.head, strict=True)
    head = (f'<c r="{letter}1"{_text(name, BOLD)}' for letter, name in named if name)
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' if sheet.filtered else ""
    file.write(
        f'{XML}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
        f'<cols>{"".join(widths)}</cols><sheetData><row r="1">{"".join(head)}</row>'.encode()
    )
    rows = left = cut = 0
    with ThreadPoolExecutor(1) as beside:  # one block is packed while the next is read
        packed = beside.submit(int)
        for block in sheet.blocks:
            taken = min(len(block[0]), MOST_ROWS - rows)
            numbers = [*map(str, range(rows + 2, rows + 2 + taken))]
            cells = [[f'<row r="{number}">' for number in numbers]]
            for letter, kind, column in zip(letters, sheet.kinds, block, strict=True):
                found, over = _cells(letter, kind, column[:taken], numbers)
                cells.append(found)
                cut += over
            lines = "".join(f"{row}</row>" for row in map("".join, zip(*cells, strict=True)))
            rows, left = rows + taken, left + len(block[0]) - taken
            packed.result()
            packed = beside.submit(file.write, lines.encode())
        packed.result()
    choice = f'<autoFilter ref="A1:{letters[-1]}{rows + 1}"/>' if sheet.filtered else ""
    file.write(f"</sheetData>{choice}</worksheet>".encode())
    return Written(rows, left, cut)


def _cells(letter: str, kind: str, column: Sequence[str], numbers: Sequence[str]) -> tuple[list[str], int]:
    """The cells of a column in the rows of these numbers, and how many of them were cut."""
    joined, short = "".join(column) if kind == "iri" else "&", 2 * max(map(len, column), default=0) <= LONGEST
    if short and "&" not in joined and "_x" not in joined:  # as nearly always
        return [
            f'<c r="{letter}{n}" t="inlineStr"><is><t>{v}</t></is></c>' if v else ""
            for n, v in zip(numbers, column, strict=True)
        ], 0
    known = {value: _cell(value, kind) for value in {*column}}  # most values stand in many rows
    ends = map(known.__getitem__, column)
    found = [f'<c r="{letter}{n}"{end}' if end else "" for n, end in zip(numbers, ends, strict=True)]
    return found, 0 if short else sum(column.count(value) for value in known if _units(value) > LONGEST)


def _cell(value: str, kind: str) -> str:
    """What follows the reference of a cell; nothing where it is empty.

    >>> _cell("99.6", "number"), _cell("2022-03-31", "date"), _cell("近百", "number")
    ('><v>99.6</v></c>', ' s="2"><v>44651</v></c>', ' t="inlineStr"><is><t>近百</t></is></c>')
    """
    if kind in ("integer", "number") and NUMBER.fullmatch(value):
        return f"><v>{value}</v></c>"
    if kind == "date" and (day := _day(value)):
        return f' s="{DATE}"><v>{day}</v></c>'
    return _text(value) if value else ""


def _text(value: str, style: int = 0) -> str:
    """A cell of text, whatever it begins with.

    >>> _text("=1+1"), _text("甲 & 乙 ")
    (' t="inlineStr" s="3"><is><t>=1+1</t></is></c>', ' t="inlineStr"><is><t xml:space="preserve">甲 &amp; 乙 </t></is></c>')
    """
    if 2 * len(value) > LONGEST and _units(value) > LONGEST:
        value = value.encode("utf-16-le")[: LONGEST * 2].decode("utf-16-le", "ignore")
    if value.startswith(FORMULA):
        style = style or QUOTED
    spaces = ' xml:space="preserve"' if value != value.strip() or "\n" in value else ""
    if not value.isprintable() or "_x" in value:
        value = ODD.sub(lambda odd: f"_x{ord(odd[0]):04X}_", value)
    styled = f' s="{style}"' if style else ""
    return f' t="inlineStr"{styled}><is><t{spaces}>{escape(value)}</t></is></c>'


def _units(value: str) -> int:
    """UTF-16 units, as spreadsheets count.

    >>> _units("宁海县"), _units("𠮷")
    (3, 2)
    """
    return len(value.encode("utf-16-le")) // 2


def _day(value: str) -> int:
    """The number that a spreadsheet gives a day; 0 where it has none.

    >>> _day("1900-03-01"), _day("1898-09-21"), _day("4月")
    (61, 0, 0)
    """
    try:
        day = datetime.date.fromisoformat(value)
    except ValueError:
        return 0
    return (day - EPOCH).days if day >= FIRST_DAY else 0


def _letters(place: int) -> str:
    """The name of a column, from 0.

    >>> _letters(0), _letters(25), _letters(26)
    ('A', 'Z', 'AA')
    """
    before, place = divmod(place, 26)
    return (_letters(before - 1) if before else "") + chr(ord("A") + place)


def _package(sheets: Sequence[str], title: str) -> dict[str, str]:
    """The parts around the sheets, the list of their types first, as programs look for it."""
    kinds = {
        "xl/workbook.xml": "sheet.main",
        "xl/styles.xml": "styles",
        **{f"xl/{name}": "worksheet" for name in sheets},
    }
    types = "".join(
        f'<Override PartName="/{name}" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.{kind}+xml"/>'
        for name, kind in kinds.items()
    )
    core = f"{PACKAGE}/metadata/core-properties"
    links = [(f"{OFFICE}/styles", "styles.xml"), *((f"{OFFICE}/worksheet", name) for name in sheets)]
    return {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
        f"{types}</Types>",
        "_rels/.rels": _links(
            (f"{OFFICE}/officeDocument", "xl/workbook.xml"),
            (f"{PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        ),
        "docProps/core.xml": f'<cp:coreProperties xmlns:cp="{core}" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(title)}</dc:title></cp:coreProperties>",
        "xl/_rels/workbook.xml.rels": _links(*links),
        "xl/styles.xml": STYLES,
    }


def _links(*given: tuple[str, str]) -> str:
    lines = (f'<Relationship Id="r{n}" Type="{kind}" Target="{to}"/>' for n, (kind, to) in enumerate(given))
    return f'<Relationships xmlns="{PACKAGE}/relationships">{"".join(lines)}</Relationships>'


def _book(sheets: Sequence[Sheet]) -> str:
    lines = (f'<sheet name={quoteattr(s.name)} sheetId="{n}" r:id="r{n}"/>' for n, s in enumerate(sheets, start=1))
    return f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{"".join(lines)}</sheets></workbook>'
