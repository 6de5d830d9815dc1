"""Where a server process gets its evaluators: from the holder that all of them share, or from one of its own."""

import asyncio
import contextlib
import json
import logging
import multiprocessing
import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from functools import cache
from multiprocessing.process import BaseProcess
from pathlib import Path

from kg.errors import StoreError
from kg.store import evaluator, holder
from kg.store.evaluator import Limits

AGAIN = 0.1  # seconds after which one asks again where no holder listens
FREED = {"GLIBC_TUNABLES": "glibc.malloc.tcache_count=1000:glibc.malloc.hugetlb=1"}
"""A query takes thousands of small pieces of memory and gives them back: so many of a size are at hand for the next one.
The graph lies in large pages: to fork from 700 MB of small ones, and to end that again, takes 28 ms of a processor; so 2."""
START = 20.0  # seconds that an evaluator may take to open its release
log = logging.getLogger(__name__)


def new_address() -> str:
    """An address that nobody else has."""
    return f"fazhi-{secrets.token_hex(16)}"


class Holding:
    """A line to the holder; all of it is touched by the loop alone. Where no address is given it starts a holder itself."""

    def __init__(self, loop: asyncio.AbstractEventLoop, address: str = "") -> None:
        self._loop, self._address, self._own = loop, address or new_address(), not address
        self._process: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None
        self._wanted: dict[Path, Callable[[bool], None]] = {}
        self._again: asyncio.Task[None] | None = None

    async def evaluator(self, end: socket.socket, release: Path, limits: Limits, *, disk: bool) -> BaseProcess | None:
        """Have an evaluator made that serves at `end`; the process, where it is a child of ours."""
        if not holder.OFFERED:
            return await self._loop.run_in_executor(None, _anew, end, release, limits)
        _ask_to_evaluate(await self._connected(), end, release, limits, disk=disk)
        return None

    def hold(self, release: Path, told: Callable[[bool], None]) -> None:
        """Have a release in memory; it is `told` when that is so, again after it was lost meanwhile, and when it will not be."""
        if not holder.OFFERED:
            told(False)
        else:
            self._wanted[release] = told
            if self._line is not None:
                self._ask_for(self._line, release)

    def let_go(self, release: Path) -> None:
        """Nobody here needs this release any more."""
        self._wanted.pop(release, None)

    def close(self) -> None:
        """Let the holder go, before the loop stops; whoever wants an evaluator later has it called again."""
        if self._again is not None:
            self._again.cancel()
        if self._line is not None:
            self._drop(self._line)
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            self._process = None

    async def _connected(self, seconds: float = START) -> socket.socket:
        for _ in range(int(seconds / AGAIN)):
            if self._line is not None:
                return self._line
            try:
                if self._own and (self._process is None or self._process.poll() is not None):
                    self._process = start(self._address)
                self._line = _connect(self._address)
            except OSError:
                if self._orphaned():
                    break
                await asyncio.sleep(AGAIN)
                continue
            self._loop.add_reader(self._line, self._said, self._line)
            for release in self._wanted:
                self._ask_for(self._line, release)
        raise StoreError("no process answers that evaluators could come from")

    def _ask_for(self, line: socket.socket, release: Path) -> None:
        with contextlib.suppress(OSError):  # where it has died, it is asked again when there is another
            _ask_to_hold(line, release)

    def _said(self, line: socket.socket) -> None:
        try:
            data = line.recv(holder.PACKET)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._drop(line)
            log.warning("holder.lost")
            self._again = self._loop.create_task(self._find_another())
            return
        said = json.loads(data)
        told = self._wanted.get(Path(said["release"]))
        if told is None:
            return
        told(said["ready"])
        if not said["ready"]:
            log.warning("graph.on_disk", extra={"release": Path(said["release"]).name, "why": said["why"]})

    def _drop(self, line: socket.socket) -> None:
        self._loop.remove_reader(line)
        line.close()
        self._line = None

    def _orphaned(self) -> bool:
        """Whether the server that started us and the holder was killed."""
        parent = multiprocessing.parent_process()
        return not self._own and parent is not None and not parent.is_alive()

    async def _find_another(self) -> None:
        while self._line is None:
            if self._orphaned():
                os.kill(os.getpid(), signal.SIGTERM)  # nobody is there any more who could end us
                return
            with contextlib.suppress(StoreError):
                await self._connected(seconds=1.0)


@cache
def holding(loop: asyncio.AbstractEventLoop, address: str = "") -> Holding:
    """The one of a loop."""
    return Holding(loop, address)


def _anew(end: socket.socket, release: Path, limits: Limits) -> BaseProcess:
    """An evaluator that shares nothing with anybody. Never by a fork of the server itself: it has threads."""
    process = multiprocessing.get_context("spawn").Process(
        target=evaluator.main, args=(end, str(release / "store"), limits), daemon=True, name="fazhi evaluator"
    )
    process.start()
    return process


def start(address: str) -> "subprocess.Popen[bytes]":
    """A holder at an address of this machine; it ends when its standard input does."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listening:
        listening.bind(f"\0{address}")
        listening.listen(64)
        # In a session of its own: who interrupts the server, or tells all its processes to end, does not mean this one.
        return subprocess.Popen(
            [sys.executable, "-m", "kg.store.holder", str(listening.fileno())],
            pass_fds=[listening.fileno()],
            env={**FREED, **os.environ},
            stdin=subprocess.PIPE,
            start_new_session=True,
        )


def _connect(address: str) -> socket.socket:
    """A line to the holder at an address. Raises OSError where none listens."""
    line = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    line.setblocking(False)
    try:
        line.connect(f"\0{address}")
    except OSError:
        line.close()
        raise
    return line


def _ask_to_hold(line: socket.socket, release: Path) -> None:
    """Ask for a release in memory."""
    line.send(json.dumps({"do": "hold", "release": str(release)}).encode())


def _ask_to_evaluate(line: socket.socket, end: socket.socket, release: Path, limits: Limits, *, disk: bool) -> None:
    """Ask for an evaluator at `end`, which says that it is ready: with the release in memory where that is so and not `disk`."""
    order = {"do": "evaluate", "release": str(release), "disk": disk, "limits": asdict(limits)}
    socket.send_fds(line, [json.dumps(order).encode()], [end.fileno()])
