"""PDF files to a draft: lines put together to paragraphs; headers, footers and page numbers go by their repetition."""

import io
import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdfexceptions import PDFException
from pdfminer.psparser import PSException
from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

from kg.corpus.draft import Draft, Dropped, Line, compose
from kg.corpus.guard import allow
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

_PAGE_NUMBER = re.compile(r"^[-—–·第 ]*\d{1,4}[-—–·页 ]*(?:[/共 ]*\d{1,4} ?页?)?$")
_MARK = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}[、是]|[(（〔][一二三四五六七八九十]{1,3}[)）〕]|\d{1,2}[.．、](?!\d)|第[一二三四五六七八九十]+部分|[①-⑮●■]|[(（]\d{1,2}[)）])"
)
_PAUSE = re.compile(r"[，。；：、！？,;:!?]")
_CLOSED = "。!?！？:：;；"


@dataclass(frozen=True, slots=True)
class Row:
    """One printed line."""

    text: str
    page: int
    left: float
    right: float
    top: float
    bottom: float
    page_height: float
    cells: tuple[str, ...] = ()


def read_pdf(data: bytes, where: str = "") -> Draft:
    """A draft of a PDF file.

    Raises DocumentError for a damaged file, one with a password, and one whose pages are pictures.
    """
    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            if len(pdf.pages) > PAGES:
                raise DocumentError(f"has {len(pdf.pages)} pages", where=where, hint=f"a report has at most {PAGES}")
            allow(A_PAGE * max(0, len(pdf.pages) - 10))
            rows = [row for number, page in enumerate(pdf.pages, 1) for row in _rows(page, number)]
            pictures = sum(bool(page.images) for page in pdf.pages)
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
    return compose(paragraphs(kept), dropped=dropped)


def _rows(page: Any, number: int) -> Iterator[Row]:
    """The lines of a page from the top down, tables row by row."""
    tables = [
        table for table in page.find_tables() if len(table.rows) > 1 and max(len(r.cells) for r in table.rows) > 1
    ]
    rows: list[Row] = []
    for table in tables:
        left, _, right, _ = table.bbox
        for printed, place in zip(table.extract(), table.rows, strict=True):
            cells = tuple((cell or "").replace("\n", "") for cell in printed)
            if any(cells):
                rows.append(
                    Row("\t".join(cells), number, left, right, place.bbox[1], place.bbox[3], page.height, cells)
                )
    boxes = [table.bbox for table in tables]
    outside = page.filter(lambda one: not _inside(one, boxes)) if boxes else page
    for line in outside.extract_text_lines(return_chars=False, x_tolerance_ratio=0.45, y_tolerance=4):
        text = line["text"].strip()
        if text:
            rows.append(Row(text, number, line["x0"], line["x1"], line["top"], line["bottom"], page.height))
    page.close()
    yield from sorted(rows, key=lambda row: (row.top, row.left))


def _inside(one: dict[str, Any], boxes: Sequence[tuple[float, float, float, float]]) -> bool:
    if "x0" not in one or one.get("object_type") != "char":
        return False
    x, y = (one["x0"] + one["x1"]) / 2, (one["top"] + one["bottom"]) / 2
    return any(left <= x <= right and top <= y <= bottom for left, top, right, bottom in boxes)


def without_furniture(rows: Sequence[Row]) -> tuple[list[Row], list[Dropped]]:
    """Without page numbers, and without lines at the edge of the page that most pages repeat."""
    pages = {row.page for row in rows}
    repeated = Counter(
        key for key, _ in {(_key(row.text), row.page) for row in rows if _at_edge(row) and not row.cells}
    )
    kept: list[Row] = []
    dropped: list[Dropped] = []
    for row in rows:
        if _at_edge(row) and _PAGE_NUMBER.match(row.text):
            dropped.append(Dropped(quote=row.text, why="page number"))
        elif _at_edge(row) and repeated[_key(row.text)] > max(1, len(pages) / 2):
            dropped.append(Dropped(quote=row.text, why="header or footer"))
        else:
            kept.append(row)
    return kept, dropped


def _key(text: str) -> str:
    return re.sub(r"\d+", "#", text)


def _at_edge(row: Row) -> bool:
    return row.top < row.page_height * 0.1 or row.bottom > row.page_height * 0.9


def paragraphs(rows: Sequence[Row]) -> Iterator[Line]:
    """Lines joined to paragraphs: a new one begins at a mark, an indent, after a short line, and at a table."""
    lefts = Counter(round(row.left) for row in rows if not row.cells)
    margin = min((left for left, count in lefts.items() if count * 10 >= len(rows)), default=0)
    right = max((row.right for row in rows if not row.cells), default=0)
    indented = sum(count for left, count in lefts.items() if left > margin + 12)
    indents = indented * 10 >= len(rows)
    held: list[Row] = []

    def line() -> Line:
        return Line(text=_joined([row.text for row in held]), page=held[0].page, element=f"page {held[0].page}")

    for row in rows:
        if row.cells:
            if held:
                yield line()
                held = []
            yield Line(text=row.text, cells=row.cells, style="table", page=row.page, element=f"page {row.page}")
            continue
        if held and _begins(row, held, margin, right, indents=indents):
            yield line()
            held = []
        held.append(row)
    if held:
        yield line()


def _begins(row: Row, held: Sequence[Row], margin: float, right: float, *, indents: bool) -> bool:
    """Whether a line begins a paragraph; `held` are the lines of the one before, `indents` how this report marks them."""
    before = held[-1]
    size = max(6.0, before.bottom - before.top)
    rest = right - before.right
    closed = before.text[-1] in _CLOSED
    if row.left > margin + 1.2 * size:
        return True  # indented, or set in the middle
    if rest > 2.5 * size and (closed or (before.left > margin + 1.2 * size and len(held) > 1)):
        return True
    if _MARK.match(row.text) and ((closed and not indents) or rest > 2.5 * size):
        return True
    if closed and before.text[-1] in "。!！" and not _PAUSE.search(row.text) and row.right < right - 2.5 * size:
        return True  # a name or a date below the text: the end of a sentence would have its mark
    if row.page == before.page and row.top - before.bottom > 2 * size:
        return True
    # a number that may not be broken leaves a gap at the line end; a heading or a title leaves more
    heading = len(held) == 1 and _MARK.match(before.text) is not None
    return rest > 6 * size if heading else rest > 0.4 * (right - margin)


def _joined(lines: Sequence[str]) -> str:
    """Lines of one paragraph; a space stays only between Latin letters."""
    text = lines[0]
    for line in lines[1:]:
        space = " " if text[-1:].isascii() and text[-1:].isalpha() and line[:1].isascii() and line[:1].isalpha() else ""
        text += space + line
    return text
