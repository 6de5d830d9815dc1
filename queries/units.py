"""Units in the reader's language: 起 is cases where English is read. What is measured keeps the report's own word."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).with_name("units.tsv")
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


def unit_after(unit: str, value: str, language: str = "zh") -> str:
    """A unit as it follows its number, with the space between them.

    >>> unit_after("起", "622", "zh"), unit_after("起", "622", "en"), unit_after("起", "1", "en")
    ('起', ' cases', ' case')
    >>> unit_after("%", "99.6", "en"), unit_after("个", "18", "en"), unit_after("户籍", "3", "en")
    ('%', '', ' 户籍')
    """
    if language != "en" or not unit:
        return unit
    one, many = _english().get(unit, (unit, unit))
    word = one if value == "1" else many
    return word if not word or word in _CLOSE else f" {word}"
