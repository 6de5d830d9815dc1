"""Answers that are kept: each asker gets the one that fits the question, whatever others asked before, and only whole ones."""

import gzip
import json
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import pytest
from example_release import example_release
from serving import Client, running, wait_until

HOST = "localhost"
QUERY = "/sparql?query=SELECT%20%2A%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D%20LIMIT%2040"
VARIED = {
    "Host": [HOST, "127.0.0.1", "data.example.org"],
    "Accept": ["*/*", "application/json", "text/csv", "text/html", "text/turtle", "image/png"],
    "Accept_Encoding": ["", "gzip", "gzip;q=0", "identity"],
    "Accept_Language": ["zh", "en"],
    "Origin": ["", "https://evil.example"],
    "X_Forwarded_Host": ["", "evil.example"],
}
PATHS = ["/", QUERY, "/ns", "/.well-known/void", "/sparql", "/api/v1/terms", "/ask/who-did-what", "/data/area/330226", "/id/area/330226", "/sitemap.xml", "/nowhere"]  # fmt: skip
TELLING = ("content-type", "content-language", "location", "vary", "access-control-allow-origin", "cache-control")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("poison")
    example_release(folder / "data")
    with running(folder, data=folder / "data", workers=1, evaluators=1, rows=50) as found:
        client = found.client()  # the front page counts in the background: until it has, it is not to be kept
        wait_until(lambda: "must-revalidate" in client.get("/", Accept="text/html").headers["cache-control"])
        yield found


def plain(reply):
    return gzip.decompress(reply.body) if reply.headers.get("content-encoding") == "gzip" else reply.body


@pytest.mark.parametrize("path", PATHS)
def test_what_is_kept_is_what_a_fresh_answer_would_be(server, path):
    """Every way of asking, in every order of neighbours: twice the same, and that of one who asks with an own, new address."""
    client, seen = server.client(), {}
    asked = [dict(zip(VARIED, values, strict=True)) for values in product(*VARIED.values())]
    for number, headers in enumerate([*asked[::7], *reversed(asked[::5]), *asked[::7]]):
        sent = {name: value for name, value in headers.items() if value}
        reply = client.ask("GET", path, **sent)
        assert reply.status < 500
        named = plain(reply)
        assert b"evil" not in named
        assert not any(f"//{host}".encode() in named for host in VARIED["Host"] if host != headers["Host"])
        assert not any("evil" in value for value in reply.headers.values())
        assert reply.headers.get("content-encoding", "") in ("", "gzip" if headers["Accept_Encoding"] == "gzip" else "")
        key = tuple(headers[name] for name in ("Host", "Accept", "Accept_Language"))
        made = (reply.status, *(reply.headers.get(name) for name in TELLING), plain(reply))
        assert seen.setdefault(key, made)[0::7] == made[0::7], (number, headers)
        assert seen[key][1:4] == made[1:4], (number, headers)
        if reply.status == 200 and (tag := reply.headers.get("etag")):
            again = client.ask("GET", path, **sent, If_None_Match=tag)
            assert (again.status, again.body) == (304, b"")


def test_a_partial_answer_is_never_kept_nor_called_whole(server):
    client = server.client()
    for _ in range(3):
        cut = client.sparql("SELECT * { ?s ?p ?o } # poison")
        assert cut.headers["fazhi-partial"] == "rows=50"
        assert "etag" not in cut.headers
        assert cut.headers["cache-control"] == "no-store"
        assert len(cut.json["results"]["bindings"]) == 50


def test_the_same_bytes_in_another_place_are_another_question(server):
    """What could be mixed up in a key: where path, query, body and type end."""
    client = server.client()
    form, direct = "application/x-www-form-urlencoded", "application/sparql-query"
    assert client.ask("GET", "/sparql?query=ASK%7B%7D").status == 200
    assert client.ask("POST", "/sparql?query=ASK%7B%7D", b"", Content_Type=form).status == 400
    assert client.ask("POST", "/sparql", b"query=ASK%7B%7D", Content_Type=form).status == 200
    assert client.ask("POST", "/sparql", b"query=ASK%7B%7D", Content_Type=direct).status == 400
    assert client.ask("GET", "/sparql%3Fquery=ASK%7B%7D").status == 404
    assert client.ask("GET", "/sparql?query=ASK%7B%7D%0Atext/csv", Accept="application/json").status in {200, 400}


def test_many_who_ask_the_same_at_once_get_the_same(server):
    def ask(number):
        client = Client(server.port)
        accept = ("text/csv", "application/sparql-results+json")[number % 2]
        reply = client.ask("GET", QUERY + "%20%23once", Accept=accept)
        client.close()
        return accept, reply.headers["content-type"].partition(";")[0], reply.body

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, range(40)))
    assert all(wanted == given for wanted, given, _ in found)
    assert len({body for _, _, body in found}) == 2
    assert json.loads(next(body for wanted, _, body in found if wanted.endswith("json")))


@pytest.mark.parametrize(
    ("wanted", "status", "length"),
    [
        ("bytes=0-0", 206, 1),
        ("bytes=-5", 206, 5),
        ("bytes= 2-3", 206, 2),
        ("bytes=0-0,2-3", 200, None),
        ("bytes=" + ",".join(["0-"] * 2000), 200, None),
        ("chars=0-1", 200, None),
        ("bytes=5-2", 416, None),
        ("nonsense", 200, None),
        ("bytes=99999999999-", 416, None),
    ],
)
def test_a_range_is_one_stretch_or_the_whole_file(server, wanted, status, length):
    client = server.client()
    whole = client.ask("GET", "/data/dump.nq.gz").body
    reply = client.ask("GET", "/data/dump.nq.gz", Range=wanted)
    assert reply.status == status
    if status == 416:
        assert reply.headers["content-range"] == f"bytes */{len(whole)}"
    else:
        assert len(reply.body) == (length or len(whole))
    assert client.ask("GET", QUERY, Range=wanted).status == 200
