"""Printed lines to paragraphs; headers, footers and page numbers go by their place and repetition."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from kg.corpus.draft import Dropped, Line
from kg.corpus.page_break import NOTE, notes
from kg.corpus.row import Row

_HEAD = 8
"""First lines of the text, of which a header may repeat one."""

_LARGER = 1.2
"""How much larger than those of the line beside it the letters of a title are."""

_PAGE_NUMBER = re.compile(r"^[-—–·第 ]*\d{1,4}[-—–·页 ]*(?:[/共 ]*\d{1,4} ?页?)?$")
_MARK = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}[、是]|[(（〔][一二三四五六七八九十]{1,3}[)）〕]|\d{1,2}[.．、](?!\d)|第[一二三四五六七八九十]+部分|[①-⑮●■]|[(（]\d{1,2}[)）])"
)
_HEADING = re.compile(r"^[一二三四五六七八九十]{1,3}、(?![一二三四五六七八九十])[^，。；：,;:]{2,30}$")
_PAUSE = re.compile(r"[，。；：、！？,;:!?]")
_CLOSED = "。!?！？:：;；"


def without_furniture(rows: Sequence[Row]) -> tuple[list[Row], list[Dropped]]:
    """Without page numbers, and without lines at the edge of the page that most pages repeat."""
    pages = {row.page for row in rows}
    at_edges = {(_key(row.text), row.page) for row in rows if _at_edge(row) and not row.cells}
    repeated = Counter(key for key, _ in at_edges)
    by_side = Counter((key, page % 2) for key, page in at_edges)
    sides = Counter(page % 2 for page in pages)
    head = [row.text for row in rows if row.page == min(pages)][:_HEAD]
    kept: list[Row] = []
    dropped: list[Dropped] = []
    for row in rows:
        if _at_edge(row) and _PAGE_NUMBER.match(row.text):
            dropped.append(Dropped(quote=row.text, why="page number"))
        elif (
            _at_edge(row)
            and not row.cells
            and (
                repeated[_key(row.text)] > max(1, len(pages) / 2)
                or any(by_side[_key(row.text), side] > max(1, sides[side] / 2) for side in sides)
                or (row.page > min(pages) and len(row.text) > 3 and any(row.text in line for line in head))
            )
        ):
            dropped.append(Dropped(quote=row.text, why="header or footer"))
        else:
            kept.append(row)
    return kept, dropped


def _key(text: str) -> str:
    return re.sub(r"\d+", "#", text)


def _at_edge(row: Row) -> bool:
    return row.top < row.page_height * 0.1 or row.bottom > row.page_height * 0.9


def paragraphs(rows: Sequence[Row]) -> Iterator[Line]:
    """Lines joined to paragraphs: a new one begins at a mark, an indent, after a short line, and at a table.

    Notes at the foot of a page come behind the paragraph that goes on overleaf.
    """
    columns = [row for row in rows if row.column]
    lefts = Counter(round(row.left) for row in columns or rows if not row.cells)
    margin = min((left for left, count in lefts.items() if count * 10 >= len(rows)), default=0)
    right = max((row.right for row in columns or rows if not row.cells), default=0)
    indented = sum(count for left, count in lefts.items() if left > margin + 12)
    indents = indented * 10 >= len(rows)
    aside = notes(rows)
    held: list[Row] = []
    noted: list[Row] = []

    def done() -> Iterator[Line]:
        yield from (_line(run) for run in (held, *_runs(noted)) if run)
        held.clear()
        noted.clear()

    for row in rows:
        if row in aside:
            noted.append(row)
            continue
        if row.cells:
            yield from done()
            yield Line(text=row.text, cells=row.cells, style="table", page=row.page, element=f"page {row.page}")
            continue
        if held and _begins(row, held, margin, right, indents=indents):
            yield from done()
        held.append(row)
    yield from done()


def _line(rows: Sequence[Row]) -> Line:
    return Line(text=_joined([row.text for row in rows]), page=rows[0].page, element=f"page {rows[0].page}")


def _runs(noted: Sequence[Row]) -> list[list[Row]]:
    """The lines of each note."""
    runs: list[list[Row]] = []
    for row in noted:
        if not runs or NOTE.match(row.text):
            runs.append([])
        runs[-1].append(row)
    return runs


def _begins(row: Row, held: Sequence[Row], margin: float, right: float, *, indents: bool) -> bool:
    """Whether a line begins a paragraph; `held` are the lines of the one before, `indents` how this report marks them."""
    before = held[-1]
    size = max(6.0, before.bottom - before.top)
    rest = right - before.right
    low, high = sorted((row.size, before.size))
    if (low and high > _LARGER * low) or bool(row.column) != bool(before.column):
        return True  # in larger letters, or over the whole width
    closed = before.text[-1] in _CLOSED
    if row.left > margin + 1.2 * size:
        return True  # indented, or set in the middle
    if rest > 2.5 * size and (closed or (before.left > margin + 1.2 * size and len(held) > 1)):
        return True
    if _HEADING.match(row.text) and row.right < right - size:
        return True  # below a title as wide as the text
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
