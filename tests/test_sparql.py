"""/sparql over a real server: the protocol's edges, negotiation, limits, what kills, what is never sent."""

import http.server
import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar
from urllib.parse import quote, urlencode

import pytest
from example_release import example_release
from serving import Client, running, wait_until

from kg.store.release import publish, rollback
from server.negotiate import GRAPH_TYPES, TABLE_TYPES, choose

FORM = "application/x-www-form-urlencoded"
POINT = "SELECT ?c WHERE { <https://w3id.org/fazhi/id/area/330226> a ?c }"
ALL = "SELECT ?s ?p ?o WHERE { ?s ?p ?o }"
SECONDS = 1.5


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sparql")
    example_release(folder / "data")
    with running(folder, data=folder / "data", workers=1, evaluators=2, seconds=SECONDS, rows=50, proxy=False) as found:
        yield found


@pytest.fixture
def client(server):
    client = server.client()
    yield client
    client.close()


@pytest.mark.parametrize("accept", TABLE_TYPES)
def test_a_table_comes_in_every_form(client, accept):
    reply = client.sparql(POINT, accept=accept)
    assert (reply.status, reply.headers["content-type"].partition(";")[0]) == (200, accept)
    assert b"Jurisdiction" in reply.body
    assert reply.headers["vary"] == "Accept, Accept-Encoding"
    assert len(reply.headers["fazhi-release"]) == 12


@pytest.mark.parametrize("accept", GRAPH_TYPES)
def test_a_graph_comes_in_every_form(client, accept):
    reply = client.sparql("CONSTRUCT WHERE { ?s <https://w3id.org/fazhi/ns#divisionCode> ?o }", accept=accept)
    assert (reply.status, reply.headers["content-type"].partition(";")[0]) == (200, accept)
    assert b"330226" in reply.body


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ("", "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("application/*", "application/sparql-results+json"),
        ("text/*", "text/csv"),
        ("application/json", "application/sparql-results+json"),
        ("text/csv;q=0.5, application/sparql-results+xml;q=0.9", "application/sparql-results+xml"),
        ("text/csv;q=0, */*;q=0.1", "application/sparql-results+json"),
        ("application/sparql-results+json;q=0, text/*", "text/csv"),
        ("TEXT/CSV", "text/csv"),
        ("text/csv; charset=utf-8", "text/csv"),
        ("image/png, text/tab-separated-values", "text/tab-separated-values"),
        ("text/csv, " + "x/y," * 40_000, "text/csv"),
        ("nonsense, , ;;", None),
        ("image/png", None),
        ("text/csv;q=0", None),
    ],
)
def test_accept_is_read_as_the_standard_says(accept, given):
    assert choose(accept, TABLE_TYPES) == given


def test_nothing_that_is_acceptable_is_406_with_what_would_be(client):
    reply = client.sparql(POINT, accept="image/png")
    assert reply.status == 406
    assert reply.json["offered"] == list(TABLE_TYPES)
    assert client.sparql("ASK {}", accept="text/csv").status == 406


def test_get_form_and_direct_post_agree(client):
    body = urlencode({"query": POINT}).encode()
    direct = POINT.encode()
    given = [
        client.sparql(POINT).body,
        client.ask("POST", "/sparql", body, Content_Type=FORM).body,
        client.ask("POST", "/sparql", direct, Content_Type="application/sparql-query").body,
        client.ask("POST", "/sparql", direct, Content_Type="application/sparql-query; charset=UTF-8").body,
    ]
    assert len(set(given)) == 1


@pytest.mark.parametrize(
    ("method", "path", "body", "content_type", "status", "kind"),
    [
        ("GET", "/sparql?query=" + quote("SELECT * { ?s ?p"), None, "", 400, "bad-query"),
        ("GET", "/sparql?query=ASK%20%7B%7D&query=ASK%20%7B%7D", None, "", 400, "bad-request"),
        ("GET", "/sparql?query=%ff", None, "", 400, "bad-request"),
        ("GET", "/sparql?query=ASK%20%7B%7D%00", None, "", 400, "bad-request"),
        ("GET", "/sparql?update=CLEAR%20ALL", None, "", 400, "bad-request"),
        ("POST", "/sparql", b"update=CLEAR+ALL", FORM, 403, "read-only"),
        ("POST", "/sparql", b"CLEAR ALL", "application/sparql-update", 403, "read-only"),
        ("POST", "/sparql", b"CLEAR ALL", "application/sparql-query", 400, "bad-query"),
        ("POST", "/sparql", b"ASK {} ; DROP ALL", "application/sparql-query", 400, "bad-query"),
        ("POST", "/sparql", b"query=ASK {}", "text/plain", 415, "unsupported-type"),
        ("POST", "/sparql", b"ASK {}", "application/sparql-query; charset=UTF-16", 415, "unsupported-type"),
        ("POST", "/sparql", b"\xff\xfeA", "application/sparql-query", 400, "bad-request"),
        ("POST", "/sparql", b"", FORM, 400, "bad-request"),
        ("POST", "/sparql", b"#" * 70_000, "application/sparql-query", 413, "too-large"),
        ("POST", "/sparql", b"query=" + b"%23" * 600_000, FORM, 413, "too-large"),
        ("PUT", "/sparql", b"", "", 405, "method-not-allowed"),
        ("GET", "/sparql?query=ASK%20%7B%7D&timeout=soon", None, "", 400, "bad-request"),
        (
            "GET",
            "/sparql?query=" + quote("SELECT * { ?s ?p ?o FILTER(<http://e/f>(?s)) }"),
            None,
            "",
            501,
            "unknown-function",
        ),
        ("GET", "/nowhere", None, "", 404, "not-found"),
    ],
)
def test_what_is_wrong_is_said_in_one_shape(client, method, path, body, content_type, status, kind):
    reply = client.ask(method, path, body, **({"Content-Type": content_type} if content_type else {}))
    assert reply.status == status
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json["type"] == f"/problems#{kind}"
    assert reply.json["status"] == status
    assert set(reply.json["hint"]) == {"zh", "en"}
    assert reply.headers["cache-control"] == "no-store"
    if status == 405:
        assert "GET" in reply.headers["allow"]
    if status == 415:
        assert "application/sparql-query" in reply.headers["accept-post"]


@pytest.mark.parametrize(
    ("query", "line", "column"),
    [("SELECT * {\n ?s ?p }", 2, 9), ("SELECT * { ?s a", 1, 16), ("SELECT *\n{ ?s ?p ?o\n", 3, 1)],
)
def test_a_syntax_error_has_its_line_and_column(client, query, line, column):
    problem = client.sparql(query).json
    assert (problem["line"], problem["column"]) == (line, column)


@pytest.mark.parametrize(
    ("accept", "kind"), [("text/html", "text/html"), ("text/plain", "text/plain"), ("", "application/problem+json")]
)
@pytest.mark.parametrize("tongue", ["zh", "en"])
def test_an_error_speaks_the_form_and_language_of_its_reader(client, accept, kind, tongue):
    reply = client.get("/nowhere", Accept=accept, Accept_Language=tongue)
    assert reply.headers["content-type"].startswith(kind)
    assert ("no such page" in reply.text) == (tongue == "en")


@pytest.mark.parametrize("media_type", TABLE_TYPES)
def test_the_row_cap_is_exact_and_said(client, media_type):
    reply = client.sparql(ALL, accept=media_type)
    assert reply.headers["fazhi-partial"] == "rows=50"
    assert "etag" not in reply.headers
    if media_type.endswith("json"):
        assert len(reply.json["results"]["bindings"]) == 50
        assert reply.json["head"]["link"]
    elif media_type.endswith("xml"):
        assert reply.text.count("<result>") == 50
        assert "<link href=" in reply.text
        assert reply.text.endswith("</sparql>")
    else:
        assert len(reply.text.rstrip("\r\n").splitlines()) >= 51


def test_an_answer_that_fits_is_not_called_partial(client):
    for query in (ALL + " LIMIT 50", ALL + " LIMIT 3", POINT):
        assert "fazhi-partial" not in client.sparql(query).headers


def test_the_same_answer_again_is_304_and_compressed(client):
    first = client.sparql(ALL + " LIMIT 40")
    again = client.ask(
        "GET",
        "/sparql?" + urlencode({"query": ALL + " LIMIT 40"}),
        Accept="application/sparql-results+json",
        If_None_Match=first.headers["etag"],
    )
    assert (again.status, again.body) == (304, b"")
    packed = client.ask(
        "GET",
        "/sparql?" + urlencode({"query": ALL + " LIMIT 40"}),
        Accept="application/sparql-results+json",
        Accept_Encoding="gzip",
    )
    assert packed.headers["content-encoding"] == "gzip"
    assert len(packed.body) < len(first.body) / 2
    assert packed.headers["etag"] != first.headers["etag"]
    other = client.sparql(ALL + " LIMIT 40", accept="text/csv")
    assert other.headers["etag"] != first.headers["etag"]


def test_head_has_the_headers_of_get(client):
    path = "/sparql?" + urlencode({"query": POINT})
    get, head = client.ask("GET", path), client.ask("HEAD", path)
    assert head.body == b""
    for name in ("content-type", "content-length", "etag", "vary", "fazhi-release"):
        assert head.headers[name] == get.headers[name], name


def test_a_query_with_a_random_value_is_never_kept(client):
    one, two = (client.sparql("SELECT (RAND() AS ?x) {}") for _ in range(2))
    assert one.body != two.body
    assert one.headers["cache-control"] == "no-store"


def test_the_dataset_is_the_union_unless_one_is_named(client):
    graph = "https://w3id.org/fazhi/graph/report/330226/2022"
    count = "SELECT (COUNT(*) AS ?n) {s} {{ ?x ?y ?z }}"

    def value(query, **fields):
        return int(client.sparql(query, **fields).json["results"]["bindings"][0]["n"]["value"])

    everything = value(count.format(s=""))
    one = value(count.format(s=f"FROM <{graph}>"))
    assert 0 < one < everything
    assert value(count.format(s=""), **{"default-graph-uri": graph}) == one
    assert value(count.format(s="FROM <file:///etc/passwd>")) == 0
    assert value("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?x ?y ?z } }", **{"named-graph-uri": graph}) == one
    assert value(count.format(s=""), **{"default-graph-uri": "http://e/none"}) == 0


def test_security_headers_stand_on_every_kind_of_answer(client):
    for path in ("/", "/sparql?query=ASK%20%7B%7D", "/nowhere", "/ns", "/healthz"):
        headers = client.get(path, Accept="text/html").headers
        assert "script-src 'self'" in headers["content-security-policy"]
        assert "unsafe-inline" not in headers["content-security-policy"].partition("script-src")[2].partition(";")[0]
        assert ("unsafe-inline" in headers["content-security-policy"]) == path.startswith("/sparql"), path
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["access-control-allow-origin"] == "*"
        assert "Fazhi-Partial" in headers["access-control-expose-headers"]


def test_preflight_allows_reading_and_no_writing(client):
    def asked(path, method):
        return client.ask("OPTIONS", path, Origin="https://e.example", Access_Control_Request_Method=method)

    assert asked("/sparql", "POST").status == 204
    assert asked("/sparql", "POST").headers["access-control-allow-methods"] == "GET, HEAD, POST"
    for method in ("PUT", "DELETE", "POST"):
        assert "access-control-allow-methods" not in asked("/store", method).headers


# What kills or hangs an engine: an answer within its time and then the next question at once.
KILLERS = {
    "groups": "ASK " + "{" * 2300 + "}" * 2300,
    "functions": "SELECT (" + "STR(" * 1000 + "1" + ")" * 1000 + " AS ?x) {}",
    "ifs": "SELECT (" + "IF(true," * 1000 + "1" + ",1)" * 1000 + " AS ?x) {}",
    "parentheses": "ASK { FILTER(" + "(" * 4700 + "1" + ")" * 4700 + ") }",
    "not": "ASK { FILTER(" + "!" * 9400 + "true) }",
    "plus": "ASK { FILTER(" + "1+" * 7100 + "1) }",
    "or": "ASK { FILTER(" + "false||" * 9000 + "false) }",
    "selects": "SELECT * {" + "{ SELECT * {" * 1200 + "}}" * 1200 + "}",
    "exists": "ASK {" + "FILTER EXISTS {" * 850 + "}" * 850 + "}",
    "optional": "ASK {" + "OPTIONAL {" * 2700 + "}" * 2700 + "}",
    "minus": "ASK {" + "MINUS {" * 2700 + "}" * 2700 + "}",
    "graph": "ASK {" + "GRAPH <g> {" * 3000 + "}" * 3000 + "}",
    "path": "ASK { ?s " + "(" * 9000 + "<p>" + ")*" * 9000 + " ?o }",
    "path steps": "ASK { ?s " + "/".join(["<p>"] * 600) + " ?o }",
    "alternatives": "ASK { ?s " + "|".join(["<p>"] * 11_000) + " ?o }",
    "expressions": "SELECT " + " ".join(f"(1 AS ?v{n})" for n in range(2700)) + " {}",
    "binds": "ASK {" + " ".join(f"BIND(1 AS ?v{n})" for n in range(2800)) + "}",
    "unions": "ASK {" + " UNION ".join(["{}"] * 6700) + "}",
    "terms": "ASK { ?s ?p " + "<<( ?s ?p " * 6100 + "1" + ")>>" * 6100 + "}",
    "doubling": "SELECT ?y30 { BIND('0123456789' AS ?y0) "
    + " ".join(f"BIND(CONCAT(?y{n},?y{n}) AS ?y{n + 1})" for n in range(30))
    + "}",
    "cross sorted": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a LIMIT 1",
    "values crossed": "SELECT * { "
    + " ".join(f"VALUES ?v{k} {{ {' '.join(map(str, range(150)))} }}" for k in range(4))
    + " } ORDER BY ?v0 LIMIT 1",
    "lists": "ASK { " + "(" * 200 + "1" + ")" * 200 + " ?p ?o }",
    "patterns": "ASK { " + " . ".join(f"?s{n} ?p{n} ?o{n}" for n in range(1000)) + " }",
    "nodes": "ASK { ?s ?p " + "[ ?p " * 1000 + "1" + "]" * 1000 + " }",
    "count": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "group concat": "SELECT (GROUP_CONCAT(?a) AS ?x) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "closure": "SELECT (COUNT(*) AS ?n) { ?a (!<x>|!<y>)* ?b . ?b (!<x>|!<y>)* ?c . ?c (!<x>|!<y>)* ?d }",
    "endless": "CONSTRUCT { ?a ?b ?f } { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "regex": "SELECT * { BIND(REGEX('"
    + "a" * 5000
    + "b', '(a+)+$') AS ?x) ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?x LIMIT 1",
}


@pytest.mark.parametrize("name", KILLERS)
def test_a_killer_is_ended_and_nobody_notices(server, client, name):
    began = time.monotonic()
    reply = client.ask("POST", "/sparql", KILLERS[name].encode(), Content_Type="application/sparql-query")
    took = time.monotonic() - began
    assert 400 <= reply.status < 500 or reply.status == 503, reply.body[:300]
    assert took < SECONDS + 1.5
    assert reply.json["detail"]
    if reply.status == 503:
        assert int(reply.headers["retry-after"]) > 0
    other = server.client()
    assert other.get("/healthz").status == 200
    assert other.sparql("ASK {}").status == 200
    other.close()


def test_there_are_as_many_killers_as_we_think():
    assert len(KILLERS) == 30


def test_the_same_costly_query_is_refused_at_once(client):
    query = "SELECT (COUNT(*) AS ?again) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    assert client.sparql(query).status == 503
    began = time.monotonic()
    assert client.sparql(query).status == 503
    assert time.monotonic() - began < 0.5


def test_a_request_may_name_a_shorter_time(client):
    began = time.monotonic()
    assert client.sparql(KILLERS["count"] + " # short", timeout="0.3").status == 503
    assert time.monotonic() - began < 1.2


def test_heavy_queries_do_not_stop_the_quick_ones(server):
    """Five endless queries at once, over two evaluators: each gets its 503; a steady client is answered all the while."""
    heavy = "SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER({n} = {n}) }}"

    def ask(n):
        client = Client(server.port)
        try:
            return client.sparql(heavy.format(n=n)).status
        finally:
            client.close()

    quick, client = [], server.client()
    with ThreadPoolExecutor(5) as pool:
        waiting = [pool.submit(ask, n) for n in range(5)]
        while not all(one.done() for one in waiting):
            quick.append(client.sparql(POINT + f" # {len(quick)}").status)
            assert client.get("/healthz").status == 200
    assert {one.result() for one in waiting} == {503}
    assert quick.count(200) >= len(quick) * 0.9
    assert len(quick) > 20


class Canary(http.server.BaseHTTPRequestHandler):
    visits: ClassVar[list[str]] = []

    def do_GET(self):
        self.visits.append(self.path)
        self.send_response(200)
        self.end_headers()

    do_POST = do_HEAD = do_GET

    def log_message(self, *args):
        pass


SPELLINGS = [
    "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { service<URL>{ ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT <URL> { ?s ?p ?o } }",
    "SELECT * { SERVICE#x\n<URL> { ?s ?p ?o } }",
    "SELECT * { { SELECT * { SERVICE <URL> { ?s ?p ?o } } } }",
    "ASK { FILTER EXISTS { SERVICE <URL> { ?s ?p ?o } } }",
    "SELECT * { OPTIONAL { SeRvIcE <URL> { ?s ?p ?o } } }",
    "PREFIX x: <URL> SELECT * { SERVICE x: { ?s ?p ?o } }",
    "PREFIX : <URL> SELECT * { SERVICE:{ ?s ?p ?o } }",
    "SELECT * { VALUES ?u { <URL> } SERVICE ?u { ?s ?p ?o } }",
    "SELECT * { BIND(<URL> AS ?u) SERVICE SILENT ?u { ?s ?p ?o } }",
    r"SELECT * { \u0053ERVICE <URL> { ?s ?p ?o } }",
    "SELECT * FROM <URL> { ?s ?p ?o }",
    "SELECT * FROM NAMED <URL> { GRAPH <URL> { ?s ?p ?o } }",
    "LOAD <URL>",
    "CONSTRUCT { ?s ?p ?o } { SERVICE <URL> { ?s ?p ?o } }",
    "DESCRIBE ?s { SERVICE <URL> { ?s ?p ?o } }",
]


def test_no_query_calls_out(client):
    Canary.visits.clear()
    trap = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Canary)
    threading.Thread(target=trap.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{trap.server_port}/canary"
    try:
        for spelling in SPELLINGS:
            query = spelling.replace("URL", url)
            replies = [
                client.sparql(query),
                client.ask("POST", "/sparql", urlencode({"query": query}).encode(), Content_Type=FORM),
                client.ask("POST", "/sparql", query.encode(), Content_Type="application/sparql-query"),
            ]
            for reply in replies:
                assert reply.status == 400 or ("FROM" in spelling and reply.json["results"]["bindings"] == []), spelling
        for field in ("default-graph-uri", "named-graph-uri"):
            assert client.sparql(ALL, **{field: url}).json["results"]["bindings"] == []
    finally:
        trap.shutdown()
        trap.server_close()
    assert Canary.visits == []


def test_slow_senders_do_not_block_a_good_client(server, client):
    sockets = []
    try:
        for n in range(40):
            one = socket.create_connection(("127.0.0.1", server.port))
            half = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 5000\r\n\r\nSEL"
            one.sendall(half if n % 2 else b"GET /sparql HTTP/1.1\r\nHost: x\r\nX-")
            sockets.append(one)
        began = time.monotonic()
        assert client.sparql(POINT).status == 200
        assert client.get("/healthz").status == 200
        assert time.monotonic() - began < 2.0
        began = time.monotonic()
        assert server.client().sparql(POINT + " # again").status == 200
        assert time.monotonic() - began < 1.0
    finally:
        for one in sockets:
            one.close()


def test_a_new_release_is_answered_at_once_and_the_old_one_never_mixed_in(tmp_path):
    data = tmp_path / "data"

    def release(value):
        quads = [f'<http://e/{n}> <http://e/p> "{value}" <http://e/g> .\n'.encode() for n in range(200)]
        return publish(data, quads, keep=4)

    ids = {release("a").id: "a"}
    with running(tmp_path, data=data, workers=2, evaluators=1) as server:
        stop, wrong, seen = threading.Event(), [], set()

        def ask_on(number):
            client = server.client()
            while not stop.is_set():
                reply = client.sparql(f"SELECT DISTINCT ?o {{ ?s <http://e/p> ?o FILTER(?s != <http://e/x{number}>) }}")
                if reply.status == 200:
                    values = {row["o"]["value"] for row in reply.json["results"]["bindings"]}
                    seen.add(reply.headers["fazhi-release"])
                    if len(values) != 1 or values != {ids.get(reply.headers["fazhi-release"])}:
                        wrong.append((values, reply.headers["fazhi-release"]))
                elif reply.status != 503 or "retry-after" not in reply.headers:
                    wrong.append((reply.status, reply.body))
            client.close()

        threads = [threading.Thread(target=ask_on, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for value in "bcdefg":
            quads = [f'<http://e/{n}> <http://e/p> "{value}" <http://e/g> .\n'.encode() for n in range(200)]
            from kg.store.dump import named_graphs
            from kg.store.release import Given, identity

            ident = identity({k: v.sha256 for k, v in named_graphs(quads).items()}, Given({}, (), {}))
            ids[ident] = value
            assert release(value).id == ident
            wait_until(lambda ident=ident: ident in seen)
        stop.set()
        for thread in threads:
            thread.join()
        assert wrong == []
        client = server.client()
        before = rollback(data)
        reply = client.sparql("SELECT DISTINCT ?o { ?s <http://e/p> ?o }")
        assert reply.headers["fazhi-release"] == before.id
        assert ids[before.id].encode() in reply.body


def test_sigterm_lets_a_running_query_end(tmp_path):
    example_release(tmp_path / "data")
    with running(tmp_path, data=tmp_path / "data", workers=1, evaluators=1, seconds=3) as server:
        client = server.client()
        assert client.sparql(POINT).status == 200
        heavy = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
        with ThreadPoolExecutor(1) as pool:
            running_query = pool.submit(client.sparql, heavy)
            other = server.client()
            wait_until(lambda: "queries_total 2" in other.get("/metrics").text)
            server.process.terminate()
            assert running_query.result(timeout=20).status == 503
        server.process.wait(20)


def test_ready_tells_the_truth(tmp_path):
    release = example_release(tmp_path / "data")
    with running(tmp_path, data=tmp_path / "data", workers=1, evaluators=1) as server:
        client = server.client()
        assert client.get("/readyz").json == {"ready": True, "release": release.id, "problems": []}
        (release.path / "dump.nq.gz").write_bytes(b"short")
        reply = client.get("/readyz")
        assert reply.status == 503
        assert reply.json["problems"] == ["dump.nq.gz has another length than the manifest says"]
        assert client.get("/healthz").status == 200


def test_a_store_that_lost_its_last_commit_is_not_ready(tmp_path):
    release = example_release(tmp_path / "data")
    path = release.path / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    name = sorted(manifest["graphs"])[0]
    manifest["graphs"][name]["quads"] += 1
    path.write_text(json.dumps(manifest), encoding="utf-8")
    with running(tmp_path, data=tmp_path / "data", workers=1, evaluators=1) as server:
        client = server.client()
        wait_until(lambda: client.get("/readyz").status == 503)
        assert name in client.get("/readyz").json["problems"][0]
