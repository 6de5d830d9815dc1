"""The way from end to end: the same bytes twice, nothing read twice, nothing lost in silence, nothing half-written."""

import gzip
import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

import compose
import pytest
from serving import wait_until

from kg.build import build
from kg.build.compared import Compared
from kg.build.inbox import places
from kg.build.parts import Parts, rules
from kg.build.spread import Task, spread
from kg.errors import StoreError
from kg.graph.follow import follow
from kg.graph.namespaces import DEFAULT_BASE, VOCABULARY
from kg.store.embedded import EmbeddedStore
from kg.store.release import problems
from kg.store.search import Search


@pytest.fixture(scope="session")
def built(corpus, tmp_path_factory):
    return build([corpus], data=tmp_path_factory.mktemp("data"))


def _index(release):
    """Every row of the text index, without the numbers that it goes by."""
    with closing(sqlite3.connect(release.text_path)) as index:
        columns = {"quote": "iri, text", "label": "iri, text, lang, alias, kind"}
        rows = {
            table: sorted(index.execute(f"SELECT name, {of} FROM {table} JOIN graph ON graph.id = {table}.graph"))
            for table, of in columns.items()
        }
        spelt = index.execute("SELECT letters, iri, text, lang FROM spelling JOIN label ON label.id = spelling.label")
        return {**rows, "spelling": sorted(spelt)}


def test_all_reports_are_in_the_release(built):
    assert len(built.release.manifest["reports"]) == 8
    assert built.release.counts["facts"]["Sentence"] >= 8 * 15
    assert built.unreadable == built.refused == 0


def test_a_second_build_of_the_same_input_gives_the_same_bytes(built, corpus, tmp_path):
    again = build([corpus], data=tmp_path / "elsewhere")
    assert again.release.id == built.release.id
    assert again.release.dump_path.read_bytes() == built.release.dump_path.read_bytes()
    assert again.kept == 0


def test_two_processes_give_the_same_bytes(built, corpus, tmp_path):
    release = build([corpus], data=tmp_path, jobs=2).release
    assert (release.id, problems(release, deep=True)) == (built.release.id, [])
    assert release.text_path.read_bytes() == built.release.text_path.read_bytes()


def test_nothing_is_read_twice_and_a_changed_report_is_read_again(own, tmp_path):
    first = build([own], data=tmp_path / "data")
    report = sorted(own.glob("*.txt"))[0]
    report.write_text(report.read_text("utf-8") + "县司法局开展执法检查77次。\n", "utf-8")
    second = build([own], data=tmp_path / "data")
    assert (first.kept, second.kept) == (0, 7)
    assert second.release.id != first.release.id
    fresh = build([own], data=tmp_path / "fresh")
    assert fresh.release.id == second.release.id


def test_what_a_build_changed_is_told_by_kind_and_report(own, tmp_path):
    first = build([own], data=tmp_path / "data")
    report = sorted(own.glob("*.txt"))[0]
    report.unlink()
    (own / "sources.tsv").unlink()
    gains = build([own], data=tmp_path / "data").gains
    assert first.gains is None
    assert gains.before == first.release.id
    assert len(gains.gone) == 1
    assert gains.come == ()
    assert gains.lost["Sentence"] >= 15


def test_a_small_change_gives_the_release_that_a_fresh_build_gives(tmp_path):
    compose.write(tmp_path / "corpus", 24, seed=3)
    reports = tmp_path / "corpus" / "reports"
    late = sorted(reports.glob("*.txt"))[4]
    text = late.read_bytes()
    late.unlink()
    first = build([reports], data=tmp_path / "data").release
    late.write_bytes(text)
    second = build([reports], data=tmp_path / "data").release
    fresh = build([reports], data=tmp_path / "fresh").release
    assert first.id != second.id == fresh.id
    assert second.dump_path.read_bytes() == fresh.dump_path.read_bytes()
    assert dict(second.counts) == dict(fresh.counts)
    assert problems(second, deep=True) == []
    assert len(_index(second)["quote"]) > 200
    assert _index(second) == _index(fresh)
    ours, theirs = Search(second.text_path), Search(fresh.text_path)
    for words in ("行政", "司法局", "联合执法", "2023"):
        assert ours.quotes(words, limit=10_000) == theirs.quotes(words, limit=10_000) != []
        assert ours.suggest(words) == theirs.suggest(words)


def test_a_part_that_was_cut_short_is_made_again(corpus, tmp_path):
    first = build([corpus], data=tmp_path)
    part = sorted((tmp_path / "parts").glob("??/*.gz"))[0]
    part.write_bytes(part.read_bytes()[:-100])
    again = build([corpus], data=tmp_path)
    assert (len(first.release.manifest["reports"]) - again.kept, again.release.id) == (1, first.release.id)


def test_again_reads_everything_and_gives_the_same(corpus, tmp_path):
    first = build([corpus], data=tmp_path)
    again = build([corpus], data=tmp_path, again=True)
    assert (again.kept, again.release.id) == (0, first.release.id)


def test_a_damaged_part_is_made_again(corpus, tmp_path):
    first = build([corpus], data=tmp_path)
    parts = sorted((tmp_path / "parts").glob("??/*.gz"))
    parts[0].write_bytes(parts[0].read_bytes()[:200])
    parts[1].write_bytes(b"")
    second = build([corpus], data=tmp_path)
    assert (second.kept, second.release.id) == (6, first.release.id)


def test_what_a_stopped_build_has_read_is_kept(corpus, tmp_path):
    found, _ = places([corpus])
    task = Task(data=tmp_path, base="https://example.org/id/")
    stopped = spread(task, found)
    for _ in range(3):
        next(stopped)
    stopped.close()
    assert len(list(Parts(tmp_path).keys())) == 3
    assert build([corpus], data=tmp_path, base="https://example.org/id/").kept == 3


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_what_reports_say_alike_of_shared_things_is_held_once(corpus, tmp_path):
    found, _ = places([corpus])
    parts = list(spread(Task(data=tmp_path, base=DEFAULT_BASE), found))
    entries = [entry for part in parts for entry in part.made.report.entries]
    assert len({id(entry) for entry in entries}) == len({*entries}) < len(entries)
    assert all(Parts(tmp_path).read(part.key) == part.made for part in parts)


def test_each_two_years_are_compared_once_as_soon_as_both_have_come(corpus, tmp_path, monkeypatch):
    made = [part.made for part in spread(Task(data=tmp_path, base=DEFAULT_BASE), places([corpus])[0])]
    digests = [one.report.digest for one in made]
    wanted = follow(digests)
    compared = Compared(tmp_path)
    for digest in digests[1:]:
        compared.take(digest, new=False)
    assert not (tmp_path / "parts/pairs").exists(), "what was kept was compared by the build that read it"
    compared.take(digests[0], new=True)
    assert len(list((tmp_path / "parts/pairs").glob("??/*.gz"))) == 1
    assert tuple(compared(digests)) == wanted
    monkeypatch.setattr("kg.build.compared.compare", None)
    assert tuple(Compared(tmp_path)(digests)) == wanted


def test_a_killed_build_leaves_no_process_and_is_taken_up_where_it_was(tmp_path):
    compose.write(tmp_path / "corpus", 24, seed=3)
    reports, data = tmp_path / "corpus" / "reports", tmp_path / "data"
    command = [sys.executable, "-m", "kg", "build", str(reports), "--data", str(data), "--jobs", "2"]
    builder = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_until(lambda: len(list(Parts(data).keys())) > 3)
    children = Path(f"/proc/{builder.pid}/task/{builder.pid}/children").read_text().split()
    builder.kill()
    builder.wait()
    assert len(children) >= 2
    wait_until(lambda: not any(map(_runs, children)))
    assert not (data / "current").exists()
    again = build([reports], data=data)
    assert again.kept > 3
    assert len(again.release.manifest["reports"]) == 24


def _runs(process):
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_report_whose_part_is_no_longer_readable_is_read_again_where_it_lies(corpus, tmp_path):
    reports = sorted(corpus.glob("[0-9]*"))
    first = build(reports[:5], data=tmp_path / "data")
    for part in (tmp_path / "data" / "parts").glob("??/*.gz"):
        part.write_bytes(gzip.compress(b'{"of": "another version"}'))
    second = build(reports[5:6], data=tmp_path / "data", add=True)
    assert (second.anew, second.kept) == (5, 0)
    assert second.release.id == build(reports[:6], data=tmp_path / "fresh").release.id
    assert build(reports[5:6], data=tmp_path / "data", add=True).anew == 0
    assert first.release.id != second.release.id


def test_a_report_that_is_neither_kept_nor_there_stops_a_build_that_adds(own, tmp_path):
    reports = sorted(own.glob("[0-9]*"))
    build(reports[:2], data=tmp_path / "data")
    shutil.rmtree(tmp_path / "data" / "parts")
    with pytest.raises(StoreError, match="no longer kept"):
        build(reports[2:3], data=tmp_path / "data", add=True)


def test_a_decision_holds_for_its_report_alone_wherever_that_lies(own, tmp_path):
    reports, data = sorted(own.glob("[0-9]*")), tmp_path / "data"
    first = build(reports[:3], data=data)
    rows = EmbeddedStore(data).rows(f"SELECT ?f {{ ?f a <{VOCABULARY}Figure> }} ORDER BY ?f LIMIT 1")
    fact = rows[0]["f"].value
    decision = {"fact": fact, "verdict": "reject", "because": "试验", "by": "测试", "date": "2024-05-01"}
    (data / "curation.jsonl").write_text(json.dumps(decision) + "\n", "utf-8")
    second = build(reports[3:4], data=data, add=True)
    assert (second.anew, second.kept) == (1, 2)
    assert not EmbeddedStore(data).rows(f"SELECT ?f {{ VALUES ?f {{ <{fact}> }} ?f a <{VOCABULARY}Figure> }}")
    assert len(first.release.manifest["reports"]) + 1 == len(second.release.manifest["reports"])
    assert build(reports[:4], data=data).kept == 4


def test_another_base_makes_other_parts(corpus, tmp_path):
    build([corpus], data=tmp_path)
    other = build([corpus], data=tmp_path, base="https://example.org/id/")
    assert other.kept == 0
    assert b"w3id.org/fazhi/id/" not in other.release.member("https://example.org/graph/registry/areas")


# What is bad is named and left out, and the rest is published.


def test_the_manifest_says_what_each_report_gave(built):
    for row in built.release.manifest["reports"].values():
        assert {"title", "area", "year", "source", "sha256", "counts"} <= set(row)
    assert "/tmp" not in json.dumps(built.release.manifest["given"])


def test_what_python_writes_beside_the_code_is_no_rule():
    half = Path(find_spec("kg.lexicon").origin).parent / "__pycache__" / "half.cpython-311.pyc.12345"
    before = rules.__wrapped__()
    half.parent.mkdir(exist_ok=True)
    half.write_bytes(b"half")
    try:
        assert rules.__wrapped__() == before
    finally:
        half.unlink()


def test_who_loads_what_is_shared_ends_as_it_will():
    """Tests load every module: a process that did so and fails must not end with 0."""
    ended = subprocess.run([sys.executable, "-c", "import kg.build.ready; raise SystemExit(3)"], check=False)
    assert ended.returncode == 3
