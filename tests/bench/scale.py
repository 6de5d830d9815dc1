"""How the cost grows: build, size, memory and questions on composed corpora; exponents of time ~ n^k.

    python tests/bench/scale.py [--sizes 10,100,1000,5000] [--jobs 2] [--seconds 20]

Composed reports are shorter than real ones (about 900 characters, 2,150 triples; a real one 6,000 and 13,000), so the
growth counts here, not the level. Prints a table for kg/build/SCALE.md.
"""

import argparse
import math
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import compose

from kg.store.embedded import EmbeddedStore
from queries import load_queries
from queries.answer import answer

SELECTIVE = {"place": "area/{code}", "year": "2023"}
"""What a reader chooses first: one place and one year, where a question has these slots."""


def build(reports: Path, data: Path, jobs: int) -> tuple[float, float]:
    """Seconds and peak memory (MB, of the largest process) of `fazhi build`."""
    command = [sys.executable, "-m", "kg", "build", str(reports), "--data", str(data), "--jobs", str(jobs)]
    start = time.perf_counter()
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    _, _, used = os.wait4(process.pid, 0)
    return time.perf_counter() - start, used.ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)


def asked(data: Path, name: str, values: dict[str, str], seconds: int) -> float:
    """Seconds of one question in a process of its own, the second time it is asked; infinite where it ran out of time."""
    ours, theirs = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("fork").Process(target=_ask, args=(theirs, data, name, values, seconds))
    child.start()
    theirs.close()
    try:
        return float(ours.recv()) if ours.poll(seconds + 5) else math.inf
    except EOFError:
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
    for _ in range(2):
        start = time.perf_counter()
        answer(query, values, store, base=base)
        taken = time.perf_counter() - start
    to.send(taken)


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


def main() -> None:
    """Measure each size and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10,100,1000,5000")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seconds", type=int, default=20)
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    table: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as name:
        for size in sizes:
            corpus, data = Path(name) / f"c{size}", Path(name) / f"d{size}"
            compose.write(corpus, size, seed=1)
            reports = corpus / "reports"
            held = sorted(reports.glob("*.txt"))[0]
            text = held.read_bytes()
            held.unlink()
            taken, memory = build(reports, data, options.jobs)
            table.setdefault("build, s", []).append(taken)
            table.setdefault("peak memory of the main process, MB", []).append(memory)
            held.write_bytes(text)
            table.setdefault("build again after one new report, s", []).append(build(reports, data, options.jobs)[0])
            folder = (data / "current").resolve()
            stored = sum(path.stat().st_size for path in (folder / "store").rglob("*"))
            table.setdefault("store, MB", []).append(stored / 1e6)
            table.setdefault("dump, MB", []).append((folder / "dump.nq.gz").stat().st_size / 1e6)
            chosen = {slot: value.format(code=held.name[:6]) for slot, value in SELECTIVE.items()}
            for query in load_queries().values():
                values = {slot: value for slot, value in chosen.items() if slot in query.params}
                one = asked(data, query.id, values, options.seconds)
                every = asked(data, query.id, {}, options.seconds)
                table.setdefault(f"`{query.id}`, one place and year, s", []).append(one)
                table.setdefault(f"`{query.id}`, all, s", []).append(every)
            print(f"{size} reports measured", file=sys.stderr, flush=True)
    print(f"| | {' | '.join(f'{size:,}' for size in sizes)} | n^k |\n|---|{'---|' * (len(sizes) + 1)}")
    for row, values_of in table.items():
        cells = " | ".join("—" if value == math.inf else f"{value:.3g}" for value in values_of)
        print(f"| {row} | {cells} | {exponent(sizes, values_of):.2f} |")


if __name__ == "__main__":
    main()
