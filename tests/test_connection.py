"""What is said over one connection: requests in a row, in pieces, too long, and clients that leave."""

import asyncio
from types import SimpleNamespace

import pytest
from talking import GET, LATER, App, Line, talk, turns

from server.http.connection import Connection
from server.http.reading import HEAD_BYTES


def test_a_request_is_answered_in_one_write_and_the_line_stays():
    async def script(one, line, app):
        one.data_received(GET)
        assert line.out == b"HTTP/1.1 200 OK\r\ndate: today\r\ncontent-length: 13\r\n\r\nGET /a b=1 0\n"
        one.data_received(GET)

    line, _app = talk(script)
    assert line.out.count(b"GET /a b=1") == 2
    assert not line.closed


def test_an_answer_of_unknown_length_goes_out_in_chunks_and_one_that_breaks_off_has_no_last():
    async def script(one, line, app):
        one.data_received(GET.replace(b"/a?b=1", b"/grows") + GET)
        await turns()
        assert not line.closed
        one.data_received(GET.replace(b"/a?b=1", b"/breaks"))
        await turns()
        assert line.closed

    line, _app = talk(script)
    head, grown, rest = line.out.split(b"\r\n\r\n", 2)
    assert head.endswith(b"transfer-encoding: chunked")
    assert grown == b"5\r\nfirst\r\n10\r\n0123456789abcdef\r\n0"
    assert b"GET /a b=1" in rest
    assert rest.endswith(b"5\r\nfirst\r\n")


@pytest.mark.parametrize("size", [1, 7, 30])
def test_a_request_may_come_in_pieces(size):
    whole = b"POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabcde" + GET

    async def script(one, line, app):
        for at in range(0, len(whole), size):
            one.data_received(whole[at : at + size])

    _line, app = talk(script)
    assert [(sent.method, sent.body) for sent in app.seen] == [("POST", b"abcde"), ("GET", b"")]


def test_answers_go_out_in_the_order_of_the_requests():
    async def script(one, line, app):
        one.data_received(LATER + GET + LATER)
        assert line.out == b""
        assert not line.reading
        app.go.set()
        await turns()
        await turns()
        assert line.reading

    line, _ = talk(script)
    assert [part.split()[1] for part in line.out.split(b"\r\n\r\n")[1:]] == [b"/later", b"/a", b"/later"]


def test_a_client_that_leaves_ends_what_it_waits_for():
    async def script(one, line, app):
        one.data_received(LATER)
        await turns()
        one.connection_lost(None)
        await turns()
        assert app.left

    talk(script)


@pytest.mark.parametrize(
    ("asked", "status", "closed"),
    [
        (b"GET / HTTP/1.0\r\n\r\n", b"200", True),
        (b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" + GET, b"200", True),
        (b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n", b"200", True),
        (b"GET http://other/a HTTP/1.1\r\nHost: x\r\n\r\n", b"200", False),
        ("GET /宁海 HTTP/1.1\r\nHost: x\r\n\r\n".encode(), b"200", False),
        (b"GET /fails HTTP/1.1\r\nHost: x\r\n\r\n", b"500", False),
        (b"nonsense\r\n\r\n", b"400", True),
        (b"GET / HTTP/1.1\r\nx: " + b"y" * HEAD_BYTES, b"400", True),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n", b"413", True),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" + b"y" * 1001, b"413", True),
    ],
)
def test_each_request_gets_one_answer(asked, status, closed):
    async def script(one, line, app):
        one.data_received(asked)

    line, _ = talk(script)
    assert line.out.startswith(b"HTTP/1.1 " + status)
    assert line.out.count(b"HTTP/1.1") == 1
    assert line.closed == closed == (b"connection: close" in line.out)
    assert b"content-length: " in line.out


def test_head_has_no_body_and_a_long_body_goes_in_pieces():
    async def script(one, line, app):
        one.data_received(b"HEAD /a HTTP/1.1\r\nHost: x\r\n\r\nGET /long HTTP/1.1\r\nHost: x\r\n\r\n")
        await turns()
        await turns()

    line, _ = talk(script)
    first, second, body = line.out.split(b"\r\n\r\n")
    assert b"content-length: 11" in first
    assert second.startswith(b"HTTP/1.1 200")
    assert body == b"abcdef"


def test_a_body_that_is_announced_is_asked_for():
    async def script(one, line, app):
        one.data_received(b"POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        assert line.out == b"HTTP/1.1 100 Continue\r\n\r\n"
        one.data_received(b"ab")

    line, app = talk(script)
    assert app.seen[0].body == b"ab"
    assert b"HTTP/1.1 200" in line.out


def test_the_last_answer_is_given_when_the_server_ends():
    async def script(one, line, app):
        one.data_received(LATER + GET)
        one.shutdown()
        assert not line.closed
        app.go.set()
        await turns()

    line, _app = talk(script)
    assert line.closed
    assert line.out.count(b"HTTP/1.1") == 1
    assert b"connection: close" in line.out


def test_who_asks_while_the_server_ends_is_told_to_come_back():
    async def script(one, line, app):
        app.over = True
        one.data_received(GET)

    line, app = talk(script)
    assert line.out.startswith(b"HTTP/1.1 503")
    assert line.closed
    assert not app.seen


def test_nothing_is_answered_to_who_does_not_read():
    async def script(one, line, app):
        one.pause_writing()
        one.data_received(GET * 3)
        assert line.out == b""
        assert not line.reading
        one.resume_writing()
        assert line.reading

    line, _ = talk(script)
    assert line.out.count(b"HTTP/1.1 200") == 3


def test_a_header_with_a_line_end_never_leaves():
    async def script(one, line, app):
        one.data_received(b"GET /split HTTP/1.1\r\nHost: x\r\n\r\n")

    line, _ = talk(script)
    assert b"y: 2" not in line.out


def test_one_address_has_so_many_connections_and_a_closed_one_makes_room():
    async def run():
        app, lines, ones = App(), [], []
        state = SimpleNamespace(connections=set(), tasks=set(), total_requests=0, default_headers=[])

        def knock():
            lines.append(Line())
            ones.append(Connection(SimpleNamespace(loaded_app=app), state, {}))
            ones[-1].connection_made(lines[-1])
            ones[-1].data_received(GET)
            return lines[-1].out[9:12]

        said = [knock() for _ in range(3)]
        ones[2].connection_lost(None)
        said.append(knock())
        ones[0].connection_lost(None)
        said.append(knock())
        for one in (ones[1], ones[3], ones[4]):
            one.connection_lost(None)
        return said, [line.closed for line in lines], len(app.seen)

    assert asyncio.run(run()) == ([b"200", b"200", b"429", b"429", b"200"], [False, False, True, True, False], 3)
