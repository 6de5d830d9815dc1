"""What a release holds: its reports, each of its year and place, and its indicators. Read once, when the release is opened.

What many reports say is read report by report, so that a page costs no more than its rows; here stands in which order, and
which reports a question could look at.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby

from kg.store.answer import Store
from queries.header import Pages
from queries.support import support

Groups = tuple[tuple[str, ...], ...]
"""Reports, areas or indicators as rows follow each other: what stands in one place of the order is together."""


@dataclass(frozen=True, slots=True, order=True)
class OfYear:
    """A report of a year, or one that plans for it, and its place; by their IRIs. A year that is not known is 0."""

    year: int
    area: str
    report: str


@dataclass(frozen=True, slots=True, eq=False)
class ByPlace:
    """Reports in order: all, and those of a place and of all that lies in it."""

    everywhere: Sequence[OfYear]
    places: Mapping[str, Sequence[OfYear]] = field(repr=False)

    def of(self, places: Collection[str], years: Collection[int]) -> Sequence[OfYear]:
        """Those of some places, by IRI, and years; of all where none is told."""
        found = self.everywhere
        if places:
            several = [self.places.get(place, ()) for place in places]
            found = several[0] if len(several) == 1 else sorted(set(chain(*several)))
        return [one for one in found if one.year in years] if years else found


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """What one release holds."""

    reports: ByPlace
    undated: ByPlace
    """Reports of which the year is not known."""
    successors: ByPlace
    """Reports that have one before them."""
    plans: ByPlace
    """Reports by the year that they plan."""
    successor_plans: ByPlace
    indicators: Sequence[str]
    """By IRI, the last first."""

    def order(self, pages: Pages, places: Collection[str], years: Collection[int]) -> Groups:
        """What the rows of a question about some places and years follow each other by: reports of one place and year
        together, areas that have a report, all reports of one area together, or indicators."""
        if pages == "indicators":
            return tuple((one,) for one in self.indicators)
        if pages in ("areas", "figures", "area-reports"):
            of_area: dict[str, list[str]] = defaultdict(list)
            for one in chain(self.reports.of(places, ()), self.undated.of(places, ())):
                of_area[one.area].append(one.report)
            return tuple(tuple(of_area[area]) if pages == "area-reports" else (area,) for area in sorted(of_area))
        of: Mapping[Pages, ByPlace] = {
            "reports": self.reports,
            "successors": self.successors,
            "plans": self.plans,
            "successor-plans": self.successor_plans,
        }
        found = groupby(of[pages].of(places, years), key=lambda one: (one.year, one.area))
        return tuple(tuple(one.report for one in together) for _, together in found)


def held(store: Store) -> Held:
    """What the store's release holds, read once; what states no release may hold something else the next time."""
    found = _HELD.get(store.release) if store.release else None
    if found is None:
        found = _read(store)
        while len(_HELD) >= _KEPT:
            _HELD.pop(next(iter(_HELD)), None)
        _HELD[store.release] = found
    return found


def _read(store: Store) -> Held:
    above: dict[str, list[str]] = defaultdict(list)
    for row in store.rows(support("held-places")):
        above[row["area"].value].append(row["place"].value)
    reports: set[OfYear] = set()
    successors: set[str] = set()
    area_of: dict[str, set[str]] = defaultdict(set)
    for row in store.rows(support("held-reports")):
        report = row["report"].value
        reports.add(OfYear(int(row["year"].value) if "year" in row else 0, row["area"].value, report))
        area_of[report].add(row["area"].value)
        if "before" in row:
            successors.add(report)
    dated = {one for one in reports if one.year}
    plans = {
        OfYear(int(row["year"].value), area, row["report"].value)
        for row in store.rows(support("held-plans"))
        for area in area_of[row["report"].value]
    }
    return Held(
        reports=_by_place(dated, above),
        undated=_by_place(reports - dated, above),
        successors=_by_place((one for one in dated if one.report in successors), above),
        plans=_by_place(plans, above),
        successor_plans=_by_place((one for one in plans if one.report in successors), above),
        indicators=sorted((row["indicator"].value for row in store.rows(support("held-indicators"))), reverse=True),
    )


def _by_place(reports: Iterable[OfYear], above: Mapping[str, Sequence[str]]) -> ByPlace:
    """The same in order, and by each place that they are of or lie in.

    >>> found = _by_place([OfYear(2022, "town", "b"), OfYear(2021, "town", "a")], {"town": ["county"]})
    >>> [one.report for one in found.of(["county"], [])], [one.report for one in found.of([], [2022])], found.of(["sea"], [])
    (['a', 'b'], ['b'], ())
    """
    everywhere = sorted(reports)
    places: dict[str, list[OfYear]] = defaultdict(list)
    for one in everywhere:
        for place in dict.fromkeys((one.area, *above.get(one.area, ()))):
            places[place].append(one)
    return ByPlace(everywhere, dict(places))


_KEPT = 2
"""Releases: one that is asked, and the one that follows it."""
_HELD: dict[str, Held] = {}
