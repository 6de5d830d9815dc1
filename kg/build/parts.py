"""Parts: what was made of each source, kept by content, so that nothing is read twice and a stopped build goes on.

DIR/parts/ab/abcd….gz holds one report: a gzip member with a line of JSON (counts, issues, digest) and one for each
registry entry, then a member for each of its graphs, as the dump of a release will have it. The name is made of what the part depends
on: the bytes, what the register says of them, the base, and the fingerprint of the rules that read them; the decisions on
its facts are kept in it.
"""

import contextlib
import errno
import gzip
import hashlib
import json
import os
import sys
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache, lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import cast

from pydantic import TypeAdapter

import ontology
from kg.build.make import Made, Packed
from kg.corpus.source import Source
from kg.errors import StoreError
from kg.graph.quads import Graph
from kg.graph.registry import Entry, RegistryKind
from kg.store.dump import Member, named_graph

FOLDER = "parts"
RULES = "rules.json"
"""In the folder of the parts: by what rules the last build has read."""
AHEAD = 64
"""Files that are asked for before they are read."""
READERS = ("jieba", "lxml", "pdfplumber", "pdfminer.six", "python-docx", "pyoxigraph", "readability-lxml")
"""Packages that a reading depends on."""
LAYERS = ("corpus", "lexicon", "extract", "graph", "build")
_made: TypeAdapter[Made] = TypeAdapter(Made)


@cache
def rules() -> dict[str, str]:
    """What makes a part: files of code and tables with their hashes, and the packages they use with their versions."""
    home = Path(__file__).parent.parent
    files = [path for layer in LAYERS for path in (home / layer).rglob("*")]
    files += [path for path in Path(ontology.__file__).parent.rglob("*") if "examples" not in path.parts]
    found = {
        path.relative_to(home.parent).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(files)
        # __pycache__: another process may be writing there just now.
        if path.suffix != ".md" and "__pycache__" not in path.parts and path.is_file()
    }
    for package in READERS:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "none"
    return found


@cache
def fingerprint() -> str:
    """One hash over all `rules`.

    A change of any of them reads every report again: which reports a rule could touch is not known before it has run.
    """
    return hashlib.sha256(json.dumps(rules()).encode()).hexdigest()


def changed_rules(data: Path) -> list[str]:
    """The names of the rules that have changed since the last build here, or come or gone: why it is that all is read again."""
    try:
        before = json.loads((data / FOLDER / RULES).read_text("utf-8"))
    except (OSError, ValueError):
        return []
    return sorted({name for name, _ in before.items() ^ rules().items()})


def remember_rules(data: Path) -> None:
    """Keep by what rules this build has read."""
    if not (data / FOLDER / RULES).is_file() or changed_rules(data):
        write(data / FOLDER / RULES, json.dumps(rules(), indent=0).encode())


def key_of(source: Source, name: str, *, base: str, force: bool, ocr: bool) -> str:
    """The name of the part that this source gives under these settings."""
    depends = [
        fingerprint(),
        name,
        source.sha256,
        asdict(source.given),
        source.expected,
        source.declared,
        base,
        force,
        ocr,
    ]
    return hashlib.sha256(json.dumps(depends, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of one data folder."""

    data: Path

    def path(self, key: str) -> Path:
        return self.data / FOLDER / key[:2] / f"{key}.gz"

    def read(self, key: str) -> Made | None:
        """What was made, without its graphs; None where there is no whole part of this name."""
        try:
            made = unpack(self.path(key).read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError, zlib.error):  # a damaged part is made again
            with contextlib.suppress(OSError):
                self.path(key).unlink()
            return None
        return made if made.packed else None

    def write(self, key: str, packed: bytes) -> None:
        """Keep a part, by one rename."""
        write(self.path(key), packed)

    def members(self, key: str, made: Made) -> dict[str, Member]:
        """The graphs of a part, where they lie. Raises StoreError where it is gone."""
        path = self.path(key)
        try:
            offset = path.stat().st_size - sum(graph.length for graph in made.packed)
        except OSError as error:
            raise StoreError(f"a part cannot be read: {error}", where=str(path), hint="build again") from error
        found = {}
        for graph in made.packed:
            found[graph.name] = Member(path, offset, graph.length, graph.quads, graph.sha256)
            offset += graph.length
        return found

    def keys(self) -> Iterator[str]:
        """The names of all parts, to be read in this order."""
        for path in coming(sorted((self.data / FOLDER).glob("??/*.gz"))):
            yield path.stem


def pack(made: Made) -> bytes:
    """All that was made, as one file: what a process hands back."""
    assert made.report is not None  # the others are not kept
    graphs = [named_graph(graph.name, graph.text) for graph in made.report.graphs if graph.lines]
    members = [graph.member() for graph in graphs]
    packed = tuple(
        Packed(graph.name, graph.quads, graph.sha256, len(member))
        for graph, member in zip(graphs, members, strict=True)
    )
    entries = (f"{e.weight} {e.kind} {e.subject} {e.predicate} {e.object}" for e in made.report.entries)
    bare = replace(made.report, graphs=tuple(Graph(graph.name, ()) for graph in made.report.graphs), entries=())
    told = "\n".join((_made.dump_json(replace(made, report=bare, packed=packed)).decode(), *entries))
    head = gzip.compress(told.encode(), compresslevel=3, mtime=0)
    return b"".join((head, *members))


def unpack(file: bytes) -> Made:
    """What was made, without its graphs. Raises ValueError, zlib.error for a file that is damaged."""
    head = zlib.decompressobj(31)
    line, *entries = head.decompress(file).decode().split("\n")
    made = _made.validate_json(line)
    if len(head.unused_data) != sum(graph.length for graph in made.packed):
        raise ValueError("cut short")
    return replace(made, report=made.report and replace(made.report, entries=tuple(map(_entry, filter(None, entries)))))


def coming(paths: Sequence[Path]) -> Iterator[Path]:
    """These files, each when the next ones are on their way: a disk gives many at once sooner than one after the other."""
    for number, path in enumerate(paths):
        if number % AHEAD == 0:
            _ask_for(paths[number + AHEAD if number else 0 : number + 2 * AHEAD])
        yield path


def _ask_for(paths: Iterable[Path]) -> None:
    """Tell the system that these files are wanted soon; one that is not there is none of our business here."""
    if sys.platform == "linux":
        for path in paths:
            with contextlib.suppress(OSError), path.open("rb", buffering=0) as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_WILLNEED)


def write(path: Path, content: bytes) -> None:
    """Write a file by one rename. Raises StoreError where that cannot be: no right to, no space; nothing stays of it then."""
    new = path.with_name(f".{path.name}-{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new.write_bytes(content)
        new.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            new.unlink()
        hint = "free some space" if error.errno == errno.ENOSPC else "choose another --data"
        raise StoreError(f"cannot be written: {error.strerror}", where=str(path), hint=hint) from error


_held = lru_cache(maxsize=1 << 20)(Entry)
"""Reports of a place say the same of shared things: each of these is held once, and so is each of its words."""


@lru_cache(maxsize=1 << 15)  # lines are long: those of late are enough
def _entry(line: str) -> Entry:
    weight, *words = line.split(" ", 4)
    kind, subject, predicate, value = map(sys.intern, words)
    return _held(cast(RegistryKind, kind), subject, predicate, value, int(weight))
