"""Fill: the store and the text index of a new release, made batch by batch, so that memory does not grow with the corpus.

Graphs may come while others are still being made: what is left to do at the end is little.
"""

import contextlib
import os
import pickle
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyoxigraph as ox

from kg.errors import StoreError
from kg.store import index
from kg.store.dump import Member, by_property, tally

BATCH = 100_000
"""Quads that the engine loads at once: of more it takes more memory, and no less of a processor."""
LATER = 10
"""How much nicer the threads are in which the engine merges its files: where others want a processor, they get a tenth of it."""


@dataclass(frozen=True, slots=True)
class _Row:
    """Where the rows of one graph lie until all are there, and of which lines they were made."""

    offset: int
    sha256: str


class Filling:
    """`store` and `text.db` in a folder, in the making.

    One thread takes graphs apart, another waits for the engine, which needs no Python: so both go on side by side, and
    beside whatever else the process does.
    """

    def __init__(self, work: Path) -> None:
        self._work = work
        self._engine: ox.Store | None = ox.Store(str(work / "store"))
        self._rows: dict[str, _Row] = {}
        self._spool = (work / "rows").open("w+b")
        self._batch: list[bytes] = []
        self._quads = 0
        self._loading: Future[None] | None = None
        self._taken: list[Future[None]] = []
        self._apart, self._loader = ThreadPoolExecutor(1), ThreadPoolExecutor(1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._close()

    def _close(self) -> None:
        """Let go of the engine and its lock; nothing is left but store and index."""
        for pool in (self._apart, self._loader):
            pool.shutdown(cancel_futures=True)
        self._spool.close()
        (self._work / "rows").unlink(missing_ok=True)
        self._engine = None

    def take(self, members: Mapping[str, Member]) -> None:
        """Begin with some graphs; returns at once. Raises what those before have met: StoreError, OSError."""
        while self._taken and self._taken[0].done():
            self._taken.pop(0).result()
        self._taken.append(self._apart.submit(self._take, dict(members)))

    def load(self) -> None:
        """All that will come before the end has come: let the engine load it, while others make what is left."""
        self._taken.append(self._apart.submit(self._load))

    def finish(self, members: Mapping[str, Member]) -> tuple[Counter[str], Counter[str]]:
        """Make them hold these graphs and no other; how often each class and each property was met.

        Raises StoreError for bad N-Quads or a damaged member.
        """
        for taken in self._taken:
            taken.result()
        self._drop(members)
        self._take({name: member for name, member in sorted(members.items()) if name not in self._rows})
        ended = self._loader.submit(self._end)  # behind what it has still to load
        totals: tuple[Counter[str], Counter[str]] = Counter(), Counter()
        index.build(self._work / "text.db", self._spooled(sorted(members), totals))
        ended.result()
        self._close()
        return totals

    def _take(self, members: Mapping[str, Member]) -> None:
        for name, member in members.items():
            if name in self._rows:  # another version of the same report: which of them stands is told at the end
                continue
            text = member.text()
            lines = by_property(name, text)
            self._rows[name] = _Row(self._spool.tell(), member.sha256)
            pickle.dump((index.rows(name, lines), *tally(lines)), self._spool, pickle.HIGHEST_PROTOCOL)
            self._batch.append(text)
            self._quads += member.quads
            if self._quads >= BATCH:
                self._load()

    def _load(self) -> None:
        """Give what has come to the engine, once it has done with what it had."""
        self._wait()
        if self._batch:
            self._loading = self._loader.submit(_load, self._store, b"".join(self._batch))
        self._batch, self._quads = [], 0

    def _wait(self) -> None:
        if self._loading:
            self._loading.result()

    @property
    def _store(self) -> ox.Store:
        assert self._engine is not None  # nobody asks once it is closed
        return self._engine

    def _drop(self, members: Mapping[str, Member]) -> None:
        """Take out what was begun and is not wanted as it was."""
        wrong = [name for name, row in self._rows.items() if name not in members or members[name].sha256 != row.sha256]
        if wrong:
            self._load()
            self._wait()
        for name in wrong:
            self._store.remove_graph(ox.NamedNode(name))
            del self._rows[name]

    def _spooled(self, names: list[str], totals: tuple[Counter[str], Counter[str]]) -> Iterator[index.Rows]:
        """The rows of the graphs in this order; what they count is added to the totals."""
        for name in names:
            self._spool.seek(self._rows[name].offset)
            told: tuple[index.Rows, *tuple[Any, ...]] = pickle.load(self._spool)  # noqa: S301  written by this process
            for total, more in zip(totals, told[1:], strict=True):
                total.update(more)
            yield told[0]

    def _end(self) -> None:
        """Load what is left, in the loader's own thread, and merge all that was loaded."""
        self._wait()
        if self._batch:
            _load(self._store, b"".join(self._batch))
        self._store.flush()
        self._store.optimize()


def _load(engine: ox.Store, text: bytes) -> None:
    _merge_later()
    try:
        engine.bulk_load(text, format=ox.RdfFormat.N_QUADS, lenient=True)  # each line was looked at when it was packed
    except SyntaxError as error:
        raise StoreError(f"not N-Quads: {error}") from error


def _merge_later() -> None:
    """Let the engine merge its files where a processor has nothing else to do: as soon as there are two it merges them with all
    that was merged before, again and again. What has had to wait is merged at once, which takes less than half the work."""
    if sys.platform == "linux":
        nice = os.getpriority(os.PRIO_PROCESS, 0) + LATER
        for thread in Path("/proc/self/task").iterdir():
            with contextlib.suppress(OSError):  # it has ended
                if (thread / "comm").read_text().startswith("rocksdb:low"):
                    os.setpriority(os.PRIO_PROCESS, int(thread.name), nice)
