"""The process that evaluates: one release, one query at a time, within limits that only a process can have.

It reads requests from a socket and answers each with one message: its length in four bytes, a line that begins with a letter,
and the rest. R ready (what it is, as JSON) · A the answer whole (kind and media type in the line, then the body) · E another
end (how it ended, as JSON). A small letter instead: the same, and it is its last one.
"""

import contextlib
import json
import os
import socket
import struct
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, NoReturn

try:
    import resource
except ImportError:  # Windows has no such limits; the deadline holds there too
    resource = None  # type: ignore[assignment]

from kg.errors import KgError, StoreError
from kg.store.answer import (
    AnswerKind,
    AnswerTooLargeError,
    Dataset,
    NotAcceptableError,
    QueryRefusedError,
    QuerySyntaxError,
    UnknownFunctionError,
)

STACK = 64 * 1024 * 1024
LENGTH = struct.Struct(">I")
AT_ONCE = 1 << 18
OWN = 8192
"""Pages that an evaluator may have made its own of what it shares; then another one takes its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one query may use."""

    memory: int = 1 << 30
    bytes: int = 50_000_000
    network: bool = False


class Request(NamedTuple):
    """One query as it goes to an evaluator."""

    query: str
    media_types: Mapping[AnswerKind, str]
    seconds: float
    dataset: Dataset | None = None
    base: str = ""

    def pack(self) -> bytes:
        """The request as bytes: fields between NULs, which none of them may hold.

        >>> request = Request(query="ASK {}", media_types={"boolean": "text/csv"}, seconds=2.0)
        >>> Request.unpack(request.pack()) == request
        True
        """
        types = " ".join([f"{kind} {media_type}" for kind, media_type in self.media_types.items()])
        graphs = ""
        if self.dataset is not None:
            graphs = json.dumps([self.dataset.default_graphs, self.dataset.named_graphs])
        if "\0" in self.query:
            raise QueryRefusedError("a NUL character is not read")
        return "\0".join((self.query, types, str(self.seconds), self.base, graphs)).encode("utf-8", "surrogatepass")

    @classmethod
    def unpack(cls, data: bytes) -> "Request":
        """The request that `pack` wrote."""
        query, types, seconds, base, graphs = data.decode("utf-8", "surrogatepass").split("\0")
        dataset = None
        if graphs:
            default, named = json.loads(graphs)
            dataset = Dataset(default_graphs=default, named_graphs=named)
        return cls(query, _media_types(types), float(seconds), dataset, base)


@lru_cache(maxsize=64)
def _media_types(types: str) -> Any:
    words = types.split(" ")
    return dict(zip(words[::2], words[1::2], strict=True))


class Held:
    """A sink that holds an answer and raises at the byte limit, which stops the engine."""

    def __init__(self, limit: int) -> None:
        self._limit, self.parts, self._size = limit, list[bytes](), 0

    def write(self, data: bytes, /) -> int:
        self._size += len(data)
        if self._size > self._limit:
            raise AnswerTooLargeError(f"the answer has more than {self._limit} bytes", hint="add LIMIT")
        self.parts.append(data)
        return len(data)

    def flush(self) -> None:
        """The engine asks for it after its last byte."""

    def body(self) -> bytes:
        """All that was written."""
        return b"".join(self.parts)


def message(*parts: bytes) -> bytes:
    """A message as it goes over the socket.

    >>> message(b"E\\n", b"{}")
    b'\\x00\\x00\\x00\\x04E\\n{}'
    """
    return b"".join((LENGTH.pack(sum(map(len, parts))), *parts))


def receive(end: socket.socket) -> bytes:
    """The next message. Raises EOFError where the other end is gone."""
    data = end.recv(AT_ONCE)
    while len(data) < LENGTH.size or len(data) < LENGTH.size + LENGTH.unpack_from(data)[0]:
        more = end.recv(AT_ONCE)
        if not more:
            raise EOFError
        data += more
    return data[LENGTH.size :]


def main(end: socket.socket, store: Any, limits: Limits) -> None:
    """Serve until the socket closes: from the store in a folder, or from one that the process was forked with."""
    from kg.store.network import deny_network

    guarded = limits.network or deny_network()
    take_turns()
    threading.stack_size(STACK)
    worker = threading.Thread(target=_serve, args=(end, store, limits, guarded))
    worker.start()
    worker.join()


def _serve(end: socket.socket, given: Any, limits: Limits, guarded: bool) -> None:
    import pyoxigraph as ox

    shared = not isinstance(given, str)
    try:
        store = given if shared else ox.Store.read_only(given)
        store.query("ASK { ?s ?p ?o }", use_default_graph_as_union=True)  # warm: the first query opens files
    except (OSError, RuntimeError) as error:
        end.sendall(message(b"E\n", json.dumps({"end": "StoreError", "what": str(error)}).encode()))
        return
    limit_memory(limits.memory)
    try:
        end.sendall(message(b"R\n", json.dumps({"guarded": guarded, "shared": shared, "pid": os.getpid()}).encode()))
        used = Used(shared=shared)
        while not used.worn:
            request = Request.unpack(receive(end))
            used.allow(request.seconds)
            line, parts = _answer(store, request, limits)
            used.look()
            end.sendall(message(line[:1].lower() + line[1:] if used.worn else line, *parts))
    except (EOFError, OSError):  # the worker is gone
        return


class Used:
    """What this process has used of the machine, and may still use."""

    def __init__(self, *, shared: bool = False) -> None:
        self._shared, self._seconds, self._allowed = shared, 0.0, 0
        self.worn = False
        """Whether it has made so many pages its own, of those that it `shared`, that another is to take its place."""
        self.look()

    def look(self) -> None:
        """Ask the system. The engine counts references in what it reads, which copies the page."""
        if resource is not None:
            used = resource.getrusage(resource.RUSAGE_SELF)
            self._seconds = used.ru_utime + used.ru_stime
            self.worn = self._shared and used.ru_minflt > OWN

    def allow(self, seconds: float) -> None:
        """Let it run for a query of so many seconds: one whose server was killed burns on, and this ends it."""
        allowed = int(self._seconds + 2 * seconds + 3)
        if resource is not None and allowed != self._allowed:
            resource.setrlimit(resource.RLIMIT_CPU, (allowed, resource.getrlimit(resource.RLIMIT_CPU)[1]))
            self._allowed = allowed


def _answer(store: Any, request: Request, limits: Limits) -> tuple[bytes, list[bytes]]:
    """The line of a message and what follows it."""
    from kg.store.evaluate import evaluate

    sink = Held(limits.bytes)
    try:
        kind, media_type = evaluate(
            store, request.query, request.media_types, sink, dataset=request.dataset, base=request.base or None
        )
        return f"A{kind} {media_type}\n".encode(), sink.parts
    except KgError as error:
        end = _end(error)
    except (MemoryError, RecursionError, UnicodeError) as error:
        end = {"end": "QueryRefusedError", "what": type(error).__name__, "hint": ""}
    return b"E\n", [json.dumps(end).encode()]


def _end(error: KgError) -> dict[str, Any]:
    end: dict[str, Any] = {"end": type(error).__name__, "what": error.what, "hint": error.hint}
    if isinstance(error, QuerySyntaxError):
        end |= {"line": error.line, "column": error.column}
    if isinstance(error, NotAcceptableError):
        end |= {"offered": error.offered}
    return end


def raise_end(end: Mapping[str, Any]) -> NoReturn:
    """Raise what an E message reports."""
    name, what, hint = end["end"], end.get("what", ""), end.get("hint", "")
    if name == "QuerySyntaxError":
        raise QuerySyntaxError(what, line=end["line"], column=end["column"], hint=hint)
    if name == "NotAcceptableError":
        raise NotAcceptableError(end["offered"])
    if name == "AnswerTooLargeError":
        raise AnswerTooLargeError(what, hint=hint)
    if name == "UnknownFunctionError":
        raise UnknownFunctionError(what, hint=hint)
    if name == "QueryRefusedError":
        raise QueryRefusedError(what, hint=hint)
    raise StoreError(what, hint=hint)


def take_turns() -> None:
    """Let whoever runs finish when a query comes in: to be put between costs both of them what their processor has at hand.

    Linux alone. Against what has the lowest priority a query goes first all the same.
    """
    if hasattr(os, "SCHED_BATCH"):
        with contextlib.suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def limit_memory(more: int) -> None:
    """Bound this process to `more` bytes beyond what it has now, without core files; nothing where there is no such bound."""
    if resource is None:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
            size = int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (size + more, size + more))
