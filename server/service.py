"""What all pages share: the store and the search of the release that is shown now, labels, settings."""

import threading
import time
from collections.abc import Iterable, Mapping
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from flask import Flask, current_app, g, has_request_context

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
from server.budget import Budget, charged
from server.config import Config
from server.limits import Checked, check
from server.metrics import METRICS
from server.rows import cut
from server.worker import Pool

COUNTING = 120.0
LOOK_EVERY = 10.0  # a remote store is asked for its version this often at most


@dataclass(frozen=True, slots=True)
class Opened:
    """One release, opened: a request sees one of these from its beginning to its end."""

    id: str
    store: Store
    release: Release | None
    search: Finder


class Service:
    """`current_app.extensions["fazhi"]`: the parts that pages are made of.

    `store` answers SPARQL, `search` finds quotes and names, `labels` says what things are called. Within a request they
    stay those of one release, whatever is published meanwhile.
    """

    def __init__(self, config: Config) -> None:
        self.config = config
        self._opened: Opened | None = None
        self._looked = 0.0
        self._lock = threading.Lock()
        self.switches = 0
        self.found_at_start: tuple[str, ...] = ()
        self.budget = Budget(share=1 / max(1, config.workers))

    @property
    def opened(self) -> Opened:
        """The release of this request; outside of requests the one shown now."""
        if not has_request_context():
            return self._follow()
        if "fazhi_opened" not in g:
            g.fazhi_opened = self._follow()
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
        return self.run(
            self.check(text), dict.fromkeys(DEFAULTS, media_type) if media_type else DEFAULTS, seconds=seconds
        )

    def check(self, text: str) -> Checked:
        """The query within the static limits. Raises QueryRefusedError."""
        config = self.config
        try:
            return check(text, config.rows, most_bytes=config.query_bytes, static=config.static_limits)
        except QueryRefusedError:
            METRICS.add("queries_refused_total")
            raise

    def run(
        self,
        checked: Checked,
        media_types: Mapping[AnswerKind, str],
        *,
        dataset: Dataset | None = None,
        seconds: float | None = None,
    ) -> Answer:
        """Evaluate a checked query, in the media type that fits its kind, cut at the row cap."""
        store, config = self.store, self.config
        METRICS.add("queries_total")
        began = time.monotonic()
        try:
            with charged(self.budget, config) if has_request_context() else nullcontext():
                answer = self._ask(store, checked, media_types, dataset, seconds)
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
        finally:
            METRICS.add("query_seconds_total", amount=round(time.monotonic() - began, 6))
        if checked.capped and answer.kind == "solutions":
            body = cut(answer.body, answer.media_type, config.rows, f"{config.public_url}/problems#answer-too-large")
            if body is not None:
                return replace(answer, body=body, partial_rows=config.rows)
        return answer

    def _ask(
        self,
        store: Store,
        checked: Checked,
        media_types: Mapping[AnswerKind, str],
        dataset: Dataset | None,
        seconds: float | None,
    ) -> Answer:
        if isinstance(store, Pool):
            return store.ask(checked.text, media_types, dataset=dataset, seconds=seconds)
        media_type = media_types[checked.kind or kind_of(checked.text)]
        return store.answer(checked.text, media_type=media_type, dataset=dataset, seconds=seconds)

    def look(self) -> str:
        """The id of the release shown now; empty for a remote store that does not say: what the cache asks."""
        opened = self._follow()
        return opened.id if opened.release is not None or opened.store.release else ""

    def warm(self, app: Flask) -> None:
        """Open the release and make the front page in the background, so that the first asker need not wait for them.

        Then the quads of each graph are counted and compared with the manifest: the engine opens a store whose log was
        cut without a word. What is found is told at /readyz.
        """

        def quietly() -> None:
            with suppress(KgError):
                opened = self._follow()
                app.test_client().get("/", headers={"Accept": "text/html"}).close()
                if opened.release is not None:
                    self.found_at_start = miscounted(opened.store, opened.release)

        threading.Thread(target=quietly, daemon=True).start()

    def close(self) -> None:
        with self._lock:
            if self._opened:
                self._opened.store.close()
                self._opened = None

    def _follow(self) -> Opened:
        opened = self._opened
        if opened is not None and self._is_shown(opened):
            return opened
        # One request opens a new release while the others go on with the old one.
        if not self._lock.acquire(blocking=opened is None):
            return opened if opened is not None else self._follow()
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
            found = Opened(release.id, self._store(release), release, Search(release.text_path))
        except StoreError:
            if opened is None:
                raise
            return opened  # the folder is being replaced, or damaged: go on with what is open
        if opened is not None:
            self.switches += 1
            opened.store.close()
        return found

    def _store(self, release: Release) -> Store:
        config = self.config
        base = f"{config.public_url or 'http://localhost'}/sparql"
        if config.evaluators == 0:
            return EmbeddedStore(release.path, base=base)
        limits = Limits(memory=config.memory, bytes=config.bytes)
        return Pool(
            release.id,
            release.store_path,
            size=config.evaluators,
            gate=max(config.evaluators, config.threads - 4),
            limits=limits,
            seconds=config.seconds,
            base=base,
        )


def miscounted(store: Store, release: Release) -> tuple[str, ...]:
    """The graphs of which the store holds another number of quads than the manifest says."""
    rows = store.rows("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g", seconds=COUNTING)
    stored = {row["g"].value: int(row["n"].value) for row in rows}
    listed = {name: place["quads"] for name, place in release.manifest["graphs"].items() if name}
    wrong = sorted(name for name in listed.keys() | stored.keys() if listed.get(name, 0) != stored.get(name, 0))
    return tuple(f"{name}: {stored.get(name, 0)} quads in the store, {listed.get(name, 0)} listed" for name in wrong)


def service(app: Flask | None = None) -> Service:
    """The service of the app that answers now."""
    found: Service = (app or current_app).extensions["fazhi"]
    return found
