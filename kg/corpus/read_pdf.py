"""PDF files to a draft: the lines of each page, column by column, and its tables row by row."""

import io
import logging
import re
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdfexceptions import PDFException
from pdfminer.psparser import PSException
from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

from kg.corpus.columns import gutter
from kg.corpus.draft import Draft, Dropped, compose
from kg.corpus.guard import allow
from kg.corpus.page_break import over_pages
from kg.corpus.paragraph import paragraphs, without_furniture
from kg.corpus.row import Row
from kg.errors import DocumentError

logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it warns of colours and fonts that do not concern the text

SCAN = "is a scan: pictures of pages and no text"
"""What is said of a file that only recognition can read."""

PAGES = 400
"""Pages that a report may have."""

MOST = 120.0
"""Seconds of the processor that the longest report may take."""

A_PAGE = 0.25
"""Seconds of the processor for each page beyond the first ten, which have those of any file."""


_GAP = 0.45
"""White space between two letters that is a space, as a part of their size."""

_SPREAD = re.compile(r"(?<=[\u4e00-\u9fff，。；：、！？（）《》“”]) (?=[\u4e00-\u9fff，。；：、！？（）《》“”])")


def read_pdf(data: bytes, where: str = "") -> Draft:
    """A draft of a PDF file.

    Raises DocumentError for a damaged file, one with a password, and one whose pages are pictures.
    """
    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            if len(pdf.pages) > PAGES:
                raise DocumentError(f"has {len(pdf.pages)} pages", where=where, hint=f"a report has at most {PAGES}")
            allow(A_PAGE * max(0, len(pdf.pages) - 10))
            rows: list[Row] = []
            pictures = 0
            marks: list[Dropped] = []
            blank: list[str] = []
            band: tuple[float, float] | None = None
            for number, page in enumerate(pdf.pages, 1):
                found, band = _rows(page, number, band)
                rows += found
                if page.images and not found:
                    blank.append(str(number))
                if mark := "".join(one["text"] for one in page.chars if _is_slanted(one)):
                    marks.append(Dropped(quote=mark, why="watermark"))
                page.close()
                pictures += bool(page.images)
    except (MalformedPDFException, PdfminerException, PDFException, PSException, ValueError, KeyError, TypeError, AttributeError, IndexError,
            RecursionError, OSError, AssertionError, NotImplementedError, ArithmeticError) as error:  # fmt: skip
        # pdfminer lets the errors of its parsers and look-ups through
        cause = error.args[0] if error.args and isinstance(error.args[0], Exception) else error
        if isinstance(cause, PDFPasswordIncorrect):
            raise DocumentError("is locked by a password", where=where, hint="save it without one") from error
        raise DocumentError("is a damaged PDF file", where=where, hint="fetch or save it again") from error
    if sum(len(row.text) for row in rows) < 40:
        if not pictures:
            raise DocumentError("holds no text", where=where, hint="is it the report itself?")
        raise DocumentError(SCAN, where=where, hint="recognise it with --ocr (needs tesseract with chi_sim)")
    kept, dropped = without_furniture(rows)
    kept, repeated = over_pages(kept)
    unread = [f"pages_unread:pictures, and no text: page {', '.join(blank)}"] if blank else []
    return compose(paragraphs(kept), dropped=[*marks, *dropped, *repeated], issues=unread)


def _rows(page: Any, number: int, before: tuple[float, float] | None) -> tuple[list[Row], tuple[float, float] | None]:
    """The lines of a page from the top down, tables row by row, and where its columns part; `before`: of the page before."""
    tables = [
        table for table in page.find_tables() if len(table.rows) > 1 and max(len(r.cells) for r in table.rows) > 1
    ]
    rows: list[Row] = []
    for table in tables:
        left, _, right, _ = table.bbox
        for printed, place in zip(table.extract(x_tolerance_ratio=_GAP, y_tolerance=4), table.rows, strict=True):
            cells = tuple((cell or "").replace("\n", "") for cell in printed)
            if any(cells):
                rows.append(
                    Row("\t".join(cells), number, left, right, place.bbox[1], place.bbox[3], page.height, cells)
                )
    boxes = [table.bbox for table in tables]
    outside = page.filter(lambda one: not _inside(one, boxes) and not _is_slanted(one))
    band = gutter(outside.chars, before)
    if band is None:
        rows += _printed(outside, number)
    else:
        rows += _in_columns(outside, number, band)
    across = [row.top for row in rows if not row.column]

    def order(row: Row) -> tuple[int, int, float, float]:
        above = sum(top < row.top for top in across) if band else 0
        return above + (row.column == 0), row.column, row.top, row.left

    return sorted(rows, key=order), band


def _printed(page: Any, number: int, column: int = 0, shift: float = 0.0) -> Iterator[Row]:
    """The lines of a page or of a column of it, moved to the left by `shift`."""
    for line in page.extract_text_lines(x_tolerance_ratio=_GAP, y_tolerance=4):
        text = _closed_up(line["text"].strip())
        if text:
            left, right, size = line["x0"] - shift, line["x1"] - shift, median(one["size"] for one in line["chars"])
            yield Row(text, number, left, right, line["top"], line["bottom"], page.height, column=column, size=size)


def _closed_up(text: str) -> str:
    """A line without the spaces that spread its letters to the width of the column.

    >>> _closed_up("76 件 ， 调 解 成 功 率99.38%"), _closed_up("青禾县水利局 2024年")
    ('76件，调解成功率99.38%', '青禾县水利局 2024年')
    """
    spread = len(_SPREAD.findall(text))
    return re.sub("(?<![A-Za-z]) | (?![A-Za-z])", "", text) if spread > 2 and spread * 3 > len(text) - spread else text


def _is_slanted(one: dict[str, Any]) -> bool:
    """Whether a letter is of a watermark: neither level nor turned with the page."""
    a, b = one.get("matrix", (1, 0))[:2]
    return bool(min(abs(a), abs(b)) > 0.1 * max(abs(a), abs(b)))


def _in_columns(page: Any, number: int, band: tuple[float, float]) -> Iterator[Row]:
    """The lines of a page with two columns, those of the right one as if they stood in the left; some run over both."""
    begin, end = band
    across = [one["top"] for one in page.chars if one["x0"] < end - 1 and one["x1"] > begin + 1]

    def place(one: dict[str, Any]) -> int:
        if any(abs(one["top"] - top) < 4 for top in across):
            return 0
        return 1 if one["x1"] <= begin + 1 else 2

    lefts = [min((one["x0"] for one in page.chars if place(one) == column), default=0.0) for column in (1, 2)]
    for column in (0, 1, 2):
        part = page.filter(lambda one, column=column: one.get("object_type") == "char" and place(one) == column)
        yield from _printed(part, number, column, lefts[1] - lefts[0] if column == 2 else 0.0)


def _inside(one: dict[str, Any], boxes: Sequence[tuple[float, float, float, float]]) -> bool:
    if "x0" not in one or one.get("object_type") != "char":
        return False
    x, y = (one["x0"] + one["x1"]) / 2, (one["top"] + one["bottom"]) / 2
    return any(left <= x <= right and top <= y <= bottom for left, top, right, bottom in boxes)
