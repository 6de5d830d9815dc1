"""How many reports one core makes a second: read, extract, graph, rules, shapes, audit, packed as a release will have them.

    python tests/bench/build_speed.py [FOLDER] [--reports 40] [--characters 6000] [--jobs 1 2]

FOLDER holds reports as .txt or .html; without it they are composed. Prints seconds of a processor for each report, by step.
--jobs prints instead how long so many processes take for all of them by the clock, from the first start of a process to the last
part written, and how many times as fast each is as the first: only a machine with nothing else to do tells it.
"""

import argparse
import gc
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).parent))
import compose

from kg.build.inbox import places
from kg.build.make import make
from kg.build.parts import pack, unpack
from kg.build.spread import SELDOM, Task, spread
from kg.corpus.source import Source, sources
from kg.extract.extractors import read
from kg.graph.namespaces import DEFAULT_BASE
from kg.graph.report import graph_report

Given = TypeVar("Given")
Gives = TypeVar("Gives")


def timed(work: Callable[[Given], Gives], over: Sequence[Given]) -> tuple[list[Gives], float]:
    """What it gives of each, and the seconds of a processor for one."""
    start = time.process_time()
    given = [work(one) for one in over]
    return given, (time.process_time() - start) / len(over)


def measure(found: Sequence[Source]) -> None:
    """Print a row for each step."""
    pack(make(found[0], "first"))  # tables, dictionary and rules are read once
    gc.set_threshold(*SELDOM)
    readings, reading = timed(read, found)
    _, graphing = timed(graph_report, readings)
    made, making = timed(lambda source: make(source, "report"), found)
    parts, packing = timed(pack, made)
    characters = sum(len(reading.document.text) for reading in readings) / len(found)
    quads = sum(graph.quads for part in parts for graph in unpack(part).packed) / len(found)
    print(
        f"{len(found)} reports of {characters:,.0f} characters, {quads:,.0f} triples; seconds of a processor for each\n"
    )
    print(f"| read and extract | {reading:.3f} |\n| graph, rules, shapes, audit | {graphing:.3f} |")
    print(
        f"| both, and the issues | {making:.3f} |\n| pack | {packing:.3f} |\n| reports a second | {1 / (making + packing):.1f} |"
    )


def share(folder: Path, reports: int, jobs: Sequence[int]) -> None:
    """Print a row for each number of processes that make the same parts, each time into an empty folder."""
    print("| processes | s | times as fast |\n|---|---|---|")
    first = 0.0
    for number in jobs:
        with tempfile.TemporaryDirectory() as data:
            found = places([folder])[0][:reports]
            start = time.perf_counter()
            made = sum(1 for part in spread(Task(data=Path(data), base=DEFAULT_BASE), found, jobs=number) if part.key)
            took = time.perf_counter() - start
        first = first or took
        print(f"| {number} | {took:.1f} for {made} | {first / took:.2f} |", flush=True)


def main() -> None:
    """Measure what is given, or what is composed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--reports", type=int, default=40)
    parser.add_argument("--characters", type=int, default=6000)
    parser.add_argument("--jobs", type=int, nargs="+")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        if options.folder is None:
            compose.write(Path(name), options.reports, seed=1, characters=options.characters)
        folder = options.folder or Path(name) / "reports"
        if options.jobs:
            share(folder, options.reports, options.jobs)
        else:
            measure(list(sources([folder]))[: options.reports])


if __name__ == "__main__":
    main()
