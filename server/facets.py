"""Facets over statements: what each one asks of the graph, its choices with counts, and the statements that fit all of them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.graph.namespaces import VOCABULARY
from kg.store.answer import Row
from server.errors import Problem
from server.service import service
from server.site import base

_CODE = re.compile(r"[A-Za-z][\w-]{0,60}")
_AREA = re.compile(r"area/\d{2,12}")
_YEAR = re.compile(r"\d{4}")
_SHOWN = 30
KINDS = ("ReportedMeasure", "PlannedMeasure", "Result", "Observation", "Target", "Goal", "Problem", "Honour")


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet: its name in addresses, the path from a statement to its value, the form of its values."""

    name: str
    path: str
    form: str


FACETS: Sequence[Facet] = (
    Facet("kind", "a", "code"),
    Facet("year", "fz:inReport/fz:periodYear", "year"),
    Facet("area", "fz:inReport/fz:jurisdiction", "area"),
    Facet("theme", "fz:statedIn/fz:inSection?/fz:theme", "code"),
    Facet("body", "fz:involves/fz:bodyKind", "code"),
    Facet("unit", "fz:unit", "code"),
    Facet("document", "fz:refersTo/fz:documentKind", "code"),
    Facet("basis", "fz:hasInvolvement/fz:basis", "code"),
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


def _where(chosen: Chosen, sentences: Sequence[str] | None, without: str = "") -> str:
    """Several values of one facet are any of them; several facets are all of them."""
    lines = []
    if sentences is not None:
        lines.append(f"VALUES ?sentence {{ {' '.join(str(NamedNode(iri)) for iri in sentences)} }}")
    lines.append("?fact fz:statedIn ?sentence ; a fz:Statement .")
    for facet in FACETS:
        values = chosen.get(facet.name, ())
        if values and facet.name != without:
            terms = " ".join(term(facet, value) for value in values)
            lines.append(f"VALUES ?{facet.name} {{ {terms} }} ?fact {facet.path} ?{facet.name} .")
    return "\n  ".join(lines)


_PREFIX = f"PREFIX fz: <{VOCABULARY}>\n"


def counts(facet: Facet, chosen: Chosen, sentences: Sequence[str] | None) -> list[Count]:
    """The choices of one facet among the statements that fit all others, most frequent first; years newest first."""
    kinds = f"VALUES ?v {{ {' '.join(f'fz:{kind}' for kind in KINDS)} }} " if facet.name == "kind" else ""
    order = "DESC(?v)" if facet.name == "year" else "DESC(?n) ?v"
    rows = service().store.rows(
        f"{_PREFIX}SELECT ?v (COUNT(DISTINCT ?fact) AS ?n) WHERE {{\n  {_where(chosen, sentences, facet.name)}\n"
        f"  {kinds}?fact {facet.path} ?v .\n}}\nGROUP BY ?v ORDER BY {order} LIMIT {_SHOWN}"
    )
    return [Count(_local(row), row["v"].value, int(row["n"].value)) for row in rows]


def _local(row: Row) -> str:
    return row["v"].value.removeprefix(VOCABULARY).removeprefix(base())


def total(chosen: Chosen, sentences: Sequence[str] | None) -> tuple[int, int]:
    """How many statements fit, in how many sentences."""
    row = service().store.rows(
        f"{_PREFIX}SELECT (COUNT(DISTINCT ?fact) AS ?n) (COUNT(DISTINCT ?sentence) AS ?m) WHERE {{\n"
        f"  {_where(chosen, sentences)}\n}}"
    )[0]
    return int(row["n"].value), int(row["m"].value)


def found(chosen: Chosen, sentences: Sequence[str] | None, *, limit: int, offset: int) -> list[str]:
    """The sentences and headings of the statements that fit, newest report first, in the order of the text."""
    rows = service().store.rows(
        f"{_PREFIX}SELECT DISTINCT ?sentence ?when ?report ?begin WHERE {{\n  {_where(chosen, sentences)}\n"
        "  ?sentence fz:inReport ?report ; fz:beginOffset ?begin .\n  ?report fz:periodYear ?when .\n}\n"
        f"ORDER BY DESC(?when) ?report ?begin ?sentence LIMIT {limit} OFFSET {offset}"
    )
    return [row["sentence"].value for row in rows]
