"""The process that evaluates: one release, one query at a time, within limits that only a process can have.

It reads requests from a pipe and writes frames, each one message that begins with a letter:
R ready · A a short answer whole · H head (kind, media type) · C up to 64 KiB of the answer · E end (how it ended).
"""

import json
import multiprocessing
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from typing import Any, cast

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

PIECE = 65_536
STACK = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one query may use."""

    memory: int = 1 << 30
    bytes: int = 50_000_000
    network: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One query as it goes through the pipe."""

    query: str
    media_types: Mapping[AnswerKind, str]
    seconds: float
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    base: str | None = None

    def pack(self) -> bytes:
        # Written out: dataclasses.asdict copies deeply, which costs more than the rest of the way.
        return json.dumps(
            {
                "query": self.query,
                "media_types": dict(self.media_types),
                "seconds": self.seconds,
                "default_graphs": self.default_graphs,
                "named_graphs": self.named_graphs,
                "base": self.base,
            }
        ).encode()


class _Pipe:
    """A sink that sends 64 KiB at a time and raises at the byte limit, which stops the engine.

    A short answer is one message, A: its head, a line end, its body.
    """

    def __init__(self, connection: Connection, limit: int) -> None:
        self._connection, self._limit = connection, limit
        self._held, self._head, self.sent = bytearray(), b"", 0

    def head(self, kind: AnswerKind, media_type: str) -> None:
        self._head = json.dumps([kind, media_type]).encode()

    def write(self, data: bytes, /) -> int:
        self.sent += len(data)
        if self.sent > self._limit:
            raise AnswerTooLargeError(f"the answer has more than {self._limit} bytes", hint="add LIMIT")
        self._held += data
        if len(self._held) > PIECE:
            self._send()
        return len(data)

    def flush(self) -> None:
        """The engine asks for it after its last byte; `end` sends what is held."""

    def end(self) -> None:
        """The answer is whole."""
        if self._head:
            self._connection.send_bytes(b"A" + self._head + b"\n" + self._held)
            return
        self._send()
        self._connection.send_bytes(b"E" + json.dumps({"end": "ok"}).encode())

    def _send(self) -> None:
        if self._head:
            self._connection.send_bytes(b"H" + self._head)
            self._head = b""
        if self._held:
            self._connection.send_bytes(b"C" + self._held)
            self._held = bytearray()


def context() -> BaseContext:
    """How such processes are started: by a fork server that has loaded these modules, or where there is none anew.

    Never by a fork of the server itself: it has threads, and an open store must not cross a fork.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload(["kg.store.evaluator", "kg.store.evaluate", "kg.store.network"])
    return found


def main(connection: Connection, store: str, limits: Limits) -> None:
    """Serve until the pipe closes."""
    from kg.store.network import deny_network

    guarded = limits.network or deny_network()
    threading.stack_size(STACK)
    worker = threading.Thread(target=_serve, args=(connection, store, limits, guarded))
    worker.start()
    worker.join()


def _serve(connection: Connection, path: str, limits: Limits, guarded: bool) -> None:
    import pyoxigraph as ox

    from kg.store.evaluate import evaluate

    try:
        store = ox.Store.read_only(path)
        store.query("ASK { ?s ?p ?o }", use_default_graph_as_union=True)  # warm: the first query opens files
    except (OSError, RuntimeError) as error:
        connection.send_bytes(b"E" + json.dumps({"end": "StoreError", "what": str(error)}).encode())
        return
    opened_in = os.getpid()
    limit_memory(limits.memory)
    try:
        connection.send_bytes(b"R" + json.dumps({"pid": opened_in, "guarded": guarded}).encode())
    except OSError:  # the worker died while this process started
        return
    while True:
        try:
            asked: dict[str, Any] = json.loads(connection.recv_bytes())
        except (EOFError, OSError):
            return
        if os.getpid() != opened_in:  # a store that crossed a fork loses writes without a word
            raise AssertionError("the store was opened in another process")
        limit_processor(asked["seconds"])
        sink = _Pipe(connection, limits.bytes)
        dataset = Dataset(default_graphs=asked["default_graphs"], named_graphs=asked["named_graphs"])

        try:
            evaluate(
                store,
                asked["query"],
                cast(Mapping[AnswerKind, str], asked["media_types"]),
                sink,
                dataset=dataset,
                base=asked["base"],
                head=sink.head,
            )
            sink.end()
            continue
        except BrokenPipeError:
            return
        except KgError as error:
            end = _end(error)
        except (MemoryError, RecursionError, UnicodeError) as error:
            end = {"end": "QueryRefusedError", "what": type(error).__name__, "hint": ""}
        try:
            connection.send_bytes(b"E" + json.dumps(end).encode())
        except OSError:
            return


def _end(error: KgError) -> dict[str, Any]:
    end: dict[str, Any] = {"end": type(error).__name__, "what": error.what, "hint": error.hint}
    if isinstance(error, QuerySyntaxError):
        end |= {"line": error.line, "column": error.column}
    if isinstance(error, NotAcceptableError):
        end |= {"offered": error.offered}
    return end


def raise_end(end: Mapping[str, Any]) -> None:
    """Raise what an E frame reports; nothing where the query ended well."""
    name, what, hint = end["end"], end.get("what", ""), end.get("hint", "")
    if name == "ok":
        return
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


def limit_memory(more: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits; the deadline holds there too
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
            size = int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (size + more, size + more))


def limit_processor(seconds: float) -> None:
    """An evaluator whose parent was killed burns on; this ends it."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime + 2 * seconds + 3)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))
