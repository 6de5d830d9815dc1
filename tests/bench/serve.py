"""Requests a second, side by side in one run: this server, Oxigraph's own, Virtuoso 7 and rdflib-endpoint, on one release.

    python tests/bench/serve.py --data DIR [--seconds 5] [--connections 1 8] [--only fazhi oxigraph]

mix      the questions with their slots, drawn by Zipf, repeats as they come
point    one thing's class, every request another: nothing comes from a cache
list     about 32 kB of rows, every request another
Peers that are not installed are named and left out.
"""

import argparse
import gzip
import http.client
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parent.parent))

from serving import free_port, running, wait_until

from kg.graph.namespaces import DEFAULT_BASE
from kg.store.embedded import EmbeddedStore
from kg.store.release import read_release
from queries import Refusal, bind, load_queries
from queries.slots import resolve

FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/sparql-results+json"}
Draw = Callable[[random.Random, int], str]


def questions(data: Path) -> list[str]:
    """The text of every question, with each of the slots that its file gives as examples."""
    store, found = EmbeddedStore(data), []
    for query in load_queries().values():
        for case in query.expect:
            try:
                values = resolve(
                    query,
                    {k: [v] if isinstance(v, str) else list(v) for k, v in case.slots.items()},
                    store,
                    base=DEFAULT_BASE,
                )
                found.append(bind(query, values, DEFAULT_BASE))
            except Refusal:
                continue  # a slot that this release has no thing for
    return list(dict.fromkeys(found))


def workloads(data: Path) -> dict[str, Draw]:
    """What is asked, by name: each gives the text of the next request."""
    store = EmbeddedStore(data)
    things = [
        row["s"].value
        for row in store.rows("SELECT DISTINCT ?s { ?s a <https://w3id.org/fazhi/ns#Sentence> } LIMIT 2000")
    ]
    texts = questions(data)
    weights = [1 / (rank + 1) for rank in range(len(texts))]
    quote = "https://w3id.org/fazhi/ns#quote"
    return {
        "mix": lambda chance, n: chance.choices(texts, weights)[0],
        "point": lambda chance, n: f"SELECT ?c {{ <{chance.choice(things)}> a ?c }} # {n}",
        "list": lambda chance, n: f"SELECT ?s ?q {{ ?s <{quote}> ?q FILTER(?s != <http://e/{n}>) }} LIMIT 100",
    }


def measure(port: int, path: str, draw: Draw, connections: int, seconds: float) -> tuple[float, float, float, int]:
    """Requests a second, median and p99 in ms, and how many did not end in 200."""
    took: list[float] = []
    bad: list[int] = []
    end = time.perf_counter() + seconds

    def ask(number: int) -> None:
        chance, connection = random.Random(number), http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        count = 0
        while time.perf_counter() < end:
            body = urlencode({"query": draw(chance, number * 10_000_000 + count)})
            count += 1
            began = time.perf_counter()
            connection.request("POST", path, body, FORM)
            response = connection.getresponse()
            response.read()
            took.append(time.perf_counter() - began)
            if response.status != 200:
                bad.append(response.status)
        connection.close()

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(connections)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    passed = time.perf_counter() - began
    ordered = sorted(took)
    return len(took) / passed, statistics.median(ordered) * 1000, ordered[int(len(ordered) * 0.99)] * 1000, len(bad)


@contextmanager
def process(command: list[str], port: int, folder: Path) -> Iterator[int]:
    log = folder / f"{port}.log"
    with log.open("wb") as out:
        started = subprocess.Popen(command, stdout=out, stderr=out, cwd=folder)
    try:
        wait_until(lambda: _listens(port) or started.poll() is not None, log, seconds=120)
        yield port
    finally:
        started.terminate()
        started.wait(60)


def _listens(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/")
        connection.getresponse().read()
    except OSError:
        return False
    finally:
        connection.close()
    return True


@contextmanager
def oxigraph(data: Path, folder: Path) -> Iterator[tuple[int, str]]:
    found = shutil.which("oxigraph") or str(Path(sys.executable).parent / "oxigraph")
    port = free_port()
    command = [
        found,
        "serve-read-only",
        "--location",
        str(read_release(data).store_path),
        "--bind",
        f"127.0.0.1:{port}",
        "--union-default-graph",
    ]
    with process(command, port, folder) as ready:
        yield ready, "/query"


@contextmanager
def virtuoso(data: Path, folder: Path) -> Iterator[tuple[int, str]]:
    port, sql = free_port(), free_port()
    (folder / "all.nq").write_bytes(gzip.decompress(read_release(data).dump_path.read_bytes()))
    (folder / "virtuoso.ini").write_text(
        f"[Database]\nDatabaseFile = {folder}/v.db\nErrorLogFile = {folder}/v.log\nTransactionFile = {folder}/v.trx\n"
        f"[TempDatabase]\nDatabaseFile = {folder}/t.db\nTransactionFile = {folder}/t.trx\n"
        f"[Parameters]\nServerPort = 127.0.0.1:{sql}\nNumberOfBuffers = 170000\nMaxDirtyBuffers = 130000\nDirsAllowed = {folder}\n"
        f"[HTTPServer]\nServerPort = 127.0.0.1:{port}\nServerThreads = 20\n[SPARQL]\nResultSetMaxRows = 100000\n"
    )
    with process(["virtuoso-t", "+foreground", "+configfile", str(folder / "virtuoso.ini")], port, folder) as ready:
        load = f"ld_dir('{folder}', 'all.nq', 'http://e/'); rdf_loader_run(); checkpoint;"
        subprocess.run(["isql-vt", str(sql), "dba", "dba", f"exec={load}"], check=True, capture_output=True)
        yield ready, "/sparql"


@contextmanager
def rdflib_endpoint(data: Path, folder: Path) -> Iterator[tuple[int, str]]:
    port = free_port()
    (folder / "all.nq").write_bytes(gzip.decompress(read_release(data).dump_path.read_bytes()))
    command = [
        str(Path(sys.executable).parent / "rdflib-endpoint"),
        "serve",
        "--port",
        str(port),
        str(folder / "all.nq"),
    ]
    with process(command, port, folder) as ready:
        yield ready, "/"


@contextmanager
def fazhi(data: Path, folder: Path) -> Iterator[tuple[int, str]]:
    with running(folder, data=data, workers=2, evaluators=2) as server:
        yield server.port, "/sparql"


PEERS = {"fazhi": fazhi, "oxigraph": oxigraph, "virtuoso": virtuoso, "rdflib-endpoint": rdflib_endpoint}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 8])
    parser.add_argument("--only", nargs="+", choices=list(PEERS), default=list(PEERS))
    options = parser.parse_args()
    asked = workloads(options.data)
    release = read_release(options.data)
    print(f"release {release.id}, {release.manifest['quads']} quads; requests/s, median and p99 in ms, not 200\n")
    print("| load | connections | " + " | ".join(options.only) + " |\n|---|---|" + "---|" * len(options.only))
    with ExitStack() as stack:
        ready: dict[str, tuple[int, str]] = {}
        for name in options.only:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            try:
                ready[name] = stack.enter_context(PEERS[name](options.data, folder))
            except (OSError, AssertionError, subprocess.CalledProcessError) as error:
                print(f"{name} left out: {str(error)[-200:]}", file=sys.stderr)
        for load, draw in asked.items():
            for connections in options.connections:
                cells = []
                for name in options.only:
                    if name not in ready:
                        cells.append("–")
                        continue
                    rate, median, late, bad = measure(*ready[name], draw, connections, options.seconds)
                    cells.append(f"{rate:,.0f} ({median:.1f}/{late:.0f})" + (f" {bad} bad" if bad else ""))
                print(f"| {load} | {connections} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
