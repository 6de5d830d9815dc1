"""Units in the reader's language: 起 is cases where English is read. What is measured keeps the report's own word."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from queries.wording import words

_TABLE = Path(__file__).with_name("units.tsv")
_PLACE = "名"
_CLOSE = ("%", "‰", "-fold")
"""What follows its number without a space."""


@cache
def _english() -> Mapping[str, tuple[str, str]]:
    lines = _TABLE.read_text("utf-8").splitlines()[1:]
    return {unit: (one, many) for unit, one, many in (line.split("\t") for line in lines)}


def unit_name(unit: str, language: str = "zh") -> str:
    """A unit as it stands in a heading. 个 counts whatever is named, so English has no word for it but number.

    >>> unit_name("起", "zh"), unit_name("起", "en"), unit_name("个", "en"), unit_name("", "en")
    ('起', 'cases', 'number', '')
    """
    if language != "en" or unit not in _english():
        return unit
    return _english()[unit][1] or "number"


def unit_after(unit: str, value: str, language: str = "zh", named: str = "") -> str:
    """A unit as it follows its number, with the space between them. 名 counts people, and where the indicator is `named` so,
    it is the place in a ranking.

    >>> unit_after("起", "622", "zh"), unit_after("起", "622", "en"), unit_after("起", "1", "en")
    ('起', ' cases', ' case')
    >>> unit_after("%", "99.6", "en"), unit_after("个", "18", "en"), unit_after("户籍", "3", "en")
    ('%', '', ' 户籍')
    >>> [unit_after("名", value, "en", "群众满意度排名") for value in ("1", "12", "23")], unit_after("名", "1", "en", "新增律师数")
    (['st place', 'th place', 'rd place'], ' person')
    """
    if language != "en" or not unit:
        return unit
    if unit == _PLACE and named.endswith(words("rank_names")):
        last = "th" if value[-2:] in ("11", "12", "13") else {"1": "st", "2": "nd", "3": "rd"}.get(value[-1:], "th")
        return f"{last} place"
    one, many = _english().get(unit, (unit, unit))
    word = one if value == "1" else many
    return word if not word or word in _CLOSE else f" {word}"
