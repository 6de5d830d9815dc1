"""Registries: what all reports say of shared things (areas, bodies, documents, indicators, programmes), merged into one entry each."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from kg.errors import GraphError
from kg.graph.derive import derive
from kg.graph.iri import usual
from kg.graph.namespaces import DEFAULT_BASE, PREFIXES, graph_base
from kg.graph.quads import TYPE, Graph, Triple, fz, make_graph, term

RegistryKind = Literal["areas", "bodies", "documents", "indicators", "programmes", "provenance"]
KINDS: tuple[RegistryKind, ...] = ("areas", "bodies", "documents", "indicators", "programmes")

_ONE = {
    *(fz(name) for name in ("bodyKind", "adminLevel", "parentBody", "documentKind", "programmeKind", "jurisdiction")),
    *(fz(name) for name in ("theme", "unit", "parentJurisdiction", "divisionCode")),
    *(term(name) for name in ("dcterms:title", "rdfs:label", "skos:prefLabel")),
}
"""Properties that have one value (labels: one per language); others keep all that was said."""
_NAMES = {term("rdfs:label"), term("dcterms:title")}
_PREF, _ALT = term("skos:prefLabel"), term("skos:altLabel")


IN_ORDER = ("kind", "subject", "predicate", "object", "weight")


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One triple that a report contributes to a registry; `weight` says how often the report bears it out."""

    kind: RegistryKind
    subject: str
    predicate: str
    object: str
    weight: int = 1


def merge(entries: Iterable[Entry], *, base: str = DEFAULT_BASE) -> tuple[Graph, ...]:
    """One graph per registry, the provenance, and `registry/derived`.

    Of a property that has one value, the value most often borne out; equal weights: the lesser in code point order. The
    order of the entries does not matter.

    Raises GraphError when two names that differ in more than their width share one IRI.
    """
    triples: dict[RegistryKind, list[Triple]] = {kind: [] for kind in (*KINDS, "provenance")}
    for entry in settled(entries):
        triples[entry.kind].append((entry.subject, entry.predicate, entry.object))
    _agree_groups(triples["bodies"])
    graphs = [make_graph(f"{graph_base(base)}registry/{kind}", triples[kind]) for kind in KINDS]
    together = make_graph(f"{graph_base(base)}registry", [t for graph in graphs for t in graph.triples()])
    derived = derive(together)
    provenance = make_graph(f"{graph_base(base)}provenance", triples["provenance"])
    return (*graphs, derived, provenance)


def settled(entries: Iterable[Entry]) -> Iterator[Entry]:
    """The entries with one value where a property has one. Raises GraphError as `merge` does."""
    weights: Counter[tuple[RegistryKind, str, str, str, str]] = Counter()
    for entry, times in Counter(entries).items():
        slot = _language(entry.object) if entry.predicate in _ONE else ""
        if entry.predicate == TYPE:
            slot = TYPE  # a body is an organisation or a group: the kind decides below
        weights[entry.kind, entry.subject, entry.predicate, slot, entry.object] += entry.weight * times
    for (kind, subject, predicate, slot), group in groupby(sorted(weights), key=lambda key: key[:4]):
        found = {key[4]: weights[key] for key in group}
        if predicate in _NAMES and kind not in {"provenance", "areas"}:  # one code may have borne two names
            _refuse_clash(subject, found)
        one = predicate in _ONE or slot == TYPE
        values = [min(found, key=lambda value: (-found[value], value))] if one else list(found)
        yield from (Entry(kind, subject, predicate, value, found[value]) for value in values)
        if predicate == _PREF and not slot.startswith("@en"):  # 市场监督管理局 beside 市场监管局: both can be looked up
            yield from (Entry(kind, subject, _ALT, value, found[value]) for value in found if value not in values)


def _language(value: str) -> str:
    return value.rpartition('"')[2] if value.startswith('"') else ""


def _refuse_clash(subject: str, found: Mapping[str, int]) -> None:
    said = {"".join(unicodedata.normalize("NFKC", value).split()) for value in found if _language(value) == "@zh"}
    if len({usual(value[1:].rpartition('"')[0]) for value in said}) > 1:
        raise GraphError(
            f"two names share {subject}: {', '.join(sorted(found))}", where="registry", hint="lengthen the digest"
        )


def _agree_groups(triples: list[Triple]) -> None:
    """A body whose kind came out as `group` is a BodyGroup, any other an Organization, whatever single reports said."""
    group = f"<{PREFIXES['fz']}kind-group>"
    kinds = {s: o for s, p, o in triples if p == fz("bodyKind")}
    for index, (subject, predicate, _) in enumerate(triples):
        if predicate == TYPE:
            triples[index] = (subject, TYPE, fz("BodyGroup" if kinds.get(subject) == group else "Organization"))
