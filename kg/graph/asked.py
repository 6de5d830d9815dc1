"""The store that rules and constraints in SPARQL run on: it holds what they ask about, a good half of a report."""

import re
from collections.abc import Iterable
from functools import cache

import pyoxigraph as ox

import ontology
from kg.graph import vocabulary
from kg.graph.namespaces import PREFIXES
from kg.graph.quads import TYPE, Triple, iri
from kg.graph.shacl_shapes import Shape, read_shapes

_NAME = re.compile(r"\b([a-z]+):([A-Za-z][\w-]*)")
_SUB_PROPERTY = PREFIXES["rdfs"] + "subPropertyOf"


@cache
def rules() -> tuple[str, ...]:
    """The rules of ontology/rules, in the order of their numbers."""
    return tuple(path.read_text("utf-8") for path in ontology.files("rules"))


@cache
def shapes(kind: str) -> tuple[Shape, ...]:
    """The shapes of one file of ontology/shapes."""
    return read_shapes(ontology.HERE / "shapes" / f"{kind}.ttl")


@cache
def asked() -> frozenset[str]:
    """The properties that a rule or a constraint names, and those with a property above them: rule 30 asks for these all.

    >>> from kg.graph.quads import fz
    >>> fz("beginOffset") in asked(), fz("extractedBy") in asked()
    (True, False)
    """
    texts = [*rules(), *(query for kind in ("data", "duty") for shape in shapes(kind) for query in shape.queries)]
    names = {
        iri(PREFIXES[prefix] + name) for text in texts for prefix, name in _NAME.findall(text) if prefix in PREFIXES
    }
    below = {str(triple.subject) for triple in vocabulary.triples() if triple.predicate.value == _SUB_PROPERTY}
    return frozenset({TYPE, *names, *below})


def load(triples: Iterable[Triple], *, store: ox.Store | None = None) -> ox.Store:
    """A store in memory with what is asked of these triples in its default graph: a new one, or the one given."""
    store = ox.Store() if store is None else store
    wanted = asked()
    lines = "\n".join([f"{s} {p} {o} ." for s, p, o in triples if p in wanted])
    # terms of our own: they are looked at when they are packed
    store.load(lines.encode(), format=ox.RdfFormat.N_TRIPLES, lenient=True)
    return store
