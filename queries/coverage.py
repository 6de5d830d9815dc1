"""Which reports a question could look at, given its place and year, and which years that were asked for have none."""

from collections.abc import Sequence
from dataclasses import dataclass

from kg.store.answer import Store
from queries.binding import Values, chosen, term
from queries.header import NamedQuery
from queries.held import OfYear, held
from queries.wording import of_one, wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The reports that a question could look at, given its place and year."""

    reports: int
    places: int
    first: int | None
    last: int | None
    absent: tuple[int, ...] = ()
    """Years that were asked for and of which there is no report."""

    def say(self, language: str) -> str:
        """One sentence, and one on the years without a report.

        >>> Coverage(reports=1, places=1, first=2021, last=2021, absent=(2019, 2020)).say("zh")
        '覆盖2021年的1份报告（1个地区）。没有2019、2020年的报告。'
        """
        if not self.reports:
            return wording("no_reports")[language]
        text = wording("coverage_one" if self.first == self.last else "coverage")[language]
        said = text.format(reports=f"{self.reports:,}", places=f"{self.places:,}", first=self.first, last=self.last)
        said = of_one(said)
        if not self.absent:
            return said
        years = wording("join")[language].join(map(str, self.absent))
        return said + (" " if language == "en" else "") + wording("coverage_absent")[language].format(years=years)


def coverage(query: NamedQuery, values: Values, store: Store, *, base: str) -> Coverage:
    """The reports that a question could look at: those of its slots `place` and `year`, else all."""
    found = looked_at(query, values, store, base=base)
    years = {one.year for one in found}
    return Coverage(
        reports=len({one.report for one in found}),
        places=len({one.area for one in found}),
        first=min(years, default=None),
        last=max(years, default=None),
        absent=tuple(sorted(set(asked_of(query, values, base)[1]) - years)),
    )


def looked_at(query: NamedQuery, values: Values, store: Store, *, base: str) -> Sequence[OfYear]:
    """The reports that a question could look at, in order."""
    return held(store).reports.of(*asked_of(query, values, base))


def asked_of(query: NamedQuery, values: Values, base: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """The places, by IRI, and years of the slots `place` and `year`, of a question whose values fit (`queries.binding`)."""
    place, year = query.params.get("place"), query.params.get("year")
    places = chosen(values, "place") if place and place.type == "area" else ()
    years = chosen(values, "year") if year and year.type == "year" else ()
    return tuple(term(place, one, base)[1:-1] for one in places if place), tuple(int(one.strip()[:4]) for one in years)
