"""The release that is shown now, opened: who looks at the pointer, who opens, who waits."""

import asyncio
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kg.errors import KgError, StoreError
from kg.store.answer import Store
from kg.store.embedded import EmbeddedStore
from kg.store.evaluator import Limits
from kg.store.folder import pointed_at
from kg.store.memory import fits
from kg.store.release import Release, answerable
from kg.store.remote import RemoteStore
from kg.store.remote_search import RemoteSearch
from kg.store.search import Finder, Search
from server.config import Config
from server.evaluate.pool import Pool

READ_AHEAD = 2 << 30  # bytes of a release that are asked of the disk before anybody asks for them
OPENING = 5.0  # so long a request waits for what was just written; then it gets the release before
KEEP_UP_EVERY = 1.0
LOOK_EVERY = 10.0  # a remote store is asked for its version this often at most


@dataclass(frozen=True, slots=True)
class Opened:
    """One release, opened: a request sees one of these from its beginning to its end."""

    id: str
    store: Store
    release: Release | None
    search: Finder
    near: EmbeddedStore | None = None
    """The same release in this process, for queries of one pattern: they end with their answer, by their form."""

    @property
    def version(self) -> str:
        """The id of the release; empty for a remote store that does not say: nothing of it may be kept."""
        return self.id if self.release is not None else self.store.release


class Follower:
    """Follows the pointer of a data folder, or the version of a remote store. A release is opened by one thread at a time."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self.loop: asyncio.AbstractEventLoop | None = None
        """The loop that serves; the evaluators live on it."""
        self._opened: Opened | None = None
        self._opening: asyncio.Future[Opened] | None = None
        self._looked = 0.0
        self._lock = threading.Lock()
        self._ended = False
        self.switches = 0

    def shown(self) -> Opened | None:
        """What is open, where that is what is shown now: one readlink, so a writer reads what it wrote."""
        opened = self._opened
        if opened is None:
            return None
        if self._config.data is None:
            return opened if time.monotonic() - self._looked < LOOK_EVERY else None
        return opened if pointed_at(self._config.data) in (opened.id, None) else None

    async def current(self) -> Opened:
        """The release that is shown now, for the loop: one thread opens a new one, whoever asks waits for it a moment."""
        until = time.monotonic() + OPENING
        while (found := self.shown()) is None:
            before, ours = self._opened, self._opening is None or self._opening.done()
            if self._opening is None or ours:
                self._opening = asyncio.ensure_future(asyncio.to_thread(self.follow, wait=True))
            opening = self._opening
            if before is None:
                return await asyncio.shield(opening)
            done, _ = await asyncio.wait([opening], timeout=max(0.0, until - time.monotonic()))
            # An opening that began before us may end with a release older than the one shown now: we look again.
            if not done or (opening.result() is before and ours):
                return self._opened or before
        return found

    async def keep_up(self, prepare: Callable[[Opened], object]) -> None:
        """Open each new release soon, though nobody asks here: who stays behind would hold on to the one before, for all.

        Each one after the first is given to `prepare`, in a thread that the end of the server does not wait for: what its
        first asker would wait for is read there.
        """
        prepared: Opened | None = None
        thread: threading.Thread | None = None
        while self._config.data is not None and not self._ended:
            await asyncio.sleep(KEEP_UP_EVERY)
            with suppress(KgError):
                opened = await self.current()
                prepared = prepared or opened
                if opened is not prepared and (thread is None or not thread.is_alive()):
                    prepared = opened
                    thread = threading.Thread(target=_quietly, args=(prepare, opened), daemon=True)
                    thread.start()

    def follow(self, *, wait: bool = False) -> Opened:
        """The release that is shown now, opened where it is not open yet; may take a while.

        Where another thread is opening it, the one before is given, or with `wait` the new one.
        """
        if (found := self.shown()) is not None:
            return found
        opened = self._opened
        if not self._lock.acquire(blocking=wait or opened is None):
            return opened if opened is not None else self.follow()
        try:
            if (found := self.shown()) is None:
                if self._ended:
                    raise StoreError("the server is ending")
                data, before = self._config.data, self._opened
                found = self._opened = self._remote(before) if data is None else self._local(before, data)
            return found
        finally:
            self._lock.release()

    async def end(self) -> None:
        """Close for good, and wait until no evaluator is left: the loop that asks for it is about to stop."""
        self._ended = True
        await asyncio.to_thread(self._lock.acquire)  # who is opening a release needs this loop: it may not stand still
        try:
            opened, self._opened = self._opened, None
        finally:
            self._lock.release()
        if opened is not None:
            if isinstance(opened.store, Pool):
                await opened.store.end()
            opened.store.close()

    def close(self) -> None:
        with self._lock:
            if self._opened:
                self._opened.store.close()
                self._opened = None

    def _remote(self, opened: Opened | None) -> Opened:
        self._looked = time.monotonic()
        store = opened.store if opened else RemoteStore(str(self._config.store_url), base=None)
        return Opened(store.release or "remote", store, None, opened.search if opened else RemoteSearch(store))

    def _local(self, opened: Opened | None, data: Path) -> Opened:
        try:
            release = answerable(data)
            if opened is not None and opened.id == release.id:
                return opened
            threading.Thread(target=read_ahead, args=(release.path,), daemon=True).start()
            near = EmbeddedStore(release.path, base=self._base) if self.loop is not None else None
            found = Opened(release.id, self._store(release), release, Search(release.text_path), near)
        except StoreError:
            if opened is None:
                raise
            return opened  # the folder is being replaced, or damaged: go on with what is open
        if opened is not None:
            self.switches += 1
            opened.store.close()
        return found

    @property
    def _base(self) -> str:
        """What relative IRIs of a query stand on."""
        return f"{self._config.public_url or 'http://localhost'}/sparql"

    def _store(self, release: Release) -> Store:
        config = self._config
        if config.evaluators == 0:
            return EmbeddedStore(release.path, base=self._base)
        limits = Limits(memory=config.memory, bytes=config.bytes)
        return Pool(
            release.id,
            release.path,
            size=config.evaluators,
            limits=limits,
            seconds=config.seconds,
            base=self._base,
            loop=self.loop,
            in_memory=fits(release, config.store_memory),
            holder=config.holder,
        )


def _quietly(prepare: Callable[[Opened], object], opened: Opened) -> None:
    with suppress(KgError):  # who asks is told
        prepare(opened)


def read_ahead(release: Path, most: int = READ_AHEAD) -> int:
    """Ask the system to read the files of a release while nobody waits for them; the bytes that were asked for.

    The text index and the counts come first, then the store, up to `most` bytes. Nothing happens where the system has no
    way to ask; a file that goes meanwhile is left out.
    """
    if not hasattr(os, "posix_fadvise"):
        return 0
    asked = 0
    files = [release / "text.db", release / "counts.json", release / "manifest.json", *sorted(release.glob("store/*"))]
    for path in files:
        with suppress(OSError), path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if asked + size > most:
                break
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_WILLNEED)
            asked += size
    return asked
