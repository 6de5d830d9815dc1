"""What the graphs of a release say, property by property: from it tables are read without a query.

It is kept in the index of a release (`kg.store.index`), a row for each graph. What a report's graphs say of the report
itself and of its parts (`home`) stands apart from the rest, so that a table is read one report at a time. Things stand
apart from values: properties of the same things share their line, and a column is often a line as it stands.
"""

import re
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import le
from pathlib import Path
from typing import TYPE_CHECKING

from kg.graph.namespaces import PREFIXES
from kg.store.search import open_index

if TYPE_CHECKING:
    from kg.store.dump import Lines

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

SCHEMA = """
CREATE TABLE cells(home TEXT NOT NULL, graph TEXT NOT NULL, rest BLOB NOT NULL, own BLOB NOT NULL,
  PRIMARY KEY(home, graph)) WITHOUT ROWID;
"""
TYPE = PREFIXES["rdf"] + "type"
_TYPE = f"<{TYPE}>".encode()
_HERE = b"\x01"  # stands for the IRI of the report; N-Quads write it as \u0001
_MARK = b"\x02"  # stands between keys, and before letters that choose
MOST_CHOSEN = 90  # as many letters there are from "!" on that are one byte each
_LETTER, _NUMBER = (bytes((n + by) % 256 for n in range(256)) for by in (33, -33))
_REPORT = re.compile("^(.*/)graph/(report/[^/]+/[^/]+)(?:/|$)")
_PART = re.compile("^.*?/id/report/[^/]+/[^/]+")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.S)
_LETTERS = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}

Values = str | tuple[str, ...]
"""No value, one, or several in sort order."""
_Line = tuple[bytes, bytes, bytes]
"""Things, property, values."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is said by one property: things and values, side by side."""

    things: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)


Said = Mapping[str, Told]
"""What is said, by property. Classes stand as properties of their own: `class_key`."""


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


def row(graph: str, lines: "Lines") -> tuple[str, str, bytes, bytes]:
    """The row of one graph, of its lines."""
    here = home(graph)
    own, rest = list[_Line](), list[_Line]()
    for key, said in _keyed(lines):
        for into, some in zip((own, rest), _shared(said, here), strict=True):
            if some:
                into.append(_line(key, some))
    return here, graph, _packed(rest, here.encode()), _packed(own, here.encode())


def _keyed(lines: "Lines") -> Iterator[tuple[bytes, Sequence[bytes]]]:
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


def _line(key: bytes, said: Sequence[bytes]) -> _Line:
    """Things and values, without brackets and quotes, in the order of the things."""
    things = [thing[1:-1] for thing in said[::2]]
    values = [*map(bare, said[1::2])]
    if not all(map(le, things, things[1:])):  # the line of <a:s1> stands behind that of <a:s10>
        pairs = sorted(zip(things, values, strict=True))
        things, values = [thing for thing, _ in pairs], [value for _, value in pairs]
    return b"\t".join(things), key, _chosen(values)


def _chosen(values: Sequence[bytes]) -> bytes:
    r"""Values; where few of them differ those, and a letter for each thing.

    >>> _chosen([b"a", b"b", b"a", b"a"]), _chosen([b"1", b"2"])
    (b'a\tb\x02!"!!', b'1\t2')
    """
    places = {value: place for place, value in enumerate(dict.fromkeys(values))}
    if len(places) > min(len(values) // 2, MOST_CHOSEN):
        return b"\t".join(values)
    return b"\t".join(places) + _MARK + bytes(map(places.__getitem__, values)).translate(_LETTER)


def bare(value: bytes) -> bytes:
    """What stands within the brackets or quotes of a term; a blank node as it is. Literals keep the escapes of N-Quads.

    >>> bare(b"<a:s>"), bare(b'"5"@en'), bare(b"_:b")
    (b'a:s', b'5', b'_:b')
    """
    return value[1:-1] if value.startswith(b"<") else value[1 : value.rindex(b'"')] if value.startswith(b'"') else value


def _packed(found: list[_Line], here: bytes) -> bytes:
    """The names of the properties, then for each a line of things, empty where they are those before, and one of values."""
    if not found:
        return b""
    found.sort()
    before = (b"", *(things for things, _, _ in found))
    said = (
        (b"" if things == last else things, values) for last, (things, _, values) in zip(before, found, strict=False)
    )
    text = b"\n".join((_MARK.join(key for _, key, _ in found), *chain.from_iterable(said)))
    return zstd.compress(text.replace(here, _HERE) if here else text, 1)


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

    def reports(self, homes: Sequence[str], wanted: Collection[str]) -> Said:
        """What the graphs of some reports, which follow upon each other, say of themselves and their parts, in the order
        of their IRIs."""
        ends = (homes[0], homes[-1]) if homes else ("", "")
        rows = "SELECT home, own FROM cells WHERE home BETWEEN ? AND ? AND home != '' ORDER BY home, graph"
        return _unpacked(self._index.execute(rows, ends), wanted)

    def holds(self, iri: str) -> bool:
        """Whether a report's graphs say anything of the report or of a part of it.

        >>> Cells(path).holds("https://w3id.org/fazhi/id/report/330226/2021")  # doctest: +SKIP
        True
        """
        begin = _PART.match(iri)
        here = begin[0] if begin else ""
        thing = re.compile(_HERE + re.escape(iri.removeprefix(here).encode()) + rb"(?![^\t\n])")
        rows = self._index.execute("SELECT own FROM cells WHERE home = ? AND home != ''", (here,))
        return any(thing.search(zstd.decompress(own)) for (own,) in rows if own)

    def close(self) -> None:
        self._index.close()


def _unpacked(rows: Iterable[tuple[str, bytes]], wanted: Collection[str]) -> Said:
    found = {name: Told() for name in wanted}
    by_key = {name.encode(): told for name, told in found.items()}
    places: dict[bytes, list[tuple[int, Told]]] = {}
    for here, blob in rows:
        if not blob:
            continue
        keys, *lines = _lines(blob)
        if keys not in places:  # graphs of one kind nearly all have the same
            places[keys] = [(2 * n, by_key[key]) for n, key in enumerate(keys.split(_MARK)) if key in by_key]
        iri, known = here.encode(), dict[int, list[str]]()
        for place, told in places[keys]:
            values, _, letters = lines[place + 1].partition(_MARK)
            while not lines[place]:
                place -= 2
            if place not in known:
                known[place] = _texts(lines[place], iri)
            told.things.extend(known[place])
            some = _texts(values, iri)
            told.values.extend(map(some.__getitem__, letters.translate(_NUMBER)) if letters else some)
    return found


def _lines(blob: bytes) -> list[bytes]:
    """The lines of a row; of one that was written before its keys stood in front, as they would stand now."""
    lines = zstd.ZstdDecompressor().decompress(blob).split(b"\n")
    if b"\t" not in lines[0]:
        return lines
    said = [line.split(b"\t") for line in lines]
    both = (b"\t".join(terms[begin::2]) for terms in said for begin in (1, 2))
    return [_MARK.join(terms[0] for terms in said), *both]


def _texts(line: bytes, here: bytes) -> list[str]:
    texts = line.replace(_HERE, here).decode().split("\t")
    return [*map(plain, texts)] if b"\\" in line else texts


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
