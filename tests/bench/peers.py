"""Servers of the same release, started side by side: this one, Oxigraph's own, Virtuoso 7, rdflib-endpoint."""

import gzip
import http.client
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from serving import free_port, running, wait_until

from kg.serving import Serving
from kg.store.memory import fits
from kg.store.release import read_release

IN_MEMORY = Serving().store_memory
Place = tuple[int, str]
"""Port and path of the endpoint."""


READY = 300.0
"""Seconds that a server may take until it has loaded the release."""


def family(pid: int) -> set[int]:
    """A process and all that it has started, and they."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    found, new = set[int](), {pid}
    while new:
        found |= new
        new = {one for one, parent in parents.items() if parent in new} - found
    return found


def memory(pids: set[int]) -> int:
    """Bytes that these processes hold, what they share counted once."""
    total = 0
    for pid in pids:
        with suppress(OSError):
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            total += sum(1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total


def processor(pids: set[int]) -> float:
    """Seconds of processor that these processes have had, and the children that they waited for."""
    total = 0
    for pid in pids:
        with suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += sum(map(int, fields[11:15]))
    return total / os.sysconf("SC_CLK_TCK")


@contextmanager
def paused(pids: set[int]) -> Iterator[None]:
    """Stop processes of ours, so that what they have not finished takes nothing from what is measured."""
    for pid in pids:
        with suppress(OSError):
            os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            with suppress(OSError):
                os.kill(pid, signal.SIGCONT)


@contextmanager
def process(command: list[str], port: int, folder: Path) -> Iterator[int]:
    log = folder / f"{port}.log"
    with log.open("wb") as out:
        started = subprocess.Popen(command, stdout=out, stderr=out, cwd=folder)
    try:
        wait_until(lambda: _listens(port) or started.poll() is not None, log, seconds=READY)
        yield port
    finally:
        started.terminate()
        try:
            started.wait(20)
        except subprocess.TimeoutExpired:  # it is still at a question that nobody waits for
            started.kill()
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
def fazhi(data: Path, folder: Path) -> Iterator[Place]:
    with running(folder, data=data, workers=2, evaluators=2) as server:
        clients = [server.client() for _ in range(4)]  # of both workers, which take connections by turns
        # A server that was just started, and reads what its first askers will need, is not what is measured.
        awaited = ["fazhi_warm 1", "fazhi_evaluators_busy 0"]
        awaited += ["fazhi_evaluators_in_memory 3"] * fits(read_release(data), IN_MEMORY)
        for client in clients:
            wait_until(lambda: all(line in client.get("/metrics").text for line in awaited), seconds=READY)  # noqa: B023
        yield server.port, "/sparql"


@contextmanager
def oxigraph(data: Path, folder: Path) -> Iterator[Place]:
    found = shutil.which("oxigraph") or str(Path(sys.executable).parent / "oxigraph")
    port, store = free_port(), str(read_release(data).store_path)
    command = [found, "serve-read-only", "--location", store, "--bind", f"127.0.0.1:{port}", "--union-default-graph"]
    with process(command, port, folder) as ready:
        yield ready, "/query"


@contextmanager
def virtuoso(data: Path, folder: Path) -> Iterator[Place]:
    port, sql = free_port(), free_port()
    (folder / "all.nq").write_bytes(gzip.decompress(read_release(data).dump_path.read_bytes()))
    (folder / "virtuoso.ini").write_text(
        f"[Database]\nDatabaseFile = {folder}/v.db\nErrorLogFile = {folder}/v.log\nTransactionFile = {folder}/v.trx\n"
        f"[TempDatabase]\nDatabaseFile = {folder}/t.db\nTransactionFile = {folder}/t.trx\n"
        f"[Parameters]\nServerPort = 127.0.0.1:{sql}\nNumberOfBuffers = 170000\nMaxDirtyBuffers = 130000\n"
        f"DirsAllowed = {folder}\n[HTTPServer]\nServerPort = 127.0.0.1:{port}\nServerThreads = 20\n"
        "[SPARQL]\nResultSetMaxRows = 100000\n"
    )
    with process(["virtuoso-t", "+foreground", "+configfile", str(folder / "virtuoso.ini")], port, folder) as ready:
        load = f"ld_dir('{folder}', 'all.nq', 'http://e/'); rdf_loader_run(); checkpoint;"
        subprocess.run(["isql-vt", str(sql), "dba", "dba", f"exec={load}"], check=True, capture_output=True)
        yield ready, "/sparql"


@contextmanager
def rdflib_endpoint(data: Path, folder: Path) -> Iterator[Place]:
    port = free_port()
    (folder / "all.nq").write_bytes(gzip.decompress(read_release(data).dump_path.read_bytes()))
    program = str(Path(sys.executable).parent / "rdflib-endpoint")
    with process([program, "serve", "--port", str(port), str(folder / "all.nq")], port, folder) as ready:
        yield ready, "/"


PEERS: dict[str, Callable[[Path, Path], AbstractContextManager[Place]]] = {
    "fazhi": fazhi,
    "oxigraph": oxigraph,
    "virtuoso": virtuoso,
    "rdflib-endpoint": rdflib_endpoint,
}
