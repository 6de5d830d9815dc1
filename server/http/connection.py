"""One connection to the server: addresses as people type them, and requests that are sent too slowly or at great length."""

import asyncio
import re
import time
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_RAW = re.compile(rb"[\x80-\xff]")
HEAD_BYTES = 262_144  # a query of the longest kind, percent-encoded, and room
HEAD_SECONDS, REQUEST_SECONDS = 20.0, 60.0
LOOK_EVERY = 10.0


class Connection(HttpToolsProtocol):
    """uvicorn's connection, which has no limits of its own for the head of a request or for the time that one takes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._size, self._began = 0, time.monotonic()
        self._in_line = self._in_head = self._in_request = True

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.loop.call_later(LOOK_EVERY, self._look)

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            self._size += len(data)
            if self._size > HEAD_BYTES:
                self.send_400_response("The head of the request is too long.")
                return
        if self._in_line:  # the parser refuses raw bytes
            line, end, rest = data.partition(b"\n")
            self._in_line = not end
            data = encoded(line) + end + rest
        super().data_received(data)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._size, self._began = 0, time.monotonic()
        self._in_head = self._in_request = True

    def on_headers_complete(self) -> None:
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._in_line, self._in_request = True, False
        super().on_message_complete()

    def _look(self) -> None:
        if self.transport.is_closing():
            return
        passed = time.monotonic() - self._began
        if (self._in_head and passed > HEAD_SECONDS) or (self._in_request and passed > REQUEST_SECONDS):
            self.transport.close()
        else:
            self.loop.call_later(LOOK_EVERY, self._look)


def encoded(line: bytes) -> bytes:
    """A request line in ASCII: raw Chinese, as some clients send it, is read like its encoded form.

    >>> encoded("GET /ask?q=宁海 HTTP/1.1".encode()), encoded(b"GET /?q=%E5%AE%81&x=1+2")
    (b'GET /ask?q=%E5%AE%81%E6%B5%B7 HTTP/1.1', b'GET /?q=%E5%AE%81&x=1+2')
    """
    return _RAW.sub(lambda raw: b"%%%02X" % raw[0][0], line)
