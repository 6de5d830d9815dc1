"""Requests a second, side by side in one run: this server, Oxigraph's own, Virtuoso 7 and rdflib-endpoint, on one release.

    python tests/bench/serve.py [--data DIR … | --reports 1 100] [--seconds 5] [--connections 1 8] [--only fazhi oxigraph]
                                [--loads point list] [--forms 10] [--write server/SPEED.md]

mix      the questions with their slots, drawn by Zipf, repeats as they come
point    one thing's class, every request another: nothing comes from a cache
list     about 32 kB: measures with their bodies, goals and words, every request another; one report has 14, in 8 kB
scan     32 kB of quotes, every request another: each engine gives rows of its own choice, and as many as make 32 kB
Within each line the peers are asked in turns while the others stand still, and the best of three rounds counts: what else the
machine does meanwhile should fall on nobody. Peers that are not installed, or have not loaded the release in five minutes, are
named and left out. "At rest" is the memory of all processes of a server before it is asked. What a server takes of the
processors for a point query holds on a busy machine too, where rates do not. `--forms` adds the questions as they
are written beside their plain form (forms.py), with so many seconds for each. `--write` keeps the tables and draws the last as
an SVG file beside the document.
"""

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parent.parent))

from forms import table as forms
from load import Draw, Measured, measure
from peers import PEERS, Place, family, memory, paused, processor

from kg.graph.namespaces import DEFAULT_BASE
from kg.store.embedded import EmbeddedStore
from kg.store.release import read_release
from queries import Refusal, bind, load_queries
from queries.slots import resolve

FZ = "https://w3id.org/fazhi/ns#"
LIST = f"""PREFIX fz: <{FZ}> SELECT ?measure ?body ?goal ?quote {{
  ?measure fz:leadBody ?body ; fz:servesGoal ?goal ; fz:statedIn ?s . ?s fz:quote ?quote FILTER(?s != <http://e/%d>) }} LIMIT 83"""
SCAN = f"SELECT ?s ?q {{ ?s <{FZ}quote> ?q FILTER(?s != <http://e/%d>) }} LIMIT %d"
SCANNED = 32_768  # bytes of an answer
LOADS = ("mix", "point", "list", "scan")
SETTLING = 3.0  # seconds until what a server does after its start is done
Line = tuple[str, int, dict[str, Measured | None]]
"""Load, connections, and what each peer reached."""


def questions(store: EmbeddedStore) -> list[str]:
    """The text of every question, with each of the slots that its file gives as examples."""
    found = []
    for query in load_queries().values():
        for case in query.expect:
            try:
                given = {k: [v] if isinstance(v, str) else list(v) for k, v in case.slots.items()}
                found.append(bind(query, resolve(query, given, store, base=DEFAULT_BASE), DEFAULT_BASE))
            except Refusal:
                continue  # a slot that this release has no thing for
    return list(dict.fromkeys(found))


def workloads(data: Path) -> dict[str, Draw]:
    """What is asked, by name: each gives the text of the next request."""
    store = EmbeddedStore(data)
    things = [row["s"].value for row in store.rows(f"SELECT DISTINCT ?s {{ ?s a <{FZ}Sentence> }} LIMIT 2000")]
    texts = questions(store)
    weights = [1 / (rank + 1) for rank in range(len(texts))]
    return {
        "mix": lambda chance, n: chance.choices(texts, weights)[0],
        "point": lambda chance, n: f"SELECT ?c {{ <{chance.choice(things)}> a ?c }} # {n}",
        "list": lambda chance, n: LIST % n,
        "scan": lambda chance, n: SCAN % (n, 240),
    }


def scan(place: Place) -> Draw:
    """The scan as it is asked at one peer: with as many rows as make an answer of SCANNED bytes there.

    With the same LIMIT for all, one has a fifth more to send than another, since its rows are longer ones.
    """
    rows = 240
    for _ in range(3):
        with urllib.request.urlopen(asked(place, SCAN % (0, rows))) as answer:
            rows = max(1, round(rows * SCANNED / len(answer.read())))
    return lambda chance, n: SCAN % (n, rows)


def asked(place: Place, query: str) -> urllib.request.Request:
    body = urlencode({"query": query}).encode()
    return urllib.request.Request(
        f"http://127.0.0.1:{place[0]}{place[1]}", body, {"Accept": "application/sparql-results+json"}
    )


@contextmanager
def composed(reports: int) -> Iterator[Path]:
    """A release of so many composed reports."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        here = Path(__file__).parent
        subprocess.run([sys.executable, here / "compose.py", str(folder / "c"), "--reports", str(reports)], check=True)
        build = [sys.executable, "-m", "kg", "build", str(folder / "c" / "reports"), "--data", str(folder / "d")]
        subprocess.run(build, check=True, capture_output=True)
        yield folder / "d"


@dataclass(slots=True)
class Started:
    """A peer that runs: where it is asked, the first of its processes are known by their parent, its memory at rest."""

    place: Place
    pids: set[int]
    rest: int

    @property
    def processes(self) -> set[int]:
        """All of them, those that were started since too."""
        return set().union(*(family(pid) for pid in self.pids))


def start(stack: ExitStack, data: Path, names: list[str]) -> dict[str, Started]:
    """Start the peers one after the other."""
    ready: dict[str, Started] = {}
    for name in names:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        before = family(os.getpid())
        try:
            place = stack.enter_context(PEERS[name](data, folder))
        except (OSError, AssertionError, subprocess.CalledProcessError) as error:
            print(f"{name} left out: {str(error)[-200:]}", file=sys.stderr)
            continue
        time.sleep(SETTLING)
        # a server that stands may have started a process meanwhile: it is its own
        pids = (family(os.getpid()) - before).difference(*(one.processes for one in ready.values()))
        ready[name] = Started(place, pids, memory(pids))
    return ready


def rows(ready: dict[str, Started], data: Path, options: argparse.Namespace) -> Iterator[Line]:
    """Measure line by line."""
    for load, draw in workloads(data).items():
        if load not in options.loads:
            continue
        for connections in options.connections:
            found: dict[str, Measured | None] = dict.fromkeys(options.only)
            for name, peer in [one for _ in range(options.rounds) for one in ready.items()]:
                others = set().union(*(other.processes for other in ready.values() if other is not peer))
                with paused(others - peer.processes):
                    try:
                        drawn = scan(peer.place) if load == "scan" else draw
                        used = processor(peer.processes)
                        one, best = measure(*peer.place, drawn, connections, options.seconds), found[name]
                    except (ConnectionRefusedError, urllib.error.URLError):  # it is gone: its line stays empty
                        print(f"{name} does not answer any more", file=sys.stderr)
                        continue
                    one = replace(one, served=(processor(peer.processes) - used) / max(1, one.count))
                found[name] = one if best is None or one.rate > best.rate else best
            yield load, connections, found


def processors(lines: list[Line]) -> str:
    """What requests took of the processors, which the asker shares with whom it asks."""
    out = ""
    for load, connections, peers in lines:
        if load != "mix" and any(peers.values()):
            took = ", ".join(f"{name} {one.served * 1e6:,.0f}" for name, one in peers.items() if one)
            own = statistics.mean(one.own * 1e6 for one in peers.values() if one)
            out += f"| {load} | {connections} | {took} | {own:.0f} |\n"
    return out and "| load | connections | µs of a processor | of the asker |\n|---|---|---|---|\n" + out


def at_rest(ready: dict[str, Started]) -> str:
    """One line on memory."""
    return "At rest: " + ", ".join(f"{name} {peer.rest / 1e6:,.0f} MB" for name, peer in ready.items()) + ".\n"


def table(title: str, lines: list[Line], names: list[str]) -> str:
    """One table in Markdown."""
    out = [f"**{title}**\n", "| load | connections | " + " | ".join(names) + " | fazhi ÷ oxigraph |"]
    out.append("|---|---|" + "---|" * (len(names) + 1))
    for load, connections, found in lines:
        cells = [str(found[name]) if found[name] else "–" for name in names]
        repeats = max((one.repeats for one in found.values() if one), default=0.0)
        name = f"{load}, {repeats:.0%} repeats" if repeats > 0.01 else load
        out.append(f"| {name} | {connections} | " + " | ".join(cells) + f" | {ratio(found)} |")
    return "\n".join(out) + "\n"


def ratio(found: dict[str, Measured | None]) -> str:
    ours, theirs = found.get("fazhi"), found.get("oxigraph")
    return f"{ours.rate / theirs.rate:.2f}" if ours and theirs else "–"


def draw_chart(path: Path, title: str, lines: list[Line], names: list[str]) -> None:
    """The rates as bars on a logarithmic scale."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "fazhi"
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(9, 3.6), layout="constrained")
    width = 0.8 / len(names)
    for place, name in enumerate(names):
        heights = [one.rate if (one := found[name]) else 0 for _, _, found in lines]
        axes.bar([n + place * width for n in range(len(lines))], heights, width, label=name)
    axes.set_yscale("log")
    axes.set_ylabel("requests a second")
    axes.set_title(title, fontsize=10)
    axes.set_xticks([n + 0.4 - width / 2 for n in range(len(lines))], [f"{load} ×{c}" for load, c, _ in lines])
    axes.legend(frameon=False, fontsize=8)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    figure.savefig(path, metadata={"Date": None})


def machine() -> str:
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.machine(),
    )
    return f"{os.cpu_count()} × {model}, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f} at the start"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, nargs="+", default=[])
    parser.add_argument("--reports", type=int, nargs="+", default=[])
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 8])
    parser.add_argument("--only", nargs="+", choices=list(PEERS), default=list(PEERS))
    parser.add_argument("--loads", nargs="+", choices=LOADS, default=LOADS)
    parser.add_argument("--forms", type=float, default=0.0)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    made = [f"Measured on {machine()}. Requests a second (median and 99th percentile in ms).\n"]
    print(made[0])
    measured: list[Path] = []
    with ExitStack() as stack:
        for data in [
            *options.data,
            *(stack.enter_context(composed(n)) for n in options.reports or [25] * (not options.data)),
        ]:
            manifest = read_release(data).manifest
            title = f"{(n := len(manifest.get('reports', ())))} report{'s' * (n != 1)}, {manifest['quads']:,} quads"
            with ExitStack() as peers:
                ready = start(peers, data, options.only)
                lines = list(rows(ready, data, options))
                made.append(f"{table(title, lines, options.only)}\n{at_rest(ready)}\n{processors(lines)}")
            print(made[-1], flush=True)
            measured.append(data)
        if options.forms:
            made.append(forms(measured[-2:], "2023", options.forms))
            print(made[-1], flush=True)
    if options.write:
        chart = options.write.with_suffix(".svg")
        draw_chart(chart, title, lines, options.only)
        text = options.write.read_text("utf-8")
        head, mark, rest = text.partition("<!-- table -->\n")
        _, end, tail = rest.partition("<!-- end -->")
        options.write.write_text(f"{head}{mark}{chr(10).join(made)}\n![rates]({chart.name})\n{end}{tail}", "utf-8")


if __name__ == "__main__":
    main()
