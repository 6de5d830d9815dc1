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


def part(task: Task, place: Place) -> Part:
    """Make one report, unless it was made before."""
    source = open_source(place)
    if isinstance(source, Made):
        return Part("", source)
    parts = Parts(task.data)
    key = key_of(source, place.name, base=task.base, force=task.force, decisions=task.decisions)
    if not task.again and (made := parts.read(key)):
        return Part(key, made, kept=True)
    made = make(source, place.name, base=task.base, force=task.force, decisions=task.decisions)
    if made.report is None:
        return Part("", made)
    return Part(key, parts.write(key, made))


def spread(task: Task, places: Sequence[Place], *, jobs: int = 1) -> Iterator[Part]:
    """The parts of all places, in the order in which they are ready. `jobs` 0: one process per processor."""
    jobs = min(jobs or os.cpu_count() or 1, len(places))
    if jobs <= 1:
        yield from (part(task, place) for place in places)
        return
    # spawn: a forked child would inherit the threads and the open stores of whoever calls
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        futures = [pool.submit(part, task, place) for place in places]
        try:
            for future in as_completed(futures):
                yield future.result()
        finally:
            for future in futures:
                future.cancel()
