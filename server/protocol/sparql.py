"""SPARQL 1.1 Protocol at /sparql: bytes decoded strictly, one query found, checked and answered only when it is whole.

What is decided here knows no web framework: the loop of the server asks it for programs (server.http.loop), the view below
for the editor, the description, updates, and wherever Flask stands alone.
"""

import hashlib
import re
from binascii import a2b_qp
from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from typing import NamedTuple, cast
from urllib.parse import unquote_to_bytes
from zlib import crc32

from flask import Blueprint, Response, request

from kg.store.answer import Answer, AnswerKind, Dataset
from kg.store.evaluate import DEFAULTS
from server.config import Config
from server.errors import Problem
from server.http.heads import READ
from server.http.strict import FORM, decode
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
from server.pages import editor
from server.protocol import describe
from server.service import Asked, Service, service

blueprint = Blueprint("sparql", __name__)
PATH = "/sparql"
_NUMBER = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")
_LONGEST_TYPE = 256
_FIELDS = 1000  # of one operation: each is decoded before anything else is done
QUERY, UPDATE = "application/sparql-query", "application/sparql-update"
ACCEPT_POST = f"{QUERY}, {FORM}, {UPDATE}"
KEPT = ("default-graph-uri", "named-graph-uri", "timeout")
METHODS = ["GET", "HEAD", "POST", "OPTIONS"]
ASKED: Mapping[AnswerKind, Sequence[str]] = {**OFFERED, "boolean": TABLE_TYPES[:2], "graph": GRAPH_TYPES}


class Operation(NamedTuple):
    """What was asked: the fields of the protocol, each with its values in the order in which they came."""

    fields: Mapping[str, Sequence[str]]

    def all(self, name: str) -> Sequence[str]:
        return self.fields.get(name, ())

    def first(self, name: str) -> str:
        return next(iter(self.all(name)), "")

    @property
    def alone(self) -> str | None:
        """The query, where it is given once and nothing beside it."""
        queries = self.fields.get("query", ())
        return queries[0] if len(queries) == len(self.fields) == 1 else None


def operation_of(method: str, query_string: bytes, content: str, body: bytes, config: Config) -> Operation:
    """The fields of address and body, decoded strictly: a replaced byte would be another query.

    Raises `Problem`: 400, 413 or 415.
    """
    fields: dict[str, list[str]] = {}
    if query_string:
        _read(query_string, fields)
    if method != "POST":
        return Operation(fields)
    kind = kind_of_body(content)
    most = _longest(kind, config)
    if len(body) > most:
        raise Problem("too-large", limit=most, measured=len(body))
    if "query" in fields or "update" in fields:
        raise Problem("bad-request", "the operation stands in the body, not in the address")
    if kind == FORM:
        _read(body, fields)
    else:
        fields["query" if kind == QUERY else "update"] = [decode(body)]
    return Operation(fields)


def kind_of_body(content: str) -> str:
    """The media type of a body that is read here. Raises a problem for any other, and for another charset than UTF-8."""
    if len(content) > _LONGEST_TYPE:
        raise Problem("unsupported-type", headers={"Accept-Post": ACCEPT_POST})
    return _kind_of_body(content)


@lru_cache(maxsize=256)
def _kind_of_body(content: str) -> str:
    kind, _, parameters = content.partition(";")
    kind = kind.strip().lower()
    charset = dict(p.strip().lower().partition("=")[::2] for p in parameters.split(";") if "=" in p).get("charset", "")
    if charset.strip('"') not in {"", "utf-8", "utf8"}:
        what = f"charset {charset} is not read, only UTF-8"
        raise Problem("unsupported-type", what, headers={"Accept-Post": ACCEPT_POST})
    if kind not in {FORM, QUERY, UPDATE}:
        raise Problem("unsupported-type", headers={"Accept-Post": ACCEPT_POST})
    return kind


def longest(content: str, config: Config) -> int:
    """How many bytes a body of this type may have."""
    return _longest(kind_of_body(content), config)


def _longest(kind: str, config: Config) -> int:
    if kind == UPDATE:
        return config.upload_bytes
    return config.query_bytes * (3 if kind == FORM else 1) + 8192


def query_of(operation: Operation, method: str) -> str | None:
    """The one query that is asked; None for an update, and for a bare GET. Raises the problem of anything else."""
    if operation.alone is not None:
        return operation.alone
    updates, queries = operation.all("update"), operation.all("query")
    if updates:
        if method != "POST":
            raise Problem("bad-request", "update goes by POST")
        if queries or len(updates) > 1:
            raise Problem("bad-request", "one operation at a time")
        return None
    if not queries:
        if method == "POST":
            raise Problem("bad-request", "query is missing")
        return None
    if len(queries) > 1:
        raise Problem("bad-request", "query is given twice")
    if operation.all("using-graph-uri") or operation.all("using-named-graph-uri"):
        raise Problem("bad-request", "using-graph-uri belongs to updates")
    return queries[0]


def is_for_people(operation: Operation, accept: str) -> bool:
    """Whether a browser asks: it gets the editor."""
    return wants_html(accept) and not operation.first("format")


def prepare(here: Service, operation: Operation, query: str, accept: str) -> Asked:
    """The query within its limits, the form of its answer, its dataset and its time."""
    checked, accept = here.check(query), accept[: READ["accept"]]
    if operation.alone is not None:
        return Asked(checked, _media_types(accept, checked.kind))
    wish = operation.first("format")
    media_types = _media_types(SUFFIXES.get(wish, wish)[: READ["accept"]] if wish else accept, checked.kind)
    default, named = operation.all("default-graph-uri"), operation.all("named-graph-uri")
    dataset = Dataset(default_graphs=default, named_graphs=named) if default or named else None
    return Asked(checked, media_types, dataset, _seconds(operation.first("timeout"), here.config))


def headers_of(answer: Answer, asked: Asked) -> tuple[tuple[str, str], ...]:
    """The headers of an answer, all but its tag and its length."""
    return _headers(answer.media_type, answer.release, _is_kept(answer, asked), answer.partial_rows)


@lru_cache(maxsize=256)
def _headers(media_type: str, release: str, kept: bool, rows: int | None) -> tuple[tuple[str, str], ...]:
    return (
        ("Content-Type", content_type(media_type)),
        ("Fazhi-Release", release),
        ("Vary", "Accept, Accept-Encoding"),
        *([("Fazhi-Partial", f"rows={rows}")] if rows is not None else []),
        ("Cache-Control", "public, max-age=0, must-revalidate" if kept else "no-store"),
    )


def tag_of(answer: Answer, asked: Asked) -> str:
    """The ETag of an answer, of its bytes, their form and the release; empty where it may be another the next time.

    It tells apart what one address gives: of one release and form that is hardly ever more than another order of rows, so
    that the length and a quick sum are enough.
    """
    if not _is_kept(answer, asked):
        return ""
    return f'"{_form(answer.release, answer.media_type)}-{len(answer.body):x}-{crc32(answer.body):08x}"'


@lru_cache(maxsize=256)
def _form(release: str, media_type: str) -> str:
    return hashlib.sha256(f"{release} {media_type}".encode()).hexdigest()[:16]


def _is_kept(answer: Answer, asked: Asked) -> bool:
    return not asked.checked.volatile and answer.partial_rows is None


@blueprint.route(PATH, methods=METHODS)
def sparql() -> Response:
    """One operation of the protocol; a bare GET gives the service description, in a browser the editor."""
    here, accept = service(), request.headers.get("Accept", "")
    content = request.headers.get("Content-Type", "")
    body = read_body(longest(content, here.config)) if request.method == "POST" else b""
    operation = operation_of(request.method, request.query_string, content, body, here.config)
    query = query_of(operation, request.method)
    if update := operation.first("update"):
        from server.protocol import graph_store

        return graph_store.update(update, operation.all("using-graph-uri"), operation.all("using-named-graph-uri"))
    if is_for_people(operation, accept):
        html, status = editor.page(query or "", partial(_ask, here, operation), _kept(operation))
        return Response(html, status, content_type=f"{HTML}; charset=utf-8", headers={"Vary": "Accept"})
    if query is None:
        return describe.service_description()
    asked = prepare(here, operation, query, accept)
    answer = here.run(asked)
    response = Response(answer.body, headers=list(headers_of(answer, asked)))
    if tag := tag_of(answer, asked):
        response.headers["ETag"] = tag
    return cast(Response, response.make_conditional(request))


def _ask(here: Service, operation: Operation, query: str) -> Answer:
    """The answer for the editor, within the dataset and the time that were asked for."""
    return here.run(prepare(here, operation, query, "*/*")._replace(media_types=DEFAULTS))


def _kept(operation: Operation) -> list[tuple[str, str]]:
    """What the editor asks for again beside the query."""
    return [(name, value) for name in KEPT for value in operation.all(name)]


def read_body(most: int) -> bytes:
    """The body, refused as soon as it is longer than `most` bytes, with or without a stated length."""
    if (request.content_length or 0) > most:
        raise Problem("too-large", limit=most, measured=request.content_length)
    body = request.get_data()
    if len(body) > most:
        raise Problem("too-large", limit=most)
    return body


def _read(data: bytes, into: dict[str, list[str]]) -> None:
    if data.count(b"&") > _FIELDS:
        raise Problem("bad-request", f"more than {_FIELDS} fields")
    for part in data.split(b"&"):
        if part:
            key, _, value = part.partition(b"=")
            into.setdefault(_text(key), []).append(_text(value))


def _text(data: bytes) -> str:
    return decode(_unquoted(data.replace(b"+", b" ")))


def _unquoted(data: bytes) -> bytes:
    """Percent-decoded. Quoted-printable is the same with another sign, and is decoded in a fifth of the time."""
    signs = data.count(b"%")
    if not signs:
        return data
    made = a2b_qp(data.replace(b"=", b"=3D").replace(b"%", b"="))
    if len(made) == len(data) - 2 * signs and b"\n" not in data and b"\r" not in data:
        return made
    return unquote_to_bytes(data)  # a sign of per cent that stands for itself, or a line end that would be taken out


@lru_cache(maxsize=1024)
def _media_types(accept: str, kind: AnswerKind | None) -> Mapping[AnswerKind, str]:
    kinds: tuple[AnswerKind, ...] = (kind,) if kind else ("solutions", "boolean", "graph")
    chosen = {one: choose(accept, ASKED[one], SAME_GRAPH if one == "graph" else SAME) or "" for one in kinds}
    if kind is not None and not chosen[kind]:
        offered = OFFERED[kind][:2] if kind == "boolean" else OFFERED[kind]
        raise Problem("not-acceptable", offered=list(offered))
    return chosen


def _seconds(wish: str, config: Config) -> float | None:
    if not wish:
        return None
    if not _NUMBER.fullmatch(wish):
        raise Problem("bad-request", "timeout is a number of seconds")
    return min(max(float(wish), 0.1), config.max_seconds)
