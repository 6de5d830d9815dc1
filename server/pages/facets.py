"""Facets over statements: what each one asks of the graph, its choices with counts, and the statements that fit all of them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.graph.namespaces import VOCABULARY
from kg.store.answer import Row
from server.errors import Problem
from server.pages.site import base
from server.service import service

_CODE = re.compile(r"[A-Za-z][\w-]{0,60}")
_AREA = re.compile(r"area/\d{2,12}")
_YEAR = re.compile(r"\d{4}")
_SHOWN = 30
_MOST_APART = 3000
"""Reports whose counts are held one by one; of more the rows would be more than an answer may have."""
KINDS = (
    "ReportedMeasure",
    "PlannedMeasure",
    "Result",
    "Observation",
    "Target",
    "Goal",
    "Problem",
    "Honour",
    "Plan",
    "Background",
)


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet: its name in addresses, how a statement leads to its value ?v, the form of its values.

    Facets without a pattern are properties of the report: they are counted once for all reports, not per statement.
    """

    name: str
    pattern: str
    form: str


FACETS: Sequence[Facet] = (
    Facet("kind", "?fact a ?v .", "code"),
    Facet("year", "", "year"),
    Facet("area", "", "area"),
    Facet("theme", "?section fz:theme ?v . ?sentence fz:inSection ?section . ?fact fz:statedIn ?sentence .", "code"),
    Facet("body", "?fact fz:involves/fz:bodyKind ?v .", "code"),
    Facet("unit", "?fact fz:unit ?v ; fz:indicator ?measured .", "code"),
    Facet("document", "?fact fz:refersTo/fz:documentKind ?v .", "code"),
    Facet("basis", "?fact fz:hasInvolvement/fz:basis ?v .", "code"),
)

Chosen = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Count:
    """One choice of a facet and how many statements it would leave."""

    value: str
    iri: str
    n: int


def term(facet: Facet, value: str) -> str:
    """A chosen value as a SPARQL term. Raises 400 for what cannot be one.

    >>> term(FACETS[1], "2021"), term(FACETS[0], "Goal")
    ('2021', '<https://w3id.org/fazhi/ns#Goal>')
    """
    if facet.form == "year" and _YEAR.fullmatch(value):
        return value
    if facet.form == "area" and _AREA.fullmatch(value):
        return str(NamedNode(base() + value))
    if facet.form == "code" and _CODE.fullmatch(value):
        return str(NamedNode(VOCABULARY + value))
    raise Problem("bad-request", f"{facet.name}: {value[:60]}")


_PREFIX = f"PREFIX fz: <{VOCABULARY}>\n"


@dataclass(frozen=True, slots=True)
class Share:
    """How much of a selection stands in one report."""

    report: str
    year: str
    area: str
    statements: int
    sentences: int


@dataclass(frozen=True, slots=True)
class Selection:
    """What was chosen, the sentences that hold the words looked for (None: no words), and its shares by report."""

    chosen: Chosen
    sentences: Sequence[str] | None
    shares: Sequence[Share]

    def fits(self, share: Share, without: str = "") -> bool:
        """Whether a report has one of the chosen years and places."""
        area, year = self.chosen.get("area", ()), self.chosen.get("year", ())
        return (without == "area" or not area or share.area.removeprefix(base()) in area) and (
            without == "year" or not year or share.year in year
        )

    @property
    def fitting(self) -> Sequence[Share]:
        """The reports that have something, newest first."""
        found = [share for share in self.shares if self.fits(share) and share.statements]
        return sorted(found, key=lambda share: (-int(share.year or 0), share.report))

    @property
    def total(self) -> tuple[int, int]:
        """Statements, and sentences that state them."""
        return sum(s.statements for s in self.fitting), sum(s.sentences for s in self.fitting)

    def where(self, without: str = "", reports: Sequence[str] | None = None) -> str:
        """The pattern of ?fact. Several values of one facet are any of them; several facets are all of them."""
        lines = []
        if self.sentences is not None:
            lines.append(f"VALUES ?sentence {{ {_terms(self.sentences)} }} ?fact fz:statedIn ?sentence .")
        for facet in FACETS:
            values = self.chosen.get(facet.name, ())
            if values and facet.pattern and facet.name != without:
                terms = " ".join(term(facet, value) for value in values)
                pattern = facet.pattern.replace("?v ", f"?{facet.name} ").replace("?section", f"?section_{facet.name}")
                pattern = pattern.replace("?sentence", f"?sentence_{facet.name}")
                lines.append(f"VALUES ?{facet.name} {{ {terms} }} {pattern}")
        if reports is not None:
            lines.append(f"VALUES ?report {{ {_terms(reports)} }} ?fact fz:inReport ?report .")
        return "\n  ".join(lines)


def _terms(iris: Sequence[str]) -> str:
    return " ".join(str(NamedNode(iri)) for iri in iris)


_COUNTED: dict[tuple[str, str], Sequence[Row]] = {}
_MOST_COUNTED = 512


def _counted(query: str) -> Sequence[Row]:
    """The rows of a query that counts: once for each release, which never changes."""
    store = service().store
    if not store.release:
        return store.rows(query)
    key = (store.release, query)
    rows = _COUNTED.get(key)
    if rows is None:
        rows = store.rows(query)
        if len(_COUNTED) >= _MOST_COUNTED:
            _COUNTED.clear()
        _COUNTED[key] = rows
    return rows


def select(chosen: Chosen, sentences: Sequence[str] | None) -> Selection:
    """Count a selection in every report: one query, from which totals, years and places follow."""
    for name, values in chosen.items():
        facet = next(facet for facet in FACETS if facet.name == name)
        for value in values:
            term(facet, value)
    asked = Selection(chosen, sentences, ())
    counted = {
        row["report"].value: row
        for row in _counted(
            f"{_PREFIX}SELECT ?report (COUNT(DISTINCT ?fact) AS ?n) (COUNT(DISTINCT ?stated) AS ?m) WHERE {{\n"
            f"  {asked.where()}\n  ?fact a fz:Statement ; fz:inReport ?report ; fz:statedIn ?stated .\n}}\nGROUP BY ?report"
        )
    }
    shares = []
    for row in _counted(
        f"{_PREFIX}SELECT ?report (MIN(?when) AS ?year) (MIN(?where) AS ?area) {{ ?report a fz:Report . "
        "OPTIONAL { ?report fz:periodYear ?when } OPTIONAL { ?report fz:jurisdiction ?where } } GROUP BY ?report"
    ):
        found = counted.get(row["report"].value)
        n, m = (int(found["n"].value), int(found["m"].value)) if found else (0, 0)
        year, area = (row[name].value if name in row else "" for name in ("year", "area"))
        shares.append(Share(row["report"].value, year, area, n, m))
    return Selection(chosen, sentences, shares)


def counts(facet: Facet, selection: Selection) -> list[Count]:
    """The choices of one facet among the statements that fit all others, most frequent first; years newest first."""
    if not facet.pattern:
        return _of_reports(facet, selection)
    kinds = f"VALUES ?v {{ {' '.join(f'fz:{kind}' for kind in KINDS)} }}" if facet.name == "kind" else ""
    limited = bool(selection.chosen.get("year") or selection.chosen.get("area"))
    if limited and len(selection.shares) <= _MOST_APART:
        return _by_report(facet, selection, kinds)
    reports = [share.report for share in selection.shares if selection.fits(share)] if limited else None
    rows = _counted(
        f"{_PREFIX}SELECT ?v (COUNT(DISTINCT ?fact) AS ?n) WHERE {{\n  {selection.where(facet.name, reports)}\n"
        f"  {kinds} {facet.pattern}\n}}\nGROUP BY ?v ORDER BY DESC(?n) ?v LIMIT {_SHOWN}"
    )
    return [Count(_local(row["v"].value), row["v"].value, int(row["n"].value)) for row in rows]


def _by_report(facet: Facet, selection: Selection, kinds: str) -> list[Count]:
    """The choices by sums over the reports of a year or place: counted for each report once, so the next year costs nothing."""
    fitting = {share.report for share in selection.shares if selection.fits(share)}
    found: dict[str, int] = {}
    for row in _counted(
        f"{_PREFIX}SELECT ?v ?report (COUNT(DISTINCT ?fact) AS ?n) WHERE {{\n  {selection.where(facet.name)}\n"
        f"  {kinds} {facet.pattern} ?fact fz:inReport ?report .\n}}\nGROUP BY ?v ?report"
    ):
        if row["report"].value in fitting:
            found[row["v"].value] = found.get(row["v"].value, 0) + int(row["n"].value)
    order = sorted(found, key=lambda value: (-found[value], value))
    return [Count(_local(value), value, found[value]) for value in order[:_SHOWN]]


def _of_reports(facet: Facet, selection: Selection) -> list[Count]:
    found: dict[str, int] = {}
    for share in selection.shares:
        if selection.fits(share, facet.name) and share.statements:
            value = share.year if facet.name == "year" else share.area
            if not value:
                continue
            found[value] = found.get(value, 0) + share.statements
    newest = facet.name == "year"
    order = sorted(found, key=lambda value: (-int(value) if newest else -found[value], value))
    return [Count(value.removeprefix(base()), value, found[value]) for value in order[:_SHOWN]]


def _local(value: str) -> str:
    return value.removeprefix(VOCABULARY).removeprefix(base())


def found(selection: Selection, *, limit: int, offset: int) -> list[str]:
    """The sentences and headings of the statements that fit, newest report first, in the order of the text."""
    reports: list[str] = []
    held = 0
    for share in selection.fitting:
        if not reports and offset >= share.sentences:
            offset -= share.sentences
            continue
        reports.append(share.report)
        held += share.sentences
        if held >= offset + limit:
            break
    if not reports:
        return []
    rows = service().store.rows(
        f"{_PREFIX}SELECT DISTINCT ?report ?stated ?begin WHERE {{\n  {selection.where(reports=reports)}\n"
        "  ?fact a fz:Statement ; fz:statedIn ?stated .\n  ?stated fz:beginOffset ?begin .\n}\nORDER BY ?begin ?stated"
    )
    place = {report: at for at, report in enumerate(reports)}
    rows.sort(key=lambda row: place[row["report"].value])
    return [row["stated"].value for row in rows[offset : offset + limit]]
