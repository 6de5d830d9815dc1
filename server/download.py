"""Files to take away under /data: whole dumps with ranges and checksums, releases, and single things by suffix."""

import tempfile
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, request, send_file
from werkzeug.http import generate_etag

from kg.store.folder import digest
from kg.store.release import Release, read_release
from server.describe import LICENCE, conditional, public_url
from server.errors import Problem
from server.export import DUMPS, dump_file, dump_size
from server.formats import TABLED, Source, write_tables
from server.negotiate import GRAPH_TYPES, SAME_GRAPH, SUFFIXES, choose
from server.resource import SUFFIX_OF, document, read
from server.service import service
from server.tables import metadata, tables

__all__ = ["DUMPS", "blueprint", "dump_size"]
blueprint = Blueprint("download", __name__)
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
    """All data in one file, gzip; with .sha256 behind its name, the checksum in the form that sha256sum reads."""
    here = service().release
    if suffix.endswith(".sha256") and suffix.removesuffix(".sha256") in DUMPS and here is not None:
        name = suffix.removesuffix(".sha256")
        line = f"{digest(dump_file(here, name))}  fazhi-{here.id}.{name}\n"
        return conditional(Response(line, content_type="text/plain; charset=utf-8"), "sha256")
    if suffix not in DUMPS or here is None:
        raise Problem("not-found")
    return send(dump_file(here, suffix), DUMPS[suffix].media_type, f"fazhi-{here.id}.{suffix}", here)


@blueprint.get("/data/tables/<name>.<form>")
def table(name: str, form: str) -> Response:
    """One table as CSV or Parquet; `?excel` gives CSV that Excel opens rightly and no formula runs in."""
    if form not in TABLED or name not in tables():
        raise Problem("not-found")
    return _made(f"{name}.{form}", form, table=name, spreadsheet="excel" in request.args)


@blueprint.get("/data/tables/csv-metadata.json")
def table_metadata() -> Response:
    """CSV on the Web metadata of all tables."""
    text = metadata(tables(), service().release_id, LICENCE)
    return conditional(Response(text, content_type="application/csvm+json"), "csvw")


@blueprint.get("/data/fazhi.<form>")
def one_file(form: str) -> Response:
    """The workbook, the network, the deposit: /data/fazhi.xlsx, .graphml, .gexf, .zip."""
    form = "rocrate" if form == "zip" else form
    if form not in {"xlsx", "graphml", "gexf", "rocrate"}:
        raise Problem("not-found")
    return _made(f"fazhi.{'zip' if form == 'rocrate' else form}", form)


def _made(name: str, form: str, **how: Any) -> Response:
    """A file made from the release by the evaluators."""
    opened = service().opened
    if opened.release is None:
        raise Problem("not-found", "a remote store has no files")
    out = tempfile.SpooledTemporaryFile(8 << 20)  # noqa: SIM115 - closed with the response
    write_tables(Source(opened.release, opened.store, opened.search), form, out, **how)
    length = out.tell()
    out.seek(0)
    response = send_file(out, mimetype=MEDIA[form], as_attachment=True, download_name=f"{opened.id}-{name}")
    response.content_length = length
    if form == "csv":
        response.headers["Content-Type"] = "text/csv; charset=utf-8; header=present"
    response.headers["Link"] = (
        f'</data/tables/csv-metadata.json>; rel="describedby"; type="application/csvm+json", <{LICENCE}>; rel="license"'
    )
    return conditional(response, f"{form}{sorted(how.items())}")


@blueprint.get("/data/releases/<ident>")
def release(ident: str) -> Response:
    """The dump of one release, as long as it is kept."""
    data = service().config.data
    if data is None or not ident.isalnum() or not (data / "releases" / ident / "manifest.json").is_file():
        raise Problem("gone" if ident.isalnum() and len(ident) == 12 else "not-found")
    found = read_release(data / "releases" / ident)
    return send(found.dump_path, DUMPS["nq.gz"].media_type, f"fazhi-{ident}.nq.gz", found)


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
    response = document(key, media_type)
    response.vary.add("Accept")
    return response


def send(path: Path, media_type: str, name: str, of: Release) -> Response:
    """A file of a release, with ranges; it never changes under its name, so its ETag is that name."""
    response = send_file(
        path.resolve(),
        mimetype="application/gzip" if name.endswith(".gz") else media_type,
        as_attachment=True,
        download_name=name,
        conditional=True,
        etag=generate_etag(name.encode()),
        max_age=0,
    )
    response.headers["Fazhi-Release"] = of.id
    response.headers["Link"] = f'<{LICENCE}>; rel="license", <{public_url()}/.well-known/void>; rel="describedby"'
    response.headers["Accept-Ranges"] = "bytes"
    return response
