"""The place that an issuer's name or a report speaks of, with its chain of parents; what is not known stays without a code."""

import re
from dataclasses import dataclass, replace

from kg.corpus.words import any_of
from kg.lexicon import divisions, pattern
from kg.lexicon.divisions import Division, Level

PLACE = re.compile(rf"[\u4e00-\u9fff]{{2,14}}?{any_of('place')}")
ZONE = pattern("area.zone")

_LEVELS: tuple[tuple[str, Level], ...] = (
    (r"(?:省|特别行政区|自治区)$", "province"),
    (r"(?:州|地区|盟)$", "city"),
    (r"(?:街道|镇|乡|苏木|团)$", "township"),
    (r"(?:自治县|自治旗|县|旗|林区|区)$", "county"),
    (r"(?:市|师)$", "city"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """An administrative division: code by GB/T 2260 (6 digits; townships 9), or an empty code where none is known."""

    code: str
    name: str
    level: Level
    parents: tuple["Area", ...] = ()
    """From the province down, without itself."""

    @property
    def full_name(self) -> str:
        """浙江省宁波市宁海县: the chain of parents and the own name."""
        return "".join(area.name for area in self.parents) + self.name


COUNTRY = Area(code="", name="中华人民共和国", level="central")


def area_of(division: Division) -> Area:
    """An area of a known division.

    >>> area_of(divisions.by_code("330226")).full_name
    '浙江省宁波市宁海县'
    """
    above = tuple(Area(code=one.code, name=one.name, level=one.level) for one in divisions.parents(division))
    return Area(code=division.code, name=division.name, level=division.level, parents=above)


def level_of(name: str) -> Level:
    """The level that a name's last word says.

    >>> level_of("赛汗旗"), level_of("石门坎镇"), level_of("甘孜藏族自治州")
    ('county', 'township', 'city')
    """
    return next((level for pattern, level in _LEVELS if re.search(pattern, name)), "county")


def place(name: str, *, hints: str = "", year: int | None = None) -> Area | None:
    """The area of a printed place name or chain of names; `hints` is text in which names of parents may stand.

    A name that several places bear is told apart only by the full name of a parent in the hints; else it has no code.
    """
    found = divisions.find(name, year=year) or divisions.find(name)
    if found and found.level == "township" and len(tuple(divisions.chain(name))) < 2:
        found = None  # a town's name alone is no proof: two may bear it, and the table is of one year
    if found is None:
        found = _by_hints(name, hints)
    if found:
        return area_of(found)
    seat = divisions.seat(name) if ZONE.search(name) or name in divisions.zones() else None
    if seat:
        city = area_of(seat)
        return Area(code="", name=name, level=level_of(name), parents=(*city.parents, replace(city, parents=())))
    parts = PLACE.findall(name)
    if not parts or "".join(parts) != name:
        return (
            Area(code="", name=name, level=level_of(name), parents=_province(name, hints))
            if PLACE.fullmatch(name)
            else None
        )
    above = tuple(Area(code="", name=part, level=level_of(part)) for part in parts[:-1])
    known = divisions.find("".join(parts[:-1])) if above else None
    if known:
        above = (*area_of(known).parents, Area(code=known.code, name=known.name, level=known.level))
    return Area(code="", name=parts[-1], level=level_of(parts[-1]), parents=above or _province(name, hints))


def _province(name: str, hints: str) -> tuple[Area, ...]:
    """The one province that the hints name in full: the parent of a place that no table has."""
    if divisions.named(name) or divisions.townships_named(name):
        return ()
    named = [area_of(one) for one in divisions.provinces() if one.name in hints]
    return tuple(named) if len(named) == 1 else ()


def _by_hints(name: str, hints: str) -> Division | None:
    """The one of several places of a name whose parents the hints name."""
    if not hints:
        return None
    last = tuple(divisions.chain(name))[-1:] or (name,)
    candidates = divisions.named(last[0]) or divisions.townships_named(last[0])
    scored = [(sum(above.name in hints for above in divisions.parents(one)), one) for one in candidates]
    best = max((score for score, _ in scored), default=0)
    winners = [one for score, one in scored if score == best]
    return winners[0] if best and len(winners) == 1 else None
