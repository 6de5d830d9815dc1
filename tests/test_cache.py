"""The cache: what was quick to make has a small room until it is asked for again."""

from server.http.cache import NEW, OVERHEAD, Cache, Kept

LIMIT = NEW * 4 * (OVERHEAD + 1010)


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
