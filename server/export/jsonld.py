"""JSON-LD with the context of the vocabulary: short names, and only those that are used; a whole graph, or a tree."""

import json
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby
from typing import IO, Any

import pyoxigraph as ox

import ontology

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
XSD = "http://www.w3.org/2001/XMLSchema#"
STRING = XSD + "string"
NATIVE: Mapping[str, Callable[[str], object]] = {XSD + "integer": int, XSD + "boolean": "true".__eq__}
"""What JSON says as exactly as RDF does; a decimal stays text, since JSON's numbers are binary."""
Node = dict[str, Any]


@cache
def context() -> Mapping[str, Any]:
    """The context as it stands in the vocabulary."""
    found: Mapping[str, Any] = json.loads((ontology.HERE / "context.jsonld").read_text("utf-8"))["@context"]
    return found


@cache
def terms() -> Mapping[str, str]:
    """IRI → short name."""
    return {
        said["@id"] if isinstance(said, dict) else said: name
        for name, said in context().items()
        if isinstance(said, dict) or not (said.startswith("@") or said.endswith(("/", "#")))
    }


def write_dataset(quads: Iterable[ox.Quad], out: IO[bytes]) -> None:
    """All graphs, in the order given, one thing a line; quads of a graph and of a thing stand together."""
    out.write(b'{"@context": ' + _json(context()) + b',\n"@graph": [')
    for place, (graph, members) in enumerate(groupby(quads, key=lambda quad: quad.graph_name)):
        name = graph.value if isinstance(graph, ox.NamedNode) else ""
        out.write((b",\n" if place else b"\n") + b'{"id": ' + _json(name) + b', "@graph": [')
        for number, (_, same) in enumerate(groupby(members, key=lambda quad: quad.subject)):
            out.write((b",\n" if number else b"\n") + _json(node([quad.triple for quad in same])))
        out.write(b"\n]}")
    out.write(b"\n]}\n")


def node(triples: Sequence[ox.Triple]) -> Node:
    """One thing with all that is said of it.

    >>> me, year = ox.NamedNode("http://e/r"), ox.NamedNode("https://w3id.org/fazhi/ns#periodYear")
    >>> node([ox.Triple(me, year, ox.Literal(2021))])
    {'id': 'http://e/r', 'periodYear': 2021}
    """
    found: Node = {"id": _name(triples[0].subject)}
    for triple in triples:
        if triple.predicate.value == RDF_TYPE and isinstance(triple.object, ox.NamedNode):
            _add(found, "type", terms().get(triple.object.value, triple.object.value))
        else:
            term = terms().get(triple.predicate.value, triple.predicate.value)
            _add(found, term, value(term, triple.object))
    return found


def value(term: str, given: object) -> Any:
    """A value as the term's context has it."""
    said = context().get(term)
    coerced = said.get("@type", "") if isinstance(said, dict) else ""
    if not isinstance(given, ox.Literal):
        return _name(given) if coerced == "@id" else {"id": _name(given)}
    if given.language:
        return {"@value": given.value, "@language": given.language}
    kind = given.datatype.value
    if coerced.replace("xsd:", XSD) == kind:
        return NATIVE.get(kind, str)(given.value)
    if kind == STRING:
        return {"@value": given.value} if coerced else given.value
    return {"@value": given.value, "@type": kind}


def framed(root: str, triples: Iterable[ox.Triple]) -> bytes:
    """A tree: the thing at the top; what it names inside it, what points to it under `@reverse`, each thing once.

    What hangs together with nothing of it follows beside it. The context holds what is used.
    """
    about: dict[str, list[ox.Triple]] = defaultdict(list)
    pointing: dict[str, list[ox.Triple]] = defaultdict(list)
    for triple in dict.fromkeys(triples):
        about[_name(triple.subject)].append(triple)
        if not isinstance(triple.object, ox.Literal) and triple.predicate.value != RDF_TYPE:
            pointing[_name(triple.object)].append(triple)
    placed: set[str] = set()
    trees = [_tree(name, about, pointing, placed) for name in (root, *about) if name in about and name not in placed]
    body = {"@graph": trees} if len(trees) > 1 else trees[0] if trees else {}
    return json.dumps({"@context": _used(body), **body}, ensure_ascii=False, indent=1).encode() + b"\n"


def _tree(
    root: str, about: Mapping[str, list[ox.Triple]], pointing: Mapping[str, list[ox.Triple]], placed: set[str]
) -> Node:
    """The tree of one thing, nearest first; every thing is written where it is first met, elsewhere by its name."""
    placed.add(root)
    top = node(about[root])
    waiting = deque([(root, top)])
    while waiting:
        name, here = waiting.popleft()
        for triple in about[name]:
            other = _name(triple.object)
            if isinstance(triple.object, ox.Literal) or other in placed or other not in about:
                continue
            if triple.predicate.value == RDF_TYPE:
                continue
            placed.add(other)
            inside = node(about[other])
            term = terms().get(triple.predicate.value, triple.predicate.value)
            _put(here, term, value(term, triple.object), inside)
            waiting.append((other, inside))
        for triple in pointing.get(name, ()):
            other = _name(triple.subject)
            if other in placed:
                continue
            placed.add(other)
            rest = [one for one in about[other] if one is not triple]
            inside = node(rest) if rest else {"id": other}
            term = terms().get(triple.predicate.value, triple.predicate.value)
            _add(here.setdefault("@reverse", {}), term, inside)
            waiting.append((other, inside))
    return top


def _put(here: Node, term: str, name: Any, inside: Node) -> None:
    """The thing itself where its name stood."""
    values = here[term]
    if isinstance(values, list):
        values[values.index(name)] = inside
    else:
        here[term] = inside


def _add(found: Node, term: str, one: Any) -> None:
    """One value more; a term that is a set is a list from its first value on."""
    said = context().get(term)
    if term not in found:
        found[term] = [one] if isinstance(said, dict) and said.get("@container") == "@set" else one
    elif isinstance(found[term], list):
        found[term].append(one)
    else:
        found[term] = [found[term], one]


def _used(body: object) -> Mapping[str, Any]:
    """The part of the context that a document needs."""
    names = {"id", "type", "xsd", *_names(body)}
    return {name: said for name, said in context().items() if name in names}


def _names(body: object) -> Iterator[str]:
    if isinstance(body, dict):
        for key, given in body.items():
            yield key
            if key == "type":
                yield from (given if isinstance(given, list) else [given])
            yield from _names(given)
    elif isinstance(body, list):
        for one in body:
            yield from _names(one)


def _name(given: object) -> str:
    return f"_:{given.value}" if isinstance(given, ox.BlankNode) else str(getattr(given, "value", ""))


def _json(given: object) -> bytes:
    return json.dumps(given, ensure_ascii=False).encode()
