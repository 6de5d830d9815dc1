"""What an evaluator may still use of the machine, and how it is heard."""

import asyncio

import pytest

from kg.store import evaluator
from kg.store.evaluator import Used
from server.evaluate.worker import Evaluator

resource = pytest.importorskip("resource")


def test_one_that_has_copied_what_it_shares_is_worn_and_one_that_shares_nothing_is_not(monkeypatch):
    monkeypatch.setattr(evaluator, "OWN", 1 << 40)
    used, alone = Used(shared=True), Used()
    assert not used.worn
    monkeypatch.setattr(evaluator, "OWN", 0)
    for one in (used, alone):
        one.look()
    assert (used.worn, alone.worn) == (True, False)


@pytest.fixture
def limits(monkeypatch):
    """What the limit of processor time was set to."""
    found = []
    monkeypatch.setattr(resource, "setrlimit", lambda kind, pair: found.append(pair[0]))
    return found


def test_a_query_may_take_twice_its_time_of_a_processor_and_the_limit_follows_what_was_used(limits, monkeypatch):
    used = Used()
    spent = int(resource.getrusage(resource.RUSAGE_SELF).ru_utime + resource.getrusage(resource.RUSAGE_SELF).ru_stime)
    used.allow(10.0)
    used.allow(10.0)
    used.allow(20.0)
    assert [limit - spent for limit in limits] in ([23, 43], [24, 44])
    monkeypatch.setattr(used, "_seconds", used._seconds + 5)
    used.allow(20.0)
    assert limits[-1] == limits[-2] + 5


@pytest.mark.parametrize("size", [1, 3, 4, 5, 100])
def test_what_an_evaluator_says_is_whole_in_whatever_pieces_it_comes(size):
    async def heard(*messages):
        one = Evaluator(asyncio.get_running_loop(), lambda _: None)
        found = []
        for said in messages:
            one.answered = asyncio.get_running_loop().create_future()
            for at in range(0, len(said), size):
                one.data_received(said[at : at + size])
            found.append((await one.answered, one.last))
        return found

    first, last = evaluator.message(b"Aboolean text/csv\n", b"true", b"\r\n"), evaluator.message(b"e\n", b"{}")
    assert asyncio.run(heard(first, last)) == [((b"Aboolean text/csv", b"true\r\n"), False), ((b"E", b"{}"), True)]
