"""Provinces, cities and counties, whether or not a report is of them, and what people call them for short."""

from functools import cache

from kg.lexicon import table
from queries.wording import words

_RARE, _NAMED, _CITY = 130, 1000, 2300
"""How often the dictionary has met a short name that is taken for the place: one that is also a word; one that it marks as
a name; that of a city."""


@cache
def divisions() -> frozenset[str]:
    """Provinces, cities and counties by their whole names, past ones too (the division table)."""
    return frozenset(name for _, name, _, _ in table("divisions", "code", "name", "until", "successor", key=2))


def short_names_of(place: str) -> tuple[str, ...]:
    """What a place is called without the last word of its name and the peoples in it.

    >>> short_names_of("宁海县"), short_names_of("大理白族自治州"), short_names_of("宁县")
    (('宁海',), ('大理', '大理州'), ())
    """
    suffix = next((one for one in words("area_suffixes") if place.endswith(one)), "")
    short = place.removesuffix(suffix)
    if suffix.endswith(("自治州", "自治县", "自治区")):
        while people := next(
            (one for one in words("peoples") if short.endswith(one) and len(short) > len(one) + 1), ""
        ):
            short = short.removesuffix(people)
    if not suffix or len(short) < 2:
        return ()
    return (short,) if short + suffix == place else (short, short + suffix[-1])


@cache
def place_words() -> frozenset[str]:
    """Whole names of places, and short ones that are not more often a word of another sense: 南部, 合作.

    >>> [word in place_words() for word in ("杭州", "石家庄", "岳阳", "大理州", "罗列", "城市", "合作", "惠民")]
    [True, True, True, True, False, False, False, False]
    """
    import jieba

    short: dict[str, bool] = {}
    for place in sorted(divisions()):
        for word in short_names_of(place):
            short[word] = short.get(word, False) or place.endswith(("市", "州", "省"))
    with jieba.get_module_res("dict.txt") as file:
        lines = file.read().decode("utf-8").splitlines()
    for line in lines:
        word, _, rest = line.partition(" ")
        if word in short:
            times, mark = rest.split(" ")
            most = _CITY if short[word] else _NAMED if mark.startswith(("nr", "nz", "nt")) else _RARE
            if mark != "ns" and int(times) > most:
                del short[word]
    return divisions() | (short.keys() - set(words("no_places")))
