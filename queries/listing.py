"""A short answer told row by row in its first sentence: 福田区2021年306件、2022年486件；敦煌市2021年超过220件。"""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby

from kg.store.answer import Row
from queries.wording import wording

MOST = 8
"""Rows that a sentence tells: two places in four years."""
_EXACT = "qual-exact"

Cell = Callable[[Row, str], str]
"""The text of a row's cell."""


def each(rows: Sequence[Row], columns: Sequence[str], cell: Cell, language: str) -> str:
    """The rows, each by the cells that tell it from the others and its value, which is the last column; "" for more than
    `MOST` rows, or none with a value. Of several rows that begin alike the beginning is told once.

    >>> rows = [{"area": "甲县", "year": year, "value": value} for year, value in (("2021年", "3件"), ("2022年", ""))]
    >>> each(rows, ("area", "year", "value"), lambda row, column: row[column], "zh")
    '2021年3件、2022年未写'
    >>> both = [*rows, {"area": "乙县", "year": "2021年", "value": "5件"}]
    >>> each(both, ("area", "year", "value"), lambda row, column: row[column], "zh")
    '甲县2021年3件、2022年未写；乙县2021年5件'
    """
    *telling, value = columns
    told = [(tuple(cell(row, name) for name in telling), cell(row, value)) for row in rows]
    if not 1 < len(told) <= MOST or not any(said for _, said in told):
        return ""
    apart = [at for at in range(len(telling)) if len({names[at] for names, _ in told}) > 1]
    words: Mapping[str, str] = {name: wording("each", name)[language] for name in ("unstated", "one", "group")}
    gap = " " if language.startswith("en") else ""
    lines = [([names[at] for at in apart], said or words["unstated"]) for names, said in told]
    if len(apart) < 2:
        return words["one"].join(gap.join([*names, said]) for names, said in lines)
    groups = groupby(lines, key=lambda line: line[0][0])
    return words["group"].join(
        gap.join([first, words["one"].join(gap.join([*names[1:], said]) for names, said in several)])
        for first, several in groups
    )


def qualified(row: Row, said: str, label: Callable[[str], str]) -> str:
    """A number with the word that limits it: 超过220件. `label` tells what a qualifier is called.

    >>> from kg.store.answer import Cell
    >>> qualified({"qualifier": Cell("https://x/ns#qual-over", "uri")}, "220件", lambda iri: "超过"), qualified({}, "3件", str)
    ('超过220件', '3件')
    """
    limit = row.get("qualifier")
    if not said or limit is None or limit.value.endswith(_EXACT):
        return said
    word = label(limit.value)
    return f"{word} {said}" if word.isascii() else word + said
