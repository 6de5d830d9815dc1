"""A release answered in this process: for the command line and for tests. The server uses evaluators instead."""

import io
import json
from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox

from kg.errors import QueryError, StoreError
from kg.store.answer import Answer, AnswerKind, AnswerTooLargeError, Dataset, Row
from kg.store.evaluate import DEFAULTS, cells, evaluate
from kg.store.evaluator import Held
from kg.store.pattern import Pattern, find
from kg.store.release import Release, answerable

JSON = DEFAULTS["solutions"]


class EmbeddedStore:
    """Answers from the store of one release, opened read-only.

    There is no deadline here: the engine cannot be stopped in its own process. `path` is a data folder (its current
    release), or one release's folder. Raises StoreError where there is none or it cannot be opened.
    """

    def __init__(self, path: Path, *, base: str | None = None) -> None:
        self.described: Release = answerable(path)
        self._base = base
        self._store = open_read_only(self.described.store_path)

    @property
    def release(self) -> str:
        return self.described.id

    def answer(
        self, query: str, *, media_type: str = "", dataset: Dataset | None = None, seconds: float | None = None
    ) -> Answer:
        sink = io.BytesIO()
        types = dict.fromkeys(DEFAULTS, media_type) if media_type else DEFAULTS
        kind, given = evaluate(self._store, query, types, sink, dataset=dataset, base=self._base)
        return Answer(kind=kind, media_type=given, body=sink.getvalue(), release=self.release)

    def short(
        self, query: str, media_types: Mapping[AnswerKind, str], most: int, pattern: Pattern | None = None
    ) -> Answer | None:
        """The answer if it has at most `most` bytes; None where it has more, found out before it is made.

        For queries whose cost is that of their answer: there is no deadline here. `pattern` is the same query, where it
        is one triple pattern.
        """
        if pattern is not None and media_types.get("solutions") == JSON:
            body = find(self._store, pattern)
            if body is not None and len(body) <= most:
                return Answer(kind="solutions", media_type=JSON, body=body, release=self.release)
        sink = Held(most)
        try:
            kind, given = evaluate(self._store, query, media_types, sink, base=self._base)
        except AnswerTooLargeError:
            return None
        return Answer(kind=kind, media_type=given, body=sink.body(), release=self.release)

    def rows(self, query: str, *, seconds: float | None = None) -> list[Row]:
        return rows_of(self.answer(query, seconds=seconds))

    def close(self) -> None:
        """Nothing to close: the engine lets go of its files when the object is collected."""


def rows_of(answer: Answer) -> list[Row]:
    """The rows of an answer in results JSON. Raises QueryError where the query was no SELECT."""
    if answer.kind != "solutions":
        raise QueryError("the query gives no table", hint="ask with SELECT")
    return [cells(binding) for binding in json.loads(answer.body)["results"]["bindings"]]


def open_read_only(path: Path) -> ox.Store:
    """The engine's handle on a store folder; StoreError where it is missing or damaged."""
    try:
        return ox.Store.read_only(str(path))
    except (OSError, RuntimeError) as error:
        raise StoreError(
            f"cannot be opened: {error}", where=str(path), hint="fazhi restore, or fazhi rollback"
        ) from error
