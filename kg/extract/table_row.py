"""Table rows: 指标 | 2022年 | 2023年 gives each cell the name that begins its row and the year that heads its column."""

import re
from dataclasses import replace

from kg.extract.amount import UNITS, Quantity, plain
from kg.extract.fact import Figure
from kg.extract.indicator import concept
from kg.extract.passage import Passage

_YEAR = re.compile(r"\s*((?:19|20)\d\d)年?\s*")
_UNIT = re.compile(r"[(](?:单位:?)?([^()]{1,4})[)]\s*$")


def is_row(passage: Passage) -> bool:
    """Whether a passage is a row whose first cell is a name."""
    first, tab, _ = passage.shadow.partition("\t")
    return bool(tab) and not any(letter.isdecimal() for letter in first)


def with_unit(passage: Passage, quantity: Quantity) -> Quantity:
    """行政复议受理数(件) | 41: a number that fills its cell has the unit of the row's name."""
    unit = _UNIT.search(passage.shadow.partition("\t")[0])
    if quantity.unit_class != "bare" or quantity.value is None or not unit or unit[1] not in UNITS:
        return quantity
    if not _fills(passage, *passage.inside(quantity.span)):
        return quantity
    base, scale, kind = UNITS[unit[1]]
    return replace(quantity, value=plain(quantity.value * scale), unit=base, unit_class=kind)


def in_row(passage: Passage, found: tuple[Figure, ...]) -> tuple[Figure, ...]:
    """The figures of a row with the name of the row and the years of their columns; one in a longer cell stays as it is."""
    unit = _UNIT.search(passage.shadow.partition("\t")[0])
    name = passage.text[: unit.start()].strip() if unit else ""
    header = _header(passage)
    years = [_YEAR.fullmatch(cell) for cell in header]
    if not unit and not any(years):  # what heads the columns is not known: the words of the row alone
        return found
    rows = []
    for figure in found:
        start, end = passage.inside(figure.span)
        column = passage.shadow.count("\t", 0, start)
        if not _fills(passage, start, end):
            rows.append(figure)
            continue
        year = years[column] if column < len(years) else None
        name = name or figure.name
        said = name if year or not any(years) or column >= len(header) else name + header[column].strip()
        rows.append(
            replace(
                figure,
                name=said,
                rule="figure.table-row",
                indicator=concept(said, figure.unit) if said == name else None,
                year=int(year[1]) if year else figure.year,
            )
        )
    return tuple(rows)


def _fills(passage: Passage, start: int, end: int) -> bool:
    """Whether a stretch is the whole of a cell after the first."""
    before, after = passage.shadow[:start].rstrip(" "), passage.shadow[end:].lstrip(" ")
    return before.endswith("\t") and (not after or after[0] in "\t\n")


def _header(passage: Passage) -> tuple[str, ...]:
    """What heads the columns: the first row of the table, nothing for that row itself."""
    header = ""
    for line in reversed(passage.document.shadow[: passage.span.start].rstrip("\n").split("\n")):
        if "\t" not in line:
            break
        header = line
    return tuple(header.split("\t"))
