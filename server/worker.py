"""The pool of evaluators of one release: killable processes behind the interface of a store."""

import contextlib
import hashlib
import json
import logging
import os
import queue
import socket
import threading
import time
from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path

from kg.errors import StoreError
from kg.store import evaluator
from kg.store.answer import Answer, AnswerKind, Dataset, QueryCostError, Row, StoreBusyError
from kg.store.embedded import rows_of
from kg.store.evaluate import DEFAULTS
from kg.store.evaluator import Limits, Request, raise_end

GRACE = 0.05  # the watchdog looks this often
START = 20.0  # seconds that an evaluator may take to open its release
PATIENCE = 1.0
AT_ONCE = 0.1
SLOW = 0.2  # a query that runs longer gives its place to others and goes on with low priority
LANE = 3  # so many of them at once; one more is ended after LONGEST_IN_PLACE
LONGEST_IN_PLACE = 1.5
log = logging.getLogger(__name__)


class Evaluator:
    """One child process and our end of its pipe."""

    def __init__(self, store: Path, limits: Limits) -> None:
        started = evaluator.context()
        self.pipe, theirs = started.Pipe()
        self._process = started.Process(  # type: ignore[attr-defined]
            target=evaluator.main, args=(theirs, str(store), limits), daemon=True, name="fazhi evaluator"
        )
        self._process.start()
        theirs.close()
        self.began = self.deadline = float("inf")
        self.slow = self.overran = self.turned_away = self.trusted = False
        if not self.pipe.poll(START):
            self.kill()
            raise StoreError("an evaluator did not start")
        try:
            frame = self.pipe.recv_bytes()
        except EOFError:
            self.kill()
            raise StoreError("an evaluator died when it opened the release") from None
        if frame[:1] == b"E":
            self.kill()
            raise StoreError(json.loads(frame[1:])["what"])
        self.guarded: bool = json.loads(frame[1:])["guarded"]

    @property
    def pid(self) -> int:
        return int(self._process.pid or 0)

    def kill(self) -> None:
        self._process.kill()
        self.pipe.close()
        self._process.join(0)

    def yield_to_others(self) -> None:
        """Run on with the lowest priority; for good, since a process may not raise it again."""
        self.slow = True
        if hasattr(os, "setpriority"):
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self.pid, 19)

    def stop(self) -> None:
        """End it by SIGKILL, and the read of the thread that waits for it with EOF.

        The pipe is shut by us: a large process on low priority may take seconds to be gone.
        """
        self.overran = True
        self._process.kill()
        if hasattr(socket, "AF_UNIX"):
            with contextlib.suppress(OSError), socket.socket(fileno=os.dup(self.pipe.fileno())) as end:
                end.shutdown(socket.SHUT_RDWR)


class Pool:
    """Evaluators of one release; a store that can be asked from many threads.

    `size` evaluators answer quick queries and one more stands ready, so that a kill costs nobody the start of a process.
    A query that turns out slow moves to a lane of its own, on low priority, so that heavy queries do not stop the quick
    ones. Raises StoreBusyError where none is free within a second, or the slow lane is full; QueryCostError where the
    query used up its time, memory or stack.
    """

    def __init__(
        self,
        release: str,
        store: Path,
        *,
        size: int,
        gate: int = 8,
        limits: Limits | None = None,
        seconds: float = 10.0,
        base: str | None = None,
    ) -> None:
        self._release, self._path, self._size = release, store, size
        self._limits, self._seconds, self._base = limits or Limits(), seconds, base
        self._idle: queue.LifoQueue[Evaluator] = queue.LifoQueue()
        self._slots = threading.BoundedSemaphore(size)
        self._gate = threading.BoundedSemaphore(gate)
        self._busy: set[Evaluator] = set()
        self._lock, self._filling = threading.Lock(), threading.Lock()
        self._closed = threading.Event()
        self._costly: dict[str, float] = {}
        self.killed = 0
        first = self._start()
        if not first.guarded:
            log.warning("evaluator.network_open", extra={"hint": "SERVICE is refused by name alone on this system"})
        self._idle.put(first)
        threading.Thread(target=self._fill, daemon=True).start()
        threading.Thread(target=self._watch, daemon=True, name="evaluator watchdog").start()

    @property
    def release(self) -> str:
        return self._release

    @property
    def ready(self) -> int:
        """How many evaluators stand ready."""
        return self._idle.qsize()

    def answer(
        self, query: str, *, media_type: str = "", dataset: Dataset | None = None, seconds: float | None = None
    ) -> Answer:
        types = dict.fromkeys(DEFAULTS, media_type) if media_type else DEFAULTS
        return self.ask(query, types, dataset=dataset, seconds=seconds, trusted=True)

    def rows(self, query: str, *, seconds: float | None = None) -> list[Row]:
        return rows_of(self.ask(query, DEFAULTS, seconds=seconds, trusted=True))

    def ask(
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
        chosen = dataset or Dataset()
        allowed = seconds or self._seconds
        request = Request(
            query=query,
            media_types=dict(media_types),
            seconds=allowed,
            default_graphs=None if chosen.default_graphs is None else tuple(chosen.default_graphs),
            named_graphs=None if chosen.named_graphs is None else tuple(chosen.named_graphs),
            base=self._base,
        )
        packed = request.pack()
        key = hashlib.sha256(packed).hexdigest()
        if self._costly.get(key, 0.0) > time.monotonic():
            raise QueryCostError("the same query used up its time or memory a moment ago")
        if not self._gate.acquire(blocking=False):
            raise StoreBusyError("too many queries are waiting")
        try:
            for last in (False, True):
                if not self._slots.acquire(timeout=PATIENCE):
                    raise StoreBusyError("all evaluators are busy")
                try:
                    return self._evaluate(packed, key, allowed, trusted)
                except QueryCostError:
                    # One that was killed while it was idle takes the query and is gone: another is asked, once.
                    if last or self._costly.get(key, 0.0) - time.monotonic() < QueryCostError.retry_after - AT_ONCE:
                        raise
                    self._costly.pop(key, None)
            raise AssertionError("unreachable")
        finally:
            self._gate.release()

    def close(self) -> None:
        """End all evaluators: the idle ones now, the busy ones after their query."""
        self._closed.set()
        while True:
            try:
                self._idle.get_nowait().kill()
            except queue.Empty:
                return

    def _evaluate(self, packed: bytes, key: str, allowed: float, trusted: bool) -> Answer:
        """Ask one evaluator; gives the slot that the caller took back."""
        try:
            one = self._send(packed)
        except BaseException:
            self._slots.release()
            raise
        alive = False
        try:
            one.began = time.monotonic()
            one.deadline, one.trusted = one.began + allowed, trusted
            with self._lock:
                self._busy.add(one)
            answer = self._read(one.pipe)
            alive = True
        except (EOFError, OSError):
            if one.turned_away:
                raise StoreBusyError("too many long queries are running") from None
            self._costly[key] = one.began + QueryCostError.retry_after
            long = f"the query ran longer than {allowed:g} s"
            raise QueryCostError(long if one.overran else "the query used up its memory or stack") from None
        except _Ended as ended:
            alive = True
            raise_end(ended.end)
            raise
        finally:
            with self._lock:
                self._busy.discard(one)
                if not one.slow:
                    self._slots.release()
            self._give_back(one, alive)
        return answer

    def _send(self, packed: bytes) -> Evaluator:
        """An evaluator that has taken the query; one that died while it was idle is put aside."""
        while True:
            one = self._take()
            try:
                one.pipe.send_bytes(packed)
            except OSError:
                self._give_back(one, alive=False)
            else:
                return one

    def _read(self, pipe: Connection) -> Answer:
        kind: AnswerKind = "solutions"
        media_type, parts = "", []
        while True:
            frame = pipe.recv_bytes()
            letter = frame[:1]
            if letter == b"A":
                head, _, body = frame[1:].partition(b"\n")
                kind, media_type = json.loads(head)
                return Answer(kind=kind, media_type=media_type, body=body, release=self._release)
            if letter == b"C":
                parts.append(memoryview(frame)[1:])
            elif letter == b"H":
                kind, media_type = json.loads(frame[1:])
            else:
                end = json.loads(frame[1:])
                if end["end"] != "ok":
                    raise _Ended(end)
                return Answer(kind=kind, media_type=media_type, body=b"".join(parts), release=self._release)

    def _take(self) -> Evaluator:
        try:
            return self._idle.get(timeout=PATIENCE)
        except queue.Empty:
            if self._closed.is_set():  # an answer that began on a release that has been replaced since
                return self._start()
            raise StoreBusyError("no evaluator is free") from None

    def _give_back(self, one: Evaluator, alive: bool) -> None:
        if alive and not one.overran and not one.slow and not self._closed.is_set():
            one.began = one.deadline = float("inf")
            self._idle.put(one)
            return
        if not alive:
            self.killed += 1
            log.info("evaluator.ended", extra={"pid": one.pid, "overran": one.overran})
        one.kill()
        self._refill()

    def _refill(self) -> None:
        if not self._closed.is_set():
            threading.Thread(target=self._fill, daemon=True).start()

    def _start(self) -> Evaluator:
        return Evaluator(self._path, self._limits)

    def _fill(self) -> None:
        """Start evaluators until there are `size` and one more."""
        with self._filling:
            while not self._closed.is_set():
                with self._lock:
                    quick = sum(not one.slow for one in self._busy)
                if quick + self._idle.qsize() > self._size:
                    return
                try:
                    self._idle.put(self._start())
                except (StoreError, OSError) as error:
                    if self._closed.is_set():
                        return
                    log.error("evaluator.not_started", extra={"error": str(error)})
                    self._closed.wait(1.0)

    def _watch(self) -> None:
        while not self._closed.wait(GRACE) or self._busy:
            now = time.monotonic()
            with self._lock:
                moved = False
                lane = sum(one.slow for one in self._busy)
                for one in self._busy:
                    if one.overran:
                        continue
                    if one.deadline < now:
                        one.stop()
                    elif not one.slow and now - one.began > SLOW:
                        if lane < LANE:
                            one.yield_to_others()
                            self._slots.release()
                            lane, moved = lane + 1, True
                        elif now - one.began > LONGEST_IN_PLACE and not one.trusted:
                            one.turned_away = True
                            one.stop()
            if moved:
                self._refill()
            if len(self._costly) > 1000:
                self._costly = {key: until for key, until in self._costly.items() if until > now}
            if self._closed.is_set():
                time.sleep(GRACE)


class _Ended(Exception):
    """The query ended otherwise than well; the evaluator lives."""

    def __init__(self, end: Mapping[str, object]) -> None:
        super().__init__(end)
        self.end = end
