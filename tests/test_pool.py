"""Who waits for an evaluator, and who is ended: a pool of one place, whose lane for slow queries is full."""

import asyncio
import os
import threading
from pathlib import Path

import pytest
from example_release import example_release
from serving import wait_until

from kg.store import holder
from kg.store.answer import QueryCostError, QuerySyntaxError, StoreBusyError
from kg.store.evaluate import DEFAULTS
from server.evaluate import places
from server.evaluate.holding import FREED
from server.evaluate.pool import Pool

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(%d = %d) }"


@pytest.fixture
def pool(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "LANE", 0)
    monkeypatch.setattr(places, "SHARE", 0.0)  # however busy this machine is
    release = example_release(tmp_path / "data")
    made = Pool(release.id, release.path, size=1)
    yield made
    made.close()


def asked(pool, number, seconds):
    """An endless query of a stranger."""
    return pool.wait(pool.asked(ENDLESS % (number, number), DEFAULTS, seconds=seconds))


def test_a_long_query_stays_where_nobody_waits_for_its_place(pool):
    with pytest.raises(QueryCostError, match="longer than"):
        asked(pool, 1, 1.7)


def test_a_long_query_gives_its_place_to_one_that_waits(pool):
    ended = []

    def ask():
        with pytest.raises(StoreBusyError, match="too many long queries"):
            asked(pool, 2, 60)
        ended.append(True)

    thread = threading.Thread(target=ask)
    thread.start()
    wait_until(lambda: pool.places.busy)
    assert pool.answer("ASK { ?s ?p ?o }").body
    thread.join()
    assert ended


def test_a_query_that_others_kept_from_the_processor_is_not_held_to_be_costly(pool, monkeypatch):
    monkeypatch.setattr(places, "SHARE", 2.0)  # no query can have had so much
    for _ in range(2):
        with pytest.raises(StoreBusyError):
            asked(pool, 3, 0.3)
    monkeypatch.setattr(places, "SHARE", 0.0)
    with pytest.raises(QueryCostError):
        asked(pool, 3, 0.3)


@pytest.mark.skipif(not hasattr(os, "SCHED_BATCH"), reason="no other system has processes that put nobody off")
def test_an_evaluator_puts_nobody_off_who_runs(pool):
    one = pool.places._idle[0]
    threads = [int(path.name) for path in Path(f"/proc/{one.pid}/task").iterdir()]
    assert len(threads) > 1
    assert {os.sched_getscheduler(thread) for thread in threads} == {os.SCHED_BATCH}


@pytest.mark.skipif(not holder.OFFERED, reason="evaluators of other systems are children of the server")
def test_an_evaluator_keeps_what_it_frees_at_hand(pool):
    given = Path(f"/proc/{pool.places._idle[0].pid}/environ").read_bytes().decode()
    given = given.replace("\0", ":")  # where one tunable follows another the C library has ended it
    assert all(f"{name}={value}" in given for name, value in FREED.items()) or "GLIBC_TUNABLES" in os.environ


@pytest.fixture
def evaluated(pool, monkeypatch):
    """An event, until which all answers are held up, and what is evaluated."""
    asked, evaluate, go = [], pool.places.evaluate, threading.Event()

    async def slowly(one, packed, deadline, trusted):
        asked.append(packed)
        said = await evaluate(one, packed, deadline, trusted)
        while not go.is_set():
            await asyncio.sleep(0.01)
        return said

    monkeypatch.setattr(pool.places, "evaluate", slowly)
    return go, asked


def test_what_several_ask_at_once_is_evaluated_once(pool, evaluated):
    go, texts = evaluated

    async def several(query, **how):
        asking = [asyncio.ensure_future(pool.asked(query, DEFAULTS, **how)) for _ in range(4)]
        await asyncio.sleep(0.05)
        go.set()
        return await asyncio.gather(*asking, return_exceptions=True)

    answers = pool.wait(several("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"))
    assert len(texts) == 1
    assert len({answer.body for answer in answers}) == 1
    assert {type(error) for error in pool.wait(several("SELECT ?"))} == {QuerySyntaxError}
    assert len({answer.body for answer in pool.wait(several("SELECT (RAND() AS ?x) {}", volatile=True))}) == 4


def test_where_the_first_of_them_leaves_the_next_begins_again(pool, evaluated):
    go, texts = evaluated

    async def leave():
        first, *others = [asyncio.ensure_future(pool.asked("ASK { ?s ?p ?o }", DEFAULTS)) for _ in range(3)]
        await asyncio.sleep(0.05)
        others.pop().cancel()
        first.cancel()
        go.set()
        return await others[0]

    assert b"true" in pool.wait(leave()).body
    assert len(texts) == 2
