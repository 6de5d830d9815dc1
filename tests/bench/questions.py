"""How long each question takes in process, on releases of growing size; exponents of time ~ n^k between them.

    python tests/bench/questions.py DATA [DATA …] [--year 2023] [--only one|all] [--seconds 20]

"One" is a question about one place and one year (what a reader chooses first; the middle of three places), "all" the same
with every slot open. The query is measured and, after the stroke, the whole answer: rows, labels, quotes, coverage. Each
is asked five times in a process of its own, and the quickest counts. Ends with 1 where a question about one place and year takes more than
20 ms on the largest release, or more than twice the time of the smallest.
"""

import argparse
import math
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent))
from scale import exponent

from kg.store.embedded import EmbeddedStore
from queries import NamedQuery, bind, load_queries
from queries.answer import answer

MOST = 0.020
"""Seconds that a question about one place and year may take…"""
GROWTH = 2.0
"""… and times that it may take of what it takes on the smallest release…"""
NOISE = 0.005
"""… if it takes more seconds than this at all."""

Taken = tuple[float, float]
"""Seconds of the query and of the whole answer; infinite where it ran out of time."""


def asked(data: Path, query: NamedQuery, values: dict[str, str], seconds: int) -> Taken:
    """One question at its quickest, in a process that can be ended."""
    ours, theirs = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("fork").Process(target=_ask, args=(theirs, data, query, values, seconds))
    child.start()
    theirs.close()
    try:
        query_took, answer_took = ours.recv() if ours.poll(8 * seconds) else (math.inf, math.inf)
    except EOFError:
        query_took, answer_took = math.inf, math.inf
    finally:
        child.kill()
        child.join()
    return query_took, answer_took


def _ask(to: Connection, data: Path, query: NamedQuery, values: dict[str, str], seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (4 * seconds, 4 * seconds))
    store = EmbeddedStore(data)
    base = str(store.described.manifest["base"])
    text = bind(query, values, base, limit=query.limit + 1)
    to.send((_quickest(lambda: store.rows(text)), _quickest(lambda: answer(query, values, store, base=base))))


def _quickest(ask: Callable[[], object]) -> float:
    taken: list[float] = []
    while len(taken) < 5 and sum(taken) < 2:
        begun = time.perf_counter()
        ask()
        taken.append(time.perf_counter() - begun)
    return min(taken)


def places_of(data: Path, year: str) -> list[str]:
    """The first three places that a release has reports of for a year."""
    store = EmbeddedStore(data)
    base = str(store.described.manifest["base"])
    rows = store.rows(
        "PREFIX fz: <https://w3id.org/fazhi/ns#> SELECT DISTINCT ?area WHERE { "
        f"VALUES ?year {{ {int(year)} }} ?report a fz:Report ; fz:periodYear ?year ; fz:jurisdiction ?area }} ORDER BY ?area"
    )
    return [found["area"].value.removeprefix(base) for found in rows[:3]]


def middle(several: list[Taken]) -> Taken:
    """The median of each part.

    >>> middle([(1.0, 9.0), (2.0, 7.0), (3.0, 8.0)])
    (2.0, 8.0)
    """
    return median(one[0] for one in several), median(one[1] for one in several)


def row(name: str, sizes: list[int], taken: list[Taken]) -> str:
    """One line of the table: milliseconds of query / answer at each size, and both exponents.

    >>> row("goals", [100, 1000], [(0.001, 0.01), (0.002, 0.02)])
    '| goals | 1.0 / 10 | 2.0 / 20 | 0.30 / 0.30 |'
    """
    cells = [
        "—" if math.inf in one else f"{one[0] * 1000:.{int(one[0] < 0.01)}f} / {one[1] * 1000:.0f}" for one in taken
    ]
    growth = [f"{exponent(sizes, [one[part] for one in taken]):.2f}" for part in (0, 1)]
    return f"| {name} | {' | '.join(cells)} | {' / '.join(growth)} |"


def main() -> int:
    """Print the table; 1 where a question about one place and year is slow or grows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="+", type=Path)
    parser.add_argument("--year", default="2023")
    parser.add_argument("--only", choices=("one", "all"))
    parser.add_argument("--seconds", type=int, default=20)
    options = parser.parse_args()
    sizes = [len(EmbeddedStore(data).described.manifest["reports"]) for data in options.data]
    print(f"| ms, query / answer | {' | '.join(f'{size:,} reports' for size in sizes)} | n^k |")
    print(f"|---|{'---|' * (len(sizes) + 1)}")
    slow: list[str] = []
    places = [places_of(data, options.year) for data in options.data]
    for query in load_queries().values():
        if options.only != "all":
            taken = []
            for data, several in zip(options.data, places, strict=True):
                chosen = [{"place": place, "year": options.year} for place in several]
                filled = [{slot: value for slot, value in one.items() if slot in query.params} for one in chosen]
                taken.append(middle([asked(data, query, values, options.seconds) for values in filled]))
            print(row(f"`{query.id}`, one", sizes, taken), flush=True)
            if taken[-1][0] > max(NOISE, min(MOST, GROWTH * taken[0][0])):
                slow.append(query.id)
        if options.only != "one":
            taken = [asked(data, query, {}, options.seconds) for data in options.data]
            print(row(f"`{query.id}`, all", sizes, taken), flush=True)
    print(f"slow or growing: {', '.join(slow) or 'none'}", file=sys.stderr)
    return int(bool(slow))


if __name__ == "__main__":
    sys.exit(main())
