"""A release in memory: the same answers as on disk, taken over by the next release, shared by all who answer, and mortal."""

import io
import json
import os
import re
import signal
import threading
from pathlib import Path

import pytest
from example_release import example_quads, example_release
from serving import PATIENCE, running, wait_until
from test_processes import GRAPH, HOLDER, QUERY, alive, counted, named, workers
from test_soak import family

from kg.errors import StoreError
from kg.graph.namespaces import DEFAULT_BASE
from kg.store.answer import Dataset
from kg.store.change import change, read_graph
from kg.store.embedded import EmbeddedStore
from kg.store.evaluate import DEFAULTS, evaluate
from kg.store.memory import QUAD, differing, fits, load, take_over
from kg.store.release import publish, read_release
from queries import bind, load_queries
from server.evaluate.pool import Pool

POINT = "SELECT ?c WHERE { <https://w3id.org/fazhi/id/area/330226> a ?c }"
SHAPES = {
    "union": "SELECT * { ?s ?p ?o }",
    "graphs": "SELECT * { GRAPH ?g { ?s ?p ?o } }",
    "from": "SELECT * FROM <http://e/a> { ?s ?p ?o }",
    "from two": "SELECT * FROM <http://e/a> FROM NAMED <http://e/b> { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }",
    "joined": "SELECT * { ?s ?p ?o . ?o ?q ?r OPTIONAL { ?r ?t ?u } }",
    "path": "SELECT * { ?s <http://e/p>+ ?o }",
    "base": "SELECT * { ?s <p> ?o }",
    "values": "SELECT ?s (COUNT(*) AS ?n) (SUM(?o) AS ?all) { ?s ?p ?o FILTER(isNumeric(?o)) } GROUP BY ?s",
    "constructed": "CONSTRUCT { ?o ?p ?s } { ?s ?p ?o FILTER(isIRI(?o)) }",
    "asked": "ASK { <http://e/s> <http://e/p> <http://e/o> }",
}
QUADS = b"""<http://e/s> <http://e/p> <http://e/o> <http://e/a> .
<http://e/s> <http://e/p> <http://e/o> <http://e/b> .
<http://e/o> <http://e/p> "7"^^<http://www.w3.org/2001/XMLSchema#integer> <http://e/a> .
<http://e/o> <http://e/p> "1.50"^^<http://www.w3.org/2001/XMLSchema#decimal> <http://e/b> .
<http://e/o> <http://e/q> "\\u5B81\\u6D77"@zh-Hans <http://e/b> .
_:x <http://e/p> _:y <http://e/c> .
_:y <http://e/q> "x" <http://e/c> .
"""


def answered(store, query, dataset=None):
    """What a store answers, as a bag, blank nodes without their names."""

    sink = io.BytesIO()
    kind, _ = evaluate(store, query, DEFAULTS, sink, dataset=dataset, base="http://e/")
    if kind == "graph":
        return sorted({re.sub(rb"_:\w+", b"_:", line) for line in sink.getvalue().splitlines()})
    said = json.loads(sink.getvalue())
    if kind == "boolean":
        return said["boolean"]
    rows = said["results"]["bindings"]
    for cell in (cell for row in rows for cell in row.values() if cell["type"] == "bnode"):
        cell["value"] = ""
    return sorted(json.dumps(row, sort_keys=True) for row in rows)


@pytest.fixture(scope="module")
def examples(tmp_path_factory):
    return example_release(tmp_path_factory.mktemp("examples"))


@pytest.fixture(scope="module")
def both(tmp_path_factory, examples):
    """The example release and a small one of every kind of term, each on disk and in memory."""
    small = publish(tmp_path_factory.mktemp("small"), [QUADS])
    return [(EmbeddedStore(release.path)._store, load(release)) for release in (examples, small)]


@pytest.mark.parametrize("name", sorted(load_queries()))
def test_a_question_has_the_same_rows_in_memory(both, name):
    text = bind(load_queries()[name], {}, DEFAULT_BASE, limit=100_000)
    disk, memory = both[0]
    assert answered(disk, text) == answered(memory, text)


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_every_shape_of_query_has_the_same_answer_in_memory(both, name):
    found = [answered(disk, SHAPES[name]) for disk, memory in both]
    assert found == [answered(memory, SHAPES[name]) for disk, memory in both]
    assert found[1]


@pytest.mark.parametrize(
    "dataset",
    [
        Dataset(default_graphs=["http://e/a"]),
        Dataset(default_graphs=["http://e/a", "http://e/b"]),
        Dataset(named_graphs=["http://e/b"]),
        Dataset(default_graphs=["http://e/none"]),
    ],
)
def test_a_dataset_of_the_protocol_is_the_same_in_memory(both, dataset):
    query = "SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    disk, memory = both[1]
    assert answered(disk, query, dataset) == answered(memory, query, dataset)


LINES = {
    "a": b'<http://e/a> <http://e/p> "1" <http://e/g> .\n<http://e/b> <http://e/p> "2" <http://e/g> .\n',
    "b": b'<http://e/b> <http://e/p> "2" <http://e/g> .\n<http://e/c> <http://e/p> "3" <http://e/g> .\n',
    "blank": b'_:x <http://e/p> _:y <http://e/g> .\n_:y <http://e/p> "4" <http://e/g> .\n',
    "more blank": b'_:x <http://e/p> "4" <http://e/g> .\n<http://e/a> <http://e/p> "1" <http://e/g> .\n',
    "same elsewhere": b'<http://e/a> <http://e/p> "1" <http://e/h> .\n',
    "nothing": b"",
}


@pytest.mark.parametrize("after", LINES)
@pytest.mark.parametrize("before", LINES)
def test_what_is_taken_over_is_what_would_be_read(tmp_path, before, after):
    rest = b"".join(b'<http://e/%d> <http://e/p> "x" <http://e/rest> .\n' % n for n in range(40))
    old = publish(tmp_path / "a", [rest, LINES[before]])
    new = publish(tmp_path / "b", [rest, LINES[after]])
    store = load(old)
    quads = take_over(store, old, new)
    read = load(new)
    names = {*old.manifest["graphs"], *new.manifest["graphs"]}
    assert {name: read_graph(store, name) for name in names} == {name: read_graph(read, name) for name in names}
    assert len(store) == len(read) == new.manifest["quads"]
    assert quads == sum(text.count(b"\n") for text in (LINES[before], LINES[after])) * (before != after)


def test_where_much_differs_all_is_read_anew(tmp_path):
    old, new = publish(tmp_path / "a", [LINES["a"]]), publish(tmp_path / "b", [LINES["b"]])
    assert differing(old, new) == (["http://e/g"], 4)
    with pytest.raises(StoreError, match="too much differs"):
        take_over(load(old), old, new)


def test_a_budget_in_bytes_decides(examples):
    quads = examples.manifest["quads"]
    assert fits(examples, quads * QUAD)
    assert not fits(examples, quads * QUAD - 1)
    assert not fits(examples, 0)


@pytest.mark.parametrize("fault", ["cut", "flipped", "counted"])
def test_a_damaged_dump_is_not_held(tmp_path, fault):
    release = example_release(tmp_path)
    damage(release, fault)
    with pytest.raises(StoreError):
        load(read_release(release.path))


def damage(release, fault):
    if fault == "counted":
        path = release.path / "manifest.json"
        manifest = json.loads(path.read_text("utf-8"))
        manifest["quads"] += 1
        path.write_text(json.dumps(manifest), encoding="utf-8")
        return
    data = bytearray(release.dump_path.read_bytes())
    place = release.manifest["graphs"][max(release.manifest["graphs"])]
    data[place["offset"] + place["length"] // 2] ^= 1
    release.dump_path.write_bytes(data[:-20] if fault == "cut" else data)


def test_a_server_with_a_damaged_dump_answers_from_disk_and_says_why(tmp_path):
    release = example_release(tmp_path / "data")
    damage(release, "flipped")
    with running(tmp_path, data=tmp_path / "data", workers=1, evaluators=1) as server:
        client = server.client()
        wait_until(lambda: "graph.on_disk" in server.log.read_text())
        reply = client.sparql("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }")
        assert reply.json["results"]["bindings"][0]["n"]["value"] == str(release.manifest["quads"])
        assert counted(client, "evaluators_in_memory") == 0
        line = next(line for line in server.log.read_text().splitlines() if "graph.on_disk" in line)
        assert json.loads(line)["why"]


def test_without_a_budget_nothing_is_held(tmp_path):
    example_release(tmp_path / "data")
    with running(tmp_path, data=tmp_path / "data", workers=1, evaluators=1, store_memory=0) as server:
        client = server.client()
        wait_until(lambda: counted(client, "evaluators_ready") == 2)
        assert named(server, GRAPH) == []
        assert counted(client, "evaluators_in_memory") == 0


class Asking:
    """Clients that ask one query after the other, each another, until they are told to stop; what went wrong."""

    def __init__(self, server, clients=3):
        self.wrong, self.seen, self.count = [], [], 0
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(server.client(), n)) for n in range(clients)]

    def _ask(self, client, number):
        count = 0
        while not self._over.is_set():
            count += 1
            reply = client.sparql(f"SELECT ?o {{ {{ <http://e/s> <http://e/v> ?o }} }} # {number} {count}")
            if reply.status == 200:
                self.seen.append(reply.json["results"]["bindings"][0]["o"]["value"])
            elif reply.status != 503 or "retry-after" not in reply.headers:
                self.wrong.append((reply.status, reply.body))

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        for thread in self._threads:
            thread.join()


def version(value):
    return b'<http://e/s> <http://e/v> "%s" <http://e/g> .\n' % value.encode()


def private(pid):
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Private_Dirty"))


def test_processes_die_and_releases_come_under_load_and_nobody_notices(tmp_path):
    data = tmp_path / "data"
    publish(data, [example_quads(), version("1")])
    with running(tmp_path, data=data, workers=2, evaluators=1) as server:
        client = server.client()

        def whole():
            found = dict(line.split(" ") for line in client.get("/metrics").text.splitlines() if line[0] != "#")
            shared, ready = found["fazhi_evaluators_in_memory"], found["fazhi_evaluators_ready"]
            return len(named(server, GRAPH)) == 1 and shared == ready != "0"

        with Asking(server) as asking:
            for value, name in (("2", GRAPH), ("3", HOLDER), ("4", QUERY)):
                wait_until(whole)
                old = named(server, name)
                for pid in old:
                    os.kill(pid, signal.SIGKILL)
                wait_until(lambda old=old: not any(alive(pid) for pid in old))
                wait_until(whole)
                change(data, {"http://e/g": version(value)})
                wait_until(lambda value=value: asking.seen[-1] == value)
        assert asking.wrong == []
        assert len(named(server, HOLDER)) == 1
        wait_until(lambda: whole() and len(named(server, QUERY)) == 4)
        tree = [pid for pid in family(server.process.pid) if alive(pid)]
        assert len(tree) < 14
        assert all(private(pid) < 12 << 20 for pid in named(server, QUERY))
        server.process.kill()
        wait_until(lambda: not any(alive(pid) for pid in tree))


def test_a_killed_server_process_leaves_no_evaluator(tmp_path, examples):
    with running(tmp_path, data=examples.path.parent.parent, workers=2, evaluators=1) as server:
        client = server.client()
        wait_until(lambda: len(workers(server)) == 2 and len(named(server, QUERY)) == 4)
        old = named(server, QUERY)
        os.kill(workers(server)[0], signal.SIGKILL)
        wait_until(lambda: sum(map(alive, old)) <= 2)
        assert client.sparql(POINT).status == 200


def test_one_that_made_much_of_the_memory_its_own_goes_without_being_noticed(examples):
    pool = Pool(examples.id, examples.path, size=1, in_memory=True)
    try:
        pool.settle(PATIENCE)
        wait_until(lambda: pool.places.in_memory == 2)
        pids = {one.pid for one in pool.places._idle}
        many = "SELECT (COUNT(*) AS ?n) { VALUES ?x { %s } ?s ?p ?o }"
        words = " ".join(f'"{"x" * 30_000}{n}"' for n in range(200))
        for n in range(40):  # each makes some pages its own
            assert pool.rows(many % f"{words} {n}")
            if not pids <= {one.pid for one in (*pool.places._idle, *pool.places._busy)}:
                break
        assert n < 39
        assert pool.places.killed == 0
    finally:
        pool.close()
