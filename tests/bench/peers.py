"""Servers of the same release, started side by side: this one, Oxigraph's own, Virtuoso 7, rdflib-endpoint."""

import gzip
import http.client
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from serving import free_port, running, wait_until

from kg.store.release import read_release

Place = tuple[int, str]
"""Port and path of the endpoint."""


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
def fazhi(data: Path, folder: Path) -> Iterator[Place]:
    with running(folder, data=data, workers=2, evaluators=2) as server:
        client = server.client()
        # The pages count behind the first request; a server that was just started is not what is measured.
        wait_until(lambda: "fazhi_evaluators_busy 0" in client.get("/metrics").text, seconds=60)
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
