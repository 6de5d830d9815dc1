"""What the graphs of a release say, property by property: from it tables are read without a query.

It is kept in the index of a release (`kg.store.index`), a row for each graph. What a report's graphs say of the report
itself and of its parts (`home`) stands apart from the rest, so that a table is read one report at a time.
"""

import re
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path

from kg.graph.namespaces import PREFIXES
from kg.store.dump import Lines
from kg.store.search import open_index

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

SCHEMA = """
CREATE TABLE cells(home TEXT NOT NULL, graph TEXT NOT NULL, rest BLOB NOT NULL, own BLOB NOT NULL,
  PRIMARY KEY(home, graph)) WITHOUT ROWID;
"""
TOGETHER = 40  # reports that are read at once: enough that each costs little, few enough to be small
TYPE = PREFIXES["rdf"] + "type"
_TYPE = f"<{TYPE}>".encode()
_HERE = b"\x01"  # stands for the IRI of the report; N-Quads write it as \u0001
_REPORT = re.compile("^(.*/)graph/(report/[^/]+/[^/]+)(?:/|$)")
_PART = re.compile("^.*?/id/report/[^/]+/[^/]+")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.S)
_LETTERS = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}

Values = str | tuple[str, ...]
"""No value, one, or several in sort order."""
Said = dict[str, dict[str, Values]]
"""Property → thing → what is said. Classes stand as properties of their own: `class_key`."""


def class_key(iri: str) -> str:
    """Under what the members of a class stand.

    >>> class_key("https://w3id.org/fazhi/ns#Figure")
    'http://www.w3.org/1999/02/22-rdf-syntax-ns#type https://w3id.org/fazhi/ns#Figure'
    """
    return f"{TYPE} {iri}"


def home(graph: str) -> str:
    """The report that a graph belongs to, as its IRI; empty where it belongs to none.

    >>> home("https://w3id.org/fazhi/graph/report/330226/2021/derived")
    'https://w3id.org/fazhi/id/report/330226/2021'
    >>> home("https://w3id.org/fazhi/graph/links")
    ''
    """
    found = _REPORT.match(graph)
    return f"{found[1]}id/{found[2]}" if found else ""


def row(graph: str, lines: Lines) -> tuple[str, str, bytes, bytes]:
    """The row of one graph, of its lines."""
    here = home(graph)
    own, rest = list[bytes](), list[bytes]()
    for key, said in sorted(_keyed(lines)):
        for into, some in zip((own, rest), _shared(said, here), strict=True):
            if some:
                into.append(key + b"\t" + _bared(some))
    return here, graph, _packed(rest, here.encode()), _packed(own, here.encode())


def _keyed(lines: Lines) -> Iterator[tuple[bytes, Sequence[bytes]]]:
    """Properties with what is said by them, and classes with their members."""
    for property_, said in lines.items():
        if property_ != _TYPE:
            yield property_[1:-1], said
            continue
        members: dict[bytes, list[bytes]] = {}
        for thing, value in zip(said[::2], said[1::2], strict=True):
            members.setdefault(value, []).extend((thing, value))
        yield from ((_TYPE[1:-1] + b" " + value[1:-1], some) for value, some in members.items())


def _shared(said: Sequence[bytes], here: str) -> tuple[Sequence[bytes], Sequence[bytes]]:
    """What is said of the report `here` and its parts, and of other things; nothing of what has no name."""
    things = said[::2]
    part = f"<{here}/".encode()
    if here and min(things).startswith(part) and max(things).startswith(part):  # so do all that sort between
        return said, ()
    own, rest = list[bytes](), list[bytes]()
    for thing, value in zip(things, said[1::2], strict=True):
        if not thing.startswith(b"_:"):
            (own if here and thing.startswith((part, f"<{here}>".encode())) else rest).extend((thing, value))
    return own, rest


def _bared(said: Sequence[bytes]) -> bytes:
    """Things and values in turns, without brackets and quotes."""
    told = [term[1:-1] for term in said]
    values = said[1::2]
    if not (min(values).startswith(b"<") and max(values).startswith(b"<")):  # else all are addresses
        told[1::2] = map(bare, values)
    return b"\t".join(told)


def bare(value: bytes) -> bytes:
    """What stands within the brackets or quotes of a term; a blank node as it is. Literals keep the escapes of N-Quads.

    >>> bare(b"<a:s>"), bare(b'"5"@en'), bare(b"_:b")
    (b'a:s', b'5', b'_:b')
    """
    return value[1:-1] if value.startswith(b"<") else value[1 : value.rindex(b'"')] if value.startswith(b'"') else value


def _packed(found: list[bytes], here: bytes) -> bytes:
    """A line for each property: its name, and thing and value in turns."""
    text = b"\n".join(found)
    return zstd.compress(text.replace(here, _HERE) if here else text, 1) if found else b""


class Cells:
    """The cells of one release, read-only."""

    def __init__(self, path: Path) -> None:
        self._index = open_index(path)

    @property
    def homes(self) -> list[str]:
        """The reports, as IRIs, in their order."""
        return [home for (home,) in self._index.execute("SELECT DISTINCT home FROM cells WHERE home != '' ORDER BY 1")]

    def rest(self, wanted: Collection[str]) -> Said:
        """What is said of things that belong to no report, or by graphs that do not."""
        return _unpacked(self._index.execute("SELECT home, rest FROM cells"), wanted)

    def reports(self, wanted: Collection[str]) -> Iterator[tuple[list[str], Said]]:
        """Some reports at a time, with what their graphs say of themselves and their parts, in the order of their IRIs."""
        found = self._index.execute("SELECT home, own FROM cells WHERE home != '' ORDER BY home, graph")
        by_home = groupby(found, itemgetter(0))
        while some := [(home, [*rows]) for home, rows in islice(by_home, TOGETHER)]:
            yield [home for home, _ in some], _unpacked((row for _, rows in some for row in rows), wanted)

    def holds(self, iri: str) -> bool:
        """Whether a report's graphs say anything of the report or of a part of it.

        >>> Cells(path).holds("https://w3id.org/fazhi/id/report/330226/2021")  # doctest: +SKIP
        True
        """
        begin = _PART.match(iri)
        here = begin[0] if begin else ""
        thing = _HERE + iri.removeprefix(here).encode() + b"\t"
        rows = self._index.execute("SELECT own FROM cells WHERE home = ? AND home != ''", (here,))
        return any(thing in zstd.decompress(own) for (own,) in rows if own)

    def close(self) -> None:
        self._index.close()


def _unpacked(rows: Iterable[tuple[str, bytes]], wanted: Collection[str]) -> Said:
    names = {name.encode(): name for name in wanted}
    found: dict[str, list[bytes]] = {name: [] for name in wanted}
    for here, blob in rows:
        iri = here.encode()
        for line in zstd.ZstdDecompressor().decompress(blob).split(b"\n") if blob else ():
            end = line.index(b"\t")
            if name := names.get(line[:end]):
                found[name].append(line[end + 1 :].replace(_HERE, iri))
    return {name: _paired(b"\t".join(lines)) for name, lines in found.items()}


def _paired(cells: bytes) -> dict[str, Values]:
    """Things and values that stand in turns."""
    flat = cells.decode().split("\t") if cells else []
    if b"\\" in cells:
        flat = [*map(plain, flat)]
    return related(flat[::2], flat[1::2])


def related(things: Sequence[str], values: Sequence[str]) -> dict[str, Values]:
    """Each thing with its values.

    >>> related(["a", "b", "a"], ["2", "3", "1"])
    {'a': ('1', '2'), 'b': '3'}
    """
    found: dict[str, Values] = dict(zip(things, values, strict=True))
    if len(found) < len(things):
        found = {}
        for thing, value in zip(things, values, strict=True):
            found[thing] = joined(found[thing], value) if thing in found else value
    return found


def several(values: Values) -> Sequence[str]:
    """The values as a sequence.

    >>> several(""), several("a"), several(("a", "b"))
    ((), ('a',), ('a', 'b'))
    """
    return values if isinstance(values, tuple) else (values,) if values else ()


def joined(*given: Values) -> Values:
    """Values together, in sort order, none twice.

    >>> joined("b", ("a", "b")), joined("", "a"), joined()
    (('a', 'b'), 'a', '')
    """
    found = tuple(sorted({value for values in given for value in several(values)}))
    return found if len(found) > 1 else found[0] if found else ""


def plain(literal: str) -> str:
    r"""A literal without the escapes of N-Quads.

    >>> plain(r"“\u5b81\u6d77”\n")
    '“宁海”\n'
    """
    return _ESCAPE.sub(_unescaped, literal) if "\\" in literal else literal


def _unescaped(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _LETTERS.get(match[3], match[3])
