"""A release: from its content alone, whole or not there, switched by one rename, brought back as it was."""

import dataclasses
import json
import os
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from example_release import example_quads, example_release
from hypothesis import given, settings
from hypothesis import strategies as st
from release_samples import count, quad
from serving import wait_until

from kg.errors import StoreError
from kg.store import fill
from kg.store.answer import open_store
from kg.store.change import change
from kg.store.contents import FORMAT, Given
from kg.store.dump import named_graphs, pack, unpack
from kg.store.embedded import EmbeddedStore
from kg.store.release import making, problems, publish, read_release, releases

XSD = "http://www.w3.org/2001/XMLSchema#"


def test_the_same_content_gives_the_same_id_in_any_order_of_parts(tmp_path):
    parts = [quad(1), quad(2, "h"), quad(3)]
    one = publish(tmp_path / "a", parts, manifest={"reports": [1]})
    two = publish(tmp_path / "b", reversed([*parts, quad(1)]), manifest={"reports": [1]})
    assert one.id == two.id
    assert one.dump_path.read_bytes() == two.dump_path.read_bytes()
    assert publish(tmp_path / "b", parts, manifest={"reports": [2]}).id != one.id


def test_publishing_the_same_again_writes_nothing(tmp_path):
    first = publish(tmp_path, [quad(1)])
    made = first.path.stat().st_mtime_ns
    assert publish(tmp_path, [quad(1)]).path.stat().st_mtime_ns == made
    assert len((tmp_path / "ledger.jsonl").read_text().splitlines()) == 1


def test_the_dump_equals_the_store_and_the_manifest(tmp_path):
    release = example_release(tmp_path)
    assert problems(release, deep=True) == []
    stored = ox.Store.read_only(str(release.store_path))
    dumped = b"\n".join(unpack(release.dump_path.read_bytes()))
    assert named_graphs([dumped]) == named_graphs([ox.serialize(list(stored), format=ox.RdfFormat.N_QUADS)])
    assert len(stored) == release.manifest["quads"] > 2000
    lines = unpack(release.dump_path.read_bytes())
    assert lines == sorted(lines, key=lambda line: (line.rsplit(b" ", 2)[1].strip(b"<>"), line))


@pytest.mark.skipif(sys.platform != "linux", reason="what a thread is called, and how nice it is, is told by Linux")
def test_the_engine_merges_its_files_where_nothing_else_is_to_be_done(tmp_path):
    publish(tmp_path, [quad(1)])
    threads = [task for task in Path("/proc/self/task").iterdir() if "rocksdb:low" in (task / "comm").read_text()]
    ours = os.getpriority(os.PRIO_PROCESS, 0)
    assert {os.getpriority(os.PRIO_PROCESS, int(task.name)) for task in threads} == {min(ours + fill.LATER, 19)}


def test_counts_are_those_of_sparql(tmp_path):
    release = example_release(tmp_path)
    store = open_store(tmp_path)
    rows = store.rows("SELECT ?c (COUNT(*) AS ?n) { GRAPH ?g { ?s a ?c } } GROUP BY ?c")
    assert {row["c"].value: int(row["n"].value) for row in rows} == release.counts["classes"]
    assert len(release.counts["classes"]) > 20


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        (f'"007"^^<{XSD}integer>', f'"7"^^<{XSD}integer>'),
        (f'"99.60"^^<{XSD}decimal>', f'"99.6"^^<{XSD}decimal>'),
        (f'"0.50"^^<{XSD}decimal>', f'"0.5"^^<{XSD}decimal>'),
        (f'"-0.0"^^<{XSD}decimal>', f'"0"^^<{XSD}decimal>'),
        (f'"1"^^<{XSD}boolean>', f'"true"^^<{XSD}boolean>'),
        (f'"2021-12-31"^^<{XSD}date>', f'"2021-12-31"^^<{XSD}date>'),
        (f'"3"^^<{XSD}nonNegativeInteger>', f'"3"^^<{XSD}integer>'),
        ('"法治"@zh-Hans', '"法治"@zh-hans'),
        (r'"\u6CD5"', '"法"'),
        (r'"a\"b\\c\nd"', r'"a\"b\\c\nd"'),
    ],
)
def test_a_line_is_kept_as_the_engine_keeps_it(tmp_path, given_text, kept):
    release = publish(tmp_path, [f"<http://e/s> <http://e/p> {given_text} <http://e/g> .\n".encode()])
    expected = f"<http://e/s> <http://e/p> {kept} <http://e/g> .".encode()
    assert unpack(release.dump_path.read_bytes()) == [expected]
    store = ox.Store.read_only(str(release.store_path))
    assert ox.serialize(list(store), format=ox.RdfFormat.N_QUADS).strip() == expected


@settings(max_examples=60)
@given(
    st.lists(st.text(max_size=12), max_size=6),
    st.lists(st.decimals(allow_nan=False, allow_infinity=False, places=3), max_size=4),
)
def test_any_text_and_number_survives_the_way_through_the_store(texts, numbers):
    store = ox.Store()
    for n, text in enumerate(texts):
        store.add(
            ox.Quad(
                ox.NamedNode(f"http://e/{n}"), ox.NamedNode("http://e/p"), ox.Literal(text), ox.NamedNode("http://e/g")
            )
        )
    for n, number in enumerate(numbers):
        value = ox.Literal(format(number, "f"), datatype=ox.NamedNode(XSD + "decimal"))
        store.add(
            ox.Quad(ox.NamedNode(f"http://e/n{n}"), ox.NamedNode("http://e/p"), value, ox.NamedNode("http://e/g"))
        )
    lines = ox.serialize(list(store), format=ox.RdfFormat.N_QUADS)
    graphs = named_graphs([lines])
    again = ox.Store()
    for graph in graphs.values():
        again.load(graph.text, format=ox.RdfFormat.N_QUADS)
    assert set(again) == set(store)
    assert named_graphs([graph.text for graph in graphs.values()]) == graphs


def test_a_store_loaded_in_many_batches_holds_what_one_loaded_at_once_holds(tmp_path, monkeypatch):
    graphs = [b"".join(quad(n, f"g{graph}") for n in range(7)) for graph in range(9)]
    whole = publish(tmp_path / "a", graphs)
    loads = []
    monkeypatch.setattr(fill, "BATCH", 20)
    monkeypatch.setattr(fill, "_load", lambda engine, text, load=fill._load: (loads.append(text), load(engine, text)))
    batched = publish(tmp_path / "b", graphs)
    assert (batched.id, problems(batched, deep=True), len(loads)) == (whole.id, [], 3)
    assert set(ox.Store.read_only(str(batched.store_path))) == set(ox.Store.read_only(str(whole.store_path)))


def test_a_release_begun_early_holds_what_is_published_and_nothing_else(tmp_path, monkeypatch):
    monkeypatch.setattr(fill, "BATCH", 3)
    one, other = (
        pack(tmp_path / name, named_graphs([b"".join(quad(n, graph) for graph in "abcd" for n in numbers)]).values())
        for name, numbers in (("one", range(4)), ("other", range(2, 9)))
    )
    wanted = {name: (other if name.endswith("b") else one)[name] for name in one if not name.endswith("c")}
    whole = publish(tmp_path / "whole", [quad(1)], members=wanted)
    with making(tmp_path / "data") as early:
        early.filling.take({name: one[name] for name in one if not name.endswith("d")})
        early.filling.take(other)
        begun = early.publish([quad(1)], wanted, Given({}, (), {}), keep=1)
    assert (begun.id, problems(begun, deep=True), dict(begun.counts)) == (whole.id, [], dict(whole.counts))
    assert {path.name for path in begun.path.iterdir()} == {path.name for path in whole.path.iterdir()}
    assert set(ox.Store.read_only(str(begun.store_path))) == set(ox.Store.read_only(str(whole.store_path)))
    assert begun.text_path.read_bytes() == whole.text_path.read_bytes()


def test_what_an_early_graph_met_is_told_with_the_next(tmp_path):
    (member,) = pack(tmp_path / "packed", named_graphs([quad(1)]).values()).values()
    damaged = dataclasses.replace(member, sha256="")

    def begin():
        with making(tmp_path / "data") as early:
            early.filling.take({"http://e/g": damaged})
            wait_until(lambda: early.filling.take({}))

    with pytest.raises(StoreError, match="another hash"):
        begin()
    assert not list((tmp_path / "data" / "releases").glob(".new-*"))


def test_a_changed_release_equals_one_built_whole(tmp_path):
    example_release(tmp_path / "a")
    graph = "https://w3id.org/fazhi/graph/report/330226/2022"
    text = quad(1).replace(b"http://e/g", graph.encode())
    changed = change(tmp_path / "a", {graph: text, graph + "/derived": None})
    kept = [
        line
        for line in example_quads().splitlines(keepends=True)
        if f"<{graph}>".encode() not in line and f"<{graph}/derived>".encode() not in line
    ]
    whole = publish(tmp_path / "b", [b"".join(kept), text], manifest={"reports": ["330226/2021", "330226/2022"]})
    assert changed.id == whole.id
    assert changed.dump_path.read_bytes() == whole.dump_path.read_bytes()
    assert dict(changed.counts) == dict(whole.counts)
    assert problems(changed, deep=True) == []
    assert changed.manifest["previous"] == releases(tmp_path / "a")[1].id


def test_lines_of_another_graph_are_refused(tmp_path):
    publish(tmp_path, [quad(1)])
    with pytest.raises(StoreError, match="another graph"):
        change(tmp_path, {"http://e/x": quad(2)})
    assert count(tmp_path) == 1


@pytest.mark.parametrize(
    "bad", [b"<http://e/s> <http://e/p> .\n", b"nonsense\n", b'<http://e/s> <http://e/p> "x" .\n', b"\xff\xfe\n"]
)
def test_bad_quads_leave_the_last_release_serving(tmp_path, bad):
    first = publish(tmp_path, [quad(1)])
    with pytest.raises(StoreError):
        publish(tmp_path, [quad(2), bad])
    assert read_release(tmp_path).id == first.id
    assert [path.name for path in (tmp_path / "releases").iterdir()] == [first.id]


def test_blank_nodes_of_two_graphs_stay_apart(tmp_path):
    from kg.store.dump import named_graphs

    graphs = named_graphs([b'_:a <a:p> "o" <a:g> .\n_:b <a:p> "o" <a:h> .\n'])
    nodes = {line.split(b" ")[0] for graph in graphs.values() for line in graph.lines}
    assert len(nodes) == 2


def test_a_release_of_another_version_is_not_answered(tmp_path):
    release = example_release(tmp_path)
    manifest = json.loads((release.path / "manifest.json").read_text("utf-8"))
    (release.path / "manifest.json").write_text(json.dumps({**manifest, "format": FORMAT - 1}), "utf-8")
    for path in (tmp_path, release.path):
        with pytest.raises(StoreError, match="another version of fazhi") as told:
            EmbeddedStore(path)
        assert "fazhi build" in str(told.value)
    assert [one.id for one in releases(tmp_path)] == [release.id]
