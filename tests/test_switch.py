"""A server in its time: a new release under load, a running query at SIGTERM, /readyz that tells the truth."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

from example_release import example_release
from serving import PATIENCE, running, wait_until

from kg.store.contents import Given, identity
from kg.store.dump import named_graphs
from kg.store.release import publish, rollback

POINT = "SELECT ?c WHERE { <https://w3id.org/fazhi/id/area/330226> a ?c }"


def test_a_new_release_is_answered_at_once_and_the_old_one_never_mixed_in(tmp_path):
    data = tmp_path / "data"

    def release(value):
        quads = [f'<http://e/{n}> <http://e/p> "{value}" <http://e/g> .\n'.encode() for n in range(200)]
        return publish(data, quads, keep=4)

    ids = {release("a").id: "a"}
    with running(tmp_path, data=data, workers=2, evaluators=1) as server:
        stop, wrong, seen = threading.Event(), [], set()

        def ask_on(number):
            client = server.client()
            while not stop.is_set():
                reply = client.sparql(f"SELECT DISTINCT ?o {{ ?s <http://e/p> ?o FILTER(?s != <http://e/x{number}>) }}")
                if reply.status == 200:
                    values = {row["o"]["value"] for row in reply.json["results"]["bindings"]}
                    seen.add(reply.headers["fazhi-release"])
                    if len(values) != 1 or values != {ids.get(reply.headers["fazhi-release"])}:
                        wrong.append((values, reply.headers["fazhi-release"]))
                elif reply.status != 503 or "retry-after" not in reply.headers:
                    wrong.append((reply.status, reply.body))
            client.close()

        threads = [threading.Thread(target=ask_on, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for value in "bcdefg":
            quads = [f'<http://e/{n}> <http://e/p> "{value}" <http://e/g> .\n'.encode() for n in range(200)]
            ident = identity({k: v.sha256 for k, v in named_graphs(quads).items()}, Given({}, (), {}))
            ids[ident] = value
            assert release(value).id == ident
            wait_until(lambda ident=ident: ident in seen)
        stop.set()
        for thread in threads:
            thread.join()
        assert wrong == []
        client = server.client()
        before = rollback(data)
        reply = client.sparql("SELECT DISTINCT ?o { ?s <http://e/p> ?o }")
        assert reply.headers["fazhi-release"] == before.id
        assert ids[before.id].encode() in reply.body


def test_sigterm_lets_a_running_query_end(tmp_path):
    example_release(tmp_path / "data")
    with running(tmp_path, data=tmp_path / "data", workers=1, evaluators=1) as server:
        client = server.client()
        assert client.sparql(POINT).status == 200
        heavy = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
        with ThreadPoolExecutor(1) as pool:
            running_query = pool.submit(client.sparql, heavy, timeout="3")
            other = server.client()
            wait_until(lambda: "queries_total 2" in other.get("/metrics").text)
            server.process.terminate()
            assert running_query.result(timeout=PATIENCE).status == 503
        server.process.wait(PATIENCE)


def test_ready_tells_the_truth(tmp_path):
    release = example_release(tmp_path / "data")
    with running(tmp_path, data=tmp_path / "data", workers=1, evaluators=1) as server:
        client = server.client()
        wait_until(lambda: client.get("/readyz").status == 200)  # what the first asker would wait for is read first
        assert client.get("/readyz").json == {"ready": True, "release": release.id, "problems": []}
        (release.path / "dump.nq.gz").write_bytes(b"short")
        reply = client.get("/readyz")
        assert reply.status == 503
        assert reply.json["problems"] == ["dump.nq.gz has another length than the manifest says"]
        assert client.get("/healthz").status == 200


def test_a_store_that_lost_its_last_commit_is_not_ready(tmp_path):
    release = example_release(tmp_path / "data")
    path = release.path / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    name = sorted(manifest["graphs"])[0]
    manifest["graphs"][name]["quads"] += 1
    path.write_text(json.dumps(manifest), encoding="utf-8")
    with running(tmp_path, data=tmp_path / "data", workers=1, evaluators=1) as server:
        client = server.client()
        wait_until(lambda: any(name in problem for problem in client.get("/readyz").json["problems"]))
        assert client.get("/readyz").status == 503
