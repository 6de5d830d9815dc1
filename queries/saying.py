"""The first sentence of an answer: the wording of its question with the gaps filled, so that it is the answer itself."""

import re
from decimal import Decimal
from itertools import takewhile
from typing import TYPE_CHECKING

from kg.store.answer import Row
from queries.header import ANY, SLOT, Language
from queries.listing import each, qualified
from queries.wording import of_one, wording

if TYPE_CHECKING:
    from queries.answer import Answered

_IF_TOLD = re.compile(r"\[([^\[\]]*)\]")
"""What falls away from a sentence where a slot in it is open, a cell empty, or nothing counted."""


def sentence(answered: "Answered", language: Language) -> str:
    """What the question's `answer`, `one` or `none` says of these rows."""
    if not answered.total and not (answered.coverage.reports and answered.query.none):
        empty = "none" if answered.coverage.reports else "no_reports"
        return of_one(wording(empty)[language].format(reports=f"{answered.coverage.reports:,}"))
    if answered.total and not answered.rows:
        return wording("past_the_end")[language].format(total=_number(answered, answered.total, language))
    own = {0: answered.query.none, 1: answered.query.one}.get(answered.total)
    text = (own or answered.query.answer)[language]

    def all_told(found: re.Match[str]) -> str:
        gaps = SLOT.findall(found[1])
        return found[1] if all(_tells(answered, name, column, language) for name, column in gaps) else ""

    filled = SLOT.sub(lambda found: _gap(answered, found[1], found[2] or "", language), _IF_TOLD.sub(all_told, text))
    said = of_one(filled)
    return said[:1].upper() + said[1:]


def _tells(answered: "Answered", name: str, column: str, language: Language) -> bool:
    if name == "count":
        return bool(answered.distinct[column])
    if name == "ties":
        return _ties(answered, column) > 1
    if name == "first":
        return bool(_top(answered).get(column))
    if column:
        return bool(_gap(answered, name, column, language))
    return bool(answered.values.get(name, answered.query.params[name].default != ANY))


def _gap(answered: "Answered", name: str, column: str, language: Language) -> str:
    if not column:
        return answered.slot(name, language)
    if name == "count":
        return _number(answered, answered.distinct[column], language)
    if name == "ties":
        return f"{_ties(answered, column):,}"
    if name == "sum":
        whole = _whole(answered)
        return f"{sum(Decimal(row[column].value) for row in whole if column in row):,}" if whole else ""
    if name == "each":
        return _each(answered, column, language)
    return _told(answered, _top(answered), column, language)


def _top(answered: "Answered") -> Row:
    return answered.first[0] if answered.first else {}


def _ties(answered: "Answered", column: str) -> int:
    """How many of the first rows are level with the very first in a column."""
    top = _top(answered).get(column)
    return sum(1 for _ in takewhile(lambda row: row.get(column) == top, answered.first))


def _whole(answered: "Answered") -> tuple[Row, ...]:
    """All rows; none where those at hand are not all."""
    return answered.rows if len(answered.rows) == answered.total else ()


def _each(answered: "Answered", columns: str, language: Language) -> str:
    def cell(row: Row, column: str) -> str:
        said = _told(answered, row, column, language)
        return wording("year")[language].format(value=said) if _kind(answered, column) == "year" else said

    return each(_whole(answered), columns.split(), cell, language)


def _told(answered: "Answered", row: Row, column: str, language: Language) -> str:
    """A cell as it stands in a sentence: a number with what limits it."""
    said = answered.text(row, column, language)
    if _kind(answered, column) != "number":
        return said
    return qualified(row, said, lambda iri: answered.labels[iri][language])


def _kind(answered: "Answered", column: str) -> str:
    return answered.query.columns[column].kind if column in answered.query.columns else ""


def _number(answered: "Answered", number: int, language: Language) -> str:
    """A number of all rows, as far as they were counted."""
    return wording("at_least")[language].format(n=f"{number:,}") if answered.at_least else f"{number:,}"
