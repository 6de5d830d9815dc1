"""Home: the place that a body's name says it is of, and what reforms made of the office."""

from dataclasses import dataclass
from functools import cache, lru_cache

from kg.corpus.area import area_of
from kg.corpus.document import Area, Level
from kg.lexicon import divisions, table

_ENDS = "省市县区旗州盟"
_LONGEST = 24


@dataclass(frozen=True, slots=True)
class Home:
    """Where a body is at home."""

    name: str
    """Of the body, without the places above its own: 南京市鼓楼区司法局 is 鼓楼区司法局."""
    areas: tuple[Area, ...]
    """The one area, or all those of its name that cannot be told apart."""


@lru_cache(maxsize=65536)
def home(name: str, near: tuple[str, ...] = ()) -> Home | None:
    """The home of a body by the division that its name begins with; None when it begins with none.

    Of several divisions of one name that wins which is the only one in the first of `near` (codes of the divisions
    around the report, the nearest first) that has any.

    >>> home("江苏省司法厅").areas[0].code, home("南京市鼓楼区司法局").areas[0].code, home("县司法局")
    ('320000', '320106', None)
    >>> [area.full_name for area in home("鼓楼区司法局").areas]
    ['江苏省南京市鼓楼区', '江苏省徐州市鼓楼区', '福建省福州市鼓楼区', '河南省开封市鼓楼区']
    >>> [area.full_name for area in home("鼓楼区司法局", near=("350000",)).areas]
    ['福建省福州市鼓楼区']
    """
    for end in range(min(len(name) - 1, _LONGEST), 1, -1):
        if name[end - 1] not in _ENDS or (end == 2 and name[1] == "区"):  # 城区, 郊区 are words as well
            continue
        names = tuple(divisions.chain(name[:end]))
        if names:
            one = divisions.find(name[:end]) if len(names) > 1 else None
            found = (one,) if one else _told_apart(divisions.named(names[-1]), near)
            return Home(names[-1] + name[end:], tuple(map(area_of, found))) if found else None
    return None


def _told_apart(found: tuple[divisions.Division, ...], near: tuple[str, ...]) -> tuple[divisions.Division, ...]:
    standing = tuple(one for one in found if one.until is None) or found
    for code in near:
        own = code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code
        inside = tuple(one for one in standing if one.code.startswith(own))
        if inside:
            return inside
    return standing


@dataclass(frozen=True, slots=True)
class Reform:
    """What is known of an office by its name: from and to which year there was one of that name, and what took its place."""

    since: int | None
    until: int | None
    successor: str
    """The full name of the office that took its place; empty when it stands, or when that differs from place to place."""


@lru_cache(maxsize=8192)
def reform(name: str, level: Level | None) -> Reform | None:
    """The row of reforms.tsv for the office that a name ends in, behind a place.

    >>> reform("宁海县法制办", "county"), reform("浙江省人民政府法制办公室", "province").successor
    (Reform(since=None, until=2019, successor='宁海县司法局'), '浙江省司法厅')
    >>> reform("宁海县大数据局", "county"), reform("宁海县监委", "county").since
    (None, 2018)
    """
    for form, of, since, until, successor in _reforms():
        place = name.removesuffix(form)
        if place != name and place and place[-1] in _ENDS and of in ("", level):
            return Reform(since, until, place + successor if successor else "")
    return None


@cache
def _reforms() -> tuple[tuple[str, str, int | None, int | None, str], ...]:
    """The rows, the longest form first, of one form that of a level before that of any."""
    rows = table("reforms", "form", "level", "since", "until", "successor", key=2)
    found = [(form, of, int(a) if a else None, int(b) if b else None, to) for form, of, a, b, to in rows]
    return tuple(sorted(found, key=lambda row: (-len(row[0]), row[0], not row[1])))
