"""Another SPARQL 1.1 endpoint behind the same interface: Oxigraph, Virtuoso, QLever, GraphDB, Fuseki, Neptune.

Secrets are never part of the address; they come from FAZHI_STORE_TOKEN (sent as a bearer token).
"""

import http.client
import json
import os
import ssl
import threading
import time
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from kg.errors import StoreError
from kg.store.answer import (
    Answer,
    AnswerKind,
    AnswerTooLargeError,
    Dataset,
    QueryCostError,
    QueryRefusedError,
    Row,
    StoreBusyError,
)
from kg.store.embedded import rows_of
from kg.store.evaluate import GRAPHS, TABLES, kind_of, names_graphs

SECONDS, BYTES = 10.0, 50_000_000
RELEASE_QUERY = (
    "SELECT ?version { GRAPH ?g { ?dataset a <http://rdfs.org/ns/void#Dataset> ; "
    "<http://purl.org/dc/terms/hasVersion>|<http://www.w3.org/2002/07/owl#versionInfo> ?version } } LIMIT 1"
)
DEFAULTS: Mapping[AnswerKind, str] = {
    "solutions": "application/sparql-results+json",
    "boolean": "application/sparql-results+json",
    "graph": "application/n-triples",
}


class RemoteStore:
    """Answers from a SPARQL endpoint, read with a deadline and a byte limit.

    A cut answer is an error, never an answer: some endpoints append their error to half a table with status 200. A
    Retry-After is passed on and obeyed: until it is over nothing more is sent.
    """

    def __init__(self, url: str, *, base: str | None = None, limit: int = BYTES) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
            raise StoreError(
                "no endpoint address", where=url, hint="http(s)://host/path, the token in FAZHI_STORE_TOKEN"
            )
        self._url, self._limit, self._base = url, limit, base
        self._host, self._port, self._tls = parts.hostname, parts.port, parts.scheme == "https"
        self._path = parts.path + (f"?{parts.query}" if parts.query else "") or "/"
        self._local = threading.local()
        self._wait_until = 0.0
        self._release, self._asked = "", -60.0
        self._all: list[tuple[str, str]] | None = None

    @property
    def release(self) -> str:
        """The version that the endpoint's description states; empty (no caching) where it states none."""
        if time.monotonic() - self._asked > 60:
            self._asked = time.monotonic()
            try:
                found = rows_of(self._ask(RELEASE_QUERY, DEFAULTS["solutions"], None, 5.0))
                self._release = found[0]["version"].value if found else ""
            except (StoreError, QueryCostError, QueryRefusedError):
                self._release = ""
        return self._release

    def answer(
        self, query: str, *, media_type: str = "", dataset: Dataset | None = None, seconds: float | None = None
    ) -> Answer:
        kind = kind_of(query)
        if kind == "boolean":
            return self._boolean(query, media_type or DEFAULTS[kind], dataset, seconds or SECONDS)
        return self._ask(query, media_type or DEFAULTS[kind], dataset, seconds or SECONDS)

    def rows(self, query: str, *, seconds: float | None = None) -> list[Row]:
        return rows_of(self._ask(query, DEFAULTS["solutions"], None, seconds or SECONDS))

    def close(self) -> None:
        if connection := getattr(self._local, "connection", None):
            connection.close()

    def _ask(self, query: str, media_type: str, dataset: Dataset | None, seconds: float) -> Answer:
        if (wait := self._wait_until - time.monotonic()) > 0:
            raise _busy("the endpoint asks to wait", int(wait) + 1)
        fields = [("query", query if self._base is None else f"BASE <{self._base}>\n{query}")]
        if dataset is None and not names_graphs(query):
            fields += self._union()
        for name in (dataset and dataset.default_graphs) or ():
            fields.append(("default-graph-uri", name))
        for name in (dataset and dataset.named_graphs) or ():
            fields.append(("named-graph-uri", name))
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": media_type, "User-Agent": "fazhi"}
        if token := os.environ.get("FAZHI_STORE_TOKEN"):
            headers["Authorization"] = f"Bearer {token}"
        status, got, body = self._send(urlencode(fields).encode(), headers, time.monotonic() + seconds)
        if status in {429, 503}:
            after = got.get("retry-after", "")
            self._wait_until = time.monotonic() + (int(after) if after.isdigit() else 2)
            raise _busy("the endpoint is busy", int(after) if after.isdigit() else 2)
        text = body[:300].decode("utf-8", "replace").strip()
        if status in {408, 504} or (status == 500 and "time" in text.lower()):
            raise QueryCostError("the endpoint ended the query", hint=text)
        if 400 <= status < 500 and status not in {401, 403, 404}:
            raise QueryRefusedError(f"the endpoint refuses the query: {text}")
        if status != 200:
            raise StoreError(f"the endpoint answers {status}", where=self._url, hint=text)
        given = got.get("content-type", "").partition(";")[0].strip().lower()
        if given != media_type:
            raise StoreError(f"the endpoint gives {given or 'no type'}, not {media_type}", where=self._url)
        return Answer(kind=_checked(body, given), media_type=given, body=body, release=self._release)

    def _union(self) -> list[tuple[str, str]]:
        """What makes the default graph the union of all: nothing for most engines; asked once.

        Oxigraph has a parameter for it; elsewhere the graphs are listed.
        """
        if self._all is None:
            self._all = []
            found = self.rows("SELECT ?s ?p { GRAPH ?g { ?s ?p ?o FILTER(isIRI(?s)) } } LIMIT 1")
            for way in ([], [("union-default-graph", "true")], None):
                if way is None:
                    listed = self.rows("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")
                    way = [("default-graph-uri", row["g"].value) for row in listed]
                self._all = way
                if not found or self._holds(found[0]["s"].value, found[0]["p"].value):
                    break
        return self._all

    def _boolean(self, query: str, media_type: str, dataset: Dataset | None, seconds: float) -> Answer:
        """Yes or no, in the standard's form: Virtuoso answers ASK with a table of one cell."""
        answer = self._ask(query, DEFAULTS["boolean"], dataset, seconds)
        told = json.loads(answer.body)
        if "boolean" not in told:
            cells = [cell["value"] for row in told["results"]["bindings"] for cell in row.values()]
            told = {"boolean": cells[:1] not in ([], ["0"], ["false"])}
        word = "true" if told["boolean"] else "false"
        body = f'{{"head":{{}},"boolean":{word}}}'
        if media_type.endswith("xml"):
            body = f'<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#"><head/><boolean>{word}</boolean></sparql>'
        return Answer(kind="boolean", media_type=media_type, body=body.encode(), release=answer.release)

    def _holds(self, subject: str, predicate: str) -> bool:
        asked = f"ASK {{ <{subject}> <{predicate}> ?o }}"
        return b"true" in self._boolean(asked, DEFAULTS["boolean"], None, SECONDS).body

    def _send(self, body: bytes, headers: Mapping[str, str], deadline: float) -> tuple[int, Mapping[str, str], bytes]:
        try:
            for attempt in (0, 1):
                connection = self._connection(deadline)
                try:
                    connection.request("POST", self._path, body, dict(headers))
                    response = connection.getresponse()
                except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                    connection.close()
                    if attempt:
                        raise
                    continue  # a connection kept alive that the other side has closed
                parts, size = [], 0
                while piece := response.read1(65536):
                    parts.append(piece)
                    size += len(piece)
                    if size > self._limit:
                        connection.close()
                        raise AnswerTooLargeError(f"the answer is larger than {self._limit} bytes", hint="add LIMIT")
                    if time.monotonic() > deadline:
                        connection.close()
                        raise QueryCostError("the endpoint did not answer in time")
                response.close()
                return response.status, {name.lower(): value for name, value in response.getheaders()}, b"".join(parts)
        except TimeoutError as error:
            connection.close()
            raise QueryCostError("the endpoint did not answer in time") from error
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            raise StoreError(f"the endpoint cannot be reached: {error}", where=self._url) from error
        raise AssertionError("unreachable")

    def _connection(self, deadline: float) -> http.client.HTTPConnection:
        connection: http.client.HTTPConnection | None = getattr(self._local, "connection", None)
        seconds = max(0.05, deadline - time.monotonic())
        if connection is None:
            connection = (
                http.client.HTTPSConnection(self._host, self._port, context=ssl.create_default_context())
                if self._tls
                else http.client.HTTPConnection(self._host, self._port)
            )
            self._local.connection = connection
        connection.timeout = seconds
        if connection.sock is not None:
            connection.sock.settimeout(seconds)
        return connection


def _busy(what: str, seconds: int) -> StoreBusyError:
    error = StoreBusyError(what, hint=f"try again in {seconds} s")
    error.retry_after = seconds
    return error


def _checked(body: bytes, media_type: str) -> AnswerKind:
    """The kind of a whole answer; StoreError for one that was cut."""
    if media_type in GRAPHS:
        return "graph"
    if media_type == "application/sparql-results+json":
        try:
            return "boolean" if "boolean" in json.loads(body) else "solutions"
        except ValueError as error:
            raise StoreError("the endpoint's answer was cut", hint="ask for less, or raise its time limit") from error
    if media_type == "application/sparql-results+xml":
        if not body.rstrip().endswith(b"</sparql>"):
            raise StoreError("the endpoint's answer was cut", hint="ask for less, or raise its time limit")
        return "boolean" if b"<boolean>" in body else "solutions"
    if media_type not in TABLES:
        raise StoreError(f"unknown media type {media_type}")
    return "solutions"
