"""What those see who keep the service: log lines, measures, and whether it lives and is ready, in each of its states."""

import json
import re
import shutil

import pytest
from example_release import example_quads, example_release
from prometheus_client.parser import text_string_to_metric_families
from serving import running, wait_until

from kg.store.release import publish, read_release

TOKEN = "geheim-4711"
SECRET = "wen-da-de-ci"
FORM = "application/x-www-form-urlencoded"
QUERY = f"SELECT * {{ ?s ?p '{SECRET}' }}"


@pytest.fixture
def data(tmp_path):
    example_release(tmp_path / "data")
    return tmp_path / "data"


def test_a_log_line_is_json_and_holds_no_words_of_a_query_and_no_token(tmp_path, data):
    (tmp_path / "token").write_text(TOKEN)
    (tmp_path / "token").chmod(0o600)
    with running(
        tmp_path, data=data, workers=1, evaluators=1, access_log=True, token_file=tmp_path / "token"
    ) as server:
        client = server.client()
        assert client.sparql(QUERY).status == 200
        assert client.sparql(f"SELECT nonsense {SECRET}").status == 400
        assert client.ask("POST", "/sparql", QUERY.encode(), Content_Type="application/sparql-query").status == 200
        assert client.ask("POST", "/sparql", f"query={SECRET}".encode(), Content_Type=FORM).status == 400
        assert client.get(f"/ask?q={SECRET}", Accept="text/html").status == 200
        assert client.get(f"/nowhere?x={SECRET}%0a%1b[31m{{}}").status == 404
        assert client.ask("GET", "/%0a%22%1b[31m").status == 404
        for token in (TOKEN, "wrong"):
            headers = {"Authorization": f"Bearer {token}", "Content_Type": "text/turtle"}
            client.ask("PUT", "/store?graph=http://e/g", b"nonsense", **headers)
            client.ask("GET", f"/api/v1/jobs?{TOKEN}", **headers)
        log = server.log.read_text("utf-8")
    lines = [json.loads(line) for line in log.splitlines()]
    asked = [line for line in lines if line["event"] == "request"]
    assert len(asked) >= 11
    assert all(re.fullmatch(r"[0-9a-f]{12}|", line["query"]) for line in asked)
    assert len({line["query"] for line in asked}) > 4
    assert {"at", "level", "method", "path", "status", "ms", "bytes", "release"} <= set(asked[0])
    assert SECRET not in log
    assert TOKEN not in log


def test_what_is_measured_is_read_by_prometheus(tmp_path, data):
    with running(tmp_path, data=data, workers=1, evaluators=1) as server:
        client = server.client()
        for query in ("ASK {}", "ASK {}", "SELECT nonsense", "SELECT * { SERVICE <http://e/> { ?s ?p ?o } }"):
            client.sparql(query)
        wait_until(lambda: "fazhi_evaluators_ready 2" in client.get("/metrics").text)  # one and its reserve
        assert client.sparql("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", timeout="0.5").status == 503
        reply = client.get("/metrics")
    assert reply.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    families = list(text_string_to_metric_families(reply.text))
    found = {sample.name: sample for family in families for sample in family.samples}
    assert len({family.name for family in families}) == len(families)
    assert found["fazhi_queries_total"].value == 3
    assert found["fazhi_cache_hits_total"].value == 1
    ended = [
        f"fazhi_queries_{how}_total" for how in ("killed", "turned_away")
    ]  # where others kept it from the processor
    assert (
        sum(found[name].value for name in ended if name in found) == found["fazhi_evaluators_killed_total"].value == 1
    )
    assert found["fazhi_queries_refused_total"].value == 1
    assert found["fazhi_query_seconds_total"].value > 0.4
    assert found["fazhi_release"].labels == {"id": read_release(data).id}
    assert all(family.type in {"counter", "gauge"} for family in families)


def test_without_a_release_it_lives_and_is_not_ready_until_one_comes(tmp_path):
    (tmp_path / "data").mkdir()
    with running(tmp_path, data=tmp_path / "data", workers=1, evaluators=1) as server:
        client = server.client()
        assert client.get("/healthz").status == 200
        reply = client.get("/readyz")
        assert (reply.status, reply.json["ready"]) == (503, False)
        assert reply.json["problems"]
        assert str(tmp_path) not in reply.text
        assert list(text_string_to_metric_families(client.get("/metrics").text))
        for path in ("/", "/sparql?query=ASK%7B%7D", "/ns", "/api/v1/reports"):
            asked = client.get(path, Accept="application/json")
            assert asked.status in {200, 503}, path
            assert asked.status == 200 or int(asked.headers["retry-after"]) > 0
            assert str(tmp_path) not in asked.text
        publish(tmp_path / "data", [example_quads()])
        wait_until(lambda: client.get("/readyz").status == 200)
        assert client.sparql("ASK { ?s ?p ?o }").json["boolean"] is True


@pytest.mark.parametrize("damage", ["no table", "no store", "no manifest", "no pointer"])
def test_a_damaged_release_is_said_and_mended_without_a_restart(tmp_path, data, damage):
    kept = tmp_path / "kept"
    shutil.copytree(data, kept, symlinks=True)
    release = read_release(data)
    if damage == "no table":
        for path in release.store_path.glob("*.sst"):
            path.write_bytes(b"\0" * 100)
    elif damage == "no store":
        shutil.rmtree(release.store_path)
    elif damage == "no manifest":
        (release.path / "manifest.json").write_text("{")
    else:
        (data / "current").unlink()
    with running(tmp_path, data=data, workers=1, evaluators=1) as server:
        client = server.client()
        assert client.get("/healthz").status == 200
        reply = client.get("/readyz")
        assert (reply.status, reply.json["ready"]) == (503, False)
        assert reply.json["problems"]
        asked = client.sparql("ASK { ?s ?p ?o }")
        assert asked.status == 503 or (damage == "no manifest" and asked.json["boolean"] is True)
        assert asked.status == 200 or int(asked.headers["retry-after"]) > 0
        assert str(tmp_path) not in reply.text + asked.text
        shutil.rmtree(data)
        shutil.copytree(kept, data, symlinks=True)
        wait_until(lambda: client.get("/readyz").status == 200)
        assert client.sparql("ASK { ?s ?p ?o }").json["boolean"] is True


FAILS = """
import server.warm
from kg.store.answer import QueryCostError
asked = []
def fails(store):
    asked.append(store)
    if len(asked) == 1:
        raise QueryCostError("too much to do")
server.warm.read_names = fails
server.warm.miscounted = lambda store, release: (f"read {len(asked)} times",)
"""


def test_a_step_of_the_start_that_fails_is_told_and_keeps_none_from_being_done(tmp_path, data):
    """The graphs are counted in any case: what a cut log lost is seen at /readyz."""
    with running(tmp_path, first=FAILS, data=data, workers=1, evaluators=1, store_memory=0) as server:
        client = server.client()
        wait_until(lambda: "fazhi_warm 1" in client.get("/metrics").text)
        assert client.get("/readyz").json["problems"] == ["read 2 times"]
        failed = [json.loads(line) for line in server.log.read_text("utf-8").splitlines() if "warm.failed" in line]
        assert [(line["step"], line["reason"]) for line in failed] == [("read", "too much to do")]
