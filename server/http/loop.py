"""The server's loop: answers from the cache, asks evaluators for queries and Flask for the rest.

Nothing here waits for anything but the loop: a slow sender, a long query or a heavy page holds nobody else up. What can be
answered at once is, without a task; what takes longer is a coroutine, and where the client goes away it is cancelled, and
with it the query that it waits for (server.http.connection).
"""

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable, Coroutine, Iterator, MutableMapping
from functools import lru_cache
from http import HTTPStatus
from types import FrameType
from typing import TYPE_CHECKING, Any

from kg.errors import KgError
from server import errors
from server.errors import Problem
from server.evaluate.budget import PAGES_AT_ONCE, charged, client_of
from server.http import headers, strict
from server.http.cache import SMALLEST_GZIP, Cache, Kept, Key, key_of
from server.http.crowd import Crowd
from server.http.reply import Headers, Reply, Sent, Threads, lines_of
from server.opened import Opened
from server.pages.cite import today
from server.protocol import sparql
from server.service import Asked, service

if TYPE_CHECKING:
    from flask import Flask

    from kg.store.answer import Answer

Message = MutableMapping[str, Any]
Made = Reply | Coroutine[Any, Any, Reply]
"""A reply, or what will give it."""

ALIVE = "/healthz"
DRAIN = 0.5
QUICK = 0.005  # seconds of an answer that may be made anew
FREE = ("/static/", "/healthz", "/readyz", "/metrics")
"""What is asked of Flask and not charged: files, and what watches us."""
ASKING = frozenset({"GET", "HEAD", "POST"})
STANDING: Headers = [(name.lower().encode(), value.encode()) for name, value in headers.standing(sparql.PATH).items()]


class Loop:
    """What answers in one server process. To uvicorn it is an application that is started and ended."""

    def __init__(self, flask: "Flask") -> None:
        self._flask, self._service = flask, service(flask)
        config = self._service.config
        self._config = config
        self._threads = Threads(flask.wsgi_app, config.threads)
        self._cache = Cache(config.cache_bytes)
        self.most, self.logs = config.upload_bytes, config.access_log
        self.crowd = Crowd(config)
        self._shown: Opened | None = None
        self._looked, self._day = 0.0, ""
        """When the release was last looked at, and the day, which citations name: no answer is kept for another."""
        self.over = False
        """Whether the server ends: who asks now is told to come back."""
        self.held = 0
        """Bytes of all bodies that are being sent to us."""

    async def __call__(
        self, scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        if scope["type"] != "lifespan":
            raise TypeError("requests come by server.http.connection")
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self._service.begin(self._flask, asyncio.get_running_loop())
                self._end_slowly(asyncio.get_running_loop())
                await send({"type": "lifespan.startup.complete"})
            else:
                self._threads.close()
                await self._service.end()
                await send({"type": "lifespan.shutdown.complete"})
                return

    def _end_slowly(self, loop: asyncio.AbstractEventLoop) -> None:
        """At SIGTERM requests are told to come back for a moment before nobody listens: those on their way are not lost."""
        stop = signal.getsignal(signal.SIGTERM)

        def end(number: int, frame: FrameType | None) -> None:
            if self.over or not callable(stop):
                return
            self.over = True
            loop.call_soon_threadsafe(loop.call_later, DRAIN, stop, number, frame)

        with contextlib.suppress(ValueError):  # not in the main thread: whoever runs us there ends us too
            signal.signal(signal.SIGTERM, end)

    def answer(self, sent: Sent) -> Made:
        """The reply to a request, where it can be had at once."""
        if sent.path == ALIVE:
            return self._threads.now(sent)
        now = asyncio.get_running_loop().time()  # uvloop's clock moves once a turn, in milliseconds
        if now != self._looked or self._shown is None:  # to look costs a tenth of what a point query takes
            self._looked, self._shown, self._day = now, self._service.shown(), today()
        opened = self._shown
        return self._when_open(sent) if opened is None else self._answer(sent, opened)

    def problem(self, sent: Sent, error: Exception) -> Reply:
        """The reply to a request that failed."""
        return Reply.of(errors.answer(self._flask, sent.environ(), error))

    async def next(self, pieces: Iterator[bytes]) -> bytes | None:
        """The next piece of a long body."""
        return await self._threads.next(pieces)

    async def _when_open(self, sent: Sent) -> Reply:
        try:
            opened = await self._service.current()
        except KgError:
            return await self._ask_flask(sent)  # it says what is wrong, or answers what needs no release
        return await _whole(self._answer(sent, opened))

    def _answer(self, sent: Sent, opened: Opened) -> Made:
        key = key_of(f"{opened.version} {self._day}", sent)
        if key is not None and (kept := self._cache.find(key)) is not None:
            return self._from_cache(key, kept, sent)
        try:
            asked = self._asked(sent)
            if asked is None:
                return self._from_flask(sent, opened, key)
            client = self._client(sent)
            answer = self._service.at_once(opened, asked, client)
        except (Problem, KgError) as error:
            return self.problem(sent, error)
        if answer is None:
            return self._from_evaluator(sent, opened, key, asked, client)
        if len(answer.body) < SMALLEST_GZIP:  # to make it again costs hardly more than to keep it
            key = None
        return self._answered(sent, opened, key, asked, answer, quick=True)

    def _asked(self, sent: Sent) -> Asked | None:
        """The query of a program; None for what Flask answers: pages, the description, updates."""
        if sent.path != sparql.PATH or sent.method not in ASKING or "authorization" in sent.headers:
            return None
        strict.refuse_stranger(sent.host, self._config)
        strict.refuse_packed(sent.headers.get("content-encoding", ""))
        content, accept = sent.headers.get("content-type", ""), sent.headers.get("accept", "")
        operation = sparql.operation_of(sent.method, sent.query, content, sent.body, self._config)
        query = sparql.query_of(operation, sent.method)
        if query is None or sparql.is_for_people(operation, accept):
            return None
        return sparql.prepare(self._service, operation, query, accept)

    async def _from_evaluator(self, sent: Sent, opened: Opened, key: Key | None, asked: Asked, client: str) -> Reply:
        began = asyncio.get_running_loop().time()
        try:
            answer = await self._service.asked(opened, asked, client)
        except (Problem, KgError) as error:
            return self.problem(sent, error)
        if key is not None and (kept := self._cache.since(key)) is not None:  # of another, who asked at the same time
            return await _whole(self._from_cache(key, kept, sent))
        quick = asyncio.get_running_loop().time() - began < QUICK
        return await _whole(self._answered(sent, opened, key, asked, answer, quick))

    def _answered(
        self, sent: Sent, opened: Opened, key: Key | None, asked: Asked, answer: "Answer", quick: bool
    ) -> Made:
        """An answer as this asker takes it, kept for others where it may be."""
        headers, lines = _formed(sparql.headers_of(answer, asked))
        tag = sparql.tag_of(answer, asked)
        if not tag:
            return Reply(200, [*headers, (b"content-length", b"%d" % len(answer.body))], answer.body)
        kept = Kept(headers, lines, answer.body, tag.encode(), len(answer.body) > SMALLEST_GZIP)
        if key is None or sent.method == "HEAD" or answer.release != opened.version:
            return kept.reply(sent.headers, sent.method)
        packs = kept.wants(sent.headers.get("accept-encoding", ""))
        if not self._cache.put(key, kept, quick=quick and not packs) or not packs:  # what is compressed stays
            return kept.reply(sent.headers, sent.method)
        return self._from_cache(key, kept, sent)

    async def _from_flask(self, sent: Sent, opened: Opened, key: Key | None) -> Reply:
        if key is None:
            return await self._ask_flask(sent)
        # The whole answer is wanted here; 304 is ours to give.
        reply = await self._ask_flask(sent.without("if-none-match"))
        return await _whole(self._kept(key, reply, opened, sent))

    async def _ask_flask(self, sent: Sent) -> Reply:
        if self._threads.full:
            return self.problem(sent, Problem("busy", headers={"Retry-After": "2"}))
        queried = sent.path == sparql.PATH and "authorization" not in sent.headers  # charged where it is evaluated
        client = "" if queried or sent.path.startswith(FREE) else self._client(sent)
        try:
            with charged(self._service.budget, client, PAGES_AT_ONCE):
                reply = await self._threads.reply(sent)
        except Problem as problem:
            return self.problem(sent, problem)
        if client and reply.status == HTTPStatus.UNAUTHORIZED:
            self._service.budget.fail(client)
        return reply

    def _client(self, sent: Sent) -> str:
        return client_of(self._config, sent.client, sent.headers.get("x-forwarded-for", ""))

    def _kept(self, key: Key | None, reply: Reply, opened: Opened, sent: Sent) -> Made:
        """A reply that was just made, as this asker takes it, and kept for others where it may be."""
        if key is None:
            return reply
        kept = self._cache.keep(key, reply, opened.version) if sent.method != "HEAD" else None
        if kept is None:
            return reply.unless(sent.headers.get("if-none-match", ""))
        return self._from_cache(key, kept, sent)

    def _from_cache(self, key: Key, kept: Kept, sent: Sent) -> Made:
        if not kept.wants(sent.headers.get("accept-encoding", "")):
            return kept.reply(sent.headers, sent.method)
        return self._brought(key, kept, sent)

    async def _brought(self, key: Key, kept: Kept, sent: Sent) -> Reply:
        """What is kept, compressed or unpacked for this asker."""
        if not kept.packed:
            await self._cache.pack(key, kept)
            return kept.reply(sent.headers, sent.method)
        return kept.reply(sent.headers, sent.method, await kept.plain())


@lru_cache(maxsize=256)
def _formed(said: tuple[tuple[str, str], ...]) -> tuple[Headers, bytes]:
    """Headers that many answers have, with those that all have, and the same as they are sent."""
    headers = [(name.lower().encode(), value.encode()) for name, value in said] + STANDING
    return headers, lines_of(headers)


async def _whole(made: Made) -> Reply:
    return made if isinstance(made, Reply) else await made
