"""How the cost grows: build, size, memory and questions on composed corpora; exponents of time ~ n^k.

    python tests/bench/scale.py [--sizes 10,100,1000,5000] [--characters 900] [--jobs 2] [--folder DIR] [--seconds 10] [--write]

Times are seconds of a processor, over all processes, where nothing else is said: other work on the machine changes them little,
and the growth not at all. A question is asked until that took a tenth of a second. Every figure is written to DIR/measured.jsonl as soon as it is known: stopped, the tool goes on where it was, so that a
long run can be taken in pieces (--minutes says how long one piece may last). Prints the table of all that is known; --write puts
it into kg/build/SCALE.md. A composed report of 900 characters has 2,180 triples; --characters 6000 gives those of real length.
"""

import argparse
import ctypes
import json
import math
import multiprocessing
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import compose

from kg.store.embedded import EmbeddedStore
from kg.store.fill import Filling
from kg.store.release import read_release
from queries import load_queries
from queries.answer import answer

SELECTIVE = {"place": "area/{code}", "year": "2023"}
"""What a reader chooses first: one place and one year, where a question has these slots."""
PAGE = Path(__file__).parents[2] / "kg" / "build" / "SCALE.md"
BEGIN, END = "<!-- growth -->", "<!-- /growth -->"
SHORT = 900
"""Characters of a composed report that is not filled up."""
BUILD, AGAIN = "build, s", "the same with one more report, s"
CLOCK, AGAIN_CLOCK = "build, s by the clock", "the same with one more report, s by the clock"
ENOUGH = 0.1
"""Seconds that the asking of one question takes in all: some systems count a processor's time in steps of 4 ms."""
LOAD, LOADING = "store and text index from kept parts, s", "peak memory of making store and text index, MB"
MAIN, WORKER = "peak memory of the main process, MB", "peak memory of a worker, MB"
_ADOPT = 36
"""Of prctl: the children of a child that ends are ours, and what they took of a processor is counted."""
TRIPLES, STORE, DUMP, PARTS = "triples, million", "store, MB", "dump, MB", "parts, MB"


@dataclass
class Measured:
    """What is known so far, row by row and size by size, kept in a file."""

    path: Path
    until: float
    """When this piece of work ends, on the monotonic clock."""
    known: dict[tuple[int, str], float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.path.exists():
            for line in self.path.read_text("utf-8").splitlines():
                size, row, value = json.loads(line)
                self.known[size, row] = math.inf if value is None else value

    def lacks(self, size: int, *rows: str) -> bool:
        """Whether one of the rows is still to be measured, and there is time for it."""
        return any((size, row) not in self.known for row in rows) and time.monotonic() < self.until

    def note(self, size: int, row: str, value: float) -> None:
        """Keep a figure."""
        self.known[size, row] = value
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps([size, row, None if value == math.inf else value], ensure_ascii=False) + "\n")

    def table(self) -> str:
        """As Markdown, with the exponent of each row."""
        sizes = sorted({size for size, _ in self.known})
        lines = [f"| | {' | '.join(f'{size:,}' for size in sizes)} | n^k |", f"|---|{'---|' * (len(sizes) + 1)}"]
        for row in dict.fromkeys(row for _, row in self.known):
            values = [self.known.get((size, row), math.nan) for size in sizes]
            cells = " | ".join("" if math.isnan(v) else "—" if v == math.inf else f"{v:.3g}" for v in values)
            lines.append(f"| {row} | {cells} | {exponent(sizes, values):.2f} |")
        return "\n".join(lines)


def build(reports: Path, data: Path, jobs: int) -> tuple[float, float, float, float]:
    """Seconds of a processor for `fazhi build` and by the clock, the peak memory (MB) of its main process and of its largest worker."""
    command = [sys.executable, "-m", "kg", "build", str(reports), "--data", str(data), "--jobs", str(jobs)]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_ADOPT, 1, 0, 0, 0)
    ours = _children(os.getpid())
    begun = time.monotonic()
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    workers = [0.0]
    watcher = threading.Thread(target=_watch, args=(process.pid, workers), daemon=True)
    watcher.start()
    _, status, used = os.wait4(process.pid, 0)
    ended = time.monotonic()
    watcher.join()
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"scale: the build of {reports} failed")
    most = used.ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)
    taken = used.ru_utime + used.ru_stime
    for left in _children(os.getpid()) - ours:  # what its workers were forked from ends after it
        used = os.wait4(left, 0)[2]
        taken += used.ru_utime + used.ru_stime
    return taken, ended - begun, most, max(workers)


def _watch(parent: int, peaks: list[float]) -> None:
    """The peak memory of the processes that a build starts, for as long as it runs (Linux; nothing elsewhere)."""
    while Path(f"/proc/{parent}/task/{parent}/children").exists():
        for child in _descendants(parent):
            with suppress(OSError):  # it has just ended
                status = Path(f"/proc/{child}/status").read_text()
                peaks += [int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM")]
        time.sleep(0.2)


def _descendants(process: int) -> Iterator[int]:
    """The children of a process, theirs, and so on."""
    for child in _children(process):
        yield child
        yield from _descendants(child)


def _children(process: int) -> set[int]:
    with suppress(OSError):
        return {int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()}
    return set()


def loaded(release: Path, scratch: Path) -> tuple[float, float]:
    """Seconds of a processor to make store and text index of the graphs of a release, and the peak memory (MB) of it."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_load, release, scratch).result()


def _load(release: Path, scratch: Path) -> tuple[float, float]:
    members = read_release(release).members()
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    start = time.process_time()
    with Filling(scratch) as filling:
        filling.finish(members)
    taken = time.process_time() - start
    shutil.rmtree(scratch)
    return taken, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def asked(data: Path, name: str, values: dict[str, str], seconds: int) -> float:
    """Seconds of a processor for one question in a process of its own, which it has asked once before; infinite where it ran out of time."""
    ours, theirs = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("fork").Process(target=_ask, args=(theirs, data, name, values, seconds))
    child.start()
    theirs.close()
    try:
        return float(ours.recv())
    except EOFError:  # killed by its limit
        return math.inf
    finally:
        child.kill()
        child.join()


def _ask(
    to: "multiprocessing.connection.Connection", data: Path, name: str, values: dict[str, str], seconds: int
) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    store, query = EmbeddedStore(data), load_queries()[name]
    base = str(store.described.manifest["base"])
    answer(query, values, store, base=base)
    start, times, taken = time.process_time(), 0, 0.0
    while taken < ENOUGH:
        answer(query, values, store, base=base)
        times, taken = times + 1, time.process_time() - start
    to.send(taken / times)


def exponent(sizes: Sequence[int], values: Sequence[float]) -> float:
    """k of value ~ size^k, by least squares on logarithms over the sizes that have a value.

    >>> round(exponent([10, 100, 1000], [1, 10, 100]), 3)
    1.0
    """
    points = [(math.log(n), math.log(v)) for n, v in zip(sizes, values, strict=True) if 0 < v < math.inf]
    if len(points) < 2:
        return math.nan
    mx, my = (sum(axis) / len(points) for axis in zip(*points, strict=True))
    return sum((x - mx) * (y - my) for x, y in points) / sum((x - mx) ** 2 for x, _ in points)


def measure(size: int, characters: int, jobs: int, seconds: int, folder: Path, so_far: Measured) -> None:
    """All that is not known yet of one size."""
    corpus, data = folder / f"c{size}", folder / f"d{size}"
    reports = corpus / "reports"
    if not (corpus / "answers.json").exists():
        compose.write(corpus, size, seed=1, characters=characters if characters > SHORT else 0)
    held = sorted(reports.glob("[0-9]*"))[0]
    text = held.read_bytes()
    if so_far.lacks(size, BUILD, AGAIN):
        held.unlink()
        try:
            for row, value in zip((BUILD, CLOCK, MAIN, WORKER), build(reports, data, jobs), strict=True):
                so_far.note(size, row, value)
        finally:
            held.write_bytes(text)
        for row, value in zip((AGAIN, AGAIN_CLOCK), build(reports, data, jobs)[:2], strict=True):
            so_far.note(size, row, value)
    release = (data / "current").resolve()
    if so_far.lacks(size, LOAD, LOADING):
        for row, value in zip((LOAD, LOADING), loaded(release, folder / "loading"), strict=True):
            so_far.note(size, row, value)
    sizes: dict[str, Callable[[], float]] = {
        TRIPLES: lambda: json.loads((release / "counts.json").read_text("utf-8"))["quads"] / 1e6,
        STORE: lambda: _bytes(release / "store") / 1e6,
        DUMP: lambda: (release / "dump.nq.gz").stat().st_size / 1e6,
        PARTS: lambda: _bytes(data / "parts") / 1e6,
    }
    for row, of in sizes.items():
        if so_far.lacks(size, row):
            so_far.note(size, row, of())
    chosen = {slot: value.format(code=held.name[:6]) for slot, value in SELECTIVE.items()}
    for query in load_queries().values():
        values = {slot: value for slot, value in chosen.items() if slot in query.params}
        for row, given in ((f"`{query.id}`, one place and year, s", values), (f"`{query.id}`, all, s", {})):
            if so_far.lacks(size, row):
                so_far.note(size, row, asked(data, query.id, given, seconds))


def write(table: str) -> None:
    """Put the table into its place in the page."""
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{after}", "utf-8")


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*"))


def main() -> None:
    """Measure each size and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10,100,1000,5000")
    parser.add_argument("--characters", type=int, default=SHORT)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seconds", type=int, default=10, help="given to one question")
    parser.add_argument("--write", action="store_true", help="put the table into kg/build/SCALE.md")
    parser.add_argument("--minutes", type=float, default=math.inf)
    parser.add_argument("--folder", type=Path, help="where corpora, releases and figures stay; default: nowhere")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = options.folder or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        so_far = Measured(folder / "measured.jsonl", time.monotonic() + options.minutes * 60)
        for size in map(int, options.sizes.split(",")):
            measure(size, options.characters, options.jobs, options.seconds, folder, so_far)
            print(f"{size} reports: {'stopped' if time.monotonic() > so_far.until else 'measured'}", file=sys.stderr)
        print(so_far.table())
        if options.write:
            write(so_far.table())


if __name__ == "__main__":
    main()
