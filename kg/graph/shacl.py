"""SHACL over a report: every constraint asked once, of all its values together; SPARQL constraints run once each over all focus nodes.

pySHACL runs each constraint once for each focus node (28 s for a report). This reads the same shapes files and gives the
same findings in a small part of a second, which a test proves on every mutation.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

import pyoxigraph as ox

from kg.graph.shacl_data import KINDS, Data, compare, literal, text_of, well_formed
from kg.graph.shacl_shapes import Constraint, Shape


@dataclass(frozen=True, slots=True, order=True)
class Result:
    """One finding: which shape, about which node, by which component; `value` where one value is at fault."""

    focus: str
    path: str
    component: str
    value: str
    severity: str
    shape: str
    messages: tuple[str, ...]


def validate(data: Data, shapes: Iterable[Shape], store: ox.Store) -> tuple[Result, ...]:
    """All findings, sorted. `data` holds the report, what the rules gave, the entries it points at, and the vocabulary;
    `store` the same for the constraints in SPARQL.
    """
    found: set[Result] = set()
    for shape in shapes:
        nodes = _focus_nodes(data, shape)
        found.update(_check(data, shape, nodes))
        if shape.queries and nodes:
            found.update(_run(store, shape, nodes))
    return tuple(sorted(found))


def _focus_nodes(data: Data, shape: Shape) -> set[str]:
    found: set[str] = set()
    for kind, target in shape.targets:
        if kind == "targetClass":
            found.update(data.instances(target))
        elif kind == "targetNode":
            found.add(target)
        else:
            found.update(data.subjects(target))
    return found


def _run(store: ox.Store, shape: Shape, nodes: set[str]) -> list[Result]:
    """A SPARQL constraint for all focus nodes at once: $this becomes a variable of the class, or of the nodes given."""
    found = []
    for query in shape.queries:
        head, _, tail = query.replace("$this", "?this").partition("WHERE {")
        targets = " UNION ".join(f"{{ ?this a {target} }}" for _, target in shape.targets)
        for row in store.query(f"{head}WHERE {{ {targets} {tail}"):  # type: ignore[union-attr]
            if str(row["this"]) in nodes:
                found.append(_result(shape, str(row["this"]), "SPARQLConstraintComponent", ""))
    return found


def _check(data: Data, shape: Shape, nodes: Collection[str]) -> list[Result]:
    """What a shape finds on these nodes."""
    found = []
    for constraint, focus, wrong in _faults(data, shape, nodes):
        if constraint.name == "property":
            found += _check(data, constraint.shapes[0], [wrong])
        else:
            found.append(_result(shape, focus, constraint.component, wrong))
    return found


def _failing(data: Data, shape: Shape, nodes: Collection[str]) -> set[str]:
    """Those of the nodes that do not conform to a shape."""
    return {focus for _, focus, _ in _faults(data, shape, nodes)}


def _faults(data: Data, shape: Shape, nodes: Collection[str]) -> Iterator[tuple[Constraint, str, str]]:
    """Constraint, focus node and value at fault ("" where no single one is).

    Nearly all values are right, so each constraint is first asked of all values of all nodes, each value once.
    """
    reached = data.reached(nodes, shape.path, inverse=shape.inverse) if shape.path else None
    every = set(nodes if reached is None else chain.from_iterable(reached.values()))
    for constraint in shape.constraints:
        if of_values := _OF_VALUES.get(constraint.name):
            wrong = of_values(data, constraint, every) if every else ()
            if reached is None:
                yield from ((constraint, node, node) for node in wrong)
            elif wrong:
                yield from ((constraint, node, value) for node in reached for value in reached[node] if value in wrong)
        else:
            of_nodes = reached or {node: [node] for node in nodes}
            yield from ((constraint, *fault) for fault in _OF_NODES[constraint.name](data, constraint, of_nodes))


def _result(shape: Shape, focus: str, component: str, value: str) -> Result:
    return Result(focus, shape.path, component, value, shape.severity, shape.node, shape.messages)


# --- components that ask each value alone: (data, constraint, values) → those at fault --------------------------------

OfValues = Callable[[Data, Constraint, set[str]], set[str]]


def _bound(allowed: tuple[int, ...]) -> OfValues:
    return lambda data, c, values: {value for value in values if compare(value, c.terms[0]) not in allowed}


def _number(constraint: Constraint) -> int:
    return int(literal(constraint.terms[0])[0])


def _mismatched(data: Data, constraint: Constraint, values: set[str]) -> set[str]:
    search = re.compile(text_of(constraint.terms[0])).search
    return {value for value in values if value[0] == "_" or not search(text_of(value))}


def _lengths(wrong: Callable[[int, int], bool]) -> OfValues:
    def ask(data: Data, constraint: Constraint, values: set[str]) -> set[str]:
        number = _number(constraint)
        return {value for value in values if value[0] == "_" or wrong(len(text_of(value)), number)}

    return ask


def _of_other_languages(data: Data, constraint: Constraint, values: set[str]) -> set[str]:
    allowed = [text_of(term) for term in constraint.terms]
    tags = {value: literal(value)[2] if value[0] == '"' else "" for value in values}
    return {value for value, tag in tags.items() if not any(tag == one or tag.startswith(one + "-") for one in allowed)}


def _of_other_kinds(data: Data, constraint: Constraint, values: set[str]) -> set[str]:
    kinds = text_of(constraint.terms[0]).rpartition("#")[2]
    begins = tuple(begin for begin, kind in KINDS.items() if kind in kinds)
    return {value for value in values if not value.startswith(begins)}


def _conforming_to_none(data: Data, constraint: Constraint, values: set[str]) -> set[str]:
    for shape in constraint.shapes:
        values = _failing(data, shape, values)
    return values


def _agreements(data: Data, constraint: Constraint, values: set[str]) -> dict[str, int]:
    """To how many of the shapes each value conforms."""
    failing = [_failing(data, shape, values) for shape in constraint.shapes]
    return {value: sum(value not in those for those in failing) for value in values}


_OF_VALUES: dict[str, OfValues] = {
    "datatype": lambda data, c, values: {value for value in values if not well_formed(value, c.terms[0])},
    "class": lambda data, c, values: {value for value in values if c.terms[0] not in data.types(value)},
    "nodeKind": _of_other_kinds,
    "pattern": _mismatched,
    "languageIn": _of_other_languages,
    "minInclusive": _bound((0, 1)),
    "maxInclusive": _bound((-1, 0)),
    "minLength": _lengths(lambda length, number: length < number),
    "maxLength": _lengths(lambda length, number: length > number),
    "in": lambda data, c, values: values.difference(c.terms),
    "node": lambda data, c, values: _failing(data, c.shapes[0], values),
    "property": lambda data, c, values: _failing(data, c.shapes[0], values),
    "or": _conforming_to_none,
    "xone": lambda data, c, values: {value for value, n in _agreements(data, c, values).items() if n != 1},
    "not": lambda data, c, values: values - _failing(data, c.shapes[0], values),
}

# --- components that look at all values of a node together: (data, constraint, node → values) → node and value at fault

OfNodes = Callable[[Data, Constraint, Mapping[str, list[str]]], list[tuple[str, str]]]


def _least(data: Data, constraint: Constraint, reached: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    number = _number(constraint)
    few = {node: values for node, values in reached.items() if len(values) < number or 1 < number > len(set(values))}
    return [(node, "") for node in few]


def _most(data: Data, constraint: Constraint, reached: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    number = _number(constraint)
    return [(node, "") for node, values in reached.items() if len(values) > number and len(set(values)) > number]


def _repeated(data: Data, constraint: Constraint, reached: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    found = []
    for node, values in reached.items():
        tags = Counter(literal(value)[2] for value in values if value[0] == '"') if len(values) > 1 else {}
        found += [(node, "") for tag, count in tags.items() if tag and count > 1]
    return found


def _less(allowed: tuple[int, ...]) -> OfNodes:
    def ask(data: Data, constraint: Constraint, reached: Mapping[str, list[str]]) -> list[tuple[str, str]]:
        return [
            (node, value)
            for node, values in reached.items()
            for value in values
            for other in data.values(node, constraint.terms[0])
            if compare(value, other) not in allowed
        ]

    return ask


def _qualified(data: Data, constraint: Constraint, reached: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    failing = _failing(data, constraint.shapes[0], {value for values in reached.values() for value in values})
    counts = {node: sum(value not in failing for value in values) for node, values in reached.items()}
    few = {n for n, count in counts.items() if constraint.least is not None and count < constraint.least}
    many = {n for n, count in counts.items() if constraint.most is not None and count > constraint.most}
    return [(node, "") for node in few | many]


def _lacking(data: Data, constraint: Constraint, reached: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    return [(node, "") for node, values in reached.items() if constraint.terms[0] not in values]


_OF_NODES: dict[str, OfNodes] = {
    "minCount": _least,
    "maxCount": _most,
    "uniqueLang": _repeated,
    "lessThan": _less((-1,)),
    "lessThanOrEquals": _less((-1, 0)),
    "hasValue": _lacking,
    "qualifiedValueShape": _qualified,
}
