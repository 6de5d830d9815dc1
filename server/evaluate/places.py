"""The places of one release where queries run: who has one, who waits for one, who is ended."""

import asyncio
import logging
import threading
from collections import deque
from pathlib import Path

from kg.errors import StoreError
from kg.store.answer import StoreBusyError
from kg.store.evaluator import Limits
from server.evaluate.holding import Holding
from server.evaluate.worker import Evaluator, Message

PATIENCE = 3.0  # seconds that a query waits for an evaluator; they are taken from its time
WAITING = 64  # queries that wait at once
GRACE = 0.05  # a query that is slow is looked at this often
SLOW = 0.2  # a query that runs longer gives its place to others and goes on with low priority
LANE = 3  # so many of them at once; one more stays in its place, and is ended where others wait for it
IN_THE_WAY = 0.4  # but not before it ran so long
SHARE = 0.25  # of its time, which a query that overran has had of a processor; else others kept it from that
log = logging.getLogger(__name__)


class Places:
    """`size` places for quick queries, each an evaluator, and one evaluator more, so that a kill costs nobody the start of a process.

    A query that turns out slow leaves its place for a lane of its own, on low priority, so that heavy queries do not stop the
    quick ones; where the lane is full it stays until somebody waits for its place. A query whose asker was cancelled is ended
    as soon as it is slow. All of it is touched by the loop alone.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        holding: Holding,
        path: Path,
        limits: Limits,
        *,
        size: int,
        in_memory: bool,
    ) -> None:
        self._loop, self._holding = loop, holding
        self._path, self._limits, self._size, self._in_memory = path, limits, size, in_memory
        self._idle: list[Evaluator] = []
        self._busy: set[Evaluator] = set()
        self._waiting: deque[asyncio.Future[Evaluator]] = deque()
        self._quick = self._renewed = 0
        self._filler: asyncio.Task[None] | None = None
        self._round: asyncio.TimerHandle | None = None
        self._closed = self._ended = False
        self.settled = threading.Event()
        """Whether the release is in memory, or will not be."""
        self.killed = 0

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

    async def open(self) -> None:
        """Have the first evaluator, and more soon. Raises StoreError where it does not get ready."""
        first = await self._start()
        if not first.guarded:
            log.warning("evaluator.network_open", extra={"hint": "SERVICE is refused by name alone on this system"})
        self._idle.append(first)
        self._refill()
        if self._in_memory:
            self._holding.hold(self._path, self._told)
        else:
            self.settled.set()

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
        self.settled.set()
        if not ready:
            return
        self._renewed += 1
        self._refill()

    async def take(self, patience: float) -> Evaluator:
        """An evaluator that is free, and one of the places. Raises StoreBusyError where there is none in so many seconds."""
        if self._idle and self._quick < self._size:
            self._quick += 1
            return self._idle.pop()
        if self._ended:
            raise StoreBusyError("the server is ending")
        if self._closed:  # an answer that began on a release that has been replaced since
            one = await self._loop.create_task(self._start())
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

    async def evaluate(self, one: Evaluator, packed: bytes, deadline: float, trusted: bool) -> Message:
        """What an evaluator that was taken says; EOFError where it died or was ended."""
        one.began = self._loop.time()
        one.deadline, one.trusted = deadline, trusted
        self._busy.add(one)
        answered = one.ask(packed)
        if self._round is None:  # one round for all: a timer for each costs more than all that is done with it
            self._round = self._loop.call_later(GRACE, self._look)
        try:
            return await answered
        except asyncio.CancelledError:
            one.left = True
            raise

    def _look(self) -> None:
        """Look at all that run, again and again until none does."""
        now, self._round = self._loop.time(), None
        for one in tuple(self._busy):
            self._look_at(one, now)
        if self._busy:
            ends = [one.deadline - now for one in self._busy if one.deadline > now]
            self._round = self._loop.call_later(min([GRACE, *ends]), self._look)

    def _look_at(self, one: Evaluator, now: float) -> None:
        """A query runs on: it goes to the slow lane, or its time is over, or nobody waits for it any more."""
        ran, used = now - one.began, one.used()
        if one.left and ran >= SLOW:
            log.info("query.left", extra={"pid": one.pid})
            one.stop()
        elif now >= one.deadline:
            one.overran = used > SHARE * ran
            one.starved = not one.overran
            one.stop()
        elif ran >= SLOW and not one.slow and sum(other.slow for other in self._busy) < LANE:
            one.slow = True
            self._quick -= 1
            self._refill()
            self._next()
        elif not one.slow and not one.trusted and self._wanted and ran > IN_THE_WAY:
            one.turned_away = True
            one.stop()
        if not one.yielded and used > SLOW:  # one that only waits for its turn keeps its priority
            one.yield_to_others()

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

    def close(self) -> None:
        """End the idle evaluators now, the busy ones after their query."""
        self._closed = True
        self._end_idle()

    async def end(self) -> None:
        """End all evaluators, the busy ones too."""
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

    def _end_idle(self) -> None:
        self._holding.let_go(self._path)
        while self._idle:
            self._idle.pop().stop()
