"""Spread: the reports shared among processes, of this machine or of many; each part is written once, here, by content."""

import atexit
import gc
import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_all_start_methods, get_context, parent_process
from multiprocessing.context import BaseContext
from pathlib import Path

from kg.build.inbox import Place
from kg.build.make import Made, ids_about, make, open_source
from kg.build.parts import Parts, key_of, pack, unpack
from kg.corpus.source import Source
from kg.errors import StoreError
from kg.graph.curate import Decision

AHEAD = 4
"""Reports in the hands of a process at most, so that memory does not grow with the corpus."""
FEW = 4
"""Reports for which another process does not pay: it takes a second to start."""
SELDOM = 200_000, 50, 50
"""New objects after which one looks for garbage in circles: a build makes hardly any, and keeps nearly all that it makes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a process must know to make a part."""

    data: Path
    base: str
    force: bool = False
    ocr: bool = False
    """Recognise scanned files."""
    again: bool = False
    """Make every part anew."""
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A report that was made, or found as it was made before; its graphs lie under `key`, empty when nothing was kept."""

    key: str
    made: Made
    kept: bool = False
    """Found, not made."""
    stood: bool = False
    """Of the release before, in the place of one that cannot be published as it is now."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A part on its way from the process that made it: the file to keep, or, without one, why there is none."""

    key: str = ""
    file: bytes = b""
    unmade: Made | None = None


def kept(task: Task, source: Source, name: str) -> Part | None:
    """The report as it was made before; None where it must be made."""
    key = key_of(source, name, base=task.base, force=task.force, ocr=task.ocr)
    made = None if task.again else Parts(task.data).read(key)
    return Part(key, made, kept=True) if made and decided_alike(made, task.decisions) else None


def decided_alike(made: Made, decisions: tuple[Decision, ...]) -> bool:
    """Whether nothing else has been decided on the facts of a report since it was made."""
    return made.report is not None and made.decided == ids_about(decisions, made.report.report)


def packed(task: Task, source: Source, name: str) -> Parcel:
    """Make one report. Needs no file of the machine that asks, so it may run on another."""
    made = make(source, name, base=task.base, force=task.force, ocr=task.ocr, decisions=task.decisions)
    if made.report is None:
        return Parcel(unmade=made)
    key = key_of(source, name, base=task.base, force=task.force, ocr=task.ocr)
    return Parcel(key, pack(made))


def keep(task: Task, done: Parcel) -> Part:
    """Write the file of a part, once, and let go of its bytes."""
    if done.unmade:
        return Part("", done.unmade)
    Parts(task.data).write(done.key, done.file)
    return Part(done.key, unpack(done.file))


def spread(task: Task, places: Sequence[Place], *, jobs: int = 1, dask: str = "") -> Iterator[Part]:
    """The parts of all places, in the order in which they are ready.

    `jobs` 0: one process per processor; `dask`: the address of a scheduler whose workers make them instead. What was
    made before is read here; processes are asked only for what must be made.
    """
    waiting: list[Place] = []
    for place in places:
        source = open_source(place)
        if isinstance(source, Made):
            yield Part("", source)
        elif found := kept(task, source, place.name):
            yield found
        else:
            waiting.append(place)
    jobs = min(jobs or os.cpu_count() or 1, len(waiting) // FEW)
    gone: list[Made] = []
    given = _opened(waiting, gone)
    if dask and waiting:
        from kg.build.cluster import cluster

        done = cluster(dask, task, given)
    elif jobs > 1:
        done = _processes(task, given, jobs)
    else:
        done = (packed(task, source, name) for name, source in given)
    for one in done:
        yield keep(task, one)
    yield from (Part("", made) for made in gone)


def _opened(places: Iterable[Place], gone: list[Made]) -> Iterator[tuple[str, Source]]:
    """The sources at these places by their names; those that have `gone` since they were looked at are put there."""
    for place in places:
        source = open_source(place)
        if isinstance(source, Made):
            gone.append(source)
        else:
            yield place.name, source


def _processes(task: Task, given: Iterable[tuple[str, Source]], jobs: int) -> Iterator[Parcel]:
    """So many processes of this machine; raises StoreError when one of them is killed."""
    with ProcessPoolExecutor(jobs, mp_context=_context(), initializer=_begin) as pool:
        queue = (pool.submit(packed, task, source, name) for name, source in given)
        running = set(islice(queue, jobs * AHEAD))
        try:
            while running:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                running.update(islice(queue, len(done)))
                for future in done:
                    yield future.result()
        except BrokenProcessPool as error:
            hint = "run it again: what was read is kept; with --jobs 1 it takes less memory"
            raise StoreError("a process was killed, perhaps for want of memory", where="build", hint=hint) from error
        finally:
            for future in running:
                future.cancel()


def _context() -> BaseContext:
    """Forked from a process that knows already what all must know; never from whoever calls, with its threads and open stores."""
    if "forkserver" not in get_all_start_methods():
        return get_context("spawn")
    found = get_context("forkserver")
    found.set_forkserver_preload(["kg.build.ready"])
    return found


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Looking for circles again and again takes a quarter of the time of a build with nothing new, and finds none."""
    before = gc.get_threshold()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _begin() -> None:
    """How a process starts: one whose build was killed would wait for its next report for ever. It ends at once, without
    half a second of taking tables apart, for which the build would wait."""
    gc.set_threshold(*SELDOM)
    atexit.register(os._exit, 0)
    parent = parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
