"""对照: one indicator over places and years. Missing is not zero; targets stand apart; units are never mixed."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request

from kg.store.answer import Row
from queries import load_queries
from queries.answer import Answered, answer
from queries.header import Language
from server.charts import svg
from server.charts.points import Panel, panels
from server.i18n import language, unit_of
from server.pages.cells import Quoted, quoted
from server.pages.forms import Option, given, options, query_of
from server.pages.site import base, know
from server.pages.views import fewer
from server.paths import local_path, with_query
from server.service import service

blueprint = Blueprint("compare", __name__)
_MOST_YEARS = 12
_ROWS = 5000
_QUOTED = 40
"""Quotes on the page; a figure beyond them leads to its sentence."""
_DRAWN = 60
"""Points of the drawing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One figure in a cell."""

    value: str
    unit: str
    qualifier: str
    no: int | None
    href: str
    """Its sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A place in a year. `report` says whether a report stands behind an empty cell."""

    report: bool
    values: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A place with its years."""

    name: str
    href: str
    cells: tuple[Cell, ...]


@blueprint.get("/compare")
def page() -> str:
    """Places down, years across; above it what is compared and how much is missing."""
    query = query_of("compare-indicator")
    indicators = options(query, "indicator")
    chosen = request.args.get("indicator", "") or _most_reported(indicators)
    values = {**given(query, ("place", "year")), **({"indicator": _indicator(chosen)} if chosen else {})}
    tongue = language()
    found = answer(query, values, service().store, base=base(), limit=_ROWS, quotes=_QUOTED) if chosen else None
    quotes = quoted(found) if found else ()
    know(one.evidence for one in quotes)
    lines, years = _lines(found, quotes, tongue) if found else ([], [])
    cells = [cell for line in lines for cell in line.cells if cell.report]
    missing = sum(not cell.values for cell in cells)
    return render_template(
        "compare.html",
        indicators=[
            Option(one.value, one.label, one.n, one.value in values.get("indicator", ())) for one in indicators
        ],
        places=options(query, "place", values.get("place", ())),
        title=found.slot("indicator", tongue) if found else "",
        indicator=local_path(base() + values["indicator"][0], base()) if chosen else "",
        lines=lines,
        years=years,
        reports=len(cells),
        missing=missing,
        share=round(100 * missing / len(cells)) if cells else 0,
        units=sorted({unit_of(one.unit) for cell in cells for one in cell.values}),
        quotes=quotes,
        panels=fewer(_panels(found, tongue), _DRAWN) if found else (),
        draw=svg.drawing("dot", found.slot("indicator", tongue)) if found else None,
        caveat=query.caveat[language()],
        question=with_query(
            "/ask/compare-indicator", [(name, one) for name, several in values.items() for one in several]
        ),
    )


def _most_reported(indicators: Sequence[Option]) -> str:
    """The indicator that most reports state, else the one with the most figures; '' where there is none."""
    query = load_queries().get("comparable-indicators")
    widest = answer(query, {}, service().store, base=base(), limit=1, quotes=0).rows if query else ()
    if widest:
        return widest[0]["indicator"].value.removeprefix(base())
    return max(indicators, key=lambda one: one.n or 0).value if indicators else ""


def _indicator(chosen: str) -> tuple[str, ...]:
    return given(query_of("compare-indicator"), ("indicator",)).get("indicator") or (chosen,)


def _lines(found: Answered, quotes: tuple[Quoted, ...], tongue: Language) -> tuple[list[Line], list[int]]:
    numbers = {one.evidence.iri: one.no for one in quotes}
    years = sorted({int(row["year"].value) for row in found.rows if "year" in row})[-_MOST_YEARS:]
    places: dict[str, dict[int, list[Row]]] = {}
    for row in found.rows:
        places.setdefault(row["area"].value, {}).setdefault(int(row["year"].value), []).append(row)
    lines = [
        Line(
            name=found.labels[area][tongue],
            href=local_path(area, base()),
            cells=tuple(
                Cell(
                    report=year in by_year,
                    values=tuple(
                        _value(found, row, numbers, tongue) for row in by_year.get(year, ()) if "value" in row
                    ),
                )
                for year in years
            ),
        )
        for area, by_year in places.items()
    ]
    return lines, years


def _value(found: Answered, row: Row, numbers: dict[str, int], tongue: Language) -> Value:
    exactly = "qualifier" not in row or row["qualifier"].value.endswith("qual-exact")
    return Value(
        value=row["value"].value,
        unit=row["unit"].value if "unit" in row else "",
        qualifier="" if exactly else found.text(row, "qualifier", tongue),
        no=numbers.get(row["sentence"].value) if "sentence" in row else None,
        href=local_path(row["sentence"].value, base()) if "sentence" in row else "",
    )


def _panels(found: Answered, tongue: Language) -> tuple[Panel, ...]:
    axes = found.query.view.axes("dot")
    return panels(found, axes, "area", "value", tongue) if axes else ()
