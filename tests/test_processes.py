"""Processes die: a worker, an evaluator, a server; the others go on and nothing is left behind."""

import os
import signal
from pathlib import Path

import pytest
from example_release import example_release
from serving import running, wait_until
from test_soak import family

POINT = "SELECT ?c WHERE { <https://w3id.org/fazhi/id/area/330226> a ?c }"
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
    """The server processes: those that have evaluators below them."""
    found = [pid for pid in family(server.process.pid)[1:] if "spawn_main" in command(pid)]
    return [pid for pid in found if len(family(pid)) > 1]


def test_a_killed_worker_is_replaced_and_leaves_no_evaluator(tmp_path, data):
    with running(tmp_path, data=data, workers=2, evaluators=1, seconds=2) as server:
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
        wait_until(lambda: "evaluators_ready 2" in client.get("/metrics").text)
        forkserver = next(
            pid for pid in family(server.process.pid) if "forkserver" in command(pid) and len(family(pid)) > 1
        )
        for pid in family(forkserver)[1:]:
            os.kill(pid, signal.SIGKILL)
        for n in range(5):
            assert client.sparql(f"{POINT} # {n}").status == 200


def test_one_worker_serves_the_same_and_ends_on_sigterm(tmp_path, data):
    with running(tmp_path, data=data, workers=1, evaluators=1, seconds=1) as server:
        client = server.client()
        reply = client.sparql(POINT)
        assert (reply.status, reply.headers["content-type"]) == (200, "application/sparql-results+json")
        assert client.sparql(HEAVY).status == 503
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
