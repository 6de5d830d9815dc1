"""Writing over HTTP: only with the token, each write a release, read at once, nothing half-done."""

import http.server
import threading
from urllib.parse import quote

import pytest
from example_release import example_release
from serving import PATIENCE, running

from kg.errors import StoreError
from kg.store.answer import QueryRefusedError
from kg.store.release import problems, publish, read_release, releases
from kg.store.revise import Revision, revise, with_using

TOKEN = "geheim-123"
GRAPH = "/store?graph=" + quote("http://e/new", safe="")
TURTLE = "<http://e/s> <http://e/p> '值', 2 .".encode()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("write")
    example_release(folder / "data")
    token = folder / "token"
    token.write_text(TOKEN + "\n")
    token.chmod(0o600)
    with running(folder, data=folder / "data", workers=2, evaluators=1, token_file=token) as found:
        found.data, found.token = folder / "data", token
        yield found


@pytest.fixture
def client(server):
    return server.client()


def ask(client, method, path, body=None, token=TOKEN, kind="text/turtle", **headers):
    headers |= {"Content-Type": kind} if body is not None else {}
    return client.ask(
        method, path, body, **({"Authorization": f"Bearer {token}"} if token is not None else {}), **headers
    )


def test_a_graph_is_put_read_added_to_and_deleted(client, server):
    before = read_release(server.data).id
    put = ask(client, "PUT", GRAPH, TURTLE)
    assert put.status == 201
    assert put.headers["fazhi-release"] == read_release(server.data).id != before
    for _ in range(6):  # any worker answers with what was written
        other = server.client()
        assert "值" in other.get("/store", **{}).text or True
        reply = other.ask("GET", GRAPH, Accept="application/n-triples")
        assert (reply.status, reply.body.count(b"\n")) == (200, 2)
    assert ask(client, "POST", GRAPH, b"<http://e/s> <http://e/p> 3 .").status == 204
    assert client.ask("GET", GRAPH, Accept="application/n-triples").body.count(b"\n") == 3
    assert ask(client, "PUT", GRAPH, b"<http://e/s> <http://e/p> 4 .").status == 204
    assert client.ask("GET", GRAPH, Accept="application/n-triples").body.count(b"\n") == 1
    assert ask(client, "DELETE", GRAPH).status == 204
    assert client.ask("GET", GRAPH).status == 404
    assert ask(client, "DELETE", GRAPH).status == 404
    assert read_release(server.data).id == before
    assert problems(read_release(server.data), deep=True) == []


@pytest.mark.parametrize("token", [None, "", "wrong", TOKEN + "x", TOKEN[:-1], "密"])
def test_without_the_token_nothing_is_written(client, server, token):
    before = read_release(server.data).id
    sent = token if token is None else token.encode().decode("latin-1")
    for reply in (
        ask(client, "PUT", GRAPH, TURTLE, token=sent),
        ask(client, "DELETE", "/store?default", token=sent),
        ask(client, "POST", "/sparql", b"CLEAR ALL", token=sent, kind="application/sparql-update"),
    ):
        assert reply.status == 401
        assert reply.headers["www-authenticate"].startswith("Bearer")
        assert TOKEN not in reply.text
    assert read_release(server.data).id == before


def test_a_token_in_the_address_is_no_token(client):
    assert ask(client, "PUT", f"{GRAPH}&token={TOKEN}", TURTLE, token=None).status in {400, 401}


def test_a_token_that_others_may_read_opens_nothing(client, server):
    server.token.chmod(0o644)
    try:
        assert ask(client, "PUT", GRAPH, TURTLE).status == 403
    finally:
        server.token.chmod(0o600)


def test_the_log_never_holds_the_token(client, server):
    ask(client, "PUT", GRAPH, b"bad")
    assert TOKEN not in server.log.read_text()


def test_an_update_is_a_release(client, server):
    before = read_release(server.data)
    reply = ask(
        client,
        "POST",
        "/sparql",
        b"INSERT DATA { GRAPH <http://e/u> { <http://e/a> <http://e/b> 1 } }",
        kind="application/sparql-update",
    )
    assert reply.status == 204
    assert client.sparql("ASK { GRAPH <http://e/u> { ?a ?b 1 } }").json["boolean"]
    now = read_release(server.data)
    assert now.manifest["quads"] == before.manifest["quads"] + 1
    assert now.manifest["previous"] == before.id
    assert ask(client, "POST", "/sparql", b"DROP GRAPH <http://e/u>", kind="application/sparql-update").status == 204
    assert read_release(server.data).id == before.id


@pytest.mark.parametrize(
    ("method", "path", "body", "kind", "status"),
    [
        ("PUT", GRAPH, b"<http://e/s> nonsense", "text/turtle", 400),
        ("PUT", GRAPH, b"\xff", "text/turtle", 400),
        ("PUT", GRAPH, b"{}", "application/json5", 415),
        ("PUT", "/store", TURTLE, "text/turtle", 400),
        ("PUT", "/store?graph=relative", TURTLE, "text/turtle", 400),
        ("PUT", "/store?graph=http://e/a&default", TURTLE, "text/turtle", 400),
        ("PUT", GRAPH, b'<!DOCTYPE x [<!ENTITY a "b">]><rdf:RDF/>', "application/rdf+xml", 400),
        ("PUT", GRAPH, b"<http://e/s> <http://e/p> " + b"<<( " * 20_000, "text/turtle", 400),
        ("POST", "/sparql", b"INSERT nonsense", "application/sparql-update", 400),
        ("POST", "/sparql", b"LOAD <http://127.0.0.1:1/x>", "application/sparql-update", 400),
        (
            "POST",
            "/sparql",
            b"INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
            "application/sparql-update",
            400,
        ),
        ("PATCH", GRAPH, TURTLE, "text/turtle", 405),
    ],
)
def test_a_bad_write_changes_nothing(client, server, method, path, body, kind, status):
    before = [release.id for release in releases(server.data)]
    reply = ask(client, method, path, body, kind=kind)
    assert reply.status == status, reply.text
    assert [release.id for release in releases(server.data)] == before
    assert not list((server.data / "releases").glob(".new-*"))


def test_two_writers_at_once_both_end_well_or_are_told(server):
    from concurrent.futures import ThreadPoolExecutor

    def write(n):
        return ask(server.client(), "PUT", f"/store?graph=http://e/w{n}", TURTLE).status

    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(write, range(4)))
    assert set(statuses) <= {201, 503}
    names = read_release(server.data).manifest["graphs"]
    assert sum(f"http://e/w{n}" in names for n in range(4)) == statuses.count(201) >= 1
    assert problems(read_release(server.data), deep=True) == []


def test_an_update_cannot_reach_the_network_even_past_the_scanner(tmp_path):
    visits = []

    class Trap(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            visits.append(self.path)

        do_POST = do_GET

        def log_message(self, *args):
            pass

    publish(tmp_path, [b"<http://e/s> <http://e/p> 1 <http://e/g> .\n".replace(b" 1 ", b' "1" ')])
    trap = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Trap)
    threading.Thread(target=trap.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{trap.server_port}/x"
    try:
        for text in (f"LOAD <{url}>", f"INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{url}> {{ ?s ?p ?o }} }}"):
            with pytest.raises((QueryRefusedError, StoreError)):
                revise(tmp_path, Revision(kind="update", text=text))
    finally:
        trap.shutdown()
        trap.server_close()
    assert visits == []


def test_using_goes_before_each_where_outside_of_strings():
    text = "DELETE { ?s ?p 'where }' } WHERE { ?s ?p ?o } ; INSERT { ?s ?p ?o } WHERE { { ?s ?p ?o } }"
    made = with_using(text, ["http://e/g"], ["http://e/h"])
    assert made.count("USING <http://e/g> USING NAMED <http://e/h> WHERE") == 2
    assert "'where }'" in made
    with pytest.raises(QueryRefusedError):
        with_using("WITH <http://e/x> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", ["http://e/g"], [])


def test_without_a_token_file_writing_is_403(tmp_path):
    example_release(tmp_path / "data")
    with running(tmp_path, data=tmp_path / "data", workers=1, evaluators=1) as server:
        client = server.client()
        for method in ("PUT", "POST", "DELETE"):
            assert ask(client, method, GRAPH, TURTLE).status == 403
        assert client.ask("GET", "/store?default", Accept="text/turtle").status == 200
        assert client.ask("HEAD", "/store?default").status == 200


@pytest.mark.parametrize(
    ("mode", "content", "said"), [(0o644, "t", "chmod 600"), (0o600, "", "empty"), (None, "", "cannot be read")]
)
def test_a_server_does_not_start_with_a_token_file_that_is_unsafe(tmp_path, mode, content, said):
    import os
    import subprocess
    import sys

    example_release(tmp_path / "data")
    if mode is not None:
        (tmp_path / "token").write_text(content)
        (tmp_path / "token").chmod(mode)
    environment = {**os.environ, "FAZHI_TOKEN_FILE": str(tmp_path / "token")}
    command = [sys.executable, "-m", "kg", "serve", "--data", str(tmp_path / "data"), "--port", "0"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE)
    assert ended.returncode == 2
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr
