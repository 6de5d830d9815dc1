"""What all pages share: the store and the search of the release that is shown now, labels, settings."""

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from types import TracebackType
from typing import NamedTuple

from flask import Flask, current_app, g, has_request_context, request

from kg.errors import StoreError
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
from kg.store.evaluate import DEFAULTS, kind_of
from kg.store.release import Release
from kg.store.search import Finder
from queries.labels import Label, labels
from server.config import Config
from server.evaluate.budget import Budget, charged, client_of
from server.evaluate.limits import Checked, check
from server.evaluate.pool import Pool
from server.evaluate.rows import cut
from server.http.metrics import METRICS
from server.opened import Follower, Opened
from server.warm import read, warm

SETTLING = 60.0
NOT_CHARGED = nullcontext()
ENDS: Sequence[tuple[type[BaseException], str]] = (
    (QueryCostError, "queries_killed_total"),
    (StoreBusyError, "queries_turned_away_total"),
    (asyncio.CancelledError, "queries_left_total"),
)
SHORT = 32_768  # bytes of an answer that is made here; where it gets longer, an evaluator makes it


class Asked(NamedTuple):
    """One query that may run, and how."""

    checked: Checked
    media_types: Mapping[AnswerKind, str]
    dataset: Dataset | None = None
    seconds: float | None = None

    @property
    def short(self) -> bool:
        """Whether its cost is that of its answer: one pattern on the union of all graphs."""
        return self.checked.short and self.dataset is None


class _Counted:
    """Counts a query, the time that it took and how it ended; a fault is placed in the text that was asked."""

    __slots__ = ("_began", "_checked")

    def __init__(self, checked: Checked) -> None:
        self._checked, self._began = checked, time.monotonic()

    def __enter__(self) -> None:
        """Nothing more to do: it has begun."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        METRICS.asked(time.monotonic() - self._began)
        if isinstance(error, QuerySyntaxError):
            raise _placed(error, self._checked) from None
        for end, name in ENDS:
            if isinstance(error, end):
                METRICS.add(name)


class Service:
    """`current_app.extensions["fazhi"]`: the parts that pages are made of.

    `store` answers SPARQL, `search` finds quotes and names, `labels` says what things are called. Within a request they
    stay those of one release, whatever is published meanwhile.
    """

    def __init__(self, config: Config) -> None:
        self.config = config
        self._follower = Follower(config)
        self.shown, self.current = self._follower.shown, self._follower.current
        self.end, self.close = self._follower.end, self._follower.close
        self.found_at_start: tuple[str, ...] = ()
        self.warming = False
        """Whether what the first asker would wait for is still being read; /readyz says so."""
        self.budget = Budget(share=1 / max(1, config.workers))

    @property
    def opened(self) -> Opened:
        """The release of this request; outside of requests the one shown now."""
        if not has_request_context():
            return self._follower.follow()
        if "fazhi_opened" not in g:
            g.fazhi_opened = self._follower.follow()
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
    def made(self) -> str:
        """When the release was made (ISO 8601); "" where another endpoint answers."""
        return str(self.release.manifest["made"]) if self.release else ""

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
        with _Counted(asked.checked), charged(self.budget, client):
            answer = _ask(self.store, asked)
        return self._cut(asked.checked, answer)

    def at_once(self, opened: Opened, asked: Asked, client: str) -> Answer | None:
        """The answer of a query that costs no more than what it gives, made here; None for any other."""
        if opened.near is None or not asked.short:
            return None
        checked = asked.checked
        with _Counted(checked), charged(self.budget, client) if client else NOT_CHARGED:
            answer = opened.near.short(checked.text, asked.media_types, SHORT, checked.pattern)
        return None if answer is None else self._cut(checked, answer)

    async def asked(self, opened: Opened, asked: Asked, client: str) -> Answer:
        """The answer of any query in the loop of the server, on a release that was opened before."""
        store, checked = opened.store, asked.checked
        with _Counted(checked), charged(self.budget, client) if client else NOT_CHARGED:
            if isinstance(store, Pool):
                answer = await store.asked(
                    checked.text,
                    asked.media_types,
                    dataset=asked.dataset,
                    seconds=asked.seconds,
                    volatile=checked.volatile,
                )
            else:
                answer = await asyncio.to_thread(_ask, store, asked)
        return self._cut(checked, answer)

    def settle(self) -> None:
        """Wait until the release is in memory, where it is to be: what looks at all of it takes a tenth of the time then."""
        if isinstance(store := self.store, Pool):
            store.settle(SETTLING)

    def _cut(self, checked: Checked, answer: Answer) -> Answer:
        """The answer with no more rows than the row cap."""
        config = self.config
        if not checked.capped or answer.kind != "solutions" or len(answer.body) <= config.rows:  # a row has a byte
            return answer
        body = cut(answer.body, answer.media_type, config.rows, f"{config.public_url}/problems#answer-too-large")
        return answer if body is None else replace(answer, body=body, partial_rows=config.rows)

    def written(self, words: str) -> bool:
        """Whether some sentence holds these words, by the text index; taken for granted where there is none to ask."""
        try:
            return bool(self.search.quotes(words, limit=1))
        except StoreError:
            return True

    @property
    def switches(self) -> int:
        """How often another release was opened."""
        return self._follower.switches

    def begin(self, app: Flask, loop: asyncio.AbstractEventLoop) -> None:
        """Live on this loop from now on, and be warm soon."""
        self._follower.loop = loop
        self._keeping_up = loop.create_task(self._follower.keep_up(lambda opened: read(opened.store)))
        warm(self, app)


def _placed(error: QuerySyntaxError, checked: Checked) -> QuerySyntaxError:
    """The error where the asker can see it: one met in the LIMIT that we added is that the query ends too early."""
    lines = checked.given.split("\n")
    if error.line <= len(lines):
        return error
    return QuerySyntaxError(error.what, line=len(lines), column=len(lines[-1]) + 1)


def _ask(store: Store, asked: Asked) -> Answer:
    text, types = asked.checked.text, asked.media_types
    if isinstance(store, Pool):
        made = store.asked(text, types, dataset=asked.dataset, seconds=asked.seconds, volatile=asked.checked.volatile)
        return store.wait(made, asked.seconds)
    media_type = types[asked.checked.kind or kind_of(text)]
    return store.answer(text, media_type=media_type, dataset=asked.dataset, seconds=asked.seconds)


def service(app: Flask | None = None) -> Service:
    """The service of the app that answers now."""
    found: Service = (app or current_app).extensions["fazhi"]
    return found
