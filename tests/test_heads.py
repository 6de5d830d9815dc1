"""Heads of requests: one that came before is read as it was then, and nothing else is taken for known."""

from hypothesis import given, settings
from hypothesis import strategies as st
from talking import GET, LATER, talk

from server.http import reading
from server.http.heads import MOST, READ, Head, Heads

FIELDS = [
    b"Content-Length: 3\r\n",
    b"Content-Length: 0\r\n",
    b"Content-Length:  2 \r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Connection: close\r\n",
    b"Connection: keep-alive\r\n",
    b"Expect: 100-continue\r\n",
    b"Authorization: Bearer x\r\n",
    b"Accept: text/csv\r\nAccept: */*\r\n",
    b"X: \xe5\xae\x81\r\n",
]
LINES = [b"GET /a?b=1", b"POST /p", b"HEAD //a", b"GET /a#b?c", b"PUT /a", b"GET /%zz?a?b", b"GET http://y/a", b"GET *"]
BODIES = [b"", b"abc", b"\r\n\r\n", b"3\r\nabc\r\n0\r\n\r\n", GET, b"ab" + GET]


@settings(max_examples=300)
@given(
    st.sampled_from(LINES),
    st.sampled_from([b"1.1", b"1.0"]),
    st.lists(st.sampled_from(FIELDS), max_size=3),
    st.sampled_from(BODIES),
)
def test_what_came_before_is_read_as_it_was_then(line, version, fields, body):
    """A head that is known is not parsed again; whoever sends it is answered as if it were."""
    whole = line + b" HTTP/" + version + b"\r\nHost: x\r\n" + b"".join(fields) + b"\r\n" + body

    async def send(one, line, app):
        one.data_received(whole)

    reading.HEADS = Heads()
    (first, asked), (second, again) = talk(send), talk(send)
    assert first.out == second.out
    assert first.closed == second.closed
    assert asked.seen == again.seen


def test_only_a_whole_request_with_a_plain_head_is_known():
    async def script(one, line, app):
        for data in (GET, GET.replace(b"Host: x", b"Host: x\r\nAuthorization: Bearer y"), LATER[:-2]):
            one.data_received(data)

    reading.HEADS = Heads()
    talk(script)
    assert reading.HEADS.find(b"Host: x\r\n\r\n") == {"host": "x"}
    assert len(reading.HEADS) == 1
    for number in range(2 * MOST):
        reading.HEADS.remember(b"%d" % number, Head())
    assert len(reading.HEADS) <= MOST


def test_a_long_wish_is_read_in_part_for_each_language_named_is_weighed_against_ours():
    async def script(one, line, app):
        one.data_received(b"GET / HTTP/1.1\r\nHost: x\r\nAccept-Language: en, " + b"zh, " * 9999 + b"\r\n\r\n")
        one.data_received(b"GET / HTTP/1.1\r\nHost: x\r\nCookie: " + b"a=b; " * 999 + b"lang=en\r\n\r\n")

    _line, app = talk(script)
    language, cookie = app.seen
    assert language.environ()["HTTP_ACCEPT_LANGUAGE"].startswith("en, zh, ")
    assert len(language.environ()["HTTP_ACCEPT_LANGUAGE"]) == READ["accept-language"]
    assert cookie.environ()["HTTP_COOKIE"].endswith("lang=en")
    assert cookie.headers.taste is None
