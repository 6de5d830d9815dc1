"""What the end of a page cuts: tables that go on overleaf, and notes at its foot that stand in the way of the text."""

import re
from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from kg.corpus.draft import Dropped
from kg.corpus.row import Row

SMALLER = 1.2
"""How much smaller than those of the text the letters of a note are."""

_FOOT = 0.6
"""Part of the page above its notes."""

NOTE = re.compile(r"^(?:[①-⑳*※]|\[\d{1,2}\]|注[:：]|\d{1,2}(?:[ .、]|(?=[\u4e00-\u9fff])))")
_BROKEN = 8
"""Characters from which a cell may be broken over lines; a label is shorter, and so is a figure."""


def over_pages(rows: Sequence[Row]) -> tuple[list[Row], list[Dropped]]:
    """Tables without the heads that each page repeats, and with the rows whole that a page break cut."""
    kept: list[Row] = []
    dropped: list[Dropped] = []
    page = 0
    for row in rows:
        above = kept[-1] if kept else None
        if above is None or row.page != page + 1 or not _goes_on(above, row):
            kept.append(row)
        elif row.cells == _head(kept).cells:
            dropped.append(Dropped(quote=row.text, why="table head repeated"))
            continue
        elif _is_cut(above, row):
            cells = tuple(one + other for one, other in zip(above.cells, row.cells, strict=True))
            kept[-1] = replace(row, cells=cells, text="\t".join(cells))
        else:
            kept.append(row)
        page = row.page
    return kept, dropped


def _goes_on(above: Row, row: Row) -> bool:
    """Whether a row stands in the columns of the table that ended the page before."""
    alike = bool(row.cells) and len(row.cells) == len(above.cells)
    return alike and abs(row.left - above.left) < 3 and abs(row.right - above.right) < 3


def _head(rows: Sequence[Row]) -> Row:
    """The first row of the table that the last row belongs to."""
    first = next((at for at in range(len(rows) - 1, -1, -1) if not rows[at].cells), -1) + 1
    return rows[first]


def _is_cut(above: Row, row: Row) -> bool:
    """Whether a row only goes on with words of the row above: a cell is blank, and those that are not end open there."""
    going_on = [one for one, other in zip(above.cells, row.cells, strict=True) if other]
    return "" in row.cells and all(len(one) >= _BROKEN and one[-1] not in "。；;" for one in going_on)


def notes(rows: Sequence[Row]) -> frozenset[Row]:
    """The lines of notes at the foot of pages: in smaller letters, from one that begins with the mark of a note."""
    sizes = [row.size for row in rows if row.size]
    size = median(sizes) if sizes else 0.0
    found: set[Row] = set()
    for page in {row.page for row in rows}:
        low = [row for row in rows if row.page == page and row.top > _FOOT * row.page_height]
        small = [row for row in low if 0 < row.size * SMALLER <= size]
        first = next((row for row in small if NOTE.match(row.text)), None)
        if first and low[-len(small) :] == small:
            found.update(row for row in small if row.top >= first.top)
    return frozenset(found)
