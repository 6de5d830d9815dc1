"""Fill: the store and the text index of a new release, made batch by batch, so that memory does not grow with the corpus."""

from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pyoxigraph as ox

from kg.errors import StoreError
from kg.store import index
from kg.store.dump import Lines, Member, by_property, tally

BATCH = 200_000
"""Quads that the engine loads at once: more of them are no quicker and take a gigabyte per million."""


def fill(work: Path, members: Mapping[str, Member]) -> tuple[Counter[str], Counter[str]]:
    """Make `store` and `text.db` in `work` of graphs by name; how often each class and each property was met.

    Raises StoreError for bad N-Quads or a damaged member.
    """
    classes: Counter[str] = Counter()
    properties: Counter[str] = Counter()
    engine = ox.Store(str(work / "store"))

    def loaded() -> Iterator[tuple[str, Lines]]:
        """Each graph, once the engine has begun to load its batch: it needs no Python, so both go on side by side."""
        loading: Future[None] | None = None
        for batch in _batches(members):
            if loading:
                loading.result()
            loading = pool.submit(_load, engine, b"".join(batch.values()))
            for name, text in batch.items():
                lines = by_property(name, text)
                for total, more in zip((classes, properties), tally(lines), strict=True):
                    total.update(more)
                yield name, lines
        if loading:
            loading.result()
        ended.append(pool.submit(_end, engine))

    ended: list[Future[None]] = []
    with ThreadPoolExecutor(1) as pool:
        index.build(work / "text.db", loaded())
        ended[0].result()
    return classes, properties


def _batches(members: Mapping[str, Member]) -> Iterator[dict[str, bytes]]:
    """Name and lines of some graphs at a time."""
    batch: dict[str, bytes] = {}
    quads = 0
    for name, member in members.items():
        batch[name] = member.text()
        quads += member.quads
        if quads >= BATCH:
            yield batch
            batch, quads = {}, 0
    if batch:
        yield batch


def _load(engine: ox.Store, text: bytes) -> None:
    try:
        engine.bulk_load(text, format=ox.RdfFormat.N_QUADS)
    except SyntaxError as error:
        raise StoreError(f"not N-Quads: {error}") from error


def _end(engine: ox.Store) -> None:
    engine.flush()
    engine.optimize()
