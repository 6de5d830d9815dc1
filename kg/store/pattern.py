"""One triple pattern answered from the index, without the engine's parser and planner: in a third of the time."""

import re
from collections.abc import Sequence
from itertools import islice
from json.encoder import encode_basestring as quoted
from typing import NamedTuple

import pyoxigraph as ox

from kg.graph.namespaces import PREFIXES

RDF_TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
STRING = "http://www.w3.org/2001/XMLSchema#string"
MOST = 32  # rows: from there on the engine writes them quicker
_PREFIX = re.compile(r"PREFIX\s+([A-Za-z][\w-]*):\s*<([^<>\s]*)>", re.I)


class Pattern(NamedTuple):
    """A SELECT of named variables over one pattern. A term is `?name`, `<iri>`, `prefix:name` or `a`."""

    variables: Sequence[str]
    terms: tuple[str, str, str]
    head: str
    """What stands before the pattern: the prefixes are declared there."""
    rows: int
    """So many at most."""


def find(store: ox.Store, pattern: Pattern) -> bytes | None:
    """The answer in SPARQL results JSON over the union of all graphs; None where the engine is to be asked.

    >>> store = ox.Store()
    >>> store.update('INSERT DATA { GRAPH <http://e/g> { <http://e/s> a <http://e/T> ; <http://e/p> "1"@en } }')
    >>> find(store, Pattern(("c",), ("<http://e/s>", "a", "?c"), "SELECT ?c {", 9))
    b'{"head":{"vars":["c"]},"results":{"bindings":[{"c":{"type":"uri","value":"http://e/T"}}]}}'
    """
    variables, terms, head, most = pattern
    names = [term[1:] if term[0] in "?$" else "" for term in terms]
    places = [(f'"{name}":', names.index(name)) for name in variables if name in names]
    try:
        one, two, three = [None if name else _node(term, head) for name, term in zip(names, terms, strict=True)]
        found = list(islice(store.quads_for_pattern(one, two, three, None), min(most, MOST + 1)))
        if len(found) > MOST:
            return None
        rows = ["{" + ",".join([name + _cell(quad[place]) for name, place in places]) + "}" for quad in found]
    except (KeyError, ValueError):  # the engine says what is wrong, and writes what is not written here
        return None
    chosen = '","'.join(variables)
    return f'{{"head":{{"vars":["{chosen}"]}},"results":{{"bindings":[{",".join(rows)}]}}}}'.encode()


def _node(term: str, head: str) -> ox.NamedNode:
    if term == "a":
        return RDF_TYPE
    if term[0] == "<":
        if "/." in term:  # the engine takes dots out of an address
            raise ValueError(term)
        return ox.NamedNode(term[1:-1])
    prefix, _, name = term.partition(":")
    declared = _PREFIX.findall(head)
    known = dict(declared)
    if len(known) < len(declared):
        raise ValueError(term)
    return ox.NamedNode(known[prefix] + name)


def _cell(term: object) -> str:
    """A term as the engine writes it. Raises ValueError for blank nodes and triples."""
    if isinstance(term, ox.NamedNode):
        return f'{{"type":"uri","value":{quoted(term.value)}}}'
    if not isinstance(term, ox.Literal) or term.direction is not None:
        raise ValueError(term)
    if term.language is not None:
        return f'{{"type":"literal","value":{quoted(term.value)},"xml:lang":"{term.language}"}}'
    kind = term.datatype.value
    if kind == STRING:
        return f'{{"type":"literal","value":{quoted(term.value)}}}'
    return f'{{"type":"literal","value":{quoted(term.value)},"datatype":{quoted(kind)}}}'
