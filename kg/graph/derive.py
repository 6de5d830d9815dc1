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


def _triples(text: bytes) -> list[Triple]:
    """The lines of N-Triples taken apart."""
    return [(s, p, o) for s, p, o in (line[:-2].split(" ", 2) for line in text.decode().split("\n")[:-1])]


def derive(graph: Graph, *, name: str = "") -> Graph:
    """What the rules add to a graph, as the graph `<name>/derived`; never a triple that is asserted in it."""
    triples = set(graph.triples())
    return make_graph(name or f"{graph.name}/derived", infer(triples, load(triples)))


def infer(triples: Collection[Triple], store: ox.Store) -> set[Triple]:
    """What the rules add to the triples that `store` holds; it holds that too, and the hierarchies, afterwards."""
    new: set[Triple] = set()
    store.extend(_schema())
    for rule in rules():
        found = store.query(rule)
        assert isinstance(found, ox.QueryTriples)  # every rule is a CONSTRUCT
        given = found.serialize(format=ox.RdfFormat.N_TRIPLES) or b""  # a text is quicker than things of Python
        store.load(given, format=ox.RdfFormat.N_TRIPLES, lenient=True)
        new.update(_triples(given))
    return new.difference(triples, _schema_triples())
