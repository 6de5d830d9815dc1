"""Graph: one named graph as sorted N-Quads lines, and the terms that its lines are made of.

Lines are plain text: they travel between processes, compare byte by byte and go into a store without another step.
Literals are written as the store gives them back (22, not 22.0; 99.6, not 99.60), so a dump equals what was loaded.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date as calendar
from decimal import Decimal
from functools import cache

from kg.graph.namespaces import PREFIXES, VOCABULARY

XSD = PREFIXES["xsd"]
TYPE = f"<{PREFIXES['rdf']}type>"

Triple = tuple[str, str, str]
"""Subject, predicate, object, each as N-Triples writes it."""


@dataclass(frozen=True, slots=True)
class Graph:
    """A named graph: its IRI and its N-Quads lines, sorted, each once, without line ends."""

    name: str
    lines: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.lines)

    @property
    def text(self) -> bytes:
        """The lines as a file has them."""
        return "\n".join((*self.lines, "")).encode()

    def triples(self) -> Iterator[Triple]:
        """The lines taken apart.

        >>> next(Graph("http://g", ('<http://s> <http://p> "a b"@zh <http://g> .',)).triples())
        ('<http://s>', '<http://p>', '"a b"@zh')
        """
        tail = len(self.name) + 5
        for line in self.lines:
            subject, predicate, rest = line.split(" ", 2)
            yield subject, predicate, rest[:-tail]


def make_graph(name: str, triples: Iterable[Triple]) -> Graph:
    """Sort triples into a graph, each once.

    >>> make_graph("http://g", [("<b>", "<p>", "<o>"), ("<a>", "<p>", "<o>"), ("<b>", "<p>", "<o>")]).lines
    ('<a> <p> <o> <http://g> .', '<b> <p> <o> <http://g> .')
    """
    return Graph(name, tuple(sorted({f"{s} {p} {o} <{name}> ." for s, p, o in triples})))


def iri(address: str) -> str:
    """
    >>> iri("https://w3id.org/fazhi/id/area/330226")
    '<https://w3id.org/fazhi/id/area/330226>'
    """
    return f"<{address}>"


@cache
def fz(name: str) -> str:
    """A term of the vocabulary.

    >>> fz("role-lead")
    '<https://w3id.org/fazhi/ns#role-lead>'
    """
    return f"<{VOCABULARY}{name}>"


@cache
def term(name: str) -> str:
    """A term of one of the other vocabularies, by its prefix.

    >>> term("dcterms:title")
    '<http://purl.org/dc/terms/title>'
    """
    prefix, local = name.split(":")
    return f"<{PREFIXES[prefix]}{local}>"


_ESCAPED = re.compile(r'[\\"\n\r]')
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"})


def text(value: str, language: str = "") -> str:
    """A string, with its language where it has one.

    >>> text("宁海县", "zh"), text('"x"')
    ('"宁海县"@zh', '"\\\\"x\\\\""')
    """
    if _ESCAPED.search(value):
        value = value.translate(_ESCAPES)
    return f'"{value}"@{language}' if language else f'"{value}"'


def integer(value: int) -> str:
    """
    >>> integer(2021)
    '"2021"^^<http://www.w3.org/2001/XMLSchema#integer>'
    """
    return f'"{value}"^^<{XSD}integer>'


def decimal(value: Decimal | float) -> str:
    """A number in its shortest plain form, as the store gives it back. Floats go through their own short form.

    >>> decimal(Decimal("22.0")), decimal(Decimal("3.65E+8")), decimal(0.5)
    ('"22"^^<http://www.w3.org/2001/XMLSchema#decimal>', '"365000000"^^<http://www.w3.org/2001/XMLSchema#decimal>', '"0.5"^^<http://www.w3.org/2001/XMLSchema#decimal>')
    """
    plain = f"{value if isinstance(value, Decimal) else Decimal(str(value)):f}"
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return f'"{"0" if plain in {"-0", ""} else plain}"^^<{XSD}decimal>'


def is_day(value: str) -> bool:
    """Whether an ISO date names a day that exists: the store takes any, without a word.

    >>> is_day("2022-03-31"), is_day("2022-02-30"), is_day("2022-3-1")
    (True, False, False)
    """
    try:
        return calendar.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def date(value: str) -> str:
    """An ISO date.

    >>> date("2022-03-31")
    '"2022-03-31"^^<http://www.w3.org/2001/XMLSchema#date>'
    """
    return f'"{value}"^^<{XSD}date>'
