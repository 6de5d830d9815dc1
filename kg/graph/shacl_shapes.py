"""Shapes as read from a shapes file. A component that the checker does not know is refused, never passed over."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from kg.errors import GraphError
from kg.graph.namespaces import PREFIXES

SH = "http://www.w3.org/ns/shacl#"
_RDF = PREFIXES["rdf"]
KNOWN = (
    *("minCount", "maxCount", "datatype", "class", "nodeKind", "pattern", "languageIn", "uniqueLang", "minInclusive"),
    *("maxInclusive", "minLength", "maxLength", "lessThan", "lessThanOrEquals", "hasValue", "in", "node", "property"),
    *("or", "xone", "not", "qualifiedValueShape"),
)
_LISTS = {"languageIn", "in", "or", "xone"}
_SHAPES = {"node", "property", "or", "xone", "not", "qualifiedValueShape"}
_BESIDE = {"severity", "message", "sparql", "path", "targetClass", "targetNode", "targetSubjectsOf", "flags", "name"}
_BESIDE |= {"qualifiedMinCount", "qualifiedMaxCount", "description", "order"}


@dataclass(frozen=True, slots=True)
class Constraint:
    """One component with its parameter: terms as N-Triples, or shapes."""

    name: str
    terms: tuple[str, ...] = ()
    shapes: tuple["Shape", ...] = ()
    least: int | None = None
    most: int | None = None

    @property
    def component(self) -> str:
        """Name of the constraint component in the standard."""
        if self.name == "qualifiedValueShape":
            return f"Qualified{'Min' if self.least is not None else 'Max'}CountConstraintComponent"
        return f"{self.name[0].upper()}{self.name[1:]}ConstraintComponent"


@dataclass(frozen=True, slots=True)
class Shape:
    """A node or property shape. `path` is empty for a node shape."""

    node: str
    path: str
    inverse: bool
    severity: str
    messages: tuple[str, ...]
    constraints: tuple[Constraint, ...]
    queries: tuple[str, ...]
    targets: tuple[tuple[str, str], ...]
    """(targetClass, class) …"""


@cache
def read_shapes(path: Path) -> tuple[Shape, ...]:
    """The shapes of a Turtle file that have a target, sorted.

    Raises GraphError for a component that is not known here.
    """
    return _Reader(path).read()


class _Reader:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.found: dict[object, dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal]]] = defaultdict(dict)
        for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE):
            self.found[quad.subject].setdefault(quad.predicate.value, []).append(quad.object)
        self.done: dict[object, Shape] = {}

    def read(self) -> tuple[Shape, ...]:
        targets = {SH + name for name in ("targetClass", "targetNode", "targetSubjectsOf")}
        return tuple(
            sorted((self.shape(n) for n in self.found if targets & self.found[n].keys()), key=lambda s: s.node)
        )

    def get(self, node: object, name: str) -> list[ox.NamedNode | ox.BlankNode | ox.Literal]:
        return self.found[node].get(SH + name, [])

    def members(self, node: object) -> list[ox.NamedNode | ox.BlankNode | ox.Literal]:
        found = []
        while node != ox.NamedNode(_RDF + "nil"):
            found += self.found[node][_RDF + "first"]
            node = self.found[node][_RDF + "rest"][0]
        return found

    def shape(self, node: object) -> Shape:
        if node not in self.done:
            self.done[node] = self._shape(node)
        return self.done[node]

    def _shape(self, node: object) -> Shape:
        path, inverse = next(iter(self.get(node, "path")), None), False
        if isinstance(path, ox.BlankNode):
            path, inverse = self.get(path, "inversePath")[0], True
        names = {name.removeprefix(SH) for name in self.found[node] if name.startswith(SH)}
        unknown = sorted(names - set(KNOWN) - _BESIDE)
        if unknown:
            raise GraphError(
                f"sh:{unknown[0]} is not known", where=f"{self.path.name}: {node}", hint="teach kg/graph/shacl"
            )
        severity = next((s.value for s in self.get(node, "severity") if isinstance(s, ox.NamedNode)), SH + "Violation")
        return Shape(
            node=str(node),
            path=str(path) if path is not None else "",
            inverse=inverse,
            severity=severity.removeprefix(SH).lower(),
            messages=tuple(sorted(str(m) for m in self.get(node, "message"))),
            constraints=tuple(c for name in KNOWN for c in self.constraints(node, name)),
            queries=tuple(self.query(q) for q in self.get(node, "sparql")),
            targets=tuple(
                (n, str(t)) for n in ("targetClass", "targetNode", "targetSubjectsOf") for t in self.get(node, n)
            ),
        )

    def constraints(self, node: object, name: str) -> list[Constraint]:
        found = []
        for value in self.get(node, name):
            values = self.members(value) if name in _LISTS else [value]
            shapes = tuple(self.shape(v) for v in values) if name in _SHAPES else ()
            terms = () if shapes else tuple(str(v) for v in values)
            bounds = [("least", self.get(node, "qualifiedMinCount")), ("most", self.get(node, "qualifiedMaxCount"))]
            if name == "qualifiedValueShape":
                for bound, given in bounds:
                    for number in given:
                        found.append(Constraint(name, terms, shapes, **{bound: int(_value(number))}))
            else:
                found.append(Constraint(name, terms, shapes))
        return found

    def query(self, node: object) -> str:
        prefixes = "".join(
            f"PREFIX {_value(self.get(d, 'prefix')[0])}: <{_value(self.get(d, 'namespace')[0])}>\n"
            for owner in self.get(node, "prefixes")
            for d in self.get(owner, "declare")
        )
        return prefixes + _value(self.get(node, "select")[0])


def _value(node: object) -> str:
    if not isinstance(node, ox.Literal):
        raise GraphError(f"{node} is no literal", where="shapes")
    return node.value
