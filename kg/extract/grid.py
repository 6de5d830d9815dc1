"""Grid: the rows and columns of a printed table, with what heads each column and begins each row."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from kg.corpus.document import Document, Span
from kg.lexicon import pattern

_VALUE = pattern("grid.value")
_YEAR = re.compile(r"((?:19|20)\d\d)年?度?")
_NO_NAME = pattern("grid.no-name")
_SERIAL = pattern("grid.serial")
_TOTAL = pattern("grid.total")
_SIGN = pattern("grid.sign")
_SHORT = 12
"""Characters of a cell that heads a column."""
_HEADS = 3
"""Rows that may head a table, one over the other."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What is printed in a cell, blank where one beside or above it reaches over; its place is in the document."""

    text: str
    span: Span

    @property
    def is_value(self) -> bool:
        """Whether it is a number, with or without its unit, and no year."""
        return bool(_VALUE.fullmatch(self.text)) and not _YEAR.fullmatch(self.text)

    @property
    def unsigned(self) -> Span:
        """The place of what stands behind a sign."""
        sign = _SIGN.match(self.text)
        return Span(self.span.start + (sign.end() if sign else 0), self.span.end)


Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. `above` is what stands over its whole width, and the line before it."""

    span: Span
    above: str
    rows: tuple[Row, ...]
    starts: tuple[int, ...]
    """Of the rows, in the document."""
    heads: tuple[tuple[str, ...], ...]
    """By column, outermost first; empty where nothing heads the columns."""
    down: tuple[tuple[str, ...], ...]
    """By row and column, the words that reach down to a cell from those above it."""

    def place(self, span: Span) -> tuple[int, int] | None:
        """Row and column of a stretch that is the whole of a cell."""
        row = bisect_right(self.starts, span.start) - 1
        for column, cell in enumerate(self.rows[row]):
            if cell.span == span or cell.unsigned == span:
                return row, column
        return None

    def signed(self, span: Span) -> tuple[Span, str] | None:
        """The whole of the cell that a stretch fills but for its sign, with the sign: -20%, ↑3."""
        place = self.place(span)
        cell = self.rows[place[0]][place[1]] if place else None
        return (cell.span, cell.text[0]) if cell and cell.span != span else None

    def head(self, column: int) -> tuple[str, ...]:
        """What heads a column; nothing for one that only numbers or annotates the rows."""
        return self.heads[column] if column < len(self.heads) else ()

    def numbers_rows(self, column: int) -> bool:
        """Whether a column only numbers the rows: 序号."""
        return any(_SERIAL.fullmatch(head) for head in self.head(column))

    def before(self, row: int, column: int) -> tuple[str, ...]:
        """What begins a row, or stands between a value and the one before it: its name, where blank that of the row above."""
        cells = self.rows[row]
        at = column - 1
        while at >= 0 and cells[at].is_value:
            at -= 1
        said: list[str] = []
        total = max((i for i in range(at + 1) if _TOTAL.fullmatch(cells[i].text)), default=at)  # 合计 | blank | 55人
        while at >= 0 and not cells[at].is_value:
            if not any(_NO_NAME.fullmatch(head) for head in self.head(at)):
                said.insert(0, cells[at].text or (self.down[row][at] if at <= total else ""))
            at -= 1
        return tuple(one for one in said if one)

    def sums(self, row: int) -> bool:
        """Whether a row is the sum of those above it: 合计."""
        return any(_TOTAL.fullmatch(cell.text) for cell in self.rows[row])

    def spans_columns(self, row: int, column: int) -> bool:
        """Whether a value may stand for the columns right of it, too: those cells are blank, and have heads."""
        right = self.rows[row][column + 1 : column + 2]
        return bool(self.head(column + 1)) and not (right and right[0].text)

    def counts(self, span: Span) -> bool:
        """Whether a row holds values, or heads the table in short words: it tells no deed, whatever verb names what is counted."""
        row = max(0, bisect_right(self.starts, span.start) - 1)
        cells = self.rows[row]
        if not row:
            return all(len(cell.text) <= _SHORT for cell in cells)
        return any(cell.is_value and not self.numbers_rows(column) for column, cell in enumerate(cells))

    def is_year(self, span: Span) -> bool:
        """Whether a number is a year that fills its cell: 年份 | 2021 | 2022."""
        place = self.place(span)
        return place is not None and bool(_YEAR.fullmatch(self.rows[place[0]][place[1]].text))


def grids(document: Document) -> tuple[Grid, ...]:
    """The tables of a report, in order of the text."""
    if "\t" not in document.shadow:
        return ()
    return tuple(_grid(*run) for run in _runs(document) if len(run[1]) > 1)


def year_of(words: str) -> tuple[int | None, str]:
    """The year that words begin with, and the rest.

    >>> year_of("2023年完成"), year_of("增幅")
    ((2023, '完成'), (None, '增幅'))
    """
    found = _YEAR.match(words)
    return (int(found[1]), words[found.end() :]) if found else (None, words)


def _runs(document: Document) -> Iterator[tuple[str, list[tuple[int, str]]]]:
    """The lines of each table with their places, and the line before them."""
    begins = {block.span.start for block in document.blocks if block.kind == "cell"}
    before, run, offset = "", list[tuple[int, str]](), 0
    for line in document.shadow.split("\n"):
        if "\t" in line or offset in begins:
            run.append((offset, line))
        else:
            if run:
                yield before, run
            before, run = line, []
        offset += len(line) + 1
    if run:
        yield before, run


def _grid(before: str, lines: list[tuple[int, str]]) -> Grid:
    rows = tuple(_cells(start, line) for start, line in lines)
    first = next((at for at, row in enumerate(rows) if not _alone(row)), len(rows))
    last = first
    while last < min(first + _HEADS, len(rows)) and _heads(rows, first, last):
        last += 1
    above = "\n".join([before, *(cell.text for row in rows[:first] for cell in row if cell.text)])
    end = lines[-1][0] + len(lines[-1][1])
    starts = tuple(start for start, _ in lines)
    return Grid(Span(lines[0][0], end), above, rows, starts, _columns(rows[first:last]), _down(rows, last))


def _cells(start: int, line: str) -> Row:
    cells = []
    for text in line.split("\t"):
        left = start + len(text) - len(text.lstrip(" "))
        said = text.strip(" ")
        cells.append(Cell(said, Span(left, left + len(said))))
        start += len(text) + 1
    return tuple(cells)


def _alone(row: Row) -> bool:
    """Whether a row is one cell over the whole width."""
    return sum(bool(cell.text) for cell in row) < 2


def _heads(rows: tuple[Row, ...], first: int, at: int) -> bool:
    """Whether a row heads the columns: no value is in it, and it is the first, or goes on under cells that reach over or down."""
    if _alone(rows[at]) or any(cell.is_value for cell in rows[at]):
        return False
    over = rows[at - 1]
    reached = any(not cell.text for cell in (*over[1:], rows[at][0])) or len(over) < len(rows[at])
    return at == first or reached


def _down(rows: tuple[Row, ...], heads: int) -> tuple[tuple[str, ...], ...]:
    """The words that reach down, by row and column: not from heads, nor from values or what stands over the whole width."""
    width = max(map(len, rows))
    over, found = [""] * width, []
    for at, row in enumerate(rows):
        found.append(tuple(over))
        if at >= heads and not _alone(row):
            for column, cell in enumerate(row):
                if cell.text:
                    over[column] = "" if cell.is_value else cell.text
    return tuple(found)


def _columns(rows: tuple[Row, ...]) -> tuple[tuple[str, ...], ...]:
    """What heads each column, from the outermost; a cell reaches over blank ones right of it under which something stands."""
    width = max((len(row) for row in rows), default=0)
    said = [[cell.text if any(map(str.isalnum, cell.text)) else "" for cell in row] for row in rows]
    padded = [row + [""] * (width - len(row)) for row in said]
    for row, under in pairwise(padded):
        for column in range(1, width):
            if not row[column] and under[column]:
                row[column] = row[column - 1]
    return tuple(tuple(row[column] for row in padded if row[column]) for column in range(width))
