"""What comes to the door: hosts, bytes that are no text, packed bodies, JSON that nobody can repeat; never a 500."""

import gzip
import json
import socket
from urllib.parse import quote

import pytest
from example_release import example_release
from serving import PATIENCE, running

FORM = "application/x-www-form-urlencoded"
BAD = ["%ff", "%00", "%ed%a0%80", "%c0%af", "%E5%AE", "%F4%90%80%80"]
PLACES = [
    "/ask?q=",
    "/browse?q=",
    "/sparql?query=",
    "/api/v1/suggest?q=",
    "/api/v1/questions/goals?place=",
    "/store?graph=http://e/",
]
PATHS = ["/", "/id/", "/page/", "/data/", "/reports/", "/ask/", "/api/v1/resources/", "/static/"]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("strict")
    example_release(folder / "data")
    (folder / "token").write_text("t")
    (folder / "token").chmod(0o600)
    with running(folder, data=folder / "data", workers=1, evaluators=1, token_file=folder / "token") as found:
        yield found


@pytest.fixture
def client(server):
    return server.client()


def spoken(server, head: str, body: bytes = b"") -> list[bytes]:
    """Status lines of what is answered to raw bytes, until the server closes or says no more."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as sent:
        sent.sendall(head.replace("\n", "\r\n").encode("latin-1") + b"\r\n\r\n" + body)
        said = b""
        while piece := sent.recv(65536):
            said += piece
    return [line.split(b"\r\n")[0] for line in said.split(b"HTTP/1.1 ")[1:]]


@pytest.mark.parametrize("bytes_", BAD)
@pytest.mark.parametrize("place", PLACES + PATHS)
def test_bytes_that_are_no_text_are_refused_and_not_replaced(client, place, bytes_):
    reply = client.ask("GET", place + bytes_, Accept="application/json")
    assert reply.status == 400
    assert reply.json["type"] == "/problems#bad-request"


@pytest.mark.parametrize("body", [b"query=%ff", b"query=ASK%7B%7D%00", b"a=\xff", b"%ed%a0%80=x"])
@pytest.mark.parametrize("path", ["/sparql", "/check/sign-in", "/api/v1/ask"])
def test_so_are_forms(client, path, body):
    assert client.ask("POST", path, body, Content_Type=FORM).status == 400


@pytest.mark.parametrize("body", [
    b"[" * 20_000, b'{"a":' * 10_000, b'{"question":"\\ud800"}', b'{"question":"a\\u0000"}', b'{"\\ud800":1}', b"\xff",
    b'{"question_id":"goals","slots":{"place":"\\ud800"}}', b'{"question_id":"goals","slots":{"\\ud800":"x"}}',
    b'{"question_id":"\\ud800"}', b'{"question_id":"who-did-what","slots":{"what":"\\ud800"}}', b'{"question":"x","limit":NaN}',
    b'{"question":"x","limit":' + b"9" * 5000 + b"}", '{"question":"x"}'.encode("utf-16"),
])  # fmt: skip
def test_json_that_no_answer_could_repeat_is_refused(client, body):
    assert client.ask("POST", "/api/v1/ask", body, Content_Type="application/json").status == 400


def test_a_question_has_a_longest_body(client):
    body = json.dumps({"question": "法" * 70_000}).encode()
    assert client.ask("POST", "/api/v1/ask", body, Content_Type="application/json").status == 413


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("POST", "/sparql", "application/sparql-query"),
        ("POST", "/sparql", FORM),
        ("POST", "/api/v1/ask", "application/json"),
        ("POST", "/api/v1/reports", "text/plain"),
        ("PUT", "/store?default", "text/turtle"),
    ],
)
def test_a_packed_body_is_never_unpacked(client, method, path, kind):
    reply = client.ask(
        method,
        path,
        gzip.compress(b" " * 5_000_000),
        Content_Type=kind,
        Content_Encoding="gzip",
        Authorization="Bearer t",
    )
    assert reply.status == 415
    assert reply.headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    "cookie", ["fazhi-staff=\xe9.\xff", "fazhi-staff=d2FuZw.\xe9", "lang=\xff", "fazhi-staff=" + "." * 3000]
)
def test_strange_cookies_are_strangers(client, cookie):
    assert client.ask("GET", "/check", Accept="text/html", Cookie=cookie).status == 200


@pytest.mark.parametrize("host", ["a b", "a/b", 'a"><script>', "[::1", "u@h", "x,y", "localhost:abc", "localhost:999999", "http://x", "", "<x>", "x" * 301])  # fmt: skip
@pytest.mark.parametrize("path", ["/", "/ns", "/sparql", "/sparql?query=ASK%7B%7D"])
def test_what_is_no_host_is_refused(server, path, host):
    assert spoken(server, f"GET {path} HTTP/1.1\nHost: {host}\nConnection: close") == [b"400 Bad Request"]


@pytest.mark.parametrize("path", ["/", "/sparql?query=ASK%7B%7D"])
@pytest.mark.parametrize(
    ("rest", "status"),
    [
        ("HTTP/1.1\nConnection: close", b"400 Bad Request"),
        ("HTTP/1.1\nHost: localhost\nHost: evil.example\nConnection: close", b"400 Bad Request"),
        ("HTTP/1.0\nConnection: close", b"200 OK"),
    ],
)
def test_a_request_names_one_host(server, path, rest, status):
    assert spoken(server, f"GET {path} {rest}") == [status]


TWO = "POST /sparql HTTP/1.1\nHost: localhost\nContent-Type: " + FORM
AFTER = b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize("framing", [
    "Content-Length: 6\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\nContent-Length: 6",
    "Content-Length: 5\nContent-Length: 9", "Content-Length: 5, 9", "Content-Length: +5", "Content-Length: 0x5", "Content-Length: -1",
    "Content-Length : 5", "Content-Length: 99999999999999999999", "Transfer-Encoding: xchunked",
    "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: chunked, identity", "Transfer-Encoding: chunked\nTransfer-Encoding: identity",
    "Transfer-Encoding: chunked\n x: y", "X: a\rContent-Length: 5", "Transfer-Encoding: identity",
])  # fmt: skip
def test_no_second_request_is_smuggled_in_a_first(server, framing):
    """Where two servers could see another end of a body, nothing of it is read: one refusal, and the connection ends."""
    assert spoken(server, f"{TWO}\n{framing}", b"0\r\n\r\n" + AFTER) == [b"400 Bad Request"]


def test_chunks_that_never_end_do_not_grow(server):
    for body in (b"FFFFFFFFFFFFFFFFF\r\nabc", b"-1\r\nabc", b"f\nquery=ASK%7B%7D\n0\n\n"):
        assert spoken(server, f"{TWO}\nTransfer-Encoding: chunked", body) == [b"400 Bad Request"]


def test_requests_in_a_row_are_answered_in_their_order(server):
    query = "/sparql?query=" + quote("SELECT (%d AS ?n) {}")
    row = "\r\n\r\n".join(f"GET {query.replace('%25d', str(n))} HTTP/1.1\r\nHost: localhost" for n in range(20))
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as sent:
        sent.sendall(row.encode() + b"\r\nConnection: close\r\n\r\n")
        said = b""
        while piece := sent.recv(65536):
            said += piece
    values = [part.split(b'"')[0] for part in said.split(b'"value":"')[1:]]
    assert values == [str(n).encode() for n in range(20)]
