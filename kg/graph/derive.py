"""Runs the rules of ontology/rules, in the order of their numbers, each seeing what the ones before gave."""

from collections.abc import Iterable
from functools import cache

import pyoxigraph as ox

import ontology
from kg.graph import vocabulary
from kg.graph.namespaces import PREFIXES
from kg.graph.quads import Graph, Triple, make_graph

_SCHEMA = {PREFIXES["rdfs"] + "subClassOf", PREFIXES["rdfs"] + "subPropertyOf"}


@cache
def _rules() -> tuple[str, ...]:
    return tuple(path.read_text("utf-8") for path in ontology.files("rules"))


@cache
def _schema() -> tuple[ox.Quad, ...]:
    """The hierarchies: all that the rules need of the vocabulary, so that they derive nothing about it."""
    return tuple(ox.Quad(*triple) for triple in vocabulary.triples() if triple.predicate.value in _SCHEMA)


def derive(graph: Graph, *, name: str = "") -> Graph:
    """What the rules add to a graph, as the graph `<name>/derived`; never a triple that is asserted in it."""
    store = load(graph.triples())
    asserted = set(graph.triples())
    new: set[Triple] = set()
    schema = {(str(q.subject), str(q.predicate), str(q.object)) for q in _schema()}
    store.extend(_schema())
    for rule in _rules():
        given = list(store.query(rule))  # type: ignore[arg-type]
        store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in given)
        new.update((str(t.subject), str(t.predicate), str(t.object)) for t in given)
    return make_graph(name or f"{graph.name}/derived", new - asserted - schema)


def load(*parts: Iterable[Triple]) -> ox.Store:
    """A store in memory with the triples in its default graph."""
    store = ox.Store()
    for triples in parts:
        lines = "\n".join(f"{s} {p} {o} ." for s, p, o in triples)
        store.bulk_load(lines.encode(), format=ox.RdfFormat.N_TRIPLES)
    return store
