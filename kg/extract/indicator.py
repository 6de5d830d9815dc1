"""Indicators: the concept that a figure's name stands for, the same in all reports."""

import re
from collections.abc import Mapping
from functools import cache

from kg.extract.words import cues
from kg.lexicon import table

_PART = re.compile(cues("part"))
COLUMNS = ("key", "zh", "en", "unit", "pattern", "unless", "examples")


@cache
def _concepts(unit: str) -> tuple[tuple[str, re.Pattern[str], re.Pattern[str] | None], ...]:
    return tuple(
        (zh, re.compile(pattern), re.compile(unless) if unless else None)
        for _, zh, _, units, pattern, unless, _ in table("indicators", *COLUMNS)
        if unit in units.split()
    )


@cache
def in_english() -> Mapping[str, str]:
    """The concepts' names in English.

    >>> in_english()["网办率"]
    'Share of services handled online'
    """
    return {zh: en for _, zh, en, *_ in table("indicators", *COLUMNS)}


@cache
def wordings() -> Mapping[str, tuple[str, ...]]:
    """Other wordings of each concept, as people and reports ask for it.

    >>> wordings()["即办率"]
    ('即办件占比', '即办事项占比')
    """
    return {
        zh: tuple(wording for wording in examples.split(";") if wording and wording != zh)
        for _, zh, *_, examples in table("indicators", *COLUMNS)
    }


def concept(name: str, unit: str, *, change: bool = False, rank: bool = False) -> str | None:
    """The canonical name of what a name means, None for a name that the table does not know, for changes and for ranks.

    >>> concept("网上办理率", "%"), concept("行政机关负责人出庭应诉率", "%"), concept("会见天数", "天")
    ('网办率', '行政机关负责人出庭应诉率', None)
    >>> concept("办理涉企行政复议案件数", "件")  # a part of what the concept counts

    """
    if change or rank:
        return None
    part = _PART.search(name)
    for zh, pattern, unless in _concepts(unit):
        if pattern.search(name) and not (unless and unless.search(name)):
            return None if part and part[0] not in zh else zh
    return None
