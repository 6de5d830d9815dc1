"""A release, or the graphs of one report, in every RDF form; packed by gzip or Zstandard where that is wanted."""

import gzip
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

import pyoxigraph as ox

from kg.errors import UsageError
from kg.graph.namespaces import DEFAULT_BASE, PREFIXES, graph_base
from kg.store.release import Release
from server.export import jsonld
from server.export.annotations import write_annotations
from server.export.kept import Making, begun, folder, measured

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LICENCE = "https://creativecommons.org/licenses/by/4.0/"


@dataclass(frozen=True, slots=True)
class Form:
    """One form in which RDF is written."""

    name: str
    suffix: str
    media_type: str
    format: ox.RdfFormat | None
    """None: written by ourselves."""
    graphs: bool
    """Whether the form keeps the named graphs."""
    file_type: str
    """Its name in the list of file types of the EU's Publications Office."""


FORMATS: Mapping[str, Form] = {
    "nq": Form("N-Quads", "nq", "application/n-quads", ox.RdfFormat.N_QUADS, True, "RDF_N_QUADS"),
    "trig": Form("TriG", "trig", "application/trig", ox.RdfFormat.TRIG, True, "RDF_TRIG"),
    "ttl": Form("Turtle", "ttl", "text/turtle", ox.RdfFormat.TURTLE, False, "RDF_TURTLE"),
    "nt": Form("N-Triples", "nt", "application/n-triples", ox.RdfFormat.N_TRIPLES, False, "RDF_N_TRIPLES"),
    "jsonld": Form("JSON-LD", "jsonld", "application/ld+json", None, True, "JSON_LD"),
    "rdfxml": Form("RDF/XML", "rdf", "application/rdf+xml", ox.RdfFormat.RDF_XML, False, "RDF_XML"),
    "annotations": Form("Web Annotation", "anno.jsonld", "application/ld+json", None, False, "JSON_LD"),
}
PACKINGS: Mapping[str, str] = {"gz": "application/gzip", "zst": "application/zstd"}


@dataclass(frozen=True, slots=True)
class Dump:
    """One file of the whole release: a form, packed."""

    key: str
    form: Form
    packing: str

    @property
    def name(self) -> str:
        """As people call it."""
        return f"{self.form.name}, {'gzip' if self.packing == 'gz' else 'Zstandard'}"

    @property
    def media_type(self) -> str:
        """Of what is packed."""
        return self.form.media_type


DUMPS: Mapping[str, Dump] = {
    f"{form.suffix}.{packing}": Dump(key, form, packing) for key, form in FORMATS.items() for packing in PACKINGS
}


def graphs_of(release: Release, report: str) -> list[str]:
    """The graphs of one report ("report/330226/2021"): what it says, what follows, what was found.

    Raises UsageError where the release has no such report.
    """
    name = graph_base(str(release.manifest.get("base", DEFAULT_BASE))) + report.strip("/")
    found = [graph for graph in release.manifest["graphs"] if graph == name or graph.startswith(f"{name}/")]
    if name not in found or not report.startswith("report/"):
        raise UsageError(f"no report {report}", hint="its id, as report/330226/2021; fazhi query lists them")
    return found


def quads(release: Release, report: str = "") -> Iterator[ox.Quad]:
    """All quads of a release or of one report, by graph and then by line: the same order every time."""
    if report:
        for name in graphs_of(release, report):
            yield from ox.parse(gzip.decompress(release.member(name)), format=ox.RdfFormat.N_QUADS)
        return
    with gzip.open(release.dump_path) as dump:
        yield from ox.parse(dump, format=ox.RdfFormat.N_QUADS)  # type: ignore[arg-type]


def write_rdf(release: Release, form: str, out: IO[bytes], *, report: str = "") -> None:
    """Write a release, or one report of it, in an RDF form; release and licence first where the form has comments.

    Raises UsageError for an unknown form or report.
    """
    if form not in FORMATS:
        raise UsageError(f"no format {form}", hint="one of " + ", ".join(FORMATS))
    chosen = FORMATS[form]
    if report:
        graphs_of(release, report)  # before anything is written
    if form in {"ttl", "trig"}:
        out.write(f"# fazhi, release {release.id}; {LICENCE}\n".encode())
    if form == "nq":
        _lines(release, report, out)
    elif form == "annotations":
        write_annotations(release, [report] if report else _reports(release), quads, out)
    elif form == "jsonld" and report:
        base = str(release.manifest.get("base", DEFAULT_BASE))
        out.write(jsonld.framed(base + report.strip("/"), (quad.triple for quad in quads(release, report))))
    elif form == "jsonld":
        jsonld.write_dataset(quads(release), out)
    else:
        given = quads(release, report)
        things: Iterable[ox.Quad] | Iterable[ox.Triple] = given if chosen.graphs else (quad.triple for quad in given)
        ox.serialize(things, output=out, format=chosen.format, prefixes=dict(PREFIXES))


def _lines(release: Release, report: str, out: IO[bytes]) -> None:
    if report:
        for name in graphs_of(release, report):
            out.write(gzip.decompress(release.member(name)))
        return
    with gzip.open(release.dump_path) as packed:
        while piece := packed.read(1 << 20):
            out.write(piece)


def _reports(release: Release) -> list[str]:
    name = graph_base(str(release.manifest.get("base", DEFAULT_BASE)))
    found = (graph.removeprefix(name) for graph in release.manifest["graphs"])
    return [graph for graph in found if graph.startswith("report/") and graph.count("/") == 2]


@contextmanager
def packed(out: IO[bytes], packing: str) -> Iterator[IO[bytes]]:
    """A file that packs what is written into `out`; the same bytes for the same content. "" packs nothing."""
    if packing == "gz":
        with gzip.GzipFile("", "wb", 6, out, mtime=0) as file:
            yield cast(IO[bytes], file)
    elif packing == "zst":
        options = {zstd.CompressionParameter.checksum_flag: 1}
        with zstd.ZstdFile(out, "wb", options=options) as file:  # type: ignore[call-overload]
            yield file
    else:
        yield out


def dump_file(release: Release, name: str) -> Path | Making:
    """The file of one dump ("ttl.zst"), begun when it is first asked for."""
    if name == "nq.gz":
        return release.dump_path
    return begun(release, f"dump.{name}", _writer(release, DUMPS[name]))


def _writer(release: Release, dump: Dump) -> Callable[[IO[bytes]], None]:
    def write(file: IO[bytes]) -> None:
        with packed(file, dump.packing) as out:
            write_rdf(release, dump.key, out)

    return write


def dump_size(release: Release, name: str) -> tuple[int, str] | None:
    """Bytes and SHA-256 of a dump, None as long as it has not been made."""
    path = release.dump_path if name == "nq.gz" else folder(release) / f"dump.{name}"
    return measured(path) if path.is_file() else None
