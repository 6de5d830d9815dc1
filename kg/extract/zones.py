"""Zones: areas that a management committee governs and that are no divisions (经开区, 高新区), by their names."""

import re
from collections.abc import Iterator

from kg.extract.words import either
from kg.lexicon import divisions, pattern, table

KINDS = frozenset(word for word, _, scope in table("levels", "word", "level", "scope") if scope == "zone")
_END = re.compile(either(KINDS) + "$")
_SORT = pattern("zones.sort")
_LONGEST_STEM = 6
_LONGEST = 20
_ANY = re.compile(either(KINDS))


def is_zone(name: str) -> bool:
    """Whether a name ends as those of zones do.

    >>> is_zone("武汉经济技术开发区"), is_zone("雁塔区"), is_zone("西园区")
    (True, False, False)
    """
    kind = _END.search(name)
    return kind is not None and (kind.start() > 1 or name in KINDS)


def before(text: str, low: int, end: int) -> tuple[int, str] | None:
    """The zone that bears the name of its place and ends at `end`, and where it starts.

    >>> before("会同武汉经开区", 0, 7), before("推进经开区", 0, 5)
    ((2, '武汉经开区'), None)
    """
    kind = _END.search(text[low:end])
    if kind is None:
        return None
    last = low + kind.start()
    for start in range(low, last - 1):
        longest = min(_LONGEST_STEM, last - start)
        stem = next((n for n in range(longest, 1, -1) if _is_stem(text[start : start + n])), 0)
        if stem and _SORT.fullmatch(text, start + stem, last):
            return start, text[start:end]
    return None


def whole(text: str, kind: str) -> str:
    """The one zone of a kind that a text names by the name of its place too; empty where it names none or several.

    >>> whole("武汉经济技术开发区依法行政,经开区管委会", "经开区"), whole("武汉高新区与合肥高新区签约", "高新区")
    ('武汉经济技术开发区', '')
    >>> whole("落实《汕尾市红海湾开发区工作要点》,推进开发区建设", "开发区")
    '汕尾市红海湾开发区'
    """
    found = (before(text, max(0, at.start() - _LONGEST), at.end()) for at in _ANY.finditer(text))
    named = {one[1] for one in found if one and (one[1].endswith(kind) or kind in also(one[1]))}
    named = named or {name for at in re.finditer(kind, text) for name in _behind_city(text, at.start(), at.end())}
    return named.pop() if len(named) == 1 else ""


def _behind_city(text: str, stem: int, end: int) -> Iterator[str]:
    """白石市石溪湾|开发区: a zone by a name of its own, two or three letters right behind the name of its city."""
    for last in (stem - 2, stem - 3):
        for start in range(max(0, last - _LONGEST_STEM), last - 1):
            if text[last - 1] in "市县州" and divisions.find(text[start:last]):
                yield text[start:end]
                return


def also(name: str) -> Iterator[str]:
    """By which words a zone is called besides the end of its name.

    >>> list(also("武汉经济技术开发区")), list(also("高新区"))
    (['经开区'], ['高新区'])
    """
    if name in KINDS:
        yield name
    elif "开发区" in name or "园区" in name:
        yield from (short for part, short in (("经济", "经开区"), ("高新", "高新区")) if part in name)


def without_seat(name: str) -> Iterator[str]:
    """The name of a zone without the city before it, where that is a name.

    >>> list(without_seat("天津滨海高新区")), list(without_seat("武汉经开区"))
    (['滨海高新区'], [])
    """
    seat = divisions.seat(name)
    rest = name.removeprefix(divisions.short(seat.name)).lstrip("省市") if seat else ""
    if rest and rest not in KINDS and not _SORT.fullmatch(_END.sub("", rest)):
        yield rest


def _is_stem(word: str) -> bool:
    """Whether a place is called so without its kind: 武汉, 中牟."""
    seat = divisions.seat(word)
    if seat:
        return word == divisions.short(seat.name)
    return any(divisions.named(word + kind) for kind in "县市区")
