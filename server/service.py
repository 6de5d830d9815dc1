"""What all pages share: the store and the search of the release that is shown now, labels, settings."""

import asyncio
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from flask import Flask, current_app, g, has_request_context, request

from kg.errors import KgError, StoreError
from kg.store.answer import (
    Answer,
    AnswerKind,
    Dataset,
    QueryCostError,
    QueryRefusedError,
    QuerySyntaxError,
    Store,
    StoreBusyError,
)
from kg.store.embedded import EmbeddedStore
from kg.store.evaluate import DEFAULTS, kind_of
from kg.store.evaluator import Limits
from kg.store.folder import pointed_at
from kg.store.release import Release, read_release
from kg.store.remote import RemoteStore
from kg.store.remote_search import RemoteSearch
from kg.store.search import Finder, Search
from queries.labels import Label, labels
from server.config import Config
from server.evaluate.budget import Budget, charged, client_of
from server.evaluate.limits import Checked, check
from server.evaluate.pool import Pool
from server.evaluate.rows import cut
from server.http.metrics import METRICS

COUNTING = 120.0
SHORT = 32_768  # bytes of an answer that is made here; where it gets longer, an evaluator makes it
OPENING = 5.0  # so long a request waits for what was just written; then it gets the release before
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


@dataclass(frozen=True, slots=True)
class Asked:
    """One query that may run, and how."""

    checked: Checked
    media_types: Mapping[AnswerKind, str]
    dataset: Dataset | None = None
    seconds: float | None = None

    @property
    def short(self) -> bool:
        """Whether its cost is that of its answer: one pattern on the union of all graphs."""
        return self.checked.short and self.dataset is None


class Service:
    """`current_app.extensions["fazhi"]`: the parts that pages are made of.

    `store` answers SPARQL, `search` finds quotes and names, `labels` says what things are called. Within a request they
    stay those of one release, whatever is published meanwhile.
    """

    def __init__(self, config: Config) -> None:
        self.config = config
        self.loop: asyncio.AbstractEventLoop | None = None
        """The loop that serves; the evaluators live on it."""
        self._opened: Opened | None = None
        self._follower: asyncio.Future[Opened] | None = None
        self._looked = 0.0
        self._lock = threading.Lock()
        self.switches = 0
        self.found_at_start: tuple[str, ...] = ()
        self.warming = False
        """Whether what the first asker would wait for is still being read; /readyz says so."""
        self.budget = Budget(share=1 / max(1, config.workers))

    @property
    def opened(self) -> Opened:
        """The release of this request; outside of requests the one shown now."""
        if not has_request_context():
            return self.follow()
        if "fazhi_opened" not in g:
            g.fazhi_opened = self.follow()
        opened: Opened = g.fazhi_opened
        return opened

    @property
    def store(self) -> Store:
        return self.opened.store

    @property
    def release(self) -> Release | None:
        """The release on disk; None where another endpoint answers."""
        return self.opened.release

    @property
    def release_id(self) -> str:
        """The version of every answer of this request."""
        return self.opened.id

    @property
    def search(self) -> Finder:
        """Finds quotes and names."""
        return self.opened.search

    def labels(self, iris: Iterable[str]) -> Mapping[str, Label]:
        """What things are called in both languages."""
        return labels(self.store, iris)

    def query(self, text: str, *, media_type: str = "", seconds: float | None = None) -> Answer:
        """Answer a query of a stranger: static limits, row cap, deadline. What pages ask themselves goes to `store`."""
        types = dict.fromkeys(DEFAULTS, media_type) if media_type else DEFAULTS
        return self.run(Asked(self.check(text), types, seconds=seconds))

    def check(self, text: str) -> Checked:
        """The query within the static limits. Raises QueryRefusedError."""
        config = self.config
        try:
            return check(text, config.rows, most_bytes=config.query_bytes, static=config.static_limits)
        except QueryRefusedError:
            METRICS.add("queries_refused_total")
            raise

    def run(self, asked: Asked) -> Answer:
        """Evaluate a checked query, in the media type that fits its kind, cut at the row cap."""
        client = ""
        if has_request_context():
            client = client_of(self.config, request.remote_addr or "", request.headers.get("X-Forwarded-For", ""))
        with self._charged(asked.checked, client):
            answer = _ask(self.store, asked)
        return self._cut(asked.checked, answer)

    async def asked(self, opened: Opened, asked: Asked, client: str) -> Answer:
        """The same in the loop of the server, on a release that was opened before."""
        store, checked = opened.store, asked.checked
        with self._charged(checked, client):
            near = opened.near.short(checked.text, asked.media_types, SHORT) if opened.near and asked.short else None
            if near is not None:
                answer = near
            elif isinstance(store, Pool):
                answer = await store.asked(
                    checked.text, asked.media_types, dataset=asked.dataset, seconds=asked.seconds
                )
            else:
                answer = await asyncio.to_thread(_ask, store, asked)
        return self._cut(checked, answer)

    @contextmanager
    def _charged(self, checked: Checked, client: str) -> Iterator[None]:
        """Charge the client, count the query and how it ended."""
        METRICS.add("queries_total")
        began = time.monotonic()
        try:
            with charged(self.budget, client):
                yield
        except QuerySyntaxError as error:
            lines = checked.given.split("\n")
            if error.line <= len(lines):
                raise
            # The fault was met in the LIMIT that we added: the query ends too early.
            raise QuerySyntaxError(error.what, line=len(lines), column=len(lines[-1]) + 1) from error
        except QueryCostError:
            METRICS.add("queries_killed_total")
            raise
        except StoreBusyError:
            METRICS.add("queries_turned_away_total")
            raise
        except asyncio.CancelledError:
            METRICS.add("queries_left_total")
            raise
        finally:
            METRICS.add("query_seconds_total", amount=time.monotonic() - began)

    def _cut(self, checked: Checked, answer: Answer) -> Answer:
        """The answer with no more rows than the row cap."""
        config = self.config
        if not checked.capped or answer.kind != "solutions" or len(answer.body) <= config.rows:  # a row has a byte
            return answer
        body = cut(answer.body, answer.media_type, config.rows, f"{config.public_url}/problems#answer-too-large")
        return answer if body is None else replace(answer, body=body, partial_rows=config.rows)

    async def current(self) -> Opened:
        """The release that is shown now, for the loop: one thread opens a new one, whoever asks waits for it a moment."""
        opened = self._opened
        if opened is not None and self._is_shown(opened):
            return opened
        if self._follower is None or self._follower.done():
            self._follower = asyncio.ensure_future(asyncio.to_thread(self.follow))
        if opened is None:
            return await asyncio.shield(self._follower)
        done, _ = await asyncio.wait([self._follower], timeout=OPENING)
        return self._follower.result() if done else opened

    def written(self, words: str) -> bool:
        """Whether some sentence holds these words, by the text index; taken for granted where there is none to ask."""
        try:
            return bool(self.search.quotes(words, limit=1))
        except StoreError:
            return True

    def warm(self, app: Flask) -> None:
        """Open the release, make the front page and read a question in the background, so that the first asker need not wait.

        Then the quads of each graph are counted and compared with the manifest: the engine opens a store whose log was
        cut without a word. What is found is told at /readyz.
        """

        def quietly() -> None:
            with suppress(KgError):
                try:
                    opened = self.follow()
                    # A free question needs a dictionary, the samples and the release's names: seconds once, then nothing.
                    app.test_client().get("/ask?q=问题", headers={"Accept": "text/html"}).close()
                finally:
                    self.warming = False
                app.test_client().get("/", headers={"Accept": "text/html"}).close()
                if opened.release is not None:
                    self.found_at_start = miscounted(opened.store, opened.release)

        self.warming = True
        threading.Thread(target=quietly, daemon=True).start()

    async def end(self) -> None:
        """Close, and wait until no evaluator is left: the loop that asks for it is about to stop."""
        opened = self._opened
        if opened is not None and isinstance(opened.store, Pool):
            await opened.store.end()
        self.close()

    def close(self) -> None:
        with self._lock:
            if self._opened:
                self._opened.store.close()
                self._opened = None

    def follow(self) -> Opened:
        """The release that is shown now, opened where it is not open yet; may take a while."""
        opened = self._opened
        if opened is not None and self._is_shown(opened):
            return opened
        # One request opens a new release while the others go on with the old one.
        if not self._lock.acquire(blocking=opened is None):
            return opened if opened is not None else self.follow()
        try:
            opened = self._opened
            if opened is not None and self._is_shown(opened):
                return opened
            if self.config.store_url:
                self._opened = self._remote(opened)
            else:
                self._opened = self._local(opened, self.config.data or Path())
            return self._opened
        finally:
            self._lock.release()

    def _is_shown(self, opened: Opened) -> bool:
        """Whether the pointer still shows this release: one readlink, so a writer reads what it wrote."""
        if self.config.data is not None:
            return pointed_at(self.config.data) in (opened.id, None)
        return time.monotonic() - self._looked < LOOK_EVERY

    def _remote(self, opened: Opened | None) -> Opened:
        self._looked = time.monotonic()
        store = opened.store if opened else RemoteStore(str(self.config.store_url), base=None)
        return Opened(store.release or "remote", store, None, opened.search if opened else RemoteSearch(store))

    def _local(self, opened: Opened | None, data: Path) -> Opened:
        try:
            release = read_release(data)
            if opened is not None and opened.id == release.id:
                return opened
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
        return f"{self.config.public_url or 'http://localhost'}/sparql"

    def _store(self, release: Release) -> Store:
        config = self.config
        if config.evaluators == 0:
            return EmbeddedStore(release.path, base=self._base)
        limits = Limits(memory=config.memory, bytes=config.bytes)
        return Pool(
            release.id,
            release.store_path,
            size=config.evaluators,
            limits=limits,
            seconds=config.seconds,
            base=self._base,
            loop=self.loop,
        )


def miscounted(store: Store, release: Release) -> tuple[str, ...]:
    """The graphs of which the store holds another number of quads than the manifest says."""
    rows = store.rows("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g", seconds=COUNTING)
    stored = {row["g"].value: int(row["n"].value) for row in rows}
    listed = {name: place["quads"] for name, place in release.manifest["graphs"].items() if name}
    wrong = sorted(name for name in listed.keys() | stored.keys() if listed.get(name, 0) != stored.get(name, 0))
    return tuple(f"{name}: {stored.get(name, 0)} quads in the store, {listed.get(name, 0)} listed" for name in wrong)


def _ask(store: Store, asked: Asked) -> Answer:
    text, types = asked.checked.text, asked.media_types
    if isinstance(store, Pool):
        return store.ask(text, types, dataset=asked.dataset, seconds=asked.seconds)
    media_type = types[asked.checked.kind or kind_of(text)]
    return store.answer(text, media_type=media_type, dataset=asked.dataset, seconds=asked.seconds)


def service(app: Flask | None = None) -> Service:
    """The service of the app that answers now."""
    found: Service = (app or current_app).extensions["fazhi"]
    return found
