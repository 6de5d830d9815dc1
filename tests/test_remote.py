"""A real Oxigraph and a real Virtuoso behind the same pages; and endpoints that lie, hang or cut their answers."""

import http.server
import os
import shutil
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pyoxigraph
import pytest
from example_release import example_release
from serving import at_best, free_port, listens, running, wait_until

from kg.errors import StoreError
from kg.store.answer import AnswerTooLargeError, QueryCostError, QueryRefusedError, StoreBusyError, open_store
from kg.store.embedded import EmbeddedStore
from kg.store.release import publish, read_release
from kg.store.remote import RemoteStore
from kg.store.remote_search import RemoteSearch
from kg.store.send import send

COUNTS = """SELECT ?c (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c
  FILTER(STRSTARTS(STR(?c), "https://w3id.org/fazhi/")) } GROUP BY ?c"""  # an engine may have graphs of its own
FIGURES = """PREFIX fz: <https://w3id.org/fazhi/ns#>
SELECT ?f ?v ?q { ?f a fz:Figure ; fz:value ?v ; fz:statedIn/fz:quote ?q }"""
OXIGRAPH = shutil.which("oxigraph") or str(Path(sys.executable).parent / "oxigraph")


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    return example_release(tmp_path_factory.mktemp("remote") / "data")


@pytest.fixture(scope="module")
def oxigraph(release):
    if not Path(OXIGRAPH).is_file():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(
            "2026-11-22: the oxigraph server is not installed: pip install oxigraph"
        )
    port = free_port()
    log = release.path.parent.parent.parent / "oxigraph.log"
    with log.open("wb") as out:
        process = subprocess.Popen([OXIGRAPH, "serve", "--bind", f"127.0.0.1:{port}"], stdout=out, stderr=out)
    try:
        wait_until(lambda: "Listening" in log.read_text() or process.poll() is not None, log)
        assert send(release, f"http://127.0.0.1:{port}/store") == release.manifest["quads"]
        yield f"http://127.0.0.1:{port}/query"
    finally:
        process.terminate()
        process.wait(20)


def compared(remote, release):
    local = EmbeddedStore(release.path)
    for query, names in ((COUNTS, "cn"), (FIGURES, "fvq")):
        ours = sorted(tuple(row[name].value for name in names) for row in local.rows(query))
        theirs = sorted(tuple(row[name].value for name in names) for row in remote.rows(query))
        assert ours
        assert [_same(row) for row in theirs] == [_same(row) for row in ours]


def _same(row):
    return tuple(str(float(value)) if value.replace(".", "", 1).isdigit() else value for value in row)


def pages(tmp_path, url, *, questions=True):
    """The same pages over another endpoint."""
    with running(tmp_path, store_url=url, workers=1, seconds=60) as server:
        client = server.client()
        paths = ["/", "/page/area/330226", "/help"]
        # Virtuoso 7 refuses optional property paths from an unbound start ("transitive start not given").
        paths += ["/ask/who-did-what?what=" + quote("督察"), "/browse"] if questions else []
        for path in paths:
            assert client.ask("GET", path, Accept="text/html").status == 200, path
        assert client.get("/id/area/330226", Accept="text/turtle").status == 303
        assert "宁海县" in client.get("/data/area/330226.ttl").text
        assert client.get("/api/v1/suggest?q=宁海").status == 200
        assert client.sparql("ASK { ?s ?p ?o }").json["boolean"] is True
        assert client.sparql("SELECT * { SERVICE <http://e/> { ?s ?p ?o } }").status == 400
        assert client.sparql("SELECT nonsense").status == 400
        wait_until(lambda: client.get("/readyz").json["ready"] is True)


def test_oxigraph_answers_as_we_do(oxigraph, release):
    with closing(open_store(oxigraph)) as remote:
        check_search(remote, release)


def check_search(remote, release):
    compared(remote, release)
    assert RemoteSearch(remote).quotes("督察")
    assert RemoteSearch(remote).suggest("宁海县")[0].label == "宁海县"
    with pytest.raises(QueryRefusedError):
        remote.rows("SELECT nonsense")


def test_oxigraph_loads_a_dump_in_bulk(oxigraph, release, tmp_path):
    store = tmp_path / "store"
    subprocess.run(
        [OXIGRAPH, "load", "--location", store, "--file", release.dump_path],
        check=True,
        capture_output=True,
        timeout=60,
    )
    assert len(pyoxigraph.Store.read_only(str(store))) == release.manifest["quads"]


def test_our_pages_stand_before_oxigraph(oxigraph, tmp_path):
    pages(tmp_path, oxigraph)


@pytest.mark.virtuoso
@pytest.mark.slow
def test_virtuoso_answers_as_we_do(release, tmp_path, need):
    server, isql = need("virtuoso"), shutil.which("isql-vt") or shutil.which("isql")
    http_port, sql_port = free_port(), free_port()
    folder = tmp_path / "virtuoso"
    folder.mkdir()
    settings = f"""[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temp.db
TransactionFile = {folder}/temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql_port}
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
DirsAllowed = {folder}
[HTTPServer]
ServerPort = 127.0.0.1:{http_port}
[SPARQL]
ResultSetMaxRows = 100000
"""
    (folder / "virtuoso.ini").write_text(settings)
    shutil.copy(release.dump_path, folder)  # as it is: Virtuoso reads one member after the other
    process = subprocess.Popen(
        [server, "+foreground", "+configfile", str(folder / "virtuoso.ini")],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: listens(http_port) and listens(sql_port))
        load = f"ld_dir('{folder}', '*.nq.gz', 'http://e/default'); rdf_loader_run(); checkpoint;"
        subprocess.run(
            [isql, str(sql_port), "dba", "dba", f"exec={load}"], check=True, capture_output=True, timeout=120
        )
        url = f"http://127.0.0.1:{http_port}/sparql"
        with closing(open_store(url)) as remote:
            compared(remote, release)
        pages(tmp_path, url, questions=False)
    finally:
        process.terminate()
        process.wait(60)


class Liar(http.server.BaseHTTPRequestHandler):
    """Answers as its path says."""

    def do_POST(self):
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        way = self.path.strip("/")
        if b"isIRI" in body:
            return self.reply(200, b'{"head":{"vars":[]},"results":{"bindings":[]}}')
        if way == "cut":
            return self.reply(200, b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":')
        if way == "busy":
            return self.reply(503, b"later", {"Retry-After": "7"})
        if way == "html":
            return self.reply(200, b"<html>", {"Content-Type": "text/html"})
        if way == "broken":
            return self.reply(500, b"oops")
        if way == "large":
            return self.reply(200, b" " * 200_000)
        if way == "slow":
            self.send_response(200)
            self.send_header("Content-Type", "application/sparql-results+json")
            self.end_headers()
            try:
                while not self.server.stopped.wait(0.05):
                    self.wfile.write(b" ")
            except OSError:
                pass
        return None

    def reply(self, status, body, headers=()):
        self.send_response(status)
        given = {"Content-Type": "application/sparql-results+json", "Content-Length": str(len(body)), **dict(headers)}
        for name, value in given.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def liar():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Liar)
    server.daemon_threads = True
    server.stopped = threading.Event()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.stopped.set()
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("way", "error", "said"),
    [
        ("cut", StoreError, "cut"),
        ("busy", StoreBusyError, "busy"),
        ("html", StoreError, "text/html"),
        ("broken", StoreError, "500"),
        ("large", AnswerTooLargeError, "larger"),
        ("slow", QueryCostError, "in time"),
    ],
)
def test_an_endpoint_that_does_not_keep_its_word_is_an_error(liar, way, error, said):

    def attempt():
        with closing(RemoteStore(f"{liar}/{way}", limit=100_000)) as store, pytest.raises(error, match=said):
            store.answer("SELECT * { ?s ?p ?o }", seconds=1)

    at_best(3, attempt)


def test_a_busy_endpoint_is_left_alone_as_long_as_it_says(liar):
    store = RemoteStore(f"{liar}/busy")
    for _ in range(2):
        with pytest.raises(StoreBusyError) as caught:
            store.answer("ASK {}")
    assert 5 <= caught.value.retry_after <= 8
    assert "wait" in str(caught.value)
    store.close()


def test_nobody_there_is_said(tmp_path):
    with pytest.raises(StoreError, match="cannot be reached"):
        RemoteStore(f"http://127.0.0.1:{free_port()}/sparql").answer("ASK {}")
    for address in ("ftp://e/", "http://user:secret@e/sparql"):
        with pytest.raises(StoreError):
            RemoteStore(address)


def test_a_release_is_loaded_into_another_of_our_servers(tmp_path):
    quads = [f'<http://e/s> <http://e/p> "{g}" <http://e/{g}> .\n'.encode() for g in ("a", "b")]
    release = publish(tmp_path / "one", quads)
    publish(tmp_path / "other", [])
    token = tmp_path / "token"
    token.write_text("t")
    token.chmod(0o600)
    with running(tmp_path, data=tmp_path / "other", token_file=token, workers=1, evaluators=1) as server:
        command = [
            sys.executable,
            "-m",
            "kg",
            "export",
            "--data",
            str(tmp_path / "one"),
            "--to",
            f"http://127.0.0.1:{server.port}/store",
        ]
        ended = subprocess.run(command, env={**os.environ, "FAZHI_STORE_TOKEN": "t"}, capture_output=True, text=True)
        assert ended.returncode == 0, ended.stderr
        refused = subprocess.run(command, capture_output=True, text=True)
        assert refused.returncode != 0
        assert refused.stderr.count("\n") == 1
    names = read_release(tmp_path / "other").manifest["graphs"]
    assert {n: p["sha256"] for n, p in names.items()} == {n: p["sha256"] for n, p in release.manifest["graphs"].items()}
