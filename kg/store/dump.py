"""N-Quads by graph: sorted, spelt as the engine spells them, hashed, counted, and packed so that one graph can be replaced.

`dump.nq.gz` is a row of gzip members, one per graph in name order: a legal gzip file that any tool reads as a whole,
of which a new release copies the unchanged members as they are.
"""

import gzip
import hashlib
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from kg.errors import StoreError

# What the engine keeps as it stands. All other lines go through it once, so that the dump equals the store.
TYPED = re.compile(rb'^(.*?)"\^\^<http://www\.w3\.org/2001/XMLSchema#(\w+)> <[^<>\\ ]+> \.$')
CANONICAL: Mapping[bytes, re.Pattern[bytes]] = {
    b"integer": re.compile(rb'"(?:0|-?[1-9]\d{0,17})$'),
    b"decimal": re.compile(rb'"(?:0|-?[1-9]\d{0,14}|-?(?:0|[1-9]\d{0,14})\.\d{0,9}[1-9])$'),
    b"boolean": re.compile(rb'"(?:true|false)$'),
    b"date": re.compile(rb'"\d{4}-\d\d-\d\d$'),
    b"gYear": re.compile(rb'"\d{4}$'),
}
UNTYPED = re.compile(
    rb'^<[^<>\\ ]+> <[^<>\\ ]+> (?:<[^<>\\ ]+>|"(?:[^"\\\x00-\x1f\x7f]|\\["\\nrtbf])*"(?:@[a-z]+(?:-[a-z0-9]+)*)?) '
    rb"<[^<>\\ ]+> \.$"
)
RDF_TYPE = b"<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"


@dataclass(frozen=True, slots=True)
class NamedGraph:
    """One named graph as text: its N-Quads lines, sorted, without line ends."""

    name: str
    lines: tuple[bytes, ...]
    sha256: str = field(init=False)

    def __post_init__(self) -> None:
        digest = hashlib.sha256()
        for line in self.lines:
            digest.update(line)
            digest.update(b"\n")
        object.__setattr__(self, "sha256", digest.hexdigest())

    def text(self) -> bytes:
        return b"".join(line + b"\n" for line in self.lines)

    def member(self) -> bytes:
        """One gzip member; the same bytes for the same lines."""
        packer = zlib.compressobj(6, zlib.DEFLATED, 31)  # 31: gzip header without name and time
        return packer.compress(self.text()) + packer.flush()


def as_stored(line: bytes) -> bool:
    """Whether the engine would give the line back as it is.

    >>> as_stored(b'<a:s> <a:p> "99.60"^^<http://www.w3.org/2001/XMLSchema#decimal> <a:g> .')
    False
    >>> as_stored('<a:s> <a:p> "宁海"@zh <a:g> .'.encode())
    True
    """
    if UNTYPED.match(line):
        return True
    typed = TYPED.match(line)
    if not typed or typed[2] not in CANONICAL:
        return False
    value = typed[1].rpartition(b'"')
    # The rest of the line must be plain as well: test it as a string.
    return bool(CANONICAL[typed[2]].search(typed[1])) and bool(UNTYPED.match(value[0] + b'"x" <g> .'))


def respelt(lines: Iterable[bytes], *, graph: bytes = b"") -> list[bytes]:
    """The lines as the engine gives them back; where they are one `graph`, its blank nodes get names of their own.

    The names are those of RDFC-1.0 behind a hash of the graph's name, so that no two graphs share a node by chance.
    """
    store = ox.Store()
    try:
        store.load(b"\n".join(lines), format=ox.RdfFormat.N_QUADS)
    except SyntaxError as error:
        raise StoreError(f"not N-Quads: {error}") from error
    quads: Iterable[ox.Quad] = store
    if graph:
        dataset = ox.Dataset(store)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        scope = hashlib.sha256(graph).hexdigest()[:12]
        quads = [ox.Quad(*(_scoped(term, scope) for term in quad)) for quad in dataset]  # type: ignore[arg-type]
    # Split as bytes: str.splitlines would also cut at U+0085 and U+2028, which may stand in a literal.
    text = ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b""
    return [line for line in text.split(b"\n") if line]


def _scoped(term: object, scope: str) -> object:
    """The term with its blank nodes named within a scope."""
    if isinstance(term, ox.BlankNode):
        return ox.BlankNode(f"g{scope}{term.value}")
    if isinstance(term, ox.Triple):
        return ox.Triple(*(_scoped(part, scope) for part in term))  # type: ignore[arg-type]
    return term


def named_graphs(parts: Iterable[bytes | Path]) -> dict[str, NamedGraph]:
    """The graphs of `parts` (N-Quads as bytes or files, in any order), by name.

    >>> given = b'<a:s> <a:p> "007"^^<http://www.w3.org/2001/XMLSchema#integer> <a:g> .'
    >>> named_graphs([given])["a:g"].lines
    (b'<a:s> <a:p> "7"^^<http://www.w3.org/2001/XMLSchema#integer> <a:g> .',)

    Raises StoreError for a line that is no quad of a named graph.
    """
    found: dict[bytes, set[bytes]] = {}
    strange: list[bytes] = []
    for part in parts:
        text = part.read_bytes() if isinstance(part, Path) else part
        for line in text.split(b"\n"):
            if as_stored(line):
                found.setdefault(line.rsplit(b" ", 2)[1], set()).add(line)
            elif line.strip():
                strange.append(line)
    blank: dict[bytes, list[bytes]] = {}
    for line in respelt(strange) if strange else ():
        if not _is_quad(line):
            raise StoreError("a triple without a graph", where=line[:120].decode("utf-8", "replace"))
        name = line.rsplit(b" ", 2)[1]
        if b"_:" in line:
            blank.setdefault(name, []).append(line)
        else:
            found.setdefault(name, set()).add(line)
    for name, lines in blank.items():
        found.setdefault(name, set()).update(respelt(lines, graph=name))
    return {
        name: NamedGraph(name, tuple(sorted(lines)))
        for name, lines in sorted((key[1:-1].decode(), lines) for key, lines in found.items())
    }


def _is_quad(line: bytes) -> bool:
    quad = next(iter(ox.parse(line, format=ox.RdfFormat.N_QUADS)))
    return not isinstance(quad.graph_name, ox.DefaultGraph)


def unpack(member: bytes) -> list[bytes]:
    """The lines of one member."""
    return gzip.decompress(member).splitlines()


def tally(lines: Iterable[bytes]) -> tuple[Counter[str], Counter[str]]:
    """How often each class and each property occurs.

    >>> line = b"<a:s> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <a:C> <a:g> ."
    >>> tally([line])
    (Counter({'a:C': 1}), Counter({'http://www.w3.org/1999/02/22-rdf-syntax-ns#type': 1}))
    """
    properties: Counter[bytes] = Counter()
    classes: Counter[bytes] = Counter()
    # Grouped by the predicate in bulk: a line is `<s> <p> …` with one space between.
    kept = list(lines)
    properties.update(line.split(b" ", 2)[1] for line in kept)
    classes.update(line.split(b" ", 3)[2] for line in kept if RDF_TYPE in line and line.split(b" ", 2)[1] == RDF_TYPE)
    return (
        Counter({key[1:-1].decode(): count for key, count in classes.items()}),
        Counter({key[1:-1].decode(): count for key, count in properties.items()}),
    )
