"""Clients that take their answer slowly or not at all: what is held for them has an end, in bytes and in time."""

import socket
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from example_release import example_release
from serving import running

from server.http import connection
from server.http.connection import LEAST, PATIENCE, Connection

LARGE = quote("SELECT * { ?s ?p ?o . ?a ?b ?c } # ")
TIME = 600  # for large answers, however busy this machine is
POINT = "ASK { ?s ?p ?o }"


class Transport:
    """What `_look` sees of a socket: how much of the answer is still here."""

    def __init__(self) -> None:
        self.unread, self.ended = 0, ""

    def get_write_buffer_size(self) -> int:
        return self.unread

    def abort(self) -> None:
        self.ended = "aborted"

    def close(self) -> None:
        self.ended = "closed"


@pytest.fixture
def looked():
    """A connection whose clock is turned by hand."""
    loop = SimpleNamespace(call_later=lambda *_: None)
    one = Connection(SimpleNamespace(loaded_app=None), SimpleNamespace(connections=set()), {}, loop)
    one._in_head = one._in_request = False
    one._transport = Transport()
    return one


def test_a_client_that_takes_nothing_is_given_up(looked):
    looked._written = looked._transport.unread = 1_000_000
    for _ in range(PATIENCE):
        assert looked._transport.ended == ""
        looked._look()
    assert looked._transport.ended == "aborted"


@pytest.mark.parametrize(("taken", "ended"), [(LEAST, ""), (LEAST - 1, "aborted")])
def test_one_that_takes_a_little_each_time_is_waited_for(looked, taken, ended):
    looked._written = looked._transport.unread = 10_000_000
    for _ in range(PATIENCE * 3):
        looked._transport.unread -= taken
        looked._look()
    assert looked._transport.ended == ended


def test_one_that_has_taken_all_may_rest(looked, monkeypatch):
    looked._written = 10_000_000
    for _ in range(PATIENCE * 3):
        looked._look()
    assert looked._transport.ended == ""
    monkeypatch.setattr(connection.time, "monotonic", lambda: looked._began + connection.IDLE_SECONDS + 1)
    looked._look()
    assert looked._transport.ended == "closed"


def test_what_all_together_leave_unread_has_an_end(tmp_path):
    example_release(tmp_path / "data")
    with running(
        tmp_path, data=tmp_path / "data", workers=1, evaluators=1, seconds=TIME, upload_bytes=1 << 20
    ) as server:
        client, statuses, sockets = server.client(), [], []
        for n in range(4):
            one = socket.socket()
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            one.connect(("127.0.0.1", server.port))
            one.sendall(f"GET /sparql?query={LARGE}{n} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            statuses.append(one.recv(20)[9:12])
            sockets.append(one)
        assert statuses[0] == b"200"
        assert statuses[-1] == b"503"
        assert client.sparql(POINT).status == 200
        for one in sockets:
            one.close()
        whole = client.ask("GET", f"/sparql?query={LARGE}9", Accept="text/csv")
        assert (whole.status, whole.headers["fazhi-partial"]) == (200, "rows=100000")
        assert whole.body.count(b"\n") == 100_001
