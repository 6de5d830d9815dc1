"""Which reports a question could look at, given its place and year, and which years that were asked for have none."""

from dataclasses import dataclass

from kg.store.answer import Store
from queries.binding import Values, chosen, fill
from queries.header import NamedQuery, Param, Text
from queries.support import support
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


_PARAMS = {
    "place": Param(type="area", multi=True, help=Text(zh="-", en="-")),
    "year": Param(type="year", multi=True, help=Text(zh="-", en="-")),
}


def coverage(query: NamedQuery, values: Values, store: Store, *, base: str) -> Coverage:
    """The reports that a question could look at: those of its slots `place` and `year`, else all."""
    fitting = _fitting(query, values)
    row = store.rows(fill(support("coverage"), _PARAMS, fitting, base))[0]
    held = set(row["years"].value.split()) if "years" in row else set()
    asked = chosen(fitting, "year") if "year" in fitting else ()
    return Coverage(
        reports=int(row["reports"].value),
        places=int(row["places"].value),
        first=int(row["first"].value) if "first" in row else None,
        last=int(row["last"].value) if "last" in row else None,
        absent=tuple(sorted(int(year) for year in asked if year not in held)),
    )


def reaches(query: NamedQuery, values: Values, store: Store, *, base: str, most: int) -> bool:
    """Whether a question could look at more reports than `most`; costs as much however many there are."""
    text = fill(support("reach"), _PARAMS, _fitting(query, values), base)
    return len(store.rows(f"{text}LIMIT {most + 1}\n")) > most


def _fitting(query: NamedQuery, values: Values) -> Values:
    return {name: values[name] for name in _PARAMS if name in values and query.params[name].type == _PARAMS[name].type}
