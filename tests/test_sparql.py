"""/sparql over a real server: the protocol's edges, negotiation, the row cap, what is kept, headers."""

import socket
from dataclasses import replace
from http.client import HTTPResponse
from urllib.parse import quote, unquote_to_bytes, urlencode

import pytest
from example_release import example_release
from hypothesis import example, given
from hypothesis import strategies as st
from serving import PATIENCE, running

from kg.store.answer import Answer
from server.evaluate.limits import check
from server.negotiate import GRAPH_TYPES, TABLE_TYPES, choose
from server.protocol import sparql
from server.service import Asked

FORM = "application/x-www-form-urlencoded"
POINT = "SELECT ?c WHERE { <https://w3id.org/fazhi/id/area/330226> a ?c }"
ALL = "SELECT ?s ?p ?o WHERE { ?s ?p ?o }"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sparql")
    example_release(folder / "data")
    # From disk alone: which rows a LIMIT leaves is the store's choice, and here the worker is held against an evaluator.
    with running(folder, data=folder / "data", workers=1, evaluators=2, rows=50, store_memory=0) as found:
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
        ("POST", "/sparql", b"ASK {}", "application/sparql-query; x=" + "y" * 300, 415, "unsupported-type"),
        ("POST", "/sparql", b"\xff\xfeA", "application/sparql-query", 400, "bad-request"),
        ("POST", "/sparql", b"", FORM, 400, "bad-request"),
        ("POST", "/sparql", b"#" * 70_000, "application/sparql-query", 413, "too-large"),
        ("POST", "/sparql", b"query=" + b"%23" * 600_000, FORM, 413, "too-large"),
        ("PUT", "/sparql", b"", "", 405, "method-not-allowed"),
        ("GET", "/sparql?query=ASK%20%7B%7D&timeout=soon", None, "", 400, "bad-request"),
        ("GET", "/sparql?query=ASK%20%7B%7D&timeout=nan", None, "", 400, "bad-request"),
        ("GET", "/sparql?query=" + quote("SELECT ?s { ?s ?p ?o } LIMIT ²"), None, "", 400, "bad-query"),
        ("GET", "/sparql?query=" + quote("SELECT ?s { ?s ?p ?o } LIMIT ٣"), None, "", 400, "bad-query"),
        ("GET", "/sparql?query=ASK%20%7B%7D" + "&x=1" * 1001, None, "", 400, "bad-request"),
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


def test_the_tag_tells_apart_releases_forms_and_orders_of_rows():
    asked = Asked(check("SELECT * { ?s ?p ?o } LIMIT 5", 10), {})
    one = Answer(kind="solutions", media_type="text/csv", body=b"x\r\n1\r\n2\r\n", release="r1")
    others = [replace(one, body=b"x\r\n2\r\n1\r\n"), replace(one, release="r2"), replace(one, media_type="text/plain")]
    tags = [sparql.tag_of(answer, asked) for answer in (one, *others)]
    assert len(set(tags)) == 4
    assert sparql.tag_of(replace(one), asked) == tags[0]
    assert sparql.tag_of(replace(one, partial_rows=5), asked) == ""


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


@pytest.mark.parametrize(
    "query",
    [
        POINT,
        "SELECT ?p ?o { <https://w3id.org/fazhi/id/area/330226> ?p ?o } LIMIT 2",
        "PREFIX fz: <https://w3id.org/fazhi/ns#>\nSELECT ?s WHERE { ?s a fz:Jurisdiction . } # one",
        "SELECT * { ?s ?p ?o }",
        "SELECT * { ?s ?p ?o } LIMIT 49",
        "SELECT ?missing { <http://e/none> ?p ?o }",
        "SELECT ?c { <s> a ?c }",
        "PREFIX e: <http://e/> SELECT ?c { e:s nowhere:a ?c }",
    ],
)
@pytest.mark.parametrize("accept", ["application/sparql-results+json", "text/csv"])
def test_one_pattern_gives_what_an_evaluator_gives(client, query, accept):
    """Alone it is answered by the worker, in a second pair of braces by an evaluator."""
    near = client.sparql(query, accept=accept)
    far = client.sparql(query.replace("{", "{ {", 1).replace("}", "} }", 1), accept=accept)
    assert near.status == far.status
    assert near.headers.get("fazhi-partial") == far.headers.get("fazhi-partial")
    if near.status == 200:
        assert sorted(near.body.split(b"\n")) == sorted(far.body.split(b"\n"))
    else:
        assert near.json["detail"] == far.json["detail"]


def test_raw_chinese_in_an_address_is_read_like_its_encoded_form(server):
    """As curl sends it, on a connection that is kept, the second time in two pieces within one character."""
    line = "GET /api/v1/suggest?q=宁海 HTTP/1.1\r\n".encode()
    rest = f"Host: 127.0.0.1:{server.port}\r\n\r\n".encode()
    cut = line.index("宁".encode()) + 1
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as sent:
        for pieces in ([line + rest], [line[:cut], line[cut:] + rest]):
            for piece in pieces:
                sent.sendall(piece)
            reply = HTTPResponse(sent)
            reply.begin()
            assert (reply.status, "宁海县" in reply.read().decode()) == (200, True)


@given(
    st.one_of(
        st.binary(max_size=40),
        st.lists(st.sampled_from([b"%", b"=", b"4", b"d", b"D", b"\n", b"\r", b"_", b"%4", b"%3D", b"x"])).map(
            b"".join
        ),
    )
)
@example(b"%%41")
@example(b"%=")
@example(b"a%")
@example(b"%\n%41")
@example(b"%\r..\n%4")
def test_percent_signs_are_decoded_as_the_standard_library_does(data):
    assert sparql._unquoted(data) == unquote_to_bytes(data)
