"""Answers kept before Flask is reached: WSGI middleware, keyed by the release. Gives 304 and gzip made once."""

import gzip
import hashlib
import io
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from server.metrics import METRICS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

NEVER = ("/healthz", "/readyz", "/metrics", "/static/", "/data/dump.", "/api/v1/jobs")
LONGEST_POST = 65_536
SMALLEST_GZIP = 800
COMPRESSED = (
    *("text/", "application/json", "application/sparql-results", "application/ld+json", "application/rdf+xml"),
    *("application/n-triples", "application/n-quads", "application/trig", "application/xml", "image/svg"),
)


@dataclass(slots=True)
class Kept:
    """One answer: its headers, its body, and its body compressed, made when somebody first asks for it."""

    headers: tuple[tuple[str, str], ...]
    body: bytes
    etag: str
    packs: bool
    """Whether compressing it can pay."""
    packed: bytes = b""

    @property
    def size(self) -> int:
        return len(self.body) + len(self.packed) + sum(len(name) + len(value) for name, value in self.headers) + 400


class Cache:
    """Middleware that answers what it has seen before; `look` gives the id of the release that is shown now.

    Only whole 200s that say `must-revalidate` and have an ETag are kept: no partial answer, no error, nothing that is
    different each time. Entries of an older release are never hit again and age out.
    """

    def __init__(self, app: "WSGIApplication", look: Callable[[], str], limit: int) -> None:
        self._app, self._look, self._limit = app, look, limit
        self._kept: OrderedDict[bytes, Kept] = OrderedDict()
        self._lock = threading.Lock()
        self._size = 0

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        asked = self._key(environ)
        if asked is None:
            return self._app(environ, start_response)
        key, release = asked
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
        if found is None:
            METRICS.add("cache_misses_total")
            made = self._ask(environ, start_response, key, release)
            if not isinstance(made, Kept):
                return made
            found = made
        else:
            METRICS.add("cache_hits_total")
        if found.packs and not found.packed and _takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")):
            packed = gzip.compress(found.body, 5, mtime=0)
            with self._lock:
                if not found.packed and key in self._kept:
                    self._size += len(packed)
                found.packed = packed
        return _answer(found, environ, start_response)

    def _key(self, environ: "WSGIEnvironment") -> tuple[bytes, str] | None:
        method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")
        if path.startswith(NEVER) or environ.get("HTTP_AUTHORIZATION") or environ.get("HTTP_RANGE"):
            return None
        body = ""
        if method == "POST":
            length = environ.get("CONTENT_LENGTH") or ""
            if path != "/sparql" or not length.isdigit() or int(length) > LONGEST_POST:
                return None
            sent = environ["wsgi.input"].read(int(length))
            environ["wsgi.input"] = io.BytesIO(sent)
            body = f"{environ.get('CONTENT_TYPE', '')} {hashlib.sha256(sent).hexdigest()}"
        elif method not in {"GET", "HEAD"}:
            return None
        try:
            release = self._look()
        except Exception:
            return None
        if not release:
            return None
        parts = (
            release,
            "POST" if method == "POST" else "GET",
            path,
            environ.get("QUERY_STRING", ""),
            body,
            environ.get("HTTP_HOST", ""),
            environ.get("wsgi.url_scheme", ""),
            environ.get("HTTP_ACCEPT", "")[:2048],
            environ.get("HTTP_ACCEPT_LANGUAGE", "")[:200],
            environ.get("HTTP_COOKIE", "")[:2000],
        )
        return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogateescape")).digest(), release

    def _ask(
        self, environ: "WSGIEnvironment", start_response: "StartResponse", key: bytes, release: str
    ) -> Kept | Iterable[bytes]:
        status, headers = "", []  # type: tuple[str, list[tuple[str, str]]]

        def started(given: str, fields: list[tuple[str, str]], error: Any = None) -> Callable[[bytes], object]:
            nonlocal status, headers
            status, headers = given, fields
            return lambda data: None

        asked = dict(environ)
        asked.pop("HTTP_IF_NONE_MATCH", None)  # the whole answer is wanted here; 304 is ours to give
        head = environ["REQUEST_METHOD"] == "HEAD"
        body = self._app(asked, started)
        fields = {name.lower(): value for name, value in headers}
        keep = (
            status.startswith("200")
            and not head
            and "must-revalidate" in fields.get("cache-control", "")
            and "etag" in fields
            and fields.get("fazhi-release") == release  # a switch between the look and the answer
            and not {"set-cookie", "fazhi-partial"} & set(fields)
            and int(fields.get("content-length", self._limit)) <= self._limit // 16
        )
        if not keep:
            wanted = environ.get("HTTP_IF_NONE_MATCH", "")
            if status.startswith("200") and "etag" in fields and wanted and _matches(wanted, fields["etag"]):
                if hasattr(body, "close"):
                    body.close()
                start_response(
                    "304 NOT MODIFIED", [pair for pair in headers if not pair[0].lower().startswith("content-")]
                )
                return []
            start_response(status, headers)
            return body
        try:
            whole = b"".join(body)
        finally:
            if hasattr(body, "close"):
                body.close()
        packs = len(whole) > SMALLEST_GZIP and fields.get("content-type", "").startswith(COMPRESSED)
        kept = Kept(tuple(headers), whole, fields["etag"], packs)
        with self._lock:
            if key not in self._kept:
                self._kept[key] = kept
                self._size += kept.size + len(key)
            while self._size > self._limit:
                gone, old = self._kept.popitem(last=False)
                self._size -= old.size + len(gone)
        METRICS.set("cache_bytes", self._size)
        return kept


def _answer(kept: Kept, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    packed = bool(kept.packed) and _takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
    etag = kept.etag[:-1] + '-gzip"' if packed else kept.etag
    fields = [pair for pair in kept.headers if pair[0].lower() not in {"etag", "content-length", "content-encoding"}]
    if kept.packs and not any(name.lower() == "vary" and "accept-encoding" in value.lower() for name, value in fields):
        fields.append(("Vary", "Accept-Encoding"))
    fields.append(("ETag", etag))
    wanted = environ.get("HTTP_IF_NONE_MATCH", "")
    if wanted and environ["REQUEST_METHOD"] != "POST" and _matches(wanted, kept.etag, etag):
        start_response("304 NOT MODIFIED", [pair for pair in fields if not pair[0].lower().startswith("content-")])
        return []
    body = kept.packed if packed else kept.body
    fields.append(("Content-Length", str(len(body))))
    if packed:
        fields.append(("Content-Encoding", "gzip"))
    start_response("200 OK", fields)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def _matches(wanted: str, *etags: str) -> bool:
    """Whether If-None-Match names one of our tags, weak or strong.

    >>> _matches('W/"a", "b"', '"a"'), _matches('"c"', '"a"'), _matches("*", '"a"')
    (True, False, True)
    """
    given = {tag.strip().removeprefix("W/") for tag in wanted.split(",")}
    return "*" in given or bool(given & set(etags))


def _takes_gzip(accepted: str) -> bool:
    """Whether Accept-Encoding allows gzip.

    >>> _takes_gzip("gzip, deflate, br"), _takes_gzip("gzip;q=0"), _takes_gzip("")
    (True, False, False)
    """
    for part in accepted.lower().split(","):
        name, _, q = part.partition(";")
        if name.strip() in {"gzip", "x-gzip"}:
            return q.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False
