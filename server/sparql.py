"""SPARQL 1.1 Protocol at /sparql. Decodes bytes itself, checks limits before evaluation, answers only when it is whole."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast
from urllib.parse import unquote_to_bytes

from flask import Blueprint, Response, request

from kg.store.answer import Answer, AnswerKind, Dataset
from server import describe, editor
from server.errors import Problem
from server.negotiate import (
    GRAPH_TYPES,
    HTML,
    OFFERED,
    SAME,
    SAME_GRAPH,
    SUFFIXES,
    TABLE_TYPES,
    choose,
    content_type,
    wants_html,
)
from server.service import service

blueprint = Blueprint("sparql", __name__)
FORM, QUERY, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
ACCEPT_POST = f"{QUERY}, {FORM}, {UPDATE}"
METHODS = ["GET", "HEAD", "POST", "OPTIONS"]
KNOWN = {"query", "update", "default-graph-uri", "named-graph-uri", "using-graph-uri", "using-named-graph-uri"}
KNOWN |= {"timeout", "format", "lang"}


ASKED: Mapping[AnswerKind, Sequence[str]] = {**OFFERED, "boolean": TABLE_TYPES[:2], "graph": GRAPH_TYPES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What was asked: the fields of the protocol, in the order in which they came."""

    fields: Sequence[tuple[str, str]]

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.fields if key == name]


@blueprint.route("/sparql", methods=METHODS)
def sparql() -> Response:
    """One operation of the protocol; a bare GET gives the service description, in a browser the editor."""
    operation = read_operation()
    updates, queries = operation.all("update"), operation.all("query")
    if updates:
        from server import graph_store

        if request.method != "POST":
            raise Problem("bad-request", "update goes by POST")
        if queries or len(updates) > 1:
            raise Problem("bad-request", "one operation at a time")
        return graph_store.update(updates[0], operation.all("using-graph-uri"), operation.all("using-named-graph-uri"))
    if not queries:
        if request.method == "POST":
            raise Problem("bad-request", "query is missing")
        if wants_html(request.headers.get("Accept", "")):
            html, status = editor.page()
            return Response(html, status, content_type=f"{HTML}; charset=utf-8", headers={"Vary": "Accept"})
        return describe.service_description()
    if len(queries) > 1:
        raise Problem("bad-request", "query is given twice")
    if operation.all("using-graph-uri") or operation.all("using-named-graph-uri"):
        raise Problem("bad-request", "using-graph-uri belongs to updates")
    return answer_query(operation, queries[0])


def answer_query(operation: Operation, query: str) -> Response:
    """Check, evaluate and answer one query."""
    here = service()
    accept = request.headers.get("Accept", "")
    if wants_html(accept) and not operation.all("format"):
        html, status = editor.page(query)
        return Response(html, status, content_type=f"{HTML}; charset=utf-8", headers={"Vary": "Accept"})
    checked = here.check(query)
    media_types = _media_types(operation, checked.kind)
    names = operation.all("default-graph-uri"), operation.all("named-graph-uri")
    dataset = Dataset(default_graphs=names[0], named_graphs=names[1]) if names[0] or names[1] else None
    answer = here.run(checked, media_types, dataset=dataset, seconds=_seconds(operation))
    return respond(answer, volatile=checked.volatile)


def respond(answer: Answer, *, volatile: bool = False) -> Response:
    """An answer with the headers that every answer has."""
    response = Response(answer.body, content_type=content_type(answer.media_type))
    response.headers["Fazhi-Release"] = answer.release
    response.vary.update(("Accept", "Accept-Encoding"))
    if answer.partial_rows is not None:
        response.headers["Fazhi-Partial"] = f"rows={answer.partial_rows}"
    if volatile or answer.partial_rows is not None:
        response.headers["Cache-Control"] = "no-store"
        return response
    response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    digest = hashlib.sha256(f"{answer.release} {answer.media_type} ".encode() + answer.body).hexdigest()[:24]
    response.set_etag(digest)
    return cast(Response, response.make_conditional(request))


def read_operation() -> Operation:
    """The fields of URL and body, decoded strictly: a replaced byte would be another query."""
    fields = _fields(request.query_string)
    if request.method != "POST":
        return _known(fields)
    kind, _, parameters = request.headers.get("Content-Type", "").partition(";")
    kind = kind.strip().lower()
    charset = dict(p.strip().lower().partition("=")[::2] for p in parameters.split(";") if "=" in p).get("charset", "")
    if charset.strip('"') not in {"", "utf-8", "utf8"}:
        raise Problem(
            "unsupported-type", f"charset {charset} is not read, only UTF-8", headers={"Accept-Post": ACCEPT_POST}
        )
    if kind not in {FORM, QUERY, UPDATE}:
        raise Problem("unsupported-type", headers={"Accept-Post": ACCEPT_POST})
    most = service().config.query_bytes * (3 if kind == FORM else 1) + 8192
    body = read_body(service().config.upload_bytes if kind == UPDATE else most)
    if kind == FORM:
        if any(name in {"query", "update"} for name, _ in fields):
            raise Problem("bad-request", "the operation stands in the body, not in the address")
        return _known([*fields, *_fields(body)])
    name = "query" if kind == QUERY else "update"
    if any(key in {"query", "update"} for key, _ in fields):
        raise Problem("bad-request", "one operation at a time")
    return _known([*fields, (name, decode(body))])


def read_body(most: int) -> bytes:
    """The body, refused as soon as it is longer than `most` bytes, with or without a stated length."""
    if (request.content_length or 0) > most:
        raise Problem("too-large", limit=most, measured=request.content_length)
    body = request.stream.read(most + 1)
    if len(body) > most:
        raise Problem("too-large", limit=most)
    return body


def decode(data: bytes) -> str:
    """UTF-8 without NUL, or a problem that names the byte."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Problem("bad-request", f"not UTF-8 at byte {error.start}") from error
    if "\0" in text:
        raise Problem("bad-request", "a NUL character is not read")
    return text


def _fields(data: bytes) -> list[tuple[str, str]]:
    if not data:
        return []
    pairs = (part.partition(b"=") for part in data.split(b"&") if part)
    return [(_text(key), _text(value)) for key, _, value in pairs]


def _text(data: bytes) -> str:
    return decode(unquote_to_bytes(data.replace(b"+", b" ")))


def _known(fields: Sequence[tuple[str, str]]) -> Operation:
    return Operation(fields=fields)


def _media_types(operation: Operation, kind: AnswerKind | None) -> Mapping[AnswerKind, str]:
    accept = request.headers.get("Accept", "")
    if wish := "".join(operation.all("format")[:1]):
        accept = SUFFIXES.get(wish, wish)
    kinds: tuple[AnswerKind, ...] = (kind,) if kind else ("solutions", "boolean", "graph")
    chosen = {one: choose(accept, ASKED[one], SAME_GRAPH if one == "graph" else SAME) or "" for one in kinds}
    if kind is not None and not chosen[kind]:
        offered = OFFERED[kind][:2] if kind == "boolean" else OFFERED[kind]
        raise Problem("not-acceptable", offered=list(offered))
    return chosen


def _seconds(operation: Operation) -> float | None:
    wish = "".join(operation.all("timeout")[:1])
    if not wish:
        return None
    try:
        return min(max(float(wish), 0.1), service().config.max_seconds)
    except ValueError as error:
        raise Problem("bad-request", "timeout is a number of seconds") from error
