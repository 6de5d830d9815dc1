"""N-Quads by graph: sorted, spelt as the engine spells them, hashed, counted, and packed so that one graph can be replaced.

`dump.nq.gz` is a row of gzip members, one per graph in name order: a legal gzip file that any tool reads as a whole,
of which a new release copies the unchanged members as they are.
"""

import gzip
import hashlib
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import lt
from pathlib import Path

import pyoxigraph as ox

from kg.errors import StoreError

_IRI, _XSD = rb"<[^<>\\ ]++>", rb"http://www\.w3\.org/2001/XMLSchema#"
_TYPED = (
    rb'(?:0|-?[1-9]\d{0,17})"\^\^<' + _XSD + rb"integer>",
    rb'(?:0|-?[1-9]\d{0,14}|-?(?:0|[1-9]\d{0,14})\.\d{0,9}[1-9])"\^\^<' + _XSD + rb"decimal>",
    rb'(?:true|false)"\^\^<' + _XSD + rb"boolean>",
    rb'\d{4}-\d\d-\d\d"\^\^<' + _XSD + rb"date>",
    rb'\d{4}"\^\^<' + _XSD + rb"gYear>",
)
_PLAIN = rb'[^"\\\x00-\x1f\x7f]*+(?:\\["\\nrtbf][^"\\\x00-\x1f\x7f]*+)*+"(?:@[a-z]+(?:-[a-z0-9]+)*)?'
_LINE = _IRI + b" " + _IRI + b" (?:" + _IRI + b'|"(?:' + b"|".join((*_TYPED, _PLAIN)) + b")) " + _IRI + rb" \."
STORED = re.compile(_LINE)
"""A line as the engine gives it back. All other lines go through it once, so that the dump equals the store."""
ALL_STORED = re.compile(b"(?:" + _LINE + b"\n)*+")
_TYPE = b"<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"

Lines = Mapping[bytes, Sequence[bytes]]
"""Property → thing and value in turns, as they stand in the lines of a graph."""


@dataclass(frozen=True, slots=True)
class NamedGraph:
    """One named graph as text: its N-Quads lines, sorted, each with its line end."""

    name: str
    text: bytes
    sha256: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sha256", hashlib.sha256(self.text).hexdigest())

    @property
    def quads(self) -> int:
        return self.text.count(b"\n")

    @property
    def lines(self) -> list[bytes]:
        return self.text.split(b"\n")[:-1]  # not splitlines: it would also cut at \r

    def member(self) -> bytes:
        """One gzip member; the same bytes for the same lines."""
        packer = zlib.compressobj(6, zlib.DEFLATED, 31)  # 31: gzip header without name and time
        return packer.compress(self.text) + packer.flush()


@dataclass(frozen=True, slots=True)
class Member:
    """One graph as it lies packed in a file."""

    path: Path
    offset: int
    length: int
    quads: int
    sha256: str
    """Of its lines."""

    def packed(self) -> bytes:
        with self.path.open("rb") as file:
            file.seek(self.offset)
            return file.read(self.length)

    def text(self) -> bytes:
        """The lines. Raises StoreError where they are not what they were when they were packed."""
        try:
            text = gzip.decompress(self.packed())
        except (OSError, EOFError, zlib.error) as error:
            raise StoreError(
                f"a graph cannot be read: {error}", where=str(self.path), hint="fazhi build --again"
            ) from error
        if hashlib.sha256(text).hexdigest() != self.sha256:
            raise StoreError("a graph has another hash than it had", where=str(self.path), hint="fazhi build --again")
        return text


def packed_in_order(members: Mapping[str, Member]) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each, in the order of the names; those that lie in one file one after the other by one opening."""
    for path, some in groupby(sorted(members), key=lambda name: members[name].path):
        with path.open("rb") as file:
            for name in some:
                file.seek(members[name].offset)
                yield name, file.read(members[name].length)


def pack(path: Path, graphs: Iterable[NamedGraph]) -> dict[str, Member]:
    """Write graphs into one file, each a member of its own."""
    members, offset = {}, 0
    with path.open("wb") as file:
        for graph in graphs:
            member = graph.member()
            file.write(member)
            members[graph.name] = Member(path, offset, len(member), graph.quads, graph.sha256)
            offset += len(member)
    return members


def as_stored(line: bytes) -> bool:
    """Whether the engine would give the line back as it is.

    >>> as_stored(b'<a:s> <a:p> "99.60"^^<http://www.w3.org/2001/XMLSchema#decimal> <a:g> .')
    False
    >>> as_stored('<a:s> <a:p> "宁海"@zh <a:g> .'.encode())
    True
    """
    return STORED.fullmatch(line) is not None


def respelt(lines: Iterable[bytes], *, graph: bytes = b"") -> list[bytes]:
    """The lines as the engine gives them back; where they are one `graph`, its blank nodes get names of their own.

    The names are those of RDFC-1.0 behind a hash of the graph's name, so that no two graphs share a node by chance.
    Raises `StoreError` where the lines are no N-Quads.
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
    [b'<a:s> <a:p> "7"^^<http://www.w3.org/2001/XMLSchema#integer> <a:g> .']

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
        name: NamedGraph(name, _text(sorted(lines)))
        for name, lines in sorted((key[1:-1].decode(), lines) for key, lines in found.items())
    }


def named_graph(name: str, text: bytes) -> NamedGraph:
    """The graph of lines that are all of it: what `named_graphs` gives, several times as fast where they are sorted and
    spelt as the engine spells them.

    >>> named_graph("a:g", b'<a:s> <a:p> "\\t" <a:g> .').lines
    [b'<a:s> <a:p> "\\\\t" <a:g> .']

    Raises StoreError for a line that is no quad of this graph.
    """
    lines = text.split(b"\n")[:-1]
    ours = text.count(f" <{name}> .\n".encode()) == len(lines)
    if ours and all(map(lt, lines, lines[1:])) and ALL_STORED.fullmatch(text):
        return NamedGraph(name, text)
    found = named_graphs([text])
    if strangers := sorted(found.keys() - {name}):
        raise StoreError(f"lines of another graph: {strangers[0]}")
    return found.get(name, NamedGraph(name, b""))


def _text(lines: Iterable[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def _is_quad(line: bytes) -> bool:
    quad = next(iter(ox.parse(line, format=ox.RdfFormat.N_QUADS)))
    return not isinstance(quad.graph_name, ox.DefaultGraph)


def unpack(member: bytes) -> list[bytes]:
    """The lines of one member."""
    return gzip.decompress(member).splitlines()


def by_property(name: str, text: bytes) -> Lines:
    """The lines of one graph, taken apart.

    >>> by_property("a:g", '<a:s> <a:p> "宁海 县"@zh <a:g> .\\n'.encode())[b"<a:p>"][1].decode()
    '"宁海 县"@zh'
    """
    found: dict[bytes, list[bytes]] = defaultdict(list)
    end = -len((f" <{name}> ." if name else " .").encode())
    for line in text.split(b"\n"):
        if line:
            thing, property_, value = line.split(b" ", 2)
            found[property_] += thing, value[:end]
    return {**found}


def tally(lines: Lines) -> tuple[Counter[str], Counter[str]]:
    """How often each class and each property occurs.

    >>> tally({b"<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>": [b"<a:s>", b"<a:C>"]})
    (Counter({'a:C': 1}), Counter({'http://www.w3.org/1999/02/22-rdf-syntax-ns#type': 1}))
    """
    classes = Counter(lines.get(_TYPE, ())[1::2])
    return (
        Counter({key[1:-1].decode(): count for key, count in classes.items()}),
        Counter({key[1:-1].decode(): len(said) // 2 for key, said in lines.items()}),
    )
