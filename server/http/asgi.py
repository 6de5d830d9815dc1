"""The server's loop: reads a request whole, answers from the cache, asks evaluators for queries and Flask for the rest.

Nothing here waits for anything but the loop: a slow sender, a long query or a heavy page holds nobody else up. Where the
client goes away its request is cancelled, and with it the query that it waits for.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from kg.errors import KgError
from server import errors
from server.errors import Problem
from server.evaluate.budget import client_of
from server.http import headers
from server.http.cache import Cache, key_of
from server.http.reply import Headers, Reply, Sent, Threads
from server.log import log_request
from server.protocol import sparql
from server.service import Opened, service

if TYPE_CHECKING:
    from flask import Flask

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

SMALL = 262_144  # a body of this size is always read; larger ones share what is held at once
HELD = 4  # times the longest upload
WATCHED_AFTER = 0.1  # most answers are out before it pays to look whether the client is still there
ALIVE = "/healthz"
BODILESS, ASKING = frozenset({"GET", "HEAD", "OPTIONS"}), frozenset({"GET", "HEAD", "POST"})
STANDING: Headers = [(name.lower().encode(), value.encode()) for name, value in headers.standing(sparql.PATH).items()]
log = logging.getLogger(__name__)


class ClientLeft(Exception):
    """Nobody waits for the answer any more."""


@contextmanager
def watching(receive: Receive) -> Iterator[None]:
    """Cancel what is done inside, and raise ClientLeft, when the client hangs up."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    watcher: asyncio.Task[None] | None = None
    left = False

    async def watch() -> None:
        nonlocal left
        while (await receive())["type"] != "http.disconnect":
            pass
        left = True
        if task is not None:
            task.cancel()

    def begin() -> None:
        nonlocal watcher
        watcher = loop.create_task(watch())

    timer = loop.call_later(WATCHED_AFTER, begin)
    try:
        yield
    except asyncio.CancelledError:
        if left:
            raise ClientLeft from None
        raise
    finally:
        timer.cancel()
        if watcher is not None:
            watcher.cancel()


class Loop:
    """The ASGI application of one server process."""

    def __init__(self, flask: "Flask") -> None:
        self._flask, self._service = flask, service(flask)
        self._config = self._service.config
        self._threads = Threads(flask.wsgi_app, self._config.threads)
        self._cache = Cache(self._config.cache_bytes)
        self._held = 0

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._serve(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self._service.loop = asyncio.get_running_loop()
                self._service.warm(self._flask)
                await send({"type": "lifespan.startup.complete"})
            else:
                self._threads.close()
                await self._service.end()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _serve(self, scope: Message, receive: Receive, send: Send) -> None:
        began = time.perf_counter()
        sent = _sent(scope)
        try:
            if sent.method not in BODILESS or "content-length" in sent.headers:
                sent.body = await self._body(sent, receive)
            with watching(receive):
                reply = await self._answer(sent)
        except Problem as problem:
            reply = self._problem(sent, problem)
        except ClientLeft:
            return
        await self._send(reply, send)
        if self._config.access_log:
            log_request(sent, reply, time.perf_counter() - began)

    async def _body(self, sent: Sent, receive: Receive) -> bytes:
        """The body, whole. Raises ClientLeft, or the problem of one that is too long or one too many."""
        most, stated = self._config.upload_bytes, sent.headers.get("content-length", "")
        parts: list[bytes] = []
        size = 0
        try:
            while True:
                if size > most or (stated.isdigit() and int(stated) > most):
                    raise Problem("too-large", limit=most, headers={"Connection": "close"})
                if size > SMALL and self._held > HELD * most:
                    raise Problem("busy", headers={"Retry-After": "2", "Connection": "close"})
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ClientLeft
                piece: bytes = message.get("body", b"")
                parts.append(piece)
                size += len(piece)
                self._held += len(piece)
                if not message.get("more_body", False):
                    return parts[0] if len(parts) == 1 else b"".join(parts)
        finally:
            self._held -= size

    async def _answer(self, sent: Sent) -> Reply:
        path = sent.path
        if path == ALIVE:
            return self._threads.now(sent)
        try:
            opened = await self._service.current()
        except KgError:
            return await self._ask_flask(sent)  # it says what is wrong, or answers what needs no release
        key = key_of(opened.version, sent.method, path, sent.query, sent.body, sent.scheme, sent.headers)
        if key is None:
            return await self._make(sent, path, opened)
        kept = self._cache.find(key)
        if kept is None:
            whole = sent.without("if-none-match")  # the whole answer is wanted here; 304 is ours to give
            reply = await self._make(whole, path, opened)
            kept = self._cache.keep(key, reply, opened.version) if sent.method != "HEAD" else None
            if kept is None:
                return reply.unless(sent.headers.get("if-none-match", ""))
        await self._cache.pack(key, kept, sent.headers.get("accept-encoding", ""))
        return kept.reply(sent.headers, sent.method)

    async def _make(self, sent: Sent, path: str, opened: Opened) -> Reply:
        if path == sparql.PATH and sent.method in ASKING and "authorization" not in sent.headers:
            try:
                reply = await self._query(sent, opened)
            except (Problem, KgError) as error:
                return self._problem(sent, error)
            if reply is not None:
                return reply
        return await self._ask_flask(sent)

    async def _query(self, sent: Sent, opened: Opened) -> Reply | None:
        """The answer of a query; None for what the view in server.protocol.sparql answers: pages, description, updates."""
        here, config = self._service, self._config
        headers.refuse_stranger(sent.headers.get("host", ""), config)
        content, accept = sent.headers.get("content-type", ""), sent.headers.get("accept", "")
        operation = sparql.operation_of(sent.method, sent.query, content, sent.body, config)
        query = sparql.query_of(operation, sent.method)
        if query is None or sparql.is_for_people(operation, accept):
            return None
        asked = sparql.prepare(here, operation, query, accept)
        client = client_of(config, sent.client, sent.headers.get("x-forwarded-for", ""))
        answer = await here.asked(opened, asked, client)
        said = [(name.lower().encode(), value.encode()) for name, value in sparql.headers_of(answer, asked)]
        length = (b"content-length", b"%d" % len(answer.body))
        return Reply(200, [*said, length, *STANDING], answer.body)

    async def _ask_flask(self, sent: Sent) -> Reply:
        if self._threads.full:
            return self._problem(sent, Problem("busy", headers={"Retry-After": "2"}))
        return await self._threads.reply(sent)

    def _problem(self, sent: Sent, error: Exception) -> Reply:
        return Reply.of(errors.answer(self._flask, sent.environ(), error))

    async def _send(self, reply: Reply, send: Send) -> None:
        await send({"type": "http.response.start", "status": reply.status, "headers": reply.headers})
        if isinstance(reply.body, bytes):
            await send({"type": "http.response.body", "body": reply.body})
            return
        while (piece := await self._threads.next(reply.body)) is not None:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


def _sent(scope: Message) -> Sent:
    fields: dict[str, str] = {}
    for name, value in scope["headers"]:
        key, text = name.decode("latin-1"), value.decode("latin-1")
        fields[key] = f"{fields[key]}, {text}" if key in fields else text
    client, server = scope["client"] or ("", 0), scope["server"] or ("localhost", 80)
    return Sent(
        scope["method"],
        scope["raw_path"].decode("ascii"),
        scope["query_string"],
        scope["scheme"],
        client[0],
        server,
        scope["http_version"],
        fields,
    )
