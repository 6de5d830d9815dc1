"""Table rows: a cell has the name that begins its row and heads its column, their year, and the unit that either prints."""

from dataclasses import replace

from kg.extract.amount import UNITS, Quantity, plain
from kg.extract.fact import Figure
from kg.extract.grid import Grid, year_of
from kg.extract.indicator import concept
from kg.extract.passage import Passage
from kg.extract.phrase import ends_as
from kg.extract.surrounding import ending
from kg.lexicon import pattern

_AIMED = pattern("grid.aimed")
_BODY = pattern("grid.body")
_EMPTY = pattern("grid.empty")
_UNIT = pattern("grid.unit")
_UNIT_OF_ALL = pattern("grid.unit-of-all")
_UNIT_OF_VALUE = pattern("grid.unit-of-value")
_UNIT_SAID = pattern("grid.unit-said")
_LONGEST = 16
"""Characters of what begins a row that name what is counted in it without a head."""


def with_unit(passage: Passage, quantity: Quantity) -> Quantity:
    """行政复议受理数(件) | 41: a number that fills its cell has the unit of its row, its column or its table."""
    place = passage.grid.place(quantity.span) if passage.grid else None
    if quantity.unit_class != "bare" or quantity.value is None or passage.grid is None or place is None:
        return quantity
    unit = None if passage.grid.numbers_rows(place[1]) else _unit(passage.grid, *place)
    if unit is None:
        return quantity
    base, scale, kind = UNITS[unit]
    return replace(quantity, value=plain(quantity.value * scale), unit=base, unit_class=kind)


def with_sign(passage: Passage, quantity: Quantity) -> Quantity:
    """同比 | -20%: a sign in front of a number that fills its cell is a part of it, and says which way it went."""
    signed = passage.grid.signed(quantity.span) if passage.grid else None
    if signed is None:
        return quantity
    return replace(quantity, span=signed[0], kind="change", direction="up" if signed[1] in "+↑▲" else "down")


def numbers_row(passage: Passage, quantity: Quantity) -> bool:
    """Whether a quantity only numbers the row that it stands in."""
    place = passage.grid.place(quantity.span) if passage.grid else None
    return passage.grid is not None and place is not None and passage.grid.numbers_rows(place[1])


def in_row(passage: Passage, found: tuple[Figure, ...]) -> tuple[Figure, ...]:
    """The figures of a row by what begins it and heads their columns; one in a longer cell stays as it is."""
    return tuple(_in_cell(passage.grid, figure) for figure in found) if passage.grid else found


def _in_cell(grid: Grid, figure: Figure) -> Figure:
    place = grid.place(figure.span)
    if place is None:
        return figure
    row, column = place
    begins, heads = grid.before(row, column), grid.head(column)
    told = len(begins) > 1 and len("".join(begins)) <= _LONGEST  # 行政处罚 | 罚款 | 34件
    if not heads and not told and not any(_UNIT.search(one) or ends_as("rate", one) for one in begins):
        return figure  # what heads the columns is not known: the words of the row alone
    year, said = _named(begins)
    summed = grid.sums(row)
    headed, over = _named(() if grid.spans_columns(row, column) and not summed else heads)
    over = tuple(one for one in over if one not in said)
    turned = bool(said and over) and _is_measure(said[-1]) and not _is_measure(over[-1])  # 占比 | 行政处罚
    name = "".join((*over, *said) if turned else (*said, *over)) or ("合计" if summed else "")
    if not name:
        return figure
    kind = UNITS[figure.unit][2] if figure.unit in UNITS else "rate"
    name += "" if kind == "rate" else ending(figure.unit, kind, name)
    return replace(
        figure,
        name=name,
        rule="figure.table-row",
        # what one body or place did is not what the concept counts
        indicator=None if any(_BODY.search(one) for one in said) else concept(name, figure.unit),
        year=headed or year or figure.year,
        target=figure.target or any(_AIMED.fullmatch(head) for head in heads),
    )


def _is_measure(words: str) -> bool:
    """Whether words say how something is measured and not what: 占受理数比例, 办结率."""
    return words.startswith("占") or ends_as("rate", words)


def _named(words: tuple[str, ...]) -> tuple[int | None, tuple[str, ...]]:
    """The year in what begins a row or heads a column, and what it names without unit and empty words."""
    years = [year_of(_UNIT.sub("", one).strip()) for one in words]
    year = next((year for year, _ in years if year), None)
    names = (rest for _, rest in years if rest and rest not in UNITS)
    return year, tuple(one for one in names if not _EMPTY.fullmatch(one) and not _AIMED.fullmatch(one))


def _unit(grid: Grid, row: int, column: int) -> str | None:
    """The unit that the row prints, in brackets or in a cell of its own; else its column; else the table."""
    begins, heads = grid.before(row, column), grid.head(column)
    of_row, of_column = (
        [found[1] for one in reversed(said) if (found := _UNIT.search(one))] for said in (begins, heads)
    )
    shares = [unit for unit in of_column if unit in UNITS and UNITS[unit][2] == "rate"]  # 案件数(件) under 同比(%)
    printed = [*shares, *of_row, *of_column]
    printed += [cell.text for cell in grid.rows[row][:column] if cell.text in UNITS]
    printed += [
        found[1] or found[2] for one in (*reversed(heads), *reversed(begins)) if (found := _UNIT_SAID.search(one))
    ]
    for over in (grid.above, *grid.head(0)):  # above the table, or in its corner
        printed += [found[1]] if (found := _UNIT_OF_ALL.search(over)) else []
    beside = {found[1] for cell in grid.rows[row] if (found := _UNIT_OF_VALUE.search(cell.text))}
    printed += beside if len(beside) == 1 else ()  # 75件 | 0件 | 0
    return next((unit for unit in printed if unit in UNITS and UNITS[unit][2] != "bare"), None)
