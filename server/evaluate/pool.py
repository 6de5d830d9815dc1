"""The evaluators of one release behind the interface of a store: who is asked, who waits, who is ended."""

import asyncio
import json
import logging
import threading
from collections import deque
from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import Any, cast

from kg.errors import StoreError
from kg.store.answer import Answer, AnswerKind, Dataset, QueryCostError, Row, StoreBusyError
from kg.store.embedded import rows_of
from kg.store.evaluate import DEFAULTS
from kg.store.evaluator import Limits, Request, raise_end
from server.evaluate.costly import Costly
from server.evaluate.holding import holding
from server.evaluate.worker import Evaluator, asked_apart, own_loop

PATIENCE = 3.0  # seconds that a query waits for an evaluator; they are taken from its time
WAITING = 64  # queries that wait at once
GRACE = 0.05  # a query that is slow is looked at this often
SLOW = 0.2  # a query that runs longer gives its place to others and goes on with low priority
LANE = 3  # so many of them at once; one more stays in its place, and is ended where others wait for it
IN_THE_WAY = 0.4  # but not before it ran so long
SHARE = 0.25  # of its time, which a query that overran has had of a processor; else others kept it from that
AT_ONCE = 0.1
LONGEST_START = 30.0
log = logging.getLogger(__name__)


class Pool:
    """Evaluators of one release; a store that can be asked from the loop (`asked`) and from any other thread.

    `path` is the release's folder; where it is to be `in_memory` it is asked from disk until it is there.
    `size` evaluators answer quick queries and one more stands ready, so that a kill costs nobody the start of a process.
    A query that turns out slow moves to a lane of its own, on low priority, so that heavy queries do not stop the quick
    ones. Raises StoreBusyError where none is free in time, where a slow query had to give its place to others, or
    others left it little of a processor; QueryCostError where it used up its time, memory or stack. A query whose asker was cancelled is ended as soon as it is slow.
    """

    def __init__(
        self,
        release: str,
        path: Path,
        *,
        size: int,
        limits: Limits | None = None,
        seconds: float = 10.0,
        base: str = "",
        loop: asyncio.AbstractEventLoop | None = None,
        in_memory: bool = False,
        holder: str = "",
    ) -> None:
        self._release, self._path, self._size, self._in_memory = release, path, size, in_memory
        self._limits, self._seconds, self._base = limits or Limits(), seconds, base
        self._loop = loop or own_loop()
        self._holding = holding(self._loop, holder)
        self._idle: list[Evaluator] = []
        self._busy: set[Evaluator] = set()
        self._waiting: deque[asyncio.Future[Evaluator]] = deque()
        self._quick = self._renewed = 0
        self._filler: asyncio.Task[None] | None = None
        self._costly = Costly()
        self._closed = self._ended = False
        self._settled = threading.Event()
        self.killed = 0
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()

    @property
    def release(self) -> str:
        return self._release

    @property
    def ready(self) -> int:
        """How many evaluators stand ready."""
        return len(self._idle)

    @property
    def busy(self) -> int:
        """How many evaluators are at work."""
        return len(self._busy)

    @property
    def in_memory(self) -> int:
        """How many of those that stand ready share the release in memory."""
        return sum(one.shared for one in self._idle)

    def answer(
        self, query: str, *, media_type: str = "", dataset: Dataset | None = None, seconds: float | None = None
    ) -> Answer:
        types = dict.fromkeys(DEFAULTS, media_type) if media_type else DEFAULTS
        return self.wait(self.asked(query, types, dataset=dataset, seconds=seconds, trusted=True), seconds)

    def rows(self, query: str, *, seconds: float | None = None) -> list[Row]:
        return rows_of(self.wait(self.asked(query, DEFAULTS, seconds=seconds, trusted=True), seconds))

    def settle(self, seconds: float) -> None:
        """Wait, so long at most, until the release is in memory or will not be: for what looks at all of it."""
        self._settled.wait(seconds)

    def rows_on_disk(self, query: str, *, seconds: float) -> list[Row]:
        """What the files of the release answer, whatever is in memory: from a process of its own that yields to others."""
        return rows_of(self.wait(self._asked_on_disk(query, seconds), seconds))

    def wait(self, asked: Coroutine[Any, Any, Answer], seconds: float | None = None) -> Answer:
        """What was `asked`, waited for in any thread but that of the loop."""
        return asyncio.run_coroutine_threadsafe(asked, self._loop).result((seconds or self._seconds) + LONGEST_START)

    async def asked(
        self,
        query: str,
        media_types: Mapping[AnswerKind, str],
        *,
        dataset: Dataset | None = None,
        seconds: float | None = None,
        trusted: bool = False,
    ) -> Answer:
        """Evaluate one query; `media_types` says the form of each kind of answer.

        A `trusted` query, one of our own pages, may be slow where the slow lane is full; it still has its deadline.
        """
        allowed = seconds or self._seconds
        request = Request(query=query, media_types=media_types, seconds=allowed, dataset=dataset, base=self._base)
        packed = request.pack()
        if self._costly.knows(packed, self._loop.time()):
            raise QueryCostError("the same query used up its time or memory a moment ago")
        deadline = self._loop.time() + allowed
        for last in (False, True):
            one = await self._take(min(PATIENCE, allowed))
            try:
                said = await self._evaluate(one, packed, deadline, trusted)
            except EOFError:
                if one.turned_away:
                    raise StoreBusyError("too many long queries are running") from None
                if not last and self._loop.time() - one.began < AT_ONCE:
                    continue  # perhaps it was killed while it was idle: another is asked, once
                self._costly.remember(packed, one.began)
                long = f"the query ran longer than {allowed:g} s"
                raise QueryCostError(long if one.overran else "the query used up its memory or stack") from None
            return self._answer(said)
        raise AssertionError("unreachable")

    async def _asked_on_disk(self, query: str, seconds: float) -> Answer:
        request = Request(query=query, media_types=DEFAULTS, seconds=seconds, base=self._base)
        return self._answer(await asked_apart(self._holding, self._path, self._limits, request.pack(), seconds))

    def _answer(self, said: bytes) -> Answer:
        if said[:1] == b"E":
            raise_end(json.loads(said[1:]))
        place = said.index(b"\n")
        kind, _, media_type = said[1:place].decode().partition(" ")
        return Answer(kind=cast(AnswerKind, kind), media_type=media_type, body=said[place + 1 :], release=self._release)

    def close(self) -> None:
        """End all evaluators: the idle ones now, the busy ones after their query."""
        self._closed = True
        self._loop.call_soon_threadsafe(self._end_idle)

    async def end(self) -> None:
        """End all evaluators, the busy ones too: the loop is about to stop, and nobody may wait for it for ever."""
        self._closed = self._ended = True
        if self._filler is not None:
            self._filler.cancel()
        self._end_idle()
        for one in self._busy:
            one.stop()
        while self._waiting:
            self._turn_away(self._waiting[0])
        while self._busy:
            await asyncio.sleep(GRACE)
        self._holding.close()

    def _end_idle(self) -> None:
        self._holding.let_go(self._path)
        while self._idle:
            self._idle.pop().stop()

    async def _open(self) -> None:
        first = await self._start()
        if not first.guarded:
            log.warning("evaluator.network_open", extra={"hint": "SERVICE is refused by name alone on this system"})
        self._idle.append(first)
        self._refill()
        if self._in_memory:
            self._holding.hold(self._path, self._told)
        else:
            self._settled.set()

    async def _start(self) -> Evaluator:
        renewed = self._renewed
        one = await Evaluator.start(self._holding, self._path, self._limits, self._changed)
        one.asked_at = renewed
        return one

    def _is_last(self, one: Evaluator) -> bool:
        """Whether it is to be replaced: it says so, or it answers from disk since before the release was in memory."""
        return one.last or (not one.shared and one.asked_at < self._renewed)

    def _told(self, ready: bool) -> None:
        """Where the release is in memory whoever answers from disk is replaced, the idle as soon as there is another."""
        self._settled.set()
        if not ready:
            return
        self._renewed += 1
        self._refill()

    async def _take(self, patience: float) -> Evaluator:
        """An evaluator that is free, and one of the `size` places."""
        if self._idle and self._quick < self._size:
            self._quick += 1
            return self._idle.pop()
        if self._ended:
            raise StoreBusyError("the server is ending")
        if self._closed:  # an answer that began on a release that has been replaced since
            one = await self._start()
            self._quick += 1
            return one
        if len(self._waiting) >= WAITING:
            raise StoreBusyError("too many queries are waiting")
        waiter: asyncio.Future[Evaluator] = self._loop.create_future()
        self._waiting.append(waiter)
        timer = self._loop.call_later(patience, self._turn_away, waiter)
        try:
            return await waiter
        except asyncio.CancelledError:
            if not waiter.cancelled() and waiter.exception() is None:
                self._quick -= 1
                self._idle.append(waiter.result())
                self._next()
            raise
        finally:
            timer.cancel()

    def _turn_away(self, waiter: "asyncio.Future[Evaluator]") -> None:
        self._waiting.remove(waiter)
        if not waiter.done():
            waiter.set_exception(StoreBusyError("all evaluators are busy"))

    def _next(self) -> None:
        """Give what is free to those who wait, first come first served."""
        while self._waiting and self._idle and self._quick < self._size:
            waiter = self._waiting.popleft()
            if not waiter.done():
                self._quick += 1
                waiter.set_result(self._idle.pop())

    async def _evaluate(self, one: Evaluator, packed: bytes, deadline: float, trusted: bool) -> bytes:
        one.began = self._loop.time()
        one.deadline, one.trusted = deadline, trusted
        self._busy.add(one)
        answered = one.ask(packed)
        one.timer = self._loop.call_later(min(SLOW, max(0.0, deadline - one.began)), self._look, one)
        try:
            return await answered
        except asyncio.CancelledError:
            one.left = True
            raise

    def _look(self, one: Evaluator) -> None:
        """A query runs on: it goes to the slow lane, or its time is over, or nobody waits for it any more."""
        now = self._loop.time()
        if one.left:
            log.info("query.left", extra={"pid": one.pid})
            one.stop()
        elif now >= one.deadline:
            one.overran = one.used > SHARE * (one.deadline - one.began)
            one.turned_away = not one.overran
            one.stop()
        elif not one.slow and sum(other.slow for other in self._busy) < LANE:
            one.slow = True
            self._quick -= 1
            self._refill()
            self._next()
        elif not one.slow and not one.trusted and self._wanted and now - one.began > IN_THE_WAY:
            one.turned_away = True
            one.stop()
        if not one.yielded and one.used > SLOW:  # one that only waits for its turn keeps its priority
            one.yield_to_others()
        one.timer = self._loop.call_later(min(GRACE, max(0.0, one.deadline - now)), self._look, one)

    @property
    def _wanted(self) -> bool:
        """Whether somebody waits for a place, not only for an evaluator that is about to be there."""
        return bool(self._waiting) and self._quick >= self._size

    def _changed(self, one: Evaluator) -> None:
        """An evaluator has answered, or is gone."""
        if one.gone and (one in self._busy or one in self._idle):  # not by us after its last answer
            self.killed += 1
            log.info("evaluator.ended", extra={"pid": one.pid, "overran": one.overran})
        if one in self._busy:
            self._busy.remove(one)
            one.timer.cancel()
            if not one.slow:
                self._quick -= 1
        elif one in self._idle:
            self._idle.remove(one)
        if one.gone or one.slow or one.yielded or self._is_last(one) or self._closed:
            one.stop()
            self._refill()
        else:
            self._idle.append(one)
        self._next()

    def _refill(self) -> None:
        if not self._closed and (self._filler is None or self._filler.done()):
            self._filler = self._loop.create_task(self._fill())

    async def _fill(self) -> None:
        """Start evaluators until there are `size` and one more, and none that is to be replaced."""
        while not self._closed and (self._quick + len(self._idle) <= self._size or any(map(self._is_last, self._idle))):
            try:
                one = await self._start()
            except StoreError as error:
                log.error("evaluator.not_started", extra={"error": str(error)})
                await asyncio.sleep(1.0)
                continue
            self._idle.append(one)
            if (before := next(filter(self._is_last, self._idle), None)) is not None:
                self._idle.remove(before)
                before.stop()
            if self._closed:
                self._end_idle()
            self._next()
