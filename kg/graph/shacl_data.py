"""The data as SHACL looks at it: an index of triples as text, classes with all above them, literals taken apart."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from itertools import chain
from re import Pattern, compile

from kg.graph.namespaces import PREFIXES
from kg.graph.quads import TYPE, Triple

XSD, RDF = PREFIXES["xsd"], PREFIXES["rdf"]
_SUBCLASS = f"<{PREFIXES['rdfs']}subClassOf>"
KINDS = {"<": "IRI", "_": "BlankNode", '"': "Literal"}
"""The kind of a node by its first character."""
_NOTHING: list[str] = []
_NUMBERS = {f"<{XSD}integer>", f"<{XSD}decimal>"}


class Data:
    """The triples of a report with what they need, indexed for one pass; `beside` is indexed already, and left as it is."""

    def __init__(self, *parts: Iterable[Triple], beside: "Data | None" = None) -> None:
        index: defaultdict[str, dict[str, list[str]]] = defaultdict(dict)
        for subject, predicate, value in chain(*parts):
            of = index[predicate]
            if subject in of:
                of[subject].append(value)
            else:
                of[subject] = [value]
        for predicate, subjects in beside._forward.items() if beside else ():
            of = index[predicate]
            for subject, values in subjects.items():
                of[subject] = values + of[subject] if subject in of else values
        self._forward: Mapping[str, Mapping[str, list[str]]] = index
        """Predicate → subject → objects."""
        self._backward: dict[str, dict[str, list[str]]] = {}
        self._classes: dict[str, frozenset[str]] = {}
        self._of: dict[str, frozenset[str]] = {}

    def values(self, node: str, path: str) -> list[str]:
        """What a property leads to."""
        return self._forward.get(path, {}).get(node, [])

    def reached(self, nodes: Iterable[str], path: str, *, inverse: bool) -> dict[str, list[str]]:
        """What a property leads to from each of the nodes."""
        index = self._inverse(path) if inverse else self._forward.get(path, {})
        return {node: index.get(node, _NOTHING) for node in nodes}

    def subjects(self, path: str) -> Iterable[str]:
        """The nodes that have a property."""
        return self._forward.get(path, {}).keys()

    def types(self, node: str) -> frozenset[str]:
        """The classes of a node with all above them."""
        if node not in self._of:
            self._of[node] = frozenset().union(*(self._above(cls) for cls in self.values(node, TYPE)))
        return self._of[node]

    def _above(self, cls: str) -> frozenset[str]:
        if cls not in self._classes:
            self._classes[cls] = frozenset({cls})  # against circles
            above = self.values(cls, _SUBCLASS)
            self._classes[cls] = frozenset({cls}).union(*(self._above(c) for c in above))
        return self._classes[cls]

    def instances(self, cls: str) -> set[str]:
        """The nodes of a class, those of the classes below it too."""
        below, waiting = {cls}, [cls]
        while waiting:
            for lower in self._inverse(_SUBCLASS).get(waiting.pop(), ()):
                if lower not in below:
                    below.add(lower)
                    waiting.append(lower)
        return {node for c in below for node in self._inverse(TYPE).get(c, ())}

    def _inverse(self, path: str) -> dict[str, list[str]]:
        """Object → subjects of a property."""
        if path not in self._backward:
            index = self._backward[path] = {}
            for subject, values in self._forward.get(path, {}).items():
                for value in values:
                    index.setdefault(value, []).append(subject)
        return self._backward[path]


def literal(node: str) -> tuple[str, str, str]:
    """Text, datatype and language of a literal."""
    end = node.rindex('"')
    body, tail = node[1:end], node[end + 1 :]
    if "\\" in body:
        body = (
            body.replace("\\\\", "\0").replace('\\"', '"').replace("\\n", "\n").replace("\\r", "\r").replace("\0", "\\")
        )
    if tail.startswith("@"):
        return body, f"<{RDF}langString>", tail[1:].lower()
    return body, tail[2:] or f"<{XSD}string>", ""


def text_of(node: str) -> str:
    """What STR() gives."""
    return literal(node)[0] if node[0] == '"' else node[1:-1]


@lru_cache(maxsize=1 << 14)  # places in a text: the same numbers come again in every report
def _comparable(node: str) -> Decimal | str | None:
    if node[0] != '"':
        return None
    body, datatype, _ = literal(node)
    if datatype in _NUMBERS:
        try:
            return Decimal(body)
        except InvalidOperation:
            return None
    return body


def well_formed(node: str, datatype: str) -> bool:
    """A literal of the datatype whose text is one of its forms."""
    if node[0] != '"':
        return False
    body, own, _ = literal(node)
    if own != datatype:
        return False
    form = _FORMS.get(datatype)
    return form is None or form.fullmatch(body) is not None


_FORMS: Mapping[str, Pattern[str]] = {
    f"<{XSD}integer>": compile(r"[+-]?\d+"),
    f"<{XSD}decimal>": compile(r"[+-]?(\d+(\.\d*)?|\.\d+)"),
    f"<{XSD}date>": compile(r"-?\d{4,}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(Z|[+-]\d\d:\d\d)?"),
    f"<{XSD}boolean>": compile(r"true|false|0|1"),
}


def compare(left: str, right: str) -> int | None:
    """-1, 0 or 1; None where the two cannot be compared."""
    a, b = _comparable(left), _comparable(right)
    if a is None or b is None or type(a) is not type(b):
        return None
    return (a > b) - (a < b)  # type: ignore[operator]
