"""How long each question takes at its first asking, in process, on releases of growing size; exponents of time ~ n^k.

    python tests/bench/questions.py DATA [DATA …] [--ways one,year,place,thing,all] [--held server|memory|disk]
                                    [--year 2023] [--places 5] [--only ID,ID] [--times 3] [--seconds 20] [--strict]

Five ways of asking: "one" place and one year, what a reader chooses first; one "year" of all places; one "place" in all years;
one "thing" (its indicator, document, word) in all places and years; "all" with every slot open. What is asked of a place is asked
of several, from the first to the last in the order of their codes: their median and the worst are told. The graph is in
memory where the server would hold it there by default; --held memory or disk says where.

Seconds of a processor are counted, of a thread such as an evaluator answers in: where a limit is set, the clock of a process has
ticks of 4 ms. What a release is opened with, once (which reports it holds, `queries.held`), is told in the last line; else nothing
is kept from an asking before. Each is made --times over, and the quickest counts, since other work on the machine makes a time
only longer. Before the stroke stands the first page of 50 rows, with all that is asked to find them; after it the whole answer: rows, labels, quotes,
their number, coverage. --strict ends with 1 where the rows of any way, or the whole answer of "one", take more than 20 ms on the
largest release, or rows grow by more than n^0.3 of "one" (any other way: n^1).
"""

import argparse
import math
import multiprocessing
import resource
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent))
from scale import exponent

from kg.serving import Serving
from kg.store import memory
from kg.store.embedded import EmbeddedStore
from kg.store.evaluator import STACK
from queries import NamedQuery, load_queries
from queries.answer import answer
from queries.held import held
from queries.page import page

WAYS = {"one": ("place", "year"), "year": ("year",), "place": ("place",), "thing": (), "all": ()}
"""Ways of asking, and the slots that are filled in each."""
MOST = 0.020
"""Seconds that rows may take, and the whole answer about one place and year…"""
PAGE = 50
"""Rows of a page."""
NOISE = 0.005
"""… and seconds up to which nothing is said about growth."""
GROWTH = {"one": 0.3}
"""Exponents that are allowed, where they are not 1."""
WORD = "执法"

Taken = tuple[float, float]
"""Seconds of the rows of a page and of the whole answer; infinite where it ran out of time."""
Values = Mapping[str, str]


class Anew(EmbeddedStore):
    """A release that is taken for another at every asking, so that nothing is kept from the one before."""

    askings = 0

    def __init__(self, data: Path, *, in_memory: bool) -> None:
        super().__init__(data)
        if in_memory:
            self._store = memory.load(self.described)

    @property
    def release(self) -> str:
        return f"{self.described.id}-{self.askings}"


def places_of(data: Path, year: str) -> list[str]:
    """The places that a release has reports of for a year, in the order of their codes."""
    store = EmbeddedStore(data)
    rows = store.rows(
        "PREFIX fz: <https://w3id.org/fazhi/ns#> SELECT DISTINCT ?area WHERE { "
        f"?report a fz:Report ; fz:periodYear ?year ; fz:jurisdiction ?area FILTER(?year = {int(year)}) }} ORDER BY ?area"
    )
    return [row["area"].value.removeprefix(str(store.described.manifest["base"])) for row in rows]


@dataclass
class Asker:
    """One release, and how it is asked."""

    data: Path
    year: str
    times: int
    seconds: int
    held_in: str
    most_places: int
    places: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        store = EmbeddedStore(self.data)
        if self.held_in == "server":
            self.held_in = "memory" if memory.fits(store.described, Serving().store_memory) else "disk"
        self.base = str(store.described.manifest["base"])
        self.size = len(store.described.manifest["reports"])
        self.held = Anew(self.data, in_memory=True) if self.held_in == "memory" else None
        codes = places_of(self.data, self.year)
        step = max(1, len(codes) // self.most_places)
        self.places = codes[step // 2 :: step][: self.most_places]

    def store(self) -> Anew:
        """The release; on disk it is opened by who asks."""
        return self.held or Anew(self.data, in_memory=False)

    def thing(self, query: NamedQuery) -> Values:
        """What fills the slots that say what a question is about: from the middle of its open answer."""
        keys = [name for name, param in query.params.items() if param.key]
        if not keys:
            return {}
        rows = page(query, {}, self.store(), base=self.base, limit=51)
        row = rows[len(rows) // 2] if rows else {}
        return {name: row[name].value if name in row else WORD for name in keys[:1]}

    def asked(self, query: NamedQuery, several: Sequence[Values]) -> list[Taken]:
        """The quickest of several first askings with each of several values, in a process that can be ended."""
        ours, theirs = multiprocessing.Pipe(duplex=False)
        child = multiprocessing.get_context("fork").Process(target=in_thread, args=(self._ask, theirs, query, several))
        child.start()
        theirs.close()
        taken: list[Taken] = []
        try:
            for _ in several:
                taken.append(ours.recv())
        except EOFError:  # ended by its limit
            taken += [(math.inf, math.inf)] * (len(several) - len(taken))
        finally:
            child.kill()
            child.join()
        return taken

    def _ask(self, to: Connection, query: NamedQuery, several: Sequence[Values]) -> None:
        store = self.store()
        for values in several:
            used = resource.getrusage(resource.RUSAGE_SELF)
            most = math.ceil(used.ru_utime + used.ru_stime) + 2 * self.times * self.seconds
            resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))
            rows = partial(page, query, values, store, base=self.base, limit=PAGE + 1)
            whole = partial(answer, query, values, store, base=self.base, limit=PAGE)
            to.send((self._quickest(store, rows), self._quickest(store, whole)))

    def opening(self) -> float:
        """Seconds that it takes to read what a release is opened with."""
        store = self.store()
        return self._quickest(store, partial(held, store), opened=False)

    def _quickest(self, store: Anew, ask: Callable[[], object], *, opened: bool = True) -> float:
        taken: list[float] = []
        while len(taken) < self.times and sum(taken) < self.seconds:
            store.askings += 1
            if opened:
                held(store)
            begun = time.thread_time()
            ask()
            taken.append(time.thread_time() - begun)
        return min(taken)

    def way(self, query: NamedQuery, way: str) -> list[Taken]:
        """One way of asking, of several places where it tells one; empty where the question cannot be asked so."""
        slots = [slot for slot in WAYS[way] if slot in query.params]
        if way == "thing":
            values = self.thing(query)
            return self.asked(query, [values]) if values else []
        if slots != list(WAYS[way]):
            return []
        given = {"year": self.year} if "year" in slots else {}
        places = [{"place": place} for place in self.places] if "place" in slots else [{}]
        return self.asked(query, [{**given, **place} for place in places])


def in_thread(ask: Callable[..., None], *given: object) -> None:
    """The first thread of a forked process takes its memory from what it shares with its parent and copies a page at almost
    every piece: 1 to 2 ms of each of the first dozens of queries. An evaluator answers in another thread, which has its own.
    """
    threading.stack_size(STACK)
    worker = threading.Thread(target=ask, args=given)
    worker.start()
    worker.join()


def cell(several: Sequence[Taken]) -> str:
    """Milliseconds of rows / whole answer; of several the median, and the worst in brackets.

    >>> cell([(0.001, 0.01), (0.002, 0.02), (0.012, 0.03)]), cell([(0.5, math.inf)])
    ('2.0 (12) / 20 (30)', '500 / —')
    """

    def said(taken: float) -> str:
        return "—" if taken == math.inf else f"{taken * 1000:.{int(taken < 0.00995)}f}"

    parts = [[one[part] for one in several] for part in (0, 1)]
    return " / ".join(said(median(part)) + (f" ({said(max(part))})" if len(part) > 1 else "") for part in parts)


def main() -> int:
    """Print the table; 1 where a question is slow or grows and that was not allowed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="+", type=Path)
    parser.add_argument("--ways", default=",".join(WAYS))
    parser.add_argument("--year", default="2023")
    parser.add_argument("--only", default="")
    parser.add_argument("--places", type=int, default=5)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--held", choices=("server", "memory", "disk"), default="server")
    parser.add_argument("--strict", action="store_true")
    options = parser.parse_args()
    askers = [
        Asker(data, options.year, options.times, options.seconds, options.held, options.places) for data in options.data
    ]
    sizes = [asker.size for asker in askers]
    heads = [f"{asker.size:,} reports, {'on disk' if asker.held_in == 'disk' else 'in memory'}" for asker in askers]
    print(f"| ms, rows / answer | {' | '.join(heads)} | n^k |")
    print(f"|---|{'---|' * (len(sizes) + 1)}")
    slow: list[str] = []
    for query in load_queries().values():
        if options.only and query.id not in options.only.split(","):
            continue
        for way in options.ways.split(","):
            taken = [asker.way(query, way) for asker in askers]
            if not all(taken):
                continue
            middles = [[median(one[part] for one in several) for several in taken] for part in (0, 1)]
            growth = [exponent(sizes, middle) for middle in middles]
            print(
                f"| `{query.id}`, {way} | {' | '.join(map(cell, taken))} | {' / '.join(f'{k:.2f}' for k in growth) if len(sizes) > 1 else ''} |",
                flush=True,
            )
            grows = growth[0] > GROWTH.get(way, 1.0) and middles[0][-1] > NOISE
            longest = max(max(one) if way == "one" else one[0] for one in taken[-1])
            if grows or longest > MOST:
                slow.append(f"{query.id} ({way})")
    print(f"| opening a release | {' | '.join(f'{asker.opening() * 1000:.0f}' for asker in askers)} | |")
    print(f"slow or growing: {', '.join(slow) or 'none'}", file=sys.stderr)
    return int(options.strict and bool(slow))


if __name__ == "__main__":
    sys.exit(main())
