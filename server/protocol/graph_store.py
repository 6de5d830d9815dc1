"""Graph Store Protocol at /store and SPARQL Update: reading for all, writing with the token, each write a new release."""

from collections.abc import Sequence

from flask import Blueprint, Response, request

from kg.errors import KgError
from kg.store.answer import QueryRefusedError
from kg.store.folder import BusyError
from kg.store.revise import Revision, revise
from server.errors import Problem, problem_of
from server.evaluate.limits import check
from server.http.strict import decode
from server.negotiate import GRAPH_TYPES, SAME_GRAPH, choose, content_type
from server.protocol.describe import conditional, public_url
from server.service import service
from server.staff import access

blueprint = Blueprint("graph_store", __name__)
GRAPH_QUERY = "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH %s { ?s ?p ?o } }"
LOADABLE = ("text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json", "text/n3")
WRITING = {"PUT", "POST", "DELETE"}


@blueprint.route("/store", methods=["GET", "HEAD", "PUT", "POST", "DELETE"])
def indirect() -> Response:
    """A graph named by ?graph=IRI or ?default."""
    names = request.args.getlist("graph")
    if unknown := sorted(set(request.args) - {"graph", "default"}):
        raise Problem("bad-request", f"unknown parameter {unknown[0]}")
    if ("default" in request.args) + len(names) != 1:
        if request.method == "POST" and not names:
            return write(_new_name(), 201)
        raise Problem("bad-request", "name one graph: ?graph=IRI or ?default")
    if names and (":" not in names[0] or any(c in names[0] for c in '<>"{}|\\^` \n\r\t')):
        raise Problem("bad-request", "the graph is no absolute IRI")
    return _one(names[0] if names else "")


@blueprint.route("/store/<path:name>", methods=["GET", "HEAD", "PUT", "POST", "DELETE"])
def direct(name: str) -> Response:
    """A graph named by its own address."""
    return _one(f"{public_url()}/store/{name}")


def _one(name: str) -> Response:
    if request.method in WRITING:
        return write(name, 201 if name not in _graphs() else 204)
    return graph_response(name)


def graph_response(name: str) -> Response:
    """One graph in the form asked for; "" is the default graph, the union of all."""
    if name and name not in _graphs():
        raise Problem("not-found", "there is no such graph")
    media_type = choose(request.headers.get("Accept", ""), GRAPH_TYPES, SAME_GRAPH)
    if media_type is None:
        raise Problem("not-acceptable", offered=list(GRAPH_TYPES))
    query = GRAPH_QUERY % f"<{name}>" if name else "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
    answer = service().store.answer(query, media_type=media_type)
    response = Response(answer.body, content_type=content_type(media_type))
    response.vary.add("Accept")
    return conditional(response, media_type)


def write(name: str, status: int) -> Response:
    """PUT, POST or DELETE of one graph."""
    authorised()
    if request.method == "DELETE":
        if name and name not in _graphs():
            raise Problem("not-found", "there is no such graph")
        _revise(Revision(kind="delete", graph=name))
        return Response(status=204)
    kind = "put" if request.method == "PUT" else "post"
    base = name or f"{public_url()}/store"
    release = _revise(Revision(kind=kind, graph=name, parts=_parts(), base=base))  # type: ignore[arg-type]
    headers = {"Fazhi-Release": release}
    if status == 201:
        headers["Location"] = name or f"{public_url()}/store?default"
    return Response(status=status, headers=headers)


def _parts() -> list[tuple[str, str]]:
    """Media type and text of what was sent: the body, or each file of a form."""
    from server.protocol.sparql import read_body

    kind = request.headers.get("Content-Type", "text/turtle").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        files = [file for _, file in request.files.items(multi=True)]
        sent = [(file.mimetype, file.read()) for file in files]
    else:
        sent = [(kind, read_body(service().config.upload_bytes))]
    parts = [(SAME_GRAPH.get(media_type, media_type), decode(text)) for media_type, text in sent]
    if not parts or any(media_type not in LOADABLE for media_type, _ in parts):
        raise Problem("unsupported-type", headers={"Accept-Post": ", ".join((*LOADABLE, "multipart/form-data"))})
    return parts


def update(text: str, using: Sequence[str], using_named: Sequence[str]) -> Response:
    """Apply an update and publish the release that it makes."""
    authorised()
    config = service().config
    try:
        check(text, 1, most_bytes=config.upload_bytes, static=False)  # SERVICE and LOAD are refused here too
        revision = Revision(
            kind="update", text=text, base=f"{public_url()}/sparql", using=tuple(using), using_named=tuple(using_named)
        )
        release = _revise(revision)
    except QueryRefusedError as error:
        raise problem_of(error) from error
    return Response(status=204, headers={"Fazhi-Release": release})


def authorised() -> None:
    """Let only the bearer of the token pass. 403 where none is configured, 401 for all else that is not it."""
    given = request.headers.get("Authorization", "")
    scheme, _, secret = given.partition(" ")
    if not access.same(secret.strip(), access.token()) or scheme.lower() != "bearer":
        raise Problem("unauthorized", headers={"WWW-Authenticate": 'Bearer realm="fazhi"'})


def _revise(revision: Revision) -> str:
    here = service()
    if here.config.data is None:
        raise Problem("read-only", "a remote store is not written to")
    try:
        return revise(here.config.data, revision, memory=max(here.config.memory, 2 << 30))
    except BusyError as error:
        raise Problem("busy", error.what, headers={"Retry-After": "5"}) from error
    except KgError as error:
        raise problem_of(error) from error


def _graphs() -> Sequence[str]:
    release = service().release
    if release is not None:
        return list(release.manifest["graphs"])
    return [row["g"].value for row in service().store.rows("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")]


def _new_name() -> str:
    import uuid

    return f"{public_url()}/store/{uuid.uuid4()}"
