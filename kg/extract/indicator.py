"""Indicators: the concept that a figure's name stands for, the same in all reports."""

import re
from functools import cache

from kg.lexicon import table

COLUMNS = ("key", "zh", "en", "unit", "pattern", "unless", "examples")


@cache
def _concepts() -> tuple[tuple[str, re.Pattern[str], re.Pattern[str] | None, frozenset[str]], ...]:
    return tuple(
        (key, re.compile(pattern), re.compile(unless) if unless else None, frozenset(unit.split()))
        for key, _, _, unit, pattern, unless, _ in table("indicators", *COLUMNS)
    )


def concept(name: str, unit: str, *, change: bool = False, rank: bool = False) -> str | None:
    """The canonical key of a name, None for a name that the table does not know, for changes and for ranks.

    >>> concept("网上办理率", "%"), concept("行政机关负责人出庭应诉率", "%"), concept("会见天数", "天")
    ('online-handling-rate', 'head-appearance-rate', None)
    """
    if change or rank:
        return None
    for key, pattern, unless, units in _concepts():
        if unit in units and pattern.search(name) and not (unless and unless.search(name)):
            return key
    return None
