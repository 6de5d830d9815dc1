"""Spread: the reports shared among processes of this machine; each part is written once, by content."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from kg.build.inbox import Place
from kg.build.make import Made, make, open_source
from kg.build.parts import Parts, key_of
from kg.graph.curate import Decision

FEW = 4
"""Reports for which another process does not pay: it takes a second to start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a process must know to make a part."""

    data: Path
    base: str
    force: bool = False
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


def kept(task: Task, place: Place) -> Part | None:
    """The report as it was made before, or the issue of one that cannot be opened; None where it must be made."""
    source = open_source(place)
    if isinstance(source, Made):
        return Part("", source)
    key = key_of(source, place.name, base=task.base, force=task.force, decisions=task.decisions)
    made = None if task.again else Parts(task.data).read(key)
    return Part(key, made, kept=True) if made else None


def part(task: Task, place: Place) -> Part:
    """Make one report and keep it."""
    source = open_source(place)
    if isinstance(source, Made):
        return Part("", source)
    made = make(source, place.name, base=task.base, force=task.force, decisions=task.decisions)
    if made.report is None:
        return Part("", made)
    key = key_of(source, place.name, base=task.base, force=task.force, decisions=task.decisions)
    return Part(key, Parts(task.data).write(key, made))


def spread(task: Task, places: Sequence[Place], *, jobs: int = 1) -> Iterator[Part]:
    """The parts of all places, in the order in which they are ready. `jobs` 0: one process per processor.

    What was made before is read here; processes are started only for what must be made.
    """
    open_places = []
    for place in places:
        if found := kept(task, place):
            yield found
        else:
            open_places.append(place)
    jobs = min(jobs or os.cpu_count() or 1, len(open_places) // FEW)
    if jobs <= 1:
        yield from (part(task, place) for place in open_places)
        return
    # spawn: a forked child would inherit the threads and the open stores of whoever calls
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        futures = [pool.submit(part, task, place) for place in open_places]
        try:
            for future in as_completed(futures):
                yield future.result()
        finally:
            for future in futures:
                future.cancel()
