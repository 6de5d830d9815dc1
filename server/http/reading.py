"""Requests as they come in over one connection, by HTTP/1.1: read whole, or refused before that.

Addresses are read as people type them; what is too long or no request is said at once (server.http.connection answers).
"""

import asyncio
import re
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httptools

from server.errors import Problem
from server.http.heads import END, LINE, Head, Heads
from server.http.reply import Sent

if TYPE_CHECKING:
    from server.http.loop import Loop

_RAW = re.compile(rb"[\x80-\xff]")
HEAD_BYTES = 262_144  # a query of the longest kind, percent-encoded, and room
SMALL = 262_144  # a body of this size is always read; larger ones share what is held at once
HELD = 4  # times the longest upload
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
HEADS = Heads()


class Reading(asyncio.Protocol):
    """The half of a connection that reads; the methods that begin with `on_` are called by the parser."""

    _transport: asyncio.Transport

    def __init__(self, app: "Loop") -> None:
        self._app = app
        self._parser = httptools.HttpRequestParser(self)
        self._parser.set_dangerous_leniencies(lenient_data_after_close=True)  # it is dropped here
        self._client, self._server, self._scheme = "", ("localhost", 80), "http"
        self._fresh = self._in_line = self._in_head = self._in_request = True
        """Whether nothing of a request has come yet, not its first line, not its head, not its end."""
        self._size, self._began, self._begun = 0, time.monotonic(), 0
        self._url, self._fields = b"", Head()
        self._parts: list[bytes] = []
        self._held = 0
        self._deaf = False
        """Whether nothing that comes is read any more."""

    def _come(self, sent: Sent, keep: bool) -> None:
        """A request was read; the connection stays after it or not."""
        raise NotImplementedError

    def _refuse(self, problem: Problem) -> None:
        """Answer the request that is being read before its end, and read no more."""
        raise NotImplementedError

    def _bad(self, what: str, status: int = 400) -> None:
        """Answer what is no request, or will not be read."""
        raise NotImplementedError

    @property
    def _busy(self) -> bool:
        """Whether a request that was read waits for its answer."""
        raise NotImplementedError

    def data_received(self, data: bytes) -> None:
        if self._deaf:
            return
        place = 0, 0
        if self._fresh and (line := LINE.match(data)) is not None:
            place = line.end(), data.find(END, line.end() - 2) + len(END)
            head = HEADS.find(data[slice(*place)])
            if head is not None and len(data) - place[1] == head.length:
                self._in_head = self._in_request = False
                self._began = time.monotonic()
                method, path, query = line.groups(b"")
                self._come(self._sent(method.decode(), path, query, "1.1", head, data[place[1] :]), True)
                return
        before = self._begun
        self._parse(data)
        if self._fresh and self._begun == before + 1 and place[1] > place[0] and not self._deaf:
            HEADS.remember(data[slice(*place)], self._fields)

    def _parse(self, data: bytes) -> None:
        if self._in_head:
            self._size += len(data)
            if self._size > HEAD_BYTES:
                self._bad("The head of the request is too long.")
                return
        if self._in_line:  # the parser refuses raw bytes
            self._in_line = b"\n" not in data
            if not data.isascii():
                line, end, rest = data.partition(b"\n")
                data = encoded(line) + end + rest
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._deaf = True  # it was answered as a plain request
        except httptools.HttpParserError:
            self._bad("Invalid HTTP request received.")

    def on_message_begin(self) -> None:
        self._size, self._began = 0, time.monotonic()
        self._begun += 1
        self._fresh, self._in_head, self._in_request = False, True, True
        self._url, self._fields, self._parts = b"", Head(), []

    def on_url(self, part: bytes) -> None:
        self._url += part

    def on_header(self, name: bytes, value: bytes) -> None:
        key, text = name.lower().decode("latin-1"), value.decode("latin-1")
        fields = self._fields
        fields[key] = f"{fields[key]}, {text}" if key in fields else text

    def on_headers_complete(self) -> None:
        self._in_head = False
        if self._fields.get("transfer-encoding", "chunked").lower() != "chunked":
            self._refuse(Problem("bad-request", "a body comes plain or in chunks"))
        elif self._fields.length > self._app.most:
            self._refuse(Problem("too-large", limit=self._app.most))
        elif self._fields.get("expect", "").lower() == "100-continue" and not self._busy:
            self._transport.write(CONTINUE)

    def on_body(self, part: bytes) -> None:
        if self._deaf:
            return
        self._parts.append(part)
        self._held += len(part)
        self._app.held += len(part)
        if self._held > self._app.most:
            self._refuse(Problem("too-large", limit=self._app.most))
        elif self._held > SMALL and self._app.held > HELD * self._app.most:
            self._refuse(Problem("busy", headers={"Retry-After": "2"}))

    def on_message_complete(self) -> None:
        self._fresh, self._in_line, self._in_request, self._began = True, True, False, time.monotonic()
        if self._deaf:
            return
        keep = self._parser.should_keep_alive() and not self._parser.should_upgrade()
        keep = keep and self._parser.get_http_version() == "1.1"
        self._deaf = not keep
        sent = self._so_far()
        self._let_go()
        self._come(sent, keep)

    def _so_far(self) -> Sent:
        """What has been read of a request. Raises ValueError where its address is none."""
        url = self._url
        if not url.startswith(b"/"):  # with the host in it, as a proxy is asked
            parts = urlsplit(url)
            url = (parts.path or b"/") + (b"?" + parts.query if parts.query else b"")
        path, _, query = url.partition(b"#")[0].partition(b"?")
        body = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        method, version = self._parser.get_method().decode("ascii"), self._parser.get_http_version()
        return self._sent(method, path, query, version, self._fields, body)

    def _sent(self, method: str, path: bytes, query: bytes, version: str, head: Head, body: bytes) -> Sent:
        return Sent(method, path.decode("ascii"), query, self._scheme, self._client, self._server, version, head, body)

    def _let_go(self) -> None:
        """What was held of bodies is taken, or not wanted any more."""
        self._app.held -= self._held
        self._held = 0


def encoded(line: bytes) -> bytes:
    """A request line in ASCII: raw Chinese, as some clients send it, is read like its encoded form.

    >>> encoded("GET /ask?q=宁海 HTTP/1.1".encode()), encoded(b"GET /?q=%E5%AE%81&x=1+2")
    (b'GET /ask?q=%E5%AE%81%E6%B5%B7 HTTP/1.1', b'GET /?q=%E5%AE%81&x=1+2')
    """
    return _RAW.sub(lambda raw: b"%%%02X" % raw[0][0], line)
