"""One connection to the server: its requests are answered one at a time, each answer in one write.

uvicorn starts and ends the processes and their connections; what is said over one is read (server.http.reading) and written
here, because a query that is answered at once costs a tenth of what an ASGI application and its task cost. A request that is
sent too slowly, or an answer that is not taken, ends the connection.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Coroutine
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from server.errors import Problem
from server.http.course import Course
from server.http.reading import Reading
from server.http.reply import CHUNKED, Reply, Sent, lines_of
from server.log import log_request

if TYPE_CHECKING:
    from uvicorn import Config
    from uvicorn.server import ServerState

HEAD_SECONDS, REQUEST_SECONDS, IDLE_SECONDS = 20.0, 60.0, 75.0
LOOK_EVERY = 10.0
LEAST, PATIENCE = 16_384, 3  # bytes that a client takes of its answer between two looks; so often it may take less
UNREAD = 8  # times the longest upload: what all clients together may leave unread of their answers
LARGE = 262_144  # an answer of this size is not sent while they leave more than that
APART = 65_536  # a longer body is not copied behind its head
STATUS = {one.value: f"HTTP/1.1 {one.value} {one.phrase}\r\n".encode() for one in HTTPStatus}
log = logging.getLogger(__name__)


class Connection(Reading):
    """What uvicorn makes for each client."""

    def __init__(
        self,
        config: "Config",
        server_state: "ServerState",
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config.loaded_app)
        self._state, self._loop = server_state, _loop or asyncio.get_running_loop()
        self._counted: str | None = None
        self._look_timer: asyncio.TimerHandle | None = None
        self._waiting: deque[tuple[Sent, bool]] = deque()
        """Requests that came before the one ahead of them was answered, and whether the connection stays after them."""
        self._course: Course | None = None
        self._writable = asyncio.Event()
        self._writable.set()
        self._reading = True
        self._ending = False
        self._written = self._taken = self._stalled = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]
        self._state.connections.add(self)  # type: ignore[arg-type]
        client, server = transport.get_extra_info("peername"), transport.get_extra_info("sockname")
        if isinstance(client, tuple):
            self._client = client[0]
        if isinstance(server, tuple):
            self._server = server[:2]
        self._look_timer = self._loop.call_later(LOOK_EVERY, self._look)
        self._counted = self._app.crowd.enter(self._client)
        if self._counted is None:
            self._bad("Too many connections from one address.", 429)

    def connection_lost(self, error: Exception | None) -> None:
        """The client has gone, or we have closed: what is still being made for it ends, its query too."""
        self._state.connections.discard(self)
        self._app.crowd.leave(self._counted)
        if self._look_timer is not None:
            self._look_timer.cancel()
        if self._course is not None:
            self._course.cancel()
        self._waiting.clear()
        self._let_go()
        self._deaf = True

    def shutdown(self) -> None:
        """The server ends: the answer that is being made is the last one."""
        self._ending = True
        if not self._busy:
            self._transport.close()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()
        self._next()

    @property
    def _busy(self) -> bool:
        return self._course is not None or bool(self._waiting)

    def _come(self, sent: Sent, keep: bool) -> None:
        self._waiting.append((sent, keep))
        self._next()

    def _next(self) -> None:
        """Answer what waits, as long as that goes at once; read on when nothing waits."""
        while self._waiting and self._course is None and self._writable.is_set() and not self._transport.is_closing():
            sent, keep = self._waiting.popleft()
            began = time.perf_counter()
            try:
                if self._app.over:
                    raise Problem("busy", headers={"Retry-After": "2"})
                made = self._app.answer(sent)
            except Exception as error:
                made = self._app.problem(sent, error)
            if isinstance(made, Reply) and isinstance(made.body, bytes):
                self._write(sent, keep, made, began)
            else:
                self._course = Course(self._finish(sent, keep, made, began))
                self._course.begin()
        if bool(self._waiting) == self._reading and not self._transport.is_closing():
            self._reading = not self._waiting
            (self._transport.resume_reading if self._reading else self._transport.pause_reading)()

    async def _finish(self, sent: Sent, keep: bool, made: Reply | Coroutine[Any, Any, Reply], began: float) -> None:
        """Wait for an answer and send it. Cancelled when the client goes."""
        try:
            try:
                reply = made if isinstance(made, Reply) else await made
            except Exception as error:
                reply = self._app.problem(sent, error)
            if isinstance(reply.body, bytes) or sent.method == "HEAD":
                self._write(sent, keep, reply, began)
            else:
                await self._stream(sent, keep, reply, began)
        except Exception:
            log.exception("answer.failed")
            self._transport.abort()
        finally:
            self._course = None
            if not self._reading:
                self._loop.call_soon(self._next)

    async def _stream(self, sent: Sent, keep: bool, reply: Reply, began: float) -> None:
        pieces, last = reply.body, not keep or self._ending or self._app.over
        if isinstance(pieces, bytes):
            raise TypeError("a body of one piece")
        self._put(self._head(reply, last))
        chunked = CHUNKED in reply.headers
        while (piece := await self._app.next(pieces)) is not None:
            self._put(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
            await self._writable.wait()
        if chunked:
            self._put(b"0\r\n\r\n")  # not where the pieces end by a fault: the client sees that they are not all
        self._sent_out(sent, reply, last, began)

    def _write(self, sent: Sent, keep: bool, reply: Reply, began: float) -> None:
        """Send an answer whose body is there."""
        if self._transport.is_closing():
            return
        body = reply.body if isinstance(reply.body, bytes) and sent.method != "HEAD" else b""
        if len(body) > LARGE and self._unread_by_all() > UNREAD * self._app.most:
            reply = self._app.problem(sent, Problem("busy", headers={"Retry-After": "10"}))
            body = reply.body if isinstance(reply.body, bytes) else b""
        last = not keep or self._ending or self._app.over
        try:
            head = self._head(reply, last, len(body))
        except ValueError:
            log.exception("answer.failed")
            self._transport.abort()
            return
        if len(body) > APART:
            self._put(head, body)
        else:
            self._put(head + body)
        self._sent_out(sent, reply, last, began)

    def _put(self, data: bytes, apart: bytes = b"") -> None:
        self._written += len(data) + len(apart)
        self._transport.writelines((data, apart)) if apart else self._transport.write(data)

    def _unread_by_all(self) -> int:
        """Bytes of answers that clients have not taken yet: each is held until then."""
        return sum(one._transport.get_write_buffer_size() for one in self._state.connections)  # type: ignore[union-attr]

    def _head(self, reply: Reply, last: bool, length: int = 0) -> bytes:
        usual, lines = _usual(*self._state.default_headers), reply.lines
        if not lines:
            fields = list(reply.headers)
            if length and not any(name == b"content-length" for name, _ in fields):
                fields.append((b"content-length", b"%d" % length))
            lines = lines_of(fields)
        if last:
            lines += b"connection: close\r\n"
        return b"%b%b%b\r\n" % (STATUS[reply.status], usual, lines)

    def _sent_out(self, sent: Sent, reply: Reply, last: bool, began: float) -> None:
        self._state.total_requests += 1
        if last:
            self._deaf = True
            self._transport.close()
        if self._app.logs:
            log_request(sent, reply, time.perf_counter() - began)

    def _refuse(self, problem: Problem) -> None:
        self._deaf, self._parts = True, []
        self._let_go()
        if self._busy:
            self._ending = True
            return
        sent = self._so_far()
        self._write(sent, False, self._app.problem(sent, problem), time.perf_counter())

    def _bad(self, what: str, status: int = 400) -> None:
        self._deaf = True
        if self._busy:
            self._ending = True
            return
        fields = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"%d" % len(what))]
        self._transport.write(self._head(Reply(status, fields, b""), last=True) + what.encode())
        self._transport.close()

    def _look(self) -> None:
        """Close where a request is sent too slowly, an answer is not taken, or nothing is asked any more."""
        passed = time.monotonic() - self._began
        unread = self._transport.get_write_buffer_size()
        before, self._taken = self._taken, self._written - unread
        self._stalled = self._stalled + 1 if unread and self._taken - before < LEAST else 0
        if self._stalled >= PATIENCE:
            self._transport.abort()  # to close would wait until it is taken
        elif not unread and (
            (self._in_head and passed > HEAD_SECONDS)
            or (self._in_request and passed > REQUEST_SECONDS)
            or (not self._busy and passed > IDLE_SECONDS)
        ):
            self._transport.close()
        else:
            self._look_timer = self._loop.call_later(LOOK_EVERY, self._look)


@lru_cache(maxsize=4)
def _usual(*headers: tuple[bytes, bytes]) -> bytes:
    """The headers of every answer as they are sent: they change once a second."""
    return lines_of(list(headers))
