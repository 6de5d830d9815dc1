"""Runs the rules of ontology/rules, in the order of their numbers, each seeing what the ones before gave."""

from collections.abc import Collection
from functools import cache

import pyoxigraph as ox

from kg.graph import vocabulary
from kg.graph.asked import load, rules
from kg.graph.namespaces import PREFIXES
from kg.graph.quads import Graph, Triple, make_graph

_SCHEMA = {PREFIXES["rdfs"] + "subClassOf", PREFIXES["rdfs"] + "subPropertyOf"}


@cache
def _schema() -> tuple[ox.Quad, ...]:
    """The hierarchies: all that the rules need of the vocabulary, so that they derive nothing about it."""
    return tuple(ox.Quad(*triple) for triple in vocabulary.triples() if triple.predicate.value in _SCHEMA)


@cache
def _schema_triples() -> frozenset[Triple]:
    return frozenset((str(q.subject), str(q.predicate), str(q.object)) for q in _schema())


def derive(graph: Graph, *, name: str = "") -> Graph:
    """What the rules add to a graph, as the graph `<name>/derived`; never a triple that is asserted in it."""
    triples = set(graph.triples())
    return make_graph(name or f"{graph.name}/derived", infer(triples, load(triples)))


def infer(triples: Collection[Triple], store: ox.Store) -> set[Triple]:
    """What the rules add to the triples that `store` holds; it holds that too, and the hierarchies, afterwards."""
    new: set[Triple] = set()
    store.extend(_schema())
    for rule in rules():
        given = list(store.query(rule))  # type: ignore[arg-type]
        store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in given)
        new.update((str(t.subject), str(t.predicate), str(t.object)) for t in given)
    return new.difference(triples, _schema_triples())
