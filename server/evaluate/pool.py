"""The evaluators of one release behind the interface of a store."""

import asyncio
import json
from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import Any, cast

from kg.store.answer import Answer, AnswerKind, Dataset, QueryCostError, Row, StoreBusyError
from kg.store.embedded import rows_of
from kg.store.evaluate import DEFAULTS
from kg.store.evaluator import Limits, Request, raise_end
from server.evaluate.costly import Costly
from server.evaluate.holding import holding
from server.evaluate.places import PATIENCE, Places
from server.evaluate.together import Together
from server.evaluate.worker import Message, asked_apart, own_loop

AT_ONCE = 0.1
LONGEST_START = 30.0


class Pool:
    """Evaluators of one release; a store that can be asked from the loop (`asked`) and from any other thread.

    `path` is the release's folder; where it is to be `in_memory` it is asked from disk until it is there. Raises
    StoreBusyError where no place is free in time, where a slow query had to give its place to others, or others left it
    little of a processor; QueryCostError where it used up its time, memory or stack.
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
        self._release, self._path = release, path
        self._limits, self._seconds, self._base = limits or Limits(), seconds, base
        self._loop = loop or own_loop()
        self._holding = holding(self._loop, holder)
        self._costly = Costly()
        self._together = Together[Answer]()
        self.places = Places(self._loop, self._holding, path, self._limits, size=size, in_memory=in_memory)
        asyncio.run_coroutine_threadsafe(self.places.open(), self._loop).result()

    @property
    def release(self) -> str:
        return self._release

    def answer(
        self, query: str, *, media_type: str = "", dataset: Dataset | None = None, seconds: float | None = None
    ) -> Answer:
        types = dict.fromkeys(DEFAULTS, media_type) if media_type else DEFAULTS
        return self.wait(self.asked(query, types, dataset=dataset, seconds=seconds, trusted=True), seconds)

    def rows(self, query: str, *, seconds: float | None = None) -> list[Row]:
        return rows_of(self.wait(self.asked(query, DEFAULTS, seconds=seconds, trusted=True), seconds))

    def settle(self, seconds: float) -> None:
        """Wait, so long at most, until the release is in memory or will not be: for what looks at all of it."""
        self.places.settled.wait(seconds)

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
        volatile: bool = False,
    ) -> Answer:
        """Evaluate one query; `media_types` says the form of each kind of answer.

        A `trusted` query, one of our own pages, may be slow where the slow lane is full; it still has its deadline. What
        several ask at once is evaluated once, unless it is `volatile`: another each time.
        """
        allowed = seconds or self._seconds
        request = Request(query=query, media_types=media_types, seconds=allowed, dataset=dataset, base=self._base)
        packed = request.pack()
        if self._costly.knows(packed, self._loop.time()):
            raise QueryCostError("the same query used up its time or memory a moment ago")
        if volatile:
            return await self._evaluated(packed, allowed, trusted)
        return await self._together.once((packed, trusted), lambda: self._evaluated(packed, allowed, trusted))

    async def _evaluated(self, packed: bytes, allowed: float, trusted: bool) -> Answer:
        deadline = self._loop.time() + allowed
        for last in (False, True):
            one = await self.places.take(min(PATIENCE, allowed))
            try:
                said = await self.places.evaluate(one, packed, deadline, trusted)
            except EOFError:
                if one.starved:
                    raise StoreBusyError("the machine has too much to do: the query had little of its time") from None
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

    def _answer(self, said: Message) -> Answer:
        line, body = said
        if line == b"E":
            raise_end(json.loads(body))
        kind, _, media_type = line[1:].decode().partition(" ")
        return Answer(kind=cast(AnswerKind, kind), media_type=media_type, body=body, release=self._release)

    def close(self) -> None:
        """End all evaluators: the idle ones now, the busy ones after their query."""
        self._loop.call_soon_threadsafe(self.places.close)

    async def end(self) -> None:
        """End all evaluators: the loop is about to stop, and nobody may wait for it for ever."""
        await self.places.end()
        self._holding.close()
