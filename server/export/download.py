"""Files to take away under /data: whole dumps with ranges and checksums, releases, and single things by suffix."""

import contextlib
import io
import os
import re
from pathlib import Path
from typing import IO

from flask import Blueprint, Response, request, send_file
from werkzeug.http import generate_etag

from kg.errors import UsageError
from kg.store.release import Release, read_release
from server.api.calls import refuse
from server.errors import Problem
from server.export.formats import TABLED, Source, made_here, write_tables
from server.export.kept import Making, begun, maker, measured
from server.export.rdf import DUMPS, FORMATS, PACKINGS, dump_file, packed, write_rdf
from server.export.tables import metadata, tables
from server.negotiate import GRAPH_TYPES, SAME_GRAPH, SUFFIXES, choose, content_type
from server.protocol.describe import LICENCE, conditional, public_url
from server.protocol.resource import SUFFIX_OF, document, read
from server.protocol.withdrawn import was_shown
from server.service import service

blueprint = Blueprint("download", __name__)
FORM = re.compile(r"[A-Za-z]\w{1,7}")
NO_FILES = "a remote store has no files"
SOON = 0.3
"""Seconds in which a file may become whole before it is sent as it grows."""
GROWING = ("csv", "parquet", "rocrate")
"""Forms written row by row; of the others nothing is there before all is."""
GROWS = os.name == "posix"
"""Whether a file that somebody reads may be renamed."""
ONE_RANGE = re.compile(r"bytes=\s*(\d+-\d*|-\d+)\s*")
MEDIA = {
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "graphml": "application/graphml+xml",
    "gexf": "application/gexf+xml",
    "rocrate": "application/zip",
}


@blueprint.get("/data/dump.<path:suffix>")
def dump(suffix: str) -> Response:
    """All data in one file; with .sha256 behind its name, the checksum in the form that sha256sum reads."""
    here = service().release
    name = suffix.removesuffix(".sha256")
    if here is None:
        raise Problem("not-found", NO_FILES)
    if name not in DUMPS:
        raise Problem("not-acceptable", suffix[:80], offered=[*DUMPS])
    refuse(request.args, ())
    found, full = dump_file(here, name), f"fazhi-{here.id}.{name}"
    if name != suffix:
        path = found.whole() if isinstance(found, Making) else found
        line = f"{measured(path)[1]}  {full}\n"
        return conditional(Response(line, content_type="text/plain; charset=utf-8"), "sha256")
    return send(found, PACKINGS[DUMPS[name].packing], full, here)


@blueprint.get("/data/dump/<path:name>")
def report_dump(name: str) -> Response:
    """The graphs of one report, /data/dump/report/330226/2021.trig, packed where .gz or .zst follows."""
    here = service().release
    for form, said in FORMATS.items():
        for packing in ("", *PACKINGS):
            ending = f".{said.suffix}.{packing}".rstrip(".")
            report = name.removesuffix(ending)
            if report == name or here is None or (said.suffix == "jsonld" and report.endswith(".anno")):
                continue
            out = io.BytesIO()
            try:
                with packed(out, packing) as file:
                    write_rdf(here, form, file, report=report)
            except UsageError as error:
                raise Problem("not-found", error.what) from error
            kind = PACKINGS.get(packing) or content_type(said.media_type)
            response = Response(out.getvalue(), content_type=kind)
            response.headers["Link"] = f'<{service().config.base}{report}>; rel="describes", <{LICENCE}>; rel="license"'
            return conditional(response, ending)
    raise Problem("not-found")


@blueprint.get("/data/tables/<name>.<form>")
def table(name: str, form: str) -> Response:
    """One table as CSV, Parquet or a workbook; `?excel` gives CSV that Excel opens rightly and no formula runs in."""
    if name not in tables():
        raise Problem("not-found", ", ".join(tables()))
    if form not in TABLED or not made_here(form):
        raise Problem("not-acceptable", f"{name}.{form}"[:80], offered=[*filter(made_here, TABLED)])
    refuse(request.args, ("excel",) if form == "csv" else ())
    return _made(f"{name}.{form}", form, table=name, spreadsheet="excel" in request.args)


@blueprint.get("/data/tables/csv-metadata.json")
def table_metadata() -> Response:
    """CSV on the Web metadata of all tables."""
    text = metadata(tables(), service().release_id, LICENCE)
    return conditional(Response(text, content_type="application/csvm+json"), "csvw")


@blueprint.get("/data/fazhi.<form>")
def one_file(form: str) -> Response:
    """The workbook, the network, the deposit: /data/fazhi.xlsx, .graphml, .gexf, .zip."""
    offered = [*filter(made_here, ("xlsx", "graphml", "gexf", "zip"))]
    if form not in offered:
        raise Problem("not-acceptable", f"fazhi.{form}"[:80], offered=offered)
    refuse(request.args, ())
    return _made(f"fazhi.{form}", "rocrate" if form == "zip" else form)


def _made(name: str, form: str, *, table: str = "", spreadsheet: bool = False) -> Response:
    """A file that the evaluators make when it is first asked for; from then on it is sent as it lies there."""
    opened = service().opened
    if opened.release is None:
        raise Problem("not-found", NO_FILES)
    given = Source(opened.release, opened.search, opened.store)

    def write(out: IO[bytes]) -> None:
        write_tables(given, form, out, table=table, spreadsheet=spreadsheet)

    kind = f"excel-{name}" if spreadsheet else name
    found = begun(opened.release, kind, write)
    if form not in GROWING and isinstance(found, Making):
        found = found.whole()
    response = send(found, MEDIA[form], f"{opened.id}-{name}", opened.release, kind=kind)
    if form == "csv":
        response.headers["Content-Type"] = "text/csv; charset=utf-8; header=present"
    described = '</data/tables/csv-metadata.json>; rel="describedby"; type="application/csvm+json"'
    response.headers["Link"] = f'{described}, <{LICENCE}>; rel="license"'
    return response


@blueprint.get("/data/releases/<ident>")
def release(ident: str) -> Response:
    """The dump of one release, as long as it is kept."""
    data = service().config.data
    if (
        data is None
        or not ident.isalnum()
        or len(ident) > 64
        or not (data / "releases" / ident / "manifest.json").is_file()
    ):
        raise Problem("gone" if was_shown(ident) else "not-found")
    found = read_release(data / "releases" / ident)
    return send(found.dump_path, PACKINGS["gz"], f"fazhi-{ident}.nq.gz", found)


@blueprint.get("/data/<path:key>")
def thing(key: str) -> Response:
    """One thing as RDF, by suffix or by Accept."""
    name, _, suffix = key.rpartition(".")
    if name and suffix in SUFFIX_OF.values():
        return document(name, SUFFIXES[suffix])
    accept = request.headers.get("Accept", "")
    media_type = choose(accept, tuple(SUFFIX_OF), SAME_GRAPH)
    if media_type is None:
        read(key)  # 404 comes before 406
        if choose(accept, GRAPH_TYPES, SAME_GRAPH) is None:
            raise Problem("not-acceptable", offered=list(SUFFIX_OF))
        media_type = "application/n-triples"
    try:
        response = document(key, media_type)
    except Problem as problem:
        if problem.kind == "no-such-resource" and name and FORM.fullmatch(suffix):
            read(name)  # the thing is there, in other forms
            raise Problem("not-acceptable", offered=[*SUFFIX_OF.values()]) from problem
        raise
    response.vary.add("Accept")
    return response


def send(found: Path | Making, media_type: str, name: str, of: Release, *, kind: str = "") -> Response:
    """A file of a release, with ranges; one version of this code always makes the same, and the ETag says both.

    One that is still being made is sent as it grows, without its length: if the making fails the connection breaks off.
    """
    if not ONE_RANGE.fullmatch(request.headers.get("Range", "bytes=0-")):
        request.environ.pop("HTTP_RANGE")  # of another unit, or several at once: the whole file answers both
    etag = generate_etag(f"{of.id} {maker()} {kind or name}".encode())
    if isinstance(found, Making):
        grows = (
            request.method == "GET"
            and "Range" not in request.headers
            and request.environ["SERVER_PROTOCOL"] > "HTTP/1.0"
        )
        with contextlib.suppress(TimeoutError):
            found = found.whole(SOON if grows and GROWS else None)
    if isinstance(found, Making):
        response = Response(found.pieces(), mimetype=media_type, headers={"Transfer-Encoding": "chunked"})
        response.headers.set("Content-Disposition", "attachment", filename=name)
        response.headers["Cache-Control"] = "no-cache, max-age=0"
        response.set_etag(etag)
    else:
        response = send_file(
            found.resolve(),
            mimetype=media_type,
            as_attachment=True,
            download_name=name,
            conditional=True,
            etag=etag,
            max_age=0,
        )
        response.headers["Accept-Ranges"] = "bytes"
    response.headers["Fazhi-Release"] = of.id
    response.headers["Link"] = f'<{LICENCE}>; rel="license", <{public_url()}/.well-known/void>; rel="describedby"'
    return response
