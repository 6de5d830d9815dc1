"""Processes die: a worker, an evaluator, a server; the others go on and nothing is left behind."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from example_release import example_release
from serving import PATIENCE, running, wait_until
from test_soak import family

from kg.errors import StoreError
from kg.store.folder import pointed_at
from server import opened
from server.config import Config
from server.evaluate.worker import Evaluator
from server.opened import Follower, Opened, read_ahead

POINT = "SELECT ?c WHERE { <https://w3id.org/fazhi/id/area/330226> a ?c }"
QUERY, GRAPH, HOLDER = "fazhi query", "fazhi graph", "fazhi holder"
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@pytest.fixture
def data(tmp_path):
    example_release(tmp_path / "data")
    return tmp_path / "data"


def alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def command(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace")
    except OSError:
        return ""


def workers(server):
    """The server processes."""
    return [pid for pid in family(server.process.pid)[1:] if "spawn_main" in command(pid)]


def named(server, name):
    """The processes below a server that are called so."""
    found = []
    for pid in family(server.process.pid)[1:]:
        with suppress(OSError):
            if Path(f"/proc/{pid}/comm").read_text().strip() == name:
                found.append(pid)
    return found


def counted(client, name):
    return int(client.get("/metrics").text.partition(f"\nfazhi_{name} ")[2].partition("\n")[0])


def test_a_killed_worker_is_replaced_and_leaves_no_evaluator(tmp_path, data):
    with running(tmp_path, data=data, workers=2, evaluators=1) as server:
        wait_until(lambda: len(workers(server)) == 2)
        assert server.client().sparql(POINT).status == 200
        worker = workers(server)[0]
        tree = family(worker)
        os.kill(worker, signal.SIGKILL)
        wait_until(lambda: not any(alive(pid) for pid in tree))
        assert server.process.poll() is None, server.log.read_text()
        for n in range(10):
            assert server.client().sparql(f"{POINT} # {n}").status == 200
        wait_until(lambda: len(set(workers(server)) - {worker}) == 2)


def test_a_killed_evaluator_costs_nobody_an_answer(tmp_path, data):
    with running(tmp_path, data=data, workers=1, evaluators=1) as server:
        client = server.client()
        assert client.sparql(POINT).status == 200
        wait_until(lambda: counted(client, "evaluators_in_memory") == 2)
        for pid in named(server, QUERY):
            os.kill(pid, signal.SIGKILL)
        for n in range(5):
            assert client.sparql(f"{POINT} # {n}").status == 200


def test_one_worker_serves_the_same_and_ends_on_sigterm(tmp_path, data):
    with running(tmp_path, data=data, workers=1, evaluators=1) as server:
        client = server.client()
        reply = client.sparql(POINT)
        assert (reply.status, reply.headers["content-type"]) == (200, "application/sparql-results+json")
        assert client.sparql(HEAVY, timeout="1").status == 503
        assert client.get("/", Accept="text/html").status == 200
        assert client.get("/ask/who-did-what?what=督察", Accept="text/html").status == 200
        assert client.ask("POST", "/sparql", b"x" * 200_000, Content_Type="application/sparql-query").status == 413
        assert "server" not in reply.headers
    assert server.process.returncode == 0


def test_nothing_is_left_when_the_server_ends(tmp_path, data):
    with running(tmp_path, data=data, workers=2, evaluators=2) as server:
        for n in range(6):
            assert server.client().sparql(f"{POINT} # {n}").status == 200
        tree = family(server.process.pid)
        assert len(tree) > 5
    wait_until(lambda: not any(alive(pid) for pid in tree))


def test_a_port_in_use_is_one_line_and_exit_2(tmp_path, data):
    import subprocess
    import sys

    with running(tmp_path, data=data, workers=1, evaluators=1) as server:
        ended = subprocess.run(
            [sys.executable, "-m", "kg", "serve", "--data", str(data), "--port", str(server.port)],
            capture_output=True,
            text=True,
        )
    assert ended.returncode == 2
    assert ended.stderr.strip().count("\n") == 0
    assert str(server.port) in ended.stderr


@pytest.mark.skipif(not hasattr(os, "SCHED_IDLE"), reason="threads have priorities of their own on Linux alone")
def test_a_slow_evaluator_yields_with_all_its_threads():
    code = "import threading; threading.Thread(target=input).start(); print(1, flush=True)"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        child.stdout.read(2)
        loop = asyncio.new_event_loop()
        one = Evaluator(loop, lambda _: None)
        one.pid = child.pid
        one.yield_to_others()
        loop.close()
        threads = [int(path.name) for path in Path(f"/proc/{child.pid}/task").iterdir()]
        policies = [os.sched_getscheduler(thread) for thread in threads]
        child.stdin.close()
    assert len(threads) == 2
    assert policies == [os.SCHED_IDLE] * 2


def test_what_will_be_read_is_asked_for_below_a_bound(tmp_path):
    (tmp_path / "store").mkdir()
    for name in ("text.db", "store/a", "store/b"):
        (tmp_path / name).write_bytes(b"x" * 100)
    assert read_ahead(tmp_path) == 300
    assert read_ahead(tmp_path, most=250) == 200
    assert read_ahead(tmp_path / "none") == 0


def test_who_asks_after_a_write_meets_it_though_an_older_release_is_being_opened(tmp_path):
    follower, begun, go = Follower(Config(data=tmp_path)), threading.Event(), threading.Event()

    def show(name):
        (tmp_path / "current").unlink(missing_ok=True)
        (tmp_path / "current").symlink_to(f"releases/{name}")

    def opening(before, data):
        found = Opened(pointed_at(data), None, None, None)
        begun.set()
        assert go.wait(PATIENCE)
        return found

    follower._local = opening
    follower._opened = Opened("a", None, None, None)

    async def run():
        show("b")
        early = asyncio.create_task(follower.current())
        await asyncio.to_thread(begun.wait, PATIENCE)
        show("c")
        late = asyncio.create_task(follower.current())
        await asyncio.sleep(0)
        go.set()
        return (await early).id, (await late).id

    assert asyncio.run(run()) == ("c", "c")


def test_each_release_after_the_first_is_prepared_once_though_nobody_asks(tmp_path, monkeypatch):
    """The first is read when the server begins; its end waits for nobody who reads."""
    monkeypatch.setattr(opened, "KEEP_UP_EVERY", 0.001)
    follower, prepared, seen, go = Follower(Config(data=tmp_path)), [], threading.Event(), threading.Event()
    follower._local = lambda before, data: Opened(pointed_at(data), None, None, None)
    looks, current = [], follower.current

    async def look():
        found = await current()
        looks.append(found.id)
        return found

    monkeypatch.setattr(follower, "current", look)

    def prepare(one):
        prepared.append(one.id)
        seen.set()
        if one.id == "c":
            go.wait(PATIENCE)
            prepared.append("late")

    def show(name):
        (tmp_path / "current").unlink(missing_ok=True)
        (tmp_path / "current").symlink_to(f"releases/{name}")

    async def looked(name, times):
        while looks.count(name) < times:
            await asyncio.sleep(0.001)

    async def run():
        show("a")
        keeping = asyncio.create_task(follower.keep_up(prepare))
        await looked("a", 2)
        for name in "bc":
            show(name)
            assert await asyncio.to_thread(seen.wait, PATIENCE)
            seen.clear()
        await looked("c", 20)  # and find nothing new
        keeping.cancel()

    asyncio.run(run())
    assert prepared == ["b", "c"]
    go.set()


def test_a_server_that_ends_while_a_release_is_opened_does_not_wait_for_itself(tmp_path):
    """Evaluators start on the loop: who opens a release needs it until the release is open."""
    follower, closed = Follower(Config(data=tmp_path)), []
    (tmp_path / "current").symlink_to("releases/a")

    class Closing:
        def close(self):
            closed.append("a")

    async def run():
        loop, begun = asyncio.get_running_loop(), threading.Event()

        def opening(before, data):
            begun.set()
            asyncio.run_coroutine_threadsafe(asyncio.sleep(0.01), loop).result(PATIENCE)
            return Opened("a", Closing(), None, None)

        follower._local = opening
        early = asyncio.create_task(asyncio.to_thread(follower.follow))
        await asyncio.to_thread(begun.wait, PATIENCE)
        await follower.end()
        assert (await early).id == "a"
        with pytest.raises(StoreError, match="ending"):
            await asyncio.to_thread(follower.follow)

    asyncio.run(run())
    assert closed == ["a"]
