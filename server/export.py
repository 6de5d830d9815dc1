"""A release as files that others read: dumps in every RDF form; tables and networks beside them."""

import gzip
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from kg.errors import UsageError
from kg.graph.namespaces import PREFIXES
from kg.store.folder import digest
from kg.store.release import Release


@dataclass(frozen=True, slots=True)
class Dump:
    """One form of the whole release."""

    name: str
    media_type: str
    format: ox.RdfFormat
    graphs: bool
    """Whether the form keeps the named graphs."""


DUMPS: Mapping[str, Dump] = {
    "nq.gz": Dump("N-Quads", "application/n-quads", ox.RdfFormat.N_QUADS, True),
    "trig.gz": Dump("TriG", "application/trig", ox.RdfFormat.TRIG, True),
    "ttl.gz": Dump("Turtle", "text/turtle", ox.RdfFormat.TURTLE, False),
    "nt.gz": Dump("N-Triples", "application/n-triples", ox.RdfFormat.N_TRIPLES, False),
    "jsonld.gz": Dump("JSON-LD", "application/ld+json", ox.RdfFormat.JSON_LD, True),
    "rdf.gz": Dump("RDF/XML", "application/rdf+xml", ox.RdfFormat.RDF_XML, False),
}
FORMATS: Mapping[str, str] = {
    "ttl": "ttl.gz",
    "nt": "nt.gz",
    "nq": "nq.gz",
    "trig": "trig.gz",
    "jsonld": "jsonld.gz",
    "rdfxml": "rdf.gz",
}


def quads(release: Release) -> Iterator[ox.Quad]:
    """All quads of a release, by graph and then by line: the same order every time."""
    with gzip.open(release.dump_path) as dump:
        yield from ox.parse(dump, format=ox.RdfFormat.N_QUADS)  # type: ignore[arg-type]


def write_rdf(release: Release, form: str, out: IO[bytes]) -> None:
    """Write all data in an RDF form, a comment with release and licence first where the form has comments.

    Raises UsageError for an unknown form.
    """
    if form not in FORMATS:
        raise UsageError(f"no format {form}", hint="one of " + ", ".join(FORMATS))
    dump = DUMPS[FORMATS[form]]
    if form in {"ttl", "trig"}:
        out.write(f"# fazhi, release {release.id}; https://creativecommons.org/licenses/by/4.0/\n".encode())
    if form == "nq":
        with gzip.open(release.dump_path) as packed:
            while piece := packed.read(1 << 20):
                out.write(piece)
        return
    things: Iterable[ox.Quad] | Iterable[ox.Triple]
    things = quads(release) if dump.graphs else (quad.triple for quad in quads(release))
    ox.serialize(things, output=out, format=dump.format, prefixes=dict(PREFIXES))


def dump_file(release: Release, suffix: str) -> Path:
    """The gzip file of one form, made when it is first asked for, kept beside the releases."""
    if suffix == "nq.gz":
        return release.dump_path
    folder = _folder(release)
    path = folder / f"dump.{suffix}"
    if not path.is_file():
        form = next(form for form, name in FORMATS.items() if name == suffix)
        handle, name = tempfile.mkstemp(dir=folder)
        with os.fdopen(handle, "wb") as file, gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:
            write_rdf(release, form, packed)  # type: ignore[arg-type]
        Path(name).replace(path)
    return path


def dump_size(release: Release, suffix: str) -> tuple[int, str] | None:
    """Bytes and SHA-256 of a dump, None as long as it has not been made."""
    path = release.dump_path if suffix == "nq.gz" else _folder(release) / f"dump.{suffix}"
    return _measured(path) if path.is_file() else None


@lru_cache(maxsize=64)
def _measured(path: Path) -> tuple[int, str]:
    return path.stat().st_size, digest(path)


def _folder(release: Release) -> Path:
    """Where files made on demand are kept; a data folder that cannot be written has them in the temporary folder."""
    folder = release.path.parent.parent / "exports" / release.id
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK):
            return folder
    except OSError:
        pass
    folder = Path(tempfile.gettempdir()) / f"fazhi-exports-{os.getuid() if hasattr(os, 'getuid') else 0}" / release.id
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
