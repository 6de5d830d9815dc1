"""The process that evaluators are forked from. It has loaded the engine; with a release in memory they share its pages.

    server processes ── holder ─┬─ evaluators on disk
                                └─ holder of a release in memory ── evaluators that share it

The holder itself stays small and has no thread: what reads a release into memory is a child of it, and what takes a new
release over is a child of that, so that pages which do not differ are shared. Each child ends when the other end of its
socket is gone, so nothing outlives the server, however that ends. Linux alone: elsewhere each evaluator is started anew.

A message is one packet of JSON. From a server: {"do": "hold", "release"}, and {"do": "evaluate", "release", "disk", "limits"}
with the evaluator's end of a socket; to it: {"release", "ready", "why"}.
"""

import contextlib
import ctypes
import gc
import json
import os
import selectors
import signal
import socket
import struct
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from kg.errors import KgError
from kg.store.evaluator import Limits

OFFERED = hasattr(os, "pidfd_open")
"""Whether this system has what a holder needs."""
PACKET = 1 << 16
TRIES = 2
"""A release whose holders have died so often stays on disk."""
_NAME, _ADOPT = 15, 36  # of prctl
_PEER = struct.Struct("3i")


@dataclass(slots=True)
class Held:
    """A process that has a release in memory, or will have."""

    release: str
    line: socket.socket


class Holder:
    """Takes orders of servers until its lifeline ends."""

    def __init__(self, listening: socket.socket, lifeline: int = 0) -> None:
        self._chosen = selectors.DefaultSelector()
        self._chosen.register(lifeline, selectors.EVENT_READ, None)
        self._chosen.register(listening, selectors.EVENT_READ, lambda: self._let_in(listening))
        self._servers: set[socket.socket] = set()
        self._held: Held | None = None
        self._coming: Held | None = None
        self._died: Counter[str] = Counter()

    def run(self) -> None:
        while True:
            for key, _ in self._chosen.select():
                if key.data is None:
                    return
                if key.fileobj in self._chosen.get_map():  # it may have been let go a moment ago
                    key.data()

    def _let_in(self, listening: socket.socket) -> None:
        line, _ = listening.accept()
        peer = line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size)
        if _PEER.unpack(peer)[1] != os.geteuid():
            line.close()
            return
        line.setblocking(False)
        self._servers.add(line)
        self._chosen.register(line, selectors.EVENT_READ, lambda: self._ordered(line))

    def _ordered(self, line: socket.socket) -> None:
        order, ends = _receive(line)
        if order is None:
            self._servers.discard(line)
            self._drop(line)
        elif order["do"] == "hold":
            self._hold(order["release"], line)
        elif ends:
            self._evaluate(order, ends[0])
        for end in ends:
            os.close(end)

    def _evaluate(self, order: Mapping[str, Any], end: int) -> None:
        if self._held is not None and self._held.release == order["release"] and not order["disk"]:
            with contextlib.suppress(OSError):
                socket.send_fds(self._held.line, [json.dumps(order).encode()], [end])
                return
        _fork(end, lambda line: _evaluator(line, order, None))

    def _hold(self, release: str, asker: socket.socket) -> None:
        if self._coming is not None and self._coming.release != release:
            self._let_go(self._coming)
        if self._held is not None and self._held.release == release:
            self._tell(release, to={asker})
        elif self._coming is None:
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with theirs:
                try:
                    if self._held is None:
                        raise OSError
                    self._held.line.settimeout(1)
                    socket.send_fds(
                        self._held.line, [json.dumps({"do": "take", "release": release}).encode()], [theirs.fileno()]
                    )
                    self._held.line.setblocking(False)
                    self._wait_for(release, ours)
                except OSError:
                    ours.close()
                    self._load(release)

    def _load(self, release: str) -> None:
        """Read a release into memory in a child; whatever was there before goes first, so that there are never two."""
        if self._held is not None:
            self._let_go(self._held)
        if self._died[release] >= TRIES:
            self._tell(release, "the process that held it has died")
            return
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            _fork(theirs.fileno(), lambda line: _load(line, release))
        self._wait_for(release, ours)

    def _wait_for(self, release: str, line: socket.socket) -> None:
        line.setblocking(False)
        self._coming = one = Held(release, line)
        self._chosen.register(line, selectors.EVENT_READ, lambda: self._said(one))

    def _said(self, one: Held) -> None:
        """A release is in memory, or will not be, or is no more."""
        said, _ = _receive(one.line)
        if said is not None and said["ready"]:
            before, self._held, self._coming = self._held, one, None
            if before is not None:
                self._drop(before.line)
            self._tell(one.release)
            return
        self._let_go(one)
        self._died[one.release] += said is None
        if said is None or said["again"]:
            self._load(one.release)
        else:
            self._tell(one.release, said["why"])

    def _tell(self, release: str, why: str = "", to: set[socket.socket] | None = None) -> None:
        for line in self._servers if to is None else to:
            with contextlib.suppress(OSError):  # one that does not listen hears of it when it asks
                line.send(json.dumps({"release": release, "ready": not why, "why": why}).encode())

    def _let_go(self, one: Held) -> None:
        self._held = None if self._held is one else self._held
        self._coming = None if self._coming is one else self._coming
        self._drop(one.line)

    def _drop(self, line: socket.socket) -> None:
        self._chosen.unregister(line)
        line.close()


def _receive(line: socket.socket) -> tuple[Any, list[int]]:
    """The next message and what came with it; None where the other end is gone."""
    try:
        data, ends, _, _ = socket.recv_fds(line, PACKET, 1)
    except OSError:
        return None, []
    return (json.loads(data) if data else None), ends


def _fork(end: int, work: Callable[[socket.socket], object]) -> None:
    """Do this in a child that holds nothing of ours but one end of a socket. Where no process can be made the end is closed."""
    with contextlib.suppress(OSError):
        if os.fork() == 0:
            _alone(end, work)


def _alone(end: int, work: Callable[[socket.socket], object]) -> NoReturn:
    try:
        for path in list(Path("/proc/self/fd").iterdir()):
            number = int(path.name)
            if number > 2 and number != end:
                with contextlib.suppress(OSError):
                    os.close(number)
        work(socket.socket(fileno=end))
    except (BrokenPipeError, ConnectionResetError):
        pass  # whoever it was for has gone meanwhile
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(0)


def _evaluator(line: socket.socket, order: Mapping[str, Any], store: Any) -> None:
    from kg.store import evaluator

    _name("fazhi query")
    evaluator.main(line, str(Path(order["release"]) / "store") if store is None else store, Limits(**order["limits"]))


def _load(line: socket.socket, path: str) -> None:
    """Read a release into memory, and hold it until nobody needs it."""
    from kg.store import memory
    from kg.store.release import read_release

    _name("fazhi graph")
    try:
        release = read_release(Path(path))
        store = memory.load(release)
    except (KgError, OSError, KeyError, MemoryError) as error:
        line.send(json.dumps({"ready": False, "again": False, "why": str(error)[:1000]}).encode())
        return
    _serve(line, store, release, 0)


def _serve(line: socket.socket, store: Any, release: Any, replaced: int) -> None:
    gc.collect()
    gc.freeze()  # what stands here is not to be written to by a child that looks for garbage
    line.send(json.dumps({"ready": True}).encode())
    while True:
        order, ends = _receive(line)
        if order is None:
            return
        if order["do"] == "take":
            _fork(ends[0], lambda new, order=order: _take(new, store, release, order["release"], replaced))  # type: ignore[misc]
        else:
            _fork(ends[0], lambda end, order=order: _evaluator(end, order, store))  # type: ignore[misc]
        for end in ends:
            os.close(end)


def _take(line: socket.socket, store: Any, old: Any, path: str, replaced: int) -> None:
    """Hold another release in place of the one that was here when this process was made."""
    from kg.store import memory
    from kg.store.release import read_release

    try:
        new = read_release(Path(path))
        replaced += memory.take_over(store, old, new)
        worn = replaced * memory.WORN > new.manifest["quads"]
    except (KgError, OSError, KeyError, MemoryError):  # what is wrong is found, and said, when it is read anew
        worn = True
    if worn:
        line.send(json.dumps({"ready": False, "again": True}).encode())
    else:
        _serve(line, store, new, replaced)


def _name(name: str) -> None:
    """What this process is called in a list of processes."""
    ctypes.CDLL(None).prctl(_NAME, name.encode(), 0, 0, 0)


def main(listening: socket.socket) -> None:
    """Hold until the standard input ends."""
    import kg.store.evaluate
    import kg.store.network
    import kg.store.release  # noqa: F401

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever ends leaves nothing behind
    for number in (signal.SIGINT, signal.SIGTERM):  # sent to all processes at once: the server ends us when it is done
        signal.signal(number, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(_ADOPT, 1, 0, 0, 0)  # the children of a child that ends are ours
    _name("fazhi holder")
    gc.freeze()
    Holder(listening).run()


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
