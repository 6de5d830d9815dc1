"""An answer on its way out, and Flask asked for one: in a thread of its own, or at once where that is short."""

import asyncio
import io
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from server.http.heads import READ, Head

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment
    from flask import Response

Headers = list[tuple[bytes, bytes]]
WHOLE = 1 << 20  # a longer body is sent piece by piece
CHUNKED = b"transfer-encoding", b"chunked"  # so is one whose length nobody knows yet


@dataclass(slots=True)
class Reply:
    """Status, headers in lower case, and the body, or its pieces where it is long."""

    status: int
    headers: Headers
    body: bytes | Iterator[bytes]
    lines: bytes = b""
    """The same headers as they are sent, where they are put together already."""

    @classmethod
    def of(cls, response: "Response") -> "Reply":
        """What a response of Flask is."""
        fields = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]
        return cls(response.status_code, fields, response.get_data())

    def unless(self, wanted: str) -> "Reply":
        """304 where `wanted`, an If-None-Match, names the tag of this answer; else this answer."""
        if not wanted or self.status != 200:
            return self
        etag = next((value for name, value in self.headers if name == b"etag"), b"")
        if not etag or not matches(wanted, etag):
            return self
        return Reply(304, [pair for pair in self.headers if not pair[0].startswith(b"content-")], b"")


def lines_of(headers: Headers) -> bytes:
    """Headers as they are sent. Raises ValueError where one would be taken for two.

    >>> lines_of([(b"vary", b"Accept"), (b"etag", b'"1"')])
    b'vary: Accept\\r\\netag: "1"\\r\\n'
    """
    lines = b"".join([b"%b: %b\r\n" % pair for pair in headers])
    if lines.count(b"\n") != len(headers):
        raise ValueError("a header has a line end in it")
    return lines


def matches(wanted: str, *etags: bytes) -> bool:
    """Whether If-None-Match names one of our tags, weak or strong.

    >>> matches('W/"a", "b"', b'"a"'), matches('"c"', b'"a"'), matches("*", b'"a"')
    (True, False, True)
    """
    given = {tag.strip().removeprefix("W/").encode("latin-1", "replace") for tag in wanted.split(",")}
    return b"*" in given or bool(given & set(etags))


@dataclass(slots=True)
class Sent:
    """A request, read whole."""

    method: str
    path: str
    """As it was sent, percent-encoded."""
    query: bytes
    scheme: str
    client: str
    server: tuple[str, int]
    version: str
    headers: Head
    body: bytes = b""

    @property
    def host(self) -> str:
        """The host that was asked for; HTTP/1.0 need not say it, and asks for that of the socket."""
        usual = f"{self.server[0]}:{self.server[1]}" if self.version == "1.0" and ":" not in self.server[0] else ""
        return self.headers.get("host", usual)

    def without(self, name: str) -> "Sent":
        """The request without one of its headers."""
        if name not in self.headers:
            return self
        return replace(self, headers=Head({key: value for key, value in self.headers.items() if key != name}))

    def environ(self) -> "WSGIEnvironment":
        """The request as WSGI has it."""
        environ: dict[str, Any] = {
            "REQUEST_METHOD": self.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(self.path).decode("latin-1"),
            "QUERY_STRING": self.query.decode("latin-1"),
            "SERVER_NAME": self.server[0],
            "SERVER_PORT": str(self.server[1]),
            "SERVER_PROTOCOL": f"HTTP/{self.version}",
            "REMOTE_ADDR": self.client,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": self.scheme,
            "wsgi.input": io.BytesIO(self.body),
            "wsgi.input_terminated": True,
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        for name, value in self.headers.items():
            known = name in {"content-type", "content-length"}
            read = value if name == "cookie" else value[: READ.get(name)]
            environ[("" if known else "HTTP_") + name.upper().replace("-", "_")] = read
        environ.setdefault("HTTP_HOST", self.host)
        if self.body:
            environ["CONTENT_LENGTH"] = str(len(self.body))
            environ.pop("HTTP_TRANSFER_ENCODING", None)
        return environ


class Threads:
    """A WSGI application in threads beside the loop; `full` says that more wait than will be answered soon."""

    def __init__(self, app: "WSGIApplication", count: int, waiting: int = 100) -> None:
        self._app, self._most, self._inside = app, count + waiting, 0
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="flask")

    @property
    def full(self) -> bool:
        return self._inside >= self._most

    async def reply(self, sent: Sent) -> Reply:
        """Its answer, made in a thread."""
        self._inside += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self.now, sent)
        finally:
            self._inside -= 1

    def now(self, sent: Sent) -> Reply:
        """Its answer, made here."""
        return ask(self._app, sent.environ())

    async def next(self, pieces: Iterator[bytes]) -> bytes | None:
        """The next piece of a long body."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, next, pieces, None)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def ask(app: "WSGIApplication", environ: "WSGIEnvironment") -> Reply:
    """One answer of a WSGI application."""
    status, headers = 500, []  # type: tuple[int, Headers]

    def start(given: str, fields: Sequence[tuple[str, str]], error: object = None) -> Any:
        nonlocal status, headers
        status = int(given[:3])
        headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in fields]
        return lambda data: None

    made = app(environ, start)
    length = next((int(value) for name, value in headers if name == b"content-length"), 0)
    if (length > WHOLE or CHUNKED in headers) and environ["REQUEST_METHOD"] != "HEAD":
        return Reply(status, headers, _pieces(made))
    return Reply(status, headers, b"".join(_pieces(made)))


def _pieces(made: Any) -> Iterator[bytes]:
    try:
        yield from made
    finally:
        if hasattr(made, "close"):
            made.close()
