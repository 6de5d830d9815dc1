"""Files to take away under /data: whole dumps with ranges and checksums, releases, and single things by suffix."""

from pathlib import Path

from flask import Blueprint, Response, request, send_file
from werkzeug.http import generate_etag

from kg.store.release import Release, read_release
from server.describe import LICENCE, public_url
from server.errors import Problem
from server.export import DUMPS, dump_file, dump_size
from server.negotiate import GRAPH_TYPES, SAME_GRAPH, SUFFIXES, choose
from server.resource import SUFFIX_OF, document, read
from server.service import service

__all__ = ["DUMPS", "blueprint", "dump_size"]
blueprint = Blueprint("download", __name__)


@blueprint.get("/data/dump.<path:suffix>")
def dump(suffix: str) -> Response:
    """All data in one file, gzip."""
    here = service().release
    if suffix not in DUMPS or here is None:
        raise Problem("not-found")
    return send(dump_file(here, suffix), DUMPS[suffix].media_type, f"fazhi-{here.id}.{suffix}", here)


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
