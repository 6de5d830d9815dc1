"""What the first asker of a server would wait for, done before anybody asks."""

import gc
import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from kg.errors import KgError
from kg.store.answer import Store
from kg.store.release import Release
from queries.held import held
from queries.router.route import read_names
from server.evaluate.pool import Pool
from server.http.metrics import METRICS

if TYPE_CHECKING:
    from flask import Flask

    from server.service import Service

COUNTING = 120.0
"""Seconds that the counting of all quads may take."""
log = logging.getLogger(__name__)


def warm(here: "Service", app: "Flask") -> None:
    """Open the release, make the front page and read a question in the background, so that the first asker need not wait.

    Then the quads of each graph are counted and compared with the manifest: the engine opens a store whose log was
    cut without a word. What is found is told at /readyz. A step that fails, as on a machine with too much to do, is told
    in the log and keeps none of the others from being done.
    """

    def show(path: str) -> None:
        app.test_client().get(path, headers={"Accept": "text/html"}).close()

    def names() -> None:
        # A free question needs a dictionary, the samples and the release's names: seconds once, then nothing.
        show("/ask?q=问题")
        read(here.opened.store)

    def count() -> None:
        opened = here.opened
        if opened.release is not None:
            here.found_at_start = miscounted(opened.store, opened.release)

    def quietly() -> None:
        done = _tried("read", names)
        here.warming = False
        if not _tried("settle", here.settle):
            return  # there is nothing to open: who asks is told
        if not done:
            _tried("read", names)
        for page in ("/", "/browse", "/browse?year=0000"):  # the last: what is counted for any year or place
            show(page)
        gc.collect()
        gc.freeze()  # what is here stays: to walk through it again and again would hold requests up
        _tried("count", count)
        METRICS.set("warm", 1)

    here.warming = True
    threading.Thread(target=quietly, daemon=True).start()


def read(store: Store) -> None:
    """What the first asker of a release would wait for: which reports it holds, and its names."""
    held(store)
    read_names(store)


def _tried(step: str, do: Callable[[], object]) -> bool:
    """Whether a step went well that nobody waits for; the log tells of one that did not."""
    try:
        do()
    except (KgError, TimeoutError) as error:
        log.warning("warm.failed", extra={"step": step, "reason": str(error)})
        return False
    return True


def miscounted(store: Store, release: Release) -> tuple[str, ...]:
    """The graphs of which the store holds another number of quads than the manifest says."""
    count = store.rows_on_disk if isinstance(store, Pool) else store.rows
    rows = count("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g", seconds=COUNTING)
    stored = {row["g"].value: int(row["n"].value) for row in rows}
    listed = {name: place["quads"] for name, place in release.manifest["graphs"].items() if name}
    wrong = sorted(name for name in listed.keys() | stored.keys() if listed.get(name, 0) != stored.get(name, 0))
    return tuple(f"{name}: {stored.get(name, 0)} quads in the store, {listed.get(name, 0)} listed" for name in wrong)
