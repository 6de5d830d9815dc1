"""One evaluator as the server sees it: a process that is asked over a socket, ended at its deadline, and replaced."""

import asyncio
import atexit
import contextlib
import json
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from functools import cache
from multiprocessing.process import BaseProcess
from pathlib import Path

from kg.errors import StoreError
from kg.store import evaluator
from kg.store.answer import QueryCostError
from kg.store.evaluator import LENGTH, Limits
from server.evaluate.holding import START, Holding

Message = tuple[bytes, bytes]
"""The first line of what an evaluator says, without its end, and the rest."""


class Evaluator(asyncio.Protocol):
    """A child process and our end of its socket; all of it is touched by the loop alone.

    `answered` is the message that is awaited; its exception is EOFError where the process died or was stopped. After
    either, `changed` is called, whether somebody still waits or not.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, changed: "Callable[[Evaluator], None]") -> None:
        self._loop, self._changed = loop, changed
        self._process: BaseProcess | None = None
        self._handle = -1
        self.pid = 0
        self._transport: asyncio.WriteTransport | None = None
        self._parts: list[bytes] = []
        self._held, self._wanted = 0, -1
        self.answered: asyncio.Future[Message] = loop.create_future()
        self.gone = False
        self.ready = self.guarded = False
        self.shared = False
        """Whether its release is in memory, shared with others."""
        self.asked_at = 0
        """How often the pool had been told that the release is in memory, when this one was asked for."""
        self.last = False
        """Whether it is to be replaced when it has answered."""
        self.began = self.deadline = 0.0
        self._used: float | None = None
        self.yielded = False
        self.slow = self.trusted = self.left = False
        self.overran = self.starved = self.turned_away = False
        """Why it was ended: its query had its time, or others left it too little of that, or somebody waited for its place."""

    @classmethod
    async def start(
        cls,
        held: Holding,
        release: Path,
        limits: Limits,
        changed: "Callable[[Evaluator], None]" = lambda _: None,
        *,
        disk: bool = False,
    ) -> "Evaluator":
        """A process that has opened the release, on `disk` in any case or in memory where it is held there.

        Raises StoreError where it does not get ready.
        """
        loop = asyncio.get_running_loop()
        one = cls(loop, changed)
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        try:
            one._process = await held.evaluator(theirs, release, limits, disk=disk)
            theirs.close()  # only the child holds it now: its death is the end of the stream
            await loop.connect_accepted_socket(lambda: one, ours)
            async with asyncio.timeout(START):
                said = await one.answered
        except (TimeoutError, EOFError, OSError) as error:
            ours.close()
            one.stop()
            what = "did not start" if isinstance(error, TimeoutError) else "died when it opened the release"
            raise StoreError(f"an evaluator {what}") from error
        finally:
            theirs.close()
        end = json.loads(said[1])
        if said[0] == b"E":
            one.stop()
            raise StoreError(end["what"])
        one.ready, one.guarded, one.shared, one.pid = True, end["guarded"], end["shared"], end["pid"]
        if one._process is None:
            with contextlib.suppress(OSError):  # it has died already: the stream says so
                one._handle = os.pidfd_open(one.pid)
        return one

    def ask(self, packed: bytes) -> "asyncio.Future[Message]":
        """Send one request; the answer comes to `answered`."""
        self.answered = self._loop.create_future()
        self._used = None
        if self._transport is None or self.gone:
            self._loop.call_soon(self.connection_lost, None)
        else:
            self._transport.write(evaluator.message(packed))
        return self.answered

    def used(self) -> float:
        """Seconds of processor that its query has had since this was first asked; by the clock where the system does not say.

        To ask the system costs as much as a step in an index: of a query that is answered at once nobody asks.
        """
        now = self._processor()
        self._used = now if self._used is None else self._used
        return now - self._used

    def _processor(self) -> float:
        if not hasattr(os, "SCHED_IDLE"):
            return time.monotonic()
        try:
            return time.clock_gettime((~self.pid << 3) | 2)  # Linux has a clock for each process
        except OSError:
            return 0.0

    def yield_to_others(self) -> None:
        """Run on when nobody else wants to run; for good, since a process may not raise its priority again.

        Linux counts each thread for itself, and with the lowest priority alone a thread would still keep whoever wakes up
        beside it waiting for the rest of its slice.
        """
        self.yielded = True
        with contextlib.suppress(OSError):
            if hasattr(os, "SCHED_IDLE"):
                for thread in Path(f"/proc/{self.pid}/task").iterdir():
                    os.sched_setscheduler(int(thread.name), os.SCHED_IDLE, os.sched_param(0))
            elif hasattr(os, "setpriority"):
                os.setpriority(os.PRIO_PROCESS, self.pid, 19)

    def stop(self) -> None:
        """End it by SIGKILL. The socket is shut by us: a large process on low priority may take seconds to be gone."""
        if self._process is not None:
            self._process.kill()
            self._process.join(0)
        elif self._handle >= 0:
            with contextlib.suppress(OSError):
                signal.pidfd_send_signal(self._handle, signal.SIGKILL)
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        self._parts.append(data)
        self._held += len(data)
        if self._wanted < 0:
            if self._held < LENGTH.size:
                return
            if len(self._parts) > 1:
                self._parts = [b"".join(self._parts)]
            self._wanted = LENGTH.size + LENGTH.unpack_from(self._parts[0])[0]
        if self._held < self._wanted:
            return
        whole = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        self._parts, self._held, self._wanted = [], 0, -1
        end = whole.index(b"\n", LENGTH.size)
        line = whole[LENGTH.size : end]
        if line[:1].islower():
            line, self.last = line[:1].upper() + line[1:], True
        if not self.answered.done():
            self.answered.set_result((line, whole[end + 1 :]))
        if self.ready:
            self._changed(self)

    def connection_lost(self, error: Exception | None) -> None:
        self.gone = True
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
        if not self.answered.done():
            self.answered.set_exception(EOFError())
        if self.ready:
            self._changed(self)


async def asked_apart(held: Holding, release: Path, limits: Limits, packed: bytes, seconds: float) -> Message:
    """What a process of its own answers from disk, while nobody else wants the processor.

    Raises QueryCostError where it died, or has no answer after so many seconds.
    """
    one = await Evaluator.start(held, release, limits, disk=True)
    try:
        one.yield_to_others()
        async with asyncio.timeout(seconds):
            return await one.ask(packed)
    except (EOFError, TimeoutError) as error:
        raise QueryCostError("the query used up its time or memory") from error
    finally:
        one.stop()


@cache
def own_loop() -> asyncio.AbstractEventLoop:
    """A loop in a thread of its own, for whoever has none: the command line, tests, Flask alone."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True, name="fazhi pool")
    thread.start()
    atexit.register(_stop, loop, thread)
    return loop


def _stop(loop: asyncio.AbstractEventLoop, thread: threading.Thread) -> None:
    """Let nothing run on a loop while the interpreter is taken apart around it."""
    loop.call_soon_threadsafe(loop.stop)
    thread.join(1.0)
