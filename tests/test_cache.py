"""The cache: what was quick to make has a small room until it is asked for again; what is long is kept compressed alone."""

import asyncio
import gzip

import pytest

from server.http.cache import LONG, NEW, OVERHEAD, Cache, Kept
from server.http.reply import lines_of

LIMIT = NEW * 4 * (OVERHEAD + 1010)
KEY = ("release", "/sparql")
BODY = b'{"x":"%d"},' * (LONG // 10)
PLAIN, PACKED = {}, {"accept-encoding": "gzip"}


def answer(size: int = 1000) -> Kept:
    return Kept([], b"", b"x" * size, b'"1"', packs=False)


def test_what_nobody_asks_for_twice_takes_nothing_from_what_was_slow_to_make():
    cache, slow = Cache(LIMIT), ("slow",)
    cache.put(slow, answer())
    for number in range(10 * NEW * 4):
        cache.put((f"{number:09d}",), answer(), quick=True)
    assert cache.find(slow) is not None
    assert [cache.find((f"{number:09d}",)) is not None for number in range(1270, 1280)] == [False] * 6 + [True] * 4


def test_what_is_asked_for_again_stays():
    cache, again = Cache(LIMIT), ("again",)
    kept = cache.put(again, answer(), quick=True)
    assert cache.find(again) is kept
    for number in range(50):
        cache.put((f"{number:09d}",), answer(), quick=True)
    assert cache.find(again) is kept
    assert cache.put(again, answer(), quick=True) is kept


def test_what_two_make_at_the_same_time_is_kept_once():
    cache, key = Cache(LIMIT), ("key",)
    first = cache.put(key, answer(), quick=True)
    assert cache.put(key, answer(), quick=True) is first


def test_what_is_longer_than_the_room_is_not_kept():
    cache, key = Cache(LIMIT), ("key",)
    assert cache.put(key, answer(LIMIT // NEW), quick=True) is not None
    assert cache.find(key) is None


def kept(body: bytes = BODY) -> Kept:
    headers = [(b"content-type", b"application/json"), (b"vary", b"Accept, Accept-Encoding")]
    return Kept(headers, lines_of(headers), body, b'"tag"', True)


async def put(cache: Cache, one: Kept) -> Kept | None:
    """Keep it, and wait until it is as it stays."""
    found = cache.put(KEY, one)
    if one.packing:
        await one.packing
    return found


def test_a_long_answer_is_kept_compressed_alone_and_given_as_it_is_taken():
    async def ask():
        cache, one = Cache(4 * LONG), kept()
        given = cache.put(KEY, one)
        assert given is one
        assert not one.wants("")  # who asks while it is compressed gets it as it is
        assert one.reply(PLAIN, "GET").body == BODY
        await one.packing
        found = cache.find(KEY)
        assert found is one
        assert one.size < LONG // 4
        assert not one.wants("gzip")
        packed = one.reply(PACKED, "GET")
        assert one.wants("")
        plain = one.reply(PLAIN, "GET", await one.plain())
        assert (plain.body, gzip.decompress(packed.body)) == (BODY, BODY)
        assert (b"content-length", b"%d" % len(BODY)) in plain.headers
        assert dict(plain.headers)[b"etag"] != dict(packed.headers)[b"etag"]
        assert one.reply({"if-none-match": '"tag"'}, "GET").status == 304

    asyncio.run(ask())


def test_several_who_take_it_compressed_wait_for_one():
    async def ask():
        cache, one = Cache(4 * LONG), kept()
        cache.put(KEY, one)
        first = one.packing
        await asyncio.gather(*(cache.pack(KEY, one) for _ in range(4)))
        assert one.packing is first
        assert gzip.decompress(one.packed) == BODY
        return cache

    cache = asyncio.run(ask())
    assert cache._size == cache.find(KEY).size + len("".join(KEY))


def test_what_stays_long_is_not_kept():
    async def ask():
        cache = Cache(LONG)
        await put(cache, kept(b"".join(gzip.compress(b"%d" % n, mtime=0) for n in range(LONG // 20))))
        assert cache.find(KEY) is None
        assert cache._size == 0
        await put(cache, kept(b"x" * (LONG // 15)))
        assert cache.find(KEY) is None
        await put(cache, kept(b"x" * (LONG // 17)))
        assert cache.find(KEY) is not None

    asyncio.run(ask())


@pytest.mark.parametrize(
    ("body", "packed", "packs", "accepted", "wants"),
    [
        (b"x", b"", True, "gzip", True),
        (b"x", b"z", True, "gzip", False),
        (b"x", b"", False, "gzip", False),
        (b"x", b"z", True, "", False),
        (b"", b"z", True, "", True),
        (b"", b"", False, "", False),
    ],
    ids=["not packed yet", "packed", "never packed", "plain is there", "plain was given up", "empty"],
)
def test_an_answer_is_made_anew_only_where_nobody_has_made_it_as_this_asker_takes_it(
    body, packed, packs, accepted, wants
):
    assert Kept([], b"", body, b'"1"', packs=packs, packed=packed).wants(accepted) is wants
