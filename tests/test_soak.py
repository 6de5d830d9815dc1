"""Long runs against a real server (make soak): memory stays flat, killers once a second are not noticed.

FAZHI_TEST_SOAK is the length in seconds, 600 where it is not set; FAZHI_TEST_LOAD the share of its time that each client
waits for an answer, 0.8 where it is not set; FAZHI_TEST_DATA the data folder that is served in place of the example.
"""

import os
import statistics
import threading
import time
from collections import Counter
from pathlib import Path

import pytest
from example_release import example_release
from serving import running

from queries import bind, load_queries

SECONDS = float(os.environ.get("FAZHI_TEST_SOAK", "600"))
LOAD = float(os.environ.get("FAZHI_TEST_LOAD", "0.8"))
KILLERS = [
    "SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER({n} = {n}) }}",
    "SELECT * {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER({n} = {n}) }} ORDER BY ?a LIMIT 1",
    "SELECT (GROUP_CONCAT(?a) AS ?x) {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER({n} = {n}) }}",
]
pytestmark = pytest.mark.soak


def family(pid: int) -> list[int]:
    """A process and all its descendants."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(path.parent.name)] = int(fields[1])
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def memory(pid: int) -> int:
    """Bytes that a process and its descendants hold, what they share counted once."""
    total = 0
    for one in family(pid):
        try:
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    return total


def load(server, seconds, clients, ask):
    """Latencies and statuses of `clients` that rest after each answer, so that they wait for answers LOAD of their time."""
    end, took, statuses = time.monotonic() + seconds, [], []

    def go(number):
        client, count = server.client(), 0
        while time.monotonic() < end:
            began = time.perf_counter()
            statuses.append(ask(client, number, count))
            took.append(time.perf_counter() - began)
            count += 1
            time.sleep(took[-1] * (1 - LOAD) / LOAD)

    threads = [threading.Thread(target=go, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    return threads, took, statuses


def test_memory_stays_flat_under_load(tmp_path):
    data = Path(os.environ.get("FAZHI_TEST_DATA") or tmp_path / "data")
    if not data.exists():
        example_release(data)
    texts = [bind(query, {}, "https://w3id.org/fazhi/id/") for query in load_queries().values()]
    refused = Counter()
    with running(tmp_path, data=data, workers=2, evaluators=2, cache_bytes=8 << 20) as server:

        def ask(client, number, count):
            reply = client.sparql(f"{texts[(number * 7 + count) % len(texts)]}\n# {count // 3}")
            refused.update([reply.json["detail"]] if reply.status != 200 else [])
            return reply.status

        threads, _, statuses = load(server, SECONDS, 4, ask)
        held = []
        for _ in range(10):
            threads[0].join(SECONDS / 10)
            held.append(memory(server.process.pid))
        for thread in threads:
            thread.join()
    assert set(statuses) <= {200, 503}
    assert statuses.count(200) > len(statuses) * 0.98
    early, late = statistics.median(held[2:5]), statistics.median(held[7:])
    print(f"{len(statuses)} answers, {statuses.count(200)} of them 200, others {dict(refused)}")
    print(f"MB held: {[size >> 20 for size in held]}")
    assert late < early * 1.15, held


def test_killers_once_a_second_are_not_noticed(tmp_path):
    example_release(tmp_path / "data")
    with running(tmp_path, data=tmp_path / "data", workers=2, evaluators=2, seconds=5) as server:

        def point(client, number, count):
            return client.sparql(
                f"SELECT ?c {{ <https://w3id.org/fazhi/id/area/330226> a ?c }} # {number} {count}"
            ).status

        seconds = min(SECONDS / 4, 60)
        threads, calm, _ = load(server, seconds, 4, point)
        for thread in threads:
            thread.join()
        threads, disturbed, statuses = load(server, seconds, 4, point)
        ended, killers = [], []
        for n in range(int(seconds)):

            def kill(n=n):
                ended.append(server.client().sparql(KILLERS[n % 3].format(n=n)).status)

            killers.append(threading.Thread(target=kill))
            killers[-1].start()
            threads[0].join(1.0)
        for thread in threads + killers:
            thread.join()

    def p99(values):
        return sorted(values)[int(len(values) * 0.99)]

    print(
        f"p99 {p99(calm) * 1000:.1f} ms calm, {p99(disturbed) * 1000:.1f} ms with a killer a second; {len(disturbed)} answers"
    )
    assert set(statuses) == {200}
    assert set(ended) <= {400, 413, 503}
    assert p99(disturbed) <= max(3 * p99(calm), 0.05), (p99(calm), p99(disturbed))
