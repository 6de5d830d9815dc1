"""One answer in the view that was asked for: the values that each view's template needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from kg.store.answer import Row
from queries.answer import Answered
from queries.evidence import Evidence
from queries.header import Axes, Language
from server.charts import svg
from server.charts.links import LINKS, mutual, network
from server.charts.points import Edge, Panel, edges, grids, moments, panels
from server.pages.cells import Quoted, heads, table

_PANELS, _POINTS = 8, {"bar": 40, "dot": 80, "line": 240}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two quotes side by side and the judgement between them."""

    left: Evidence | None
    right: Evidence | None
    middle: str
    note: str
    judged: bool
    """Whether the two were held side by side; a plan of a year without a report was not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One number, large."""

    name: str
    value: str
    unit: str
    percent: bool
    about: str
    no: int | None


def parts(answered: Answered, view: str, quotes: tuple[Quoted, ...], language: Language) -> Mapping[str, Any]:
    """What the template of a view needs, beside what every view has."""
    axes = answered.query.view.axes(view) or Axes()
    title = answered.title[language]
    if view in ("bar", "dot", "line"):
        found = _panels(answered, view, axes, language)
        shown = fewer(found, _POINTS[view])
        left = sum(len(one.points) for one in found) - sum(len(one.points) for one in shown)
        alone = view == "line" and all(len({point.label for point in one.points}) == 1 for one in shown)
        draw = svg.drawing(view, title)
        return {"panels": shown, "left_out": left, "alone": alone, "draw": draw, "chart_title": title}
    if view == "network":
        return _network(answered, axes, title, language)
    if view == "heatmap":
        every = grids(answered, axes, language)
        left = sum(one.left_out for one in every) + sum(len(one.cells) for one in every[_PANELS:])
        return {"grids": every[:_PANELS], "left_out": left, "chart_title": title}
    if view == "timeline":
        return {
            "moments": moments(answered, axes, language),
            "numbers": {quoted.evidence.iri: quoted.no for quoted in quotes},
            "left_out": sum(axes.x not in row for row in answered.rows),
        }
    if view == "side-by-side":
        return _pairs(answered, axes, language)
    if view == "card":
        return {"cards": _cards(answered, axes, quotes, language)}
    if view == "table":
        return {"columns": heads(answered, language), "table": table(answered, quotes, language)}
    return {}


def _panels(answered: Answered, view: str, axes: Axes, language: Language) -> tuple[Panel, ...]:
    # Dots lie along x and are named by y; bars and lines stand on x and measure y.
    label, value = (axes.y, axes.x) if view == "dot" and _numeric(answered, axes.x) else (axes.x, axes.y)
    if label is None or value is None:
        return ()
    return panels(answered, axes, label, value, language)


def fewer(found: tuple[Panel, ...], points: int) -> tuple[Panel, ...]:
    """What an eye can take in: the fullest panels, the first points of each. The page says how many are left out."""
    fullest = sorted(found, key=lambda panel: -len(panel.points))[:_PANELS]
    kept = [panel for panel in found if panel in fullest]
    return tuple(replace(panel, points=panel.points[:points]) for panel in kept)


def _numeric(answered: Answered, name: str | None) -> bool:
    column = answered.query.columns.get(name or "")
    return column is not None and column.kind in ("number", "percent")


def _network(answered: Answered, axes: Axes, title: str, language: Language) -> Mapping[str, Any]:
    links = edges(answered, axes, language)
    columns = answered.query.columns

    def name(column: str | None) -> str:
        return columns[column][language] if column and column in columns else ""

    def draw(shown: Sequence[Edge]) -> Markup:
        return svg.in_two_sizes(lambda width: (mutual if axes.mutual else network)(shown, width, title))

    return {
        "links": links,
        "left_out": max(len(links) - LINKS, 0),
        "mutual": axes.mutual,
        "network_ends": (name(axes.from_), name(axes.to)),
        "draw_network": draw,
        "chart_title": title,
    }


def _pairs(answered: Answered, axes: Axes, language: Language) -> Mapping[str, Any]:
    columns = answered.query.columns
    marked = {part.sentence: part.marks for part in answered.query.evidence}

    def words(row: Row, name: str | None) -> Evidence | None:
        cell = row.get(name or "")
        found = answered.evidence.get(cell.value) if cell else None
        if found is None:
            return None
        cells = [row[mark] for mark in marked.get(name or "", ()) if mark in row]
        return found.only([c.value for c in cells if c.kind == "uri"], [c.value for c in cells if c.kind != "uri"])

    made = [
        Pair(
            left=words(row, axes.left),
            right=words(row, axes.right),
            middle=_judged(answered, row, axes, language),
            note=_confidence(answered, row, axes, language),
            judged=axes.middle in (None, "confidence") or axes.middle in row,
        )
        for row in answered.rows
    ]
    heads = tuple(columns[name][language] if name and name in columns else "" for name in (axes.left, axes.right))
    return {"pairs": list(dict.fromkeys(made)), "pair_heads": heads}


def _judged(answered: Answered, row: Row, axes: Axes, language: Language) -> str:
    """The judgement between two quotes; a bare number says what it is in the note."""
    if not axes.middle or axes.middle == "confidence":
        return ""
    return answered.text(row, axes.middle, language)


def _confidence(answered: Answered, row: Row, axes: Axes, language: Language) -> str:
    if "confidence" not in answered.query.columns or "confidence" not in row:
        return ""
    return f"{answered.query.columns['confidence'][language]} {answered.text(row, 'confidence', language)}"


def _cards(answered: Answered, axes: Axes, quotes: tuple[Quoted, ...], language: Language) -> list[Card]:
    if not axes.x or not axes.y:
        return []
    numbers = {quoted.evidence.iri: quoted.no for quoted in quotes}
    column = answered.query.columns[axes.y]
    made = []
    for row in answered.rows:
        if axes.x not in row or axes.y not in row:
            continue
        around = [name for name in ("area", "place", "year") if name in answered.query.columns and name in row]
        sentence = next((row[part.sentence].value for part in answered.query.evidence if part.sentence in row), "")
        made.append(
            Card(
                name=answered.text(row, axes.x, language),
                value=row[axes.y].value,
                unit=row[column.unit].value if column.unit and column.unit in row else "",
                percent=column.kind == "percent",
                about=" ".join(answered.text(row, name, language) for name in around),
                no=numbers.get(sentence),
            )
        )
    return made
