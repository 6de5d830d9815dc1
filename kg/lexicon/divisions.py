"""Administrative divisions of China, from provinces to townships, with the names and codes that they had before.

    by_code("330226")            one division, or None
    named("宁海县")               every division of this name; inside="330000" narrows to what lies below 浙江省
    find("浙江省宁波市宁海县")     the one division that a printed name or chain of names means, or None
    parents(division)            from the province down, without itself
    townships("330226")          the townships of a county

Read from `divisions.tsv` and `townships.tsv`, which `python -m kg.lexicon.rebuild_divisions` makes. Nothing here guesses:
a name that two places bear gives both, and `find` gives None.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from kg.lexicon import table

Level = Literal["central", "province", "city", "county", "township", "village"]

_SUFFIX = re.compile(r"(?:特别行政区|自治区|自治州|自治县|自治旗|地区|林区|特区|省|市|盟|县|区|旗|州)$")


@dataclass(frozen=True, slots=True)
class Division:
    """One division: six digits of GB/T 2260, nine for a township (the statistics bureau's numbers).

    `until` is the last year of a division that is no more; `successor` is the code of what took its place, if one did.
    """

    code: str
    name: str
    level: Level
    until: int | None = None
    successor: str = ""


def by_code(code: str) -> Division | None:
    """The division of a code now, or the last one that had it.

    >>> by_code("330226").name, by_code("330000").name
    ('宁海县', '浙江省')
    >>> by_code("330226101"), by_code("999999")
    (Division(code='330226101', name='长街镇', level='township', until=None, successor=''), None)
    """
    if len(code) == 9:
        return next((found for found in townships(code[:6]) if found.code == code), None)
    return _by_code().get(code)


def named(name: str, *, inside: str = "", year: int | None = None) -> tuple[Division, ...]:
    """Every province, city and county of this name, also former ones; below the division `inside`, in being in `year`.

    An autonomous place is also found by its short name with its kind: 甘孜州, 长阳县, 长阳自治县; some by a shorter one: 巴州.

    >>> [found.code for found in named("鼓楼区")]
    ['320106', '320302', '350102', '410204']
    >>> [found.code for found in named("鼓楼区", inside="350000")]
    ['350102']
    """
    return tuple(
        found
        for found in _by_name().get(name) or _by_short_name().get(name, ())
        if _below(found.code, inside) and (year is None or found.until is None or found.until >= year)
    )


def provinces() -> tuple[Division, ...]:
    """The provinces, autonomous regions, municipalities and special regions that are in being.

    >>> len(provinces())
    34
    """
    return tuple(one for one in _divisions() if one.level == "province" and one.until is None)


def seat(name: str) -> Division | None:
    """What a zone lies in: by the table, or whose short name it bears at its head; None if none or several do.

    >>> seat("合肥高新区").name, seat("北京经济技术开发区").name, seat("吉林高新区"), seat("大鹏新区").name
    ('合肥市', '北京市', None, '深圳市')
    >>> seat("宁海经济开发区").name, seat("鼓楼高新区"), seat("城东经济开发区")
    ('宁海县', None, None)
    >>> seat("河源东源产业园区").name, seat("南京江北新区").name
    ('东源县', '南京市')
    """
    if above := zones().get(name):
        return next(one for one in _by_name()[above] if one.until is None)
    for length in range(min(len(name), 6), 1, -1):
        found = _by_stem().get(name[:length], ())
        if found:
            return (_county_seat(name[length:], inside=found[0].code) or found[0]) if len(found) == 1 else None
    return _county_seat(name) if name.endswith(("开发区", "经开区", "高新区", "园区")) else None


def _county_seat(name: str, *, inside: str = "") -> Division | None:
    """The one county that a zone is named for; 城东 is the east of many a town."""
    for length in range(min(len(name) - 3, 4), 1, -1):
        stem = name[:length]
        found = [
            one
            for kind in "县市区"
            for one in named(stem + kind, inside=inside)
            if one.until is None and "城" not in stem
        ]
        if found:
            return found[0] if len(found) == 1 else None
    return None


@cache
def zones() -> Mapping[str, str]:
    """Zones that do not bear the name of their city, with the city or province that they lie in.

    >>> zones()["大鹏新区"]
    '深圳市'
    """
    return dict(table("zones", "zone", "above"))  # type: ignore[arg-type]


def townships(county: str) -> tuple[Division, ...]:
    """The townships, towns and streets of a county, by its six digits; empty for one that has none or is not known.

    >>> len(townships("330226"))
    18
    """
    return tuple(
        Division(county + part[:3], part[3:], "township") for part in _townships().get(county, "").split(" ") if part
    )


def townships_named(name: str, *, inside: str = "") -> tuple[Division, ...]:
    """Every township of this full name below the division `inside`.

    >>> [found.code for found in townships_named("力洋镇", inside="330000")]
    ['330226102']
    """
    return tuple(
        Division(county + number, name, "township")
        for county, number in _by_township(name)
        if _below(county + number, inside)
    )


def parents(division: Division) -> tuple[Division, ...]:
    """The divisions above, from the province down; cities that only number counties (市辖区) are no division.

    >>> [above.name for above in parents(by_code("330226"))], [above.name for above in parents(by_code("110105"))]
    (['浙江省', '宁波市'], ['北京市'])
    """
    codes = (division.code[:2] + "0000", division.code[:4] + "00", division.code[:6])
    above = (_by_code().get(code) for code in dict.fromkeys(codes) if code != division.code)
    return tuple(found for found in above if found)


def find(printed: str, *, inside: str = "", year: int | None = None) -> Division | None:
    """The one division that a printed name means: a full name, or a chain of names from above; None if none or several do.

    >>> find("浙江省宁波市宁海县").code, find("宁海县").code, find("福州市鼓楼区").code, find("鼓楼区")
    ('330226', '330226', '350102', None)

    >>> find("孝感应城市").code, find("孝感宁海县")
    ('420981', None)

    A division in being wins over a former one of the same name; a city over a county that had its name before it.
    """
    names = tuple(chain(printed))
    if not names:
        return _below_short_name(printed, inside, year)
    places = {inside}
    for name in names[:-1]:
        places = {above.code for place in places for above in _candidates(name, place, year)}
    found = {one.code: one for place in places for one in _candidates(names[-1], place, year)}
    if len(found) > 1 and year is None:
        found = {code: one for code, one in found.items() if one.until is None} or found
    return next(iter(found.values())) if len(found) == 1 else None


def _below_short_name(printed: str, inside: str, year: int | None) -> Division | None:
    """孝感应城市: a division behind the short name of the city or province that it lies in."""
    for length in range(min(len(printed) - 2, 6), 1, -1):
        above = [one for one in _by_stem().get(printed[:length], ()) if _below(one.code, inside)]
        if len(above) == 1 and (found := find(printed[length:], inside=above[0].code, year=year)):
            return found
    return None


def chain(printed: str) -> Iterator[str]:
    """The names of a printed chain, the longest known name first; nothing when a part of it is no division.

    >>> list(chain("浙江省宁波市宁海县")), list(chain("浙江省青屏县"))
    (['浙江省', '宁波市', '宁海县'], [])
    """
    names: list[str] = []
    rest = printed
    while rest:
        length = next((n for n in range(min(len(rest), 18), 1, -1) if _known(rest[:n])), 0)
        if not length:
            return
        names.append(rest[:length])
        rest = rest[length:]
    yield from names


def short(name: str) -> str:
    """A name without its kind, as texts shorten it.

    >>> short("宁海县"), short("内蒙古自治区"), short("黔西南布依族苗族自治州"), short("新疆维吾尔自治区"), short("县")
    ('宁海', '内蒙古', '黔西南', '新疆', '县')
    """
    bare = _SUFFIX.sub("", name)
    if bare != name and "自治" in name:
        bare = _peoples().sub("", bare) or bare
    return bare if len(bare) >= 2 else name


def _known(name: str) -> bool:
    return name in _by_name() or name in _by_short_name() or name in _township_names()


def _candidates(name: str, inside: str, year: int | None) -> tuple[Division, ...]:
    return named(name, inside=inside, year=year) or townships_named(name, inside=inside)


def _below(code: str, inside: str) -> bool:
    stem = inside[:2] if inside.endswith("0000") else inside[:4] if inside.endswith("00") else inside
    return code.startswith(stem) and code != inside


def _level(code: str) -> Level:
    if code.endswith("0000"):
        return "province"
    return "city" if code.endswith("00") else "county"


@cache
def _peoples() -> re.Pattern[str]:
    names = [name for (name,) in table("peoples", "name")]
    stems = [name.removesuffix("族") for name in names if len(name) > 3]
    return re.compile(f"(?<=[\u4e00-\u9fff]{{2}})(?:{'|'.join(sorted((*names, *stems), key=len, reverse=True))})+$")


@cache
def _divisions() -> tuple[Division, ...]:
    return tuple(
        Division(code, name, _level(code), int(until) if until else None, successor)
        for code, name, until, successor in table("divisions", "code", "name", "until", "successor", key=2)
    )


@cache
def _by_code() -> Mapping[str, Division]:
    return {one.code: one for one in sorted(_divisions(), key=lambda one: one.until or 9999)}


@cache
def _by_name() -> Mapping[str, tuple[Division, ...]]:
    found: dict[str, list[Division]] = {}
    for one in _divisions():
        found.setdefault(one.name, []).append(one)
    return {name: tuple(ones) for name, ones in found.items()}


@cache
def _by_short_name() -> Mapping[str, tuple[Division, ...]]:
    """甘孜州, 甘孜自治州 → 甘孜藏族自治州. A name that is also a full name elsewhere is not shortened."""
    found: dict[str, list[Division]] = {}
    for one in _divisions():
        if "自治" in one.name and not one.name.endswith("区"):
            for kind in (one.name[-1], one.name[-3:]):
                found.setdefault(short(one.name) + kind, []).append(one)
    for printed, name in table("short_places", "short", "name"):
        found.setdefault(printed, []).extend(_by_name()[name])
    return {name: tuple(ones) for name, ones in found.items() if name not in _by_name()}


@cache
def _by_stem() -> Mapping[str, tuple[Division, ...]]:
    found: dict[str, list[Division]] = {}
    for one in _divisions():
        if one.level in ("province", "city") and one.until is None:
            found.setdefault(short(one.name), []).append(one)
    return {stem: tuple(ones) for stem, ones in found.items()}


@cache
def _townships() -> Mapping[str, str]:
    return dict(table("townships", "county", "townships"))  # type: ignore[arg-type]


@cache
def _township_names() -> frozenset[str]:
    return frozenset(part[3:] for part in " ".join(_townships().values()).split(" "))


@lru_cache(maxsize=1024)
def _by_township(name: str) -> tuple[tuple[str, str], ...]:
    """County and number of each township of a name: looked for in the rows, since an index of all takes longer to make."""
    if name not in _township_names():
        return ()
    return tuple(
        (county, part[:3])
        for county, row in _townships().items()
        if name in row
        for part in row.split(" ")
        if part[3:] == name
    )
