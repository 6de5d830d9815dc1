"""Runs: which version of the tool, with which tables, read which text."""

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

import kg.lexicon
from kg.graph import iri as names
from kg.graph.quads import TYPE, fz, integer, iri, term, text

if TYPE_CHECKING:
    from kg.graph.triples import _Writer


@cache
def tool_version() -> str:
    """Version of the installed tool."""
    try:
        return version("fazhi")
    except PackageNotFoundError:
        return "0"


@cache
def tables_version() -> str:
    """Digest of all words, tables and rules: another one means that facts may have been read otherwise."""
    digest = hashlib.sha256()
    for path in sorted(kg.lexicon.FOLDER.rglob("*")):
        if path.suffix in {".tsv", ".yaml"}:
            digest.update(path.relative_to(kg.lexicon.FOLDER).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def describe_run(writer: "_Writer") -> str:
    """The text as it was read, in the report's graph, and the run in the provenance; gives the snapshot's node."""
    sha256 = hashlib.sha256(writer.document.text.encode()).hexdigest()
    snapshot = iri(names.snapshot(writer.report, sha256))
    writer.add(snapshot, TYPE, fz("TextSnapshot"))
    writer.add(snapshot, fz("sha256"), text(sha256))
    writer.add(snapshot, fz("charLength"), integer(len(writer.document.text)))
    run = iri(names.run(writer.base, tool_version(), tables_version(), snapshot))
    say = writer.linker.say
    say("provenance", iri(writer.name), term("prov:wasGeneratedBy"), run)
    say("provenance", run, TYPE, fz("ExtractionRun"))
    say("provenance", run, fz("toolVersion"), text(tool_version()))
    say("provenance", run, fz("tablesVersion"), text(tables_version()))
    say("provenance", run, term("prov:used"), snapshot)
    say("provenance", run, fz("sourceSha256"), text(writer.document.source.sha256))
    return snapshot
