"""The way from end to end: the same bytes twice, nothing read twice, nothing lost in silence, nothing half-written."""

import datetime
import errno
import gzip
import hashlib
import io
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import compose
import pytest
from PIL import Image
from serving import wait_until

from kg.build import build
from kg.build.inbox import places
from kg.build.parts import Parts
from kg.build.spread import Task, spread
from kg.cli.terminal import in_chinese
from kg.corpus.read_text import read_text
from kg.errors import DocumentError, GraphError, KgError, SourceError, StoreError
from kg.graph.namespaces import DEFAULT_BASE, VOCABULARY
from kg.lexicon import Correction
from kg.store.embedded import EmbeddedStore
from kg.store.release import problems, read_release
from kg.store.search import Search


@pytest.fixture(scope="session")
def corpus(tmp_path_factory):
    """Eight composed reports of two places with their register."""
    folder = tmp_path_factory.mktemp("corpus")
    compose.write(folder, 8, seed=7)
    return folder / "reports"


@pytest.fixture(scope="session")
def built(corpus, tmp_path_factory):
    return build([corpus], data=tmp_path_factory.mktemp("data"))


@pytest.fixture
def own(corpus, tmp_path):
    """A copy of the corpus that a test may spoil."""
    return shutil.copytree(corpus, tmp_path / "own")


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


def issues_of(built):
    """Each issue. What is told of it is told in Chinese too; of a shape by the graph of findings."""
    told = (
        in_chinese(KgError(issue.what, hint=issue.hint))
        for issue in built.issues
        if issue.severity != "info" and not issue.code.startswith("shape.")
    )
    assert not [words for words in told if re.search("[a-z]{3,} [a-z]{2,}", words.replace("fazhi ", ""))]
    return {(issue.source, issue.code, issue.done) for issue in built.issues}


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


def test_bad_files_are_named_and_the_rest_is_published(own, tmp_path):
    (own / "empty.txt").write_bytes(b"")
    (own / "noise.txt").write_bytes(bytes(range(128, 256)) * 40)
    (own / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    (own / "news.txt").write_text("今天天气很好，市民纷纷出游。\n" * 30, "utf-8")
    (own / "table.xlsx").write_bytes(b"PK")
    (own / "notes").write_bytes(b"")
    built = build([own], data=tmp_path / "data")
    assert len(built.release.manifest["reports"]) == 8
    assert built.unreadable == 4
    assert {
        ("empty.txt", "source.unreadable", "left-out"),
        ("noise.txt", "document.unreadable", "left-out"),
        ("broken.pdf", "document.unreadable", "left-out"),
        ("news.txt", "document.unreadable", "left-out"),
        ("table.xlsx", "source.foreign", "left-out"),
        ("notes", "source.foreign", "left-out"),
    } <= issues_of(built)
    assert len(list(built.release.issues())) == len(built.issues)


def test_a_data_folder_that_cannot_be_written_is_said(own, tmp_path):
    (tmp_path / "data").write_text("a file", "utf-8")
    with pytest.raises(StoreError, match="cannot be written") as refused:
        build([sorted(own.glob("[0-9]*"))[0]], data=tmp_path / "data")
    assert "choose another --data" in str(refused.value)


def test_of_a_part_that_a_full_disk_cuts_short_nothing_stays(own, tmp_path, monkeypatch):
    write = Path.write_bytes

    def full(path, content):
        if path.parent.parent.name == "parts":
            write(path, content[: len(content) // 2])
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(StoreError, match="No space left"):
        build([sorted(own.glob("[0-9]*"))[0]], data=tmp_path / "data")
    assert not [path for path in (tmp_path / "data").rglob("*") if path.is_file()]


def test_links_and_folders_that_cannot_be_looked_into_are_named(own, tmp_path, monkeypatch):
    (own / "loop").symlink_to(own, target_is_directory=True)
    (own / "gone.txt").symlink_to(own / "nowhere.txt")
    (own / "round.txt").symlink_to(own / "round.txt")
    os.mkfifo(own / "pipe.txt")
    (own / "closed").mkdir()
    look = os.scandir

    def scandir(path):
        if Path(path).name == "closed":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return look(path)

    monkeypatch.setattr(os, "scandir", scandir)
    _, issues = places([own])
    assert {(issue.source, issue.code, issue.severity) for issue in issues} == {
        ("closed", "source.unreadable", "error"),
        ("gone.txt", "source.missing", "warning"),
        ("loop", "source.foreign", "warning"),
        ("pipe.txt", "source.foreign", "warning"),
        ("round.txt", "source.missing", "warning"),
    }
    assert all(issue.hint for issue in issues)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_file_that_goes_or_changes_while_reports_are_read_is_told_or_read_as_it_is(own, tmp_path, monkeypatch, jobs):
    goes, changes = sorted(own.glob("*.txt"))[:2]
    text = changes.read_bytes() + "县司法局开展执法检查77次。\n".encode()
    reading, seen = sys.modules["kg.build.spread"], set()
    look = reading.open_source

    def open_source(place):
        if place in seen and place.where == str(changes):
            changes.write_bytes(text)
        if place in seen and place.where == str(goes):
            goes.unlink()
        seen.add(place)
        return look(place)

    monkeypatch.setattr(reading, "open_source", open_source)
    built = build([own], data=tmp_path / "data", jobs=jobs)
    assert (goes.name, "source.unreadable", "left-out") in issues_of(built)
    held = {report["source"]: report["sha256"] for report in built.release.manifest["reports"].values()}
    assert held[changes.name] == hashlib.sha256(text).hexdigest()
    assert len(held) == 7


def test_a_row_of_the_register_without_its_file_is_named(own, tmp_path):
    gone = sorted(own.glob("*.txt"))[0]
    gone.unlink()
    built = build([own / "sources.tsv"], data=tmp_path / "data")
    assert (gone.name, "source.missing", "left-out") in issues_of(built)
    assert len(built.release.manifest["reports"]) == 7


def test_a_report_for_another_year_than_the_register_says_is_named(own, tmp_path):
    register = own / "sources.tsv"
    lines = register.read_text("utf-8").splitlines()
    cells = lines[1].split("\t")
    lines[1] = "\t".join([cells[0], "", "", cells[3], "2011", *cells[5:]])
    register.write_text("\n".join(lines) + "\n", "utf-8")
    built = build([own], data=tmp_path / "data")
    assert (cells[0], "register.year", "published") in issues_of(built)


def test_equal_bytes_are_published_once(own, tmp_path):
    report = sorted(own.glob("*.txt"))[0]
    shutil.copy(report, own / f"zz-{report.name}")
    (own / "sources.tsv").unlink()
    built = build([own], data=tmp_path / "data")
    assert ("zz-" + report.name, "report.duplicate", "left-out") in issues_of(built)
    assert len(built.release.manifest["reports"]) == 8


def test_of_two_versions_the_later_published_stands(own, tmp_path):
    (own / "sources.tsv").unlink()
    report = next(path for path in sorted(own.glob("*.txt")) if "发布时间" in path.read_text("utf-8"))
    text = report.read_text("utf-8")
    (own / f"new-{report.name}").write_text(text.replace("-03-", "-05-", 1), "utf-8")
    built = build([own], data=tmp_path / "data")
    assert (report.name, "report.version", "left-out") in issues_of(built)
    sources = {row["source"] for row in built.release.manifest["reports"].values()}
    assert f"new-{report.name}" in sources
    assert report.name not in sources


def test_a_register_of_another_name_is_told_so(own, tmp_path):
    other = (own / "sources.tsv").rename(own / "reports.tsv")
    with pytest.raises(SourceError, match=r"reports\.tsv: a register is named sources\.tsv"):
        build([other], data=tmp_path / "data")


def test_fewer_facts_than_the_register_expects_leave_a_report_out(own, tmp_path):
    register = own / "sources.tsv"
    lines = register.read_text("utf-8").splitlines()
    lines[1] += "Sentence=500-900"
    register.write_text("\n".join(lines) + "\n", "utf-8")
    built = build([own], data=tmp_path / "data")
    name = lines[1].split("\t")[0]
    assert (name, "count.low", "left-out") in issues_of(built)
    assert built.refused == 1
    assert len(built.release.manifest["reports"]) == 7


def test_a_report_that_breaks_a_rule_now_stands_as_the_release_before_has_it(own, tmp_path):
    first = build([own], data=tmp_path / "data")
    register = own / "sources.tsv"
    lines = register.read_text("utf-8").splitlines()
    name, before = lines[1].split("\t")[0], lines[1]
    lines[1] += "Sentence=500-900"
    register.write_text("\n".join(lines) + "\n", "utf-8")
    second = build([own], data=tmp_path / "data")
    assert {(name, "count.low", "left-out"), (name, "report.last-good", "last-good")} <= issues_of(second)
    assert second.release.manifest["reports"] == first.release.manifest["reports"]
    lines[1] = before
    register.write_text("\n".join(lines) + "\n", "utf-8")
    assert not {code for _, code, _ in issues_of(build([own], data=tmp_path / "data"))} & {
        "count.low",
        "report.last-good",
    }


@pytest.mark.parametrize("settled", [False, True], ids=["undecided", "decided before"])
def test_a_decision_that_breaks_a_shape_keeps_the_good_graph_and_is_not_called_stale(own, tmp_path, settled):
    reports, data = sorted(own.glob("[0-9]*"))[:2], tmp_path / "data"
    first = build(reports, data=data)
    rows = EmbeddedStore(data).rows(f"SELECT ?f {{ ?f a <{VOCABULARY}Figure> }} ORDER BY ?f LIMIT 1")
    fact = rows[0]["f"].value
    if settled:
        right = {"fact": fact, "verdict": "accept", "because": "试验", "by": "测试", "date": "2024-04-01"}
        (data / "curation.jsonl").write_text(json.dumps(right) + "\n", "utf-8")
        first = build(reports, data=data)
    wrong = {"fact": fact, "verdict": "change", "term": "unit", "value": "nonsense", "because": "试验", "by": "测试"}
    (data / "curation.jsonl").write_text(json.dumps(wrong | {"date": "2024-05-01"}) + "\n", "utf-8")
    second = build(reports, data=data)
    assert second.release.manifest["reports"] == first.release.manifest["reports"]
    codes = {code for _, code, _ in issues_of(second)}
    assert {"shape.shape.Undeclared", "report.last-good"} <= codes
    assert "curation.stale" not in codes
    graph = next(name for name in first.release.members() if name.endswith(fact.split("/id/")[1].split("/s/")[0]))
    assert second.release.member(graph) == first.release.member(graph)


def test_a_decision_on_a_wording_that_is_met_no_more_is_told(own, tmp_path, monkeypatch):
    decision = Correction(
        kind="Figure",
        match="没有一份报告写的话",
        value={"drop": "true"},
        because="试验",
        by="测试",
        date=datetime.date(2024, 5, 1),
        where="corrections.yaml:3",
    )
    monkeypatch.setattr("kg.build.corrections", lambda: (decision,))
    assert ("corrections.yaml", "correction.stale", "left-out") in issues_of(build([own], data=tmp_path / "data"))


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("empty.txt", b"", SourceError),
        ("noise.txt", bytes(range(128, 256)) * 40, DocumentError),
        ("news.txt", "今天天气很好，市民纷纷出游。\n".encode() * 30, DocumentError),
    ],
)
def test_a_build_that_would_publish_nothing_writes_no_release(tmp_path, name, data, error):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(error, match=name):
        build([tmp_path / name], data=tmp_path / "data")
    assert not (tmp_path / "data" / "current").exists()


def test_a_failed_build_leaves_the_release_before_serving(own, tmp_path):
    first = build([own], data=tmp_path / "data").release
    (tmp_path / "noise.txt").write_bytes(bytes(range(128, 256)) * 40)
    with pytest.raises((DocumentError, SourceError, GraphError)):
        build([tmp_path / "noise.txt"], data=tmp_path / "data")
    assert read_release(tmp_path / "data").id == first.id


def test_the_manifest_says_what_each_report_gave(built):
    for row in built.release.manifest["reports"].values():
        assert {"title", "area", "year", "source", "sha256", "counts"} <= set(row)
    assert "/tmp" not in json.dumps(built.release.manifest["given"])


def test_a_scan_is_left_out_with_its_reason_and_recognised_on_demand(tmp_path, monkeypatch):
    image = io.BytesIO()
    Image.new("L", (80, 80), 255).save(image, "PDF")
    folder = tmp_path / "in"
    compose.write(folder, 1, seed=3)
    (report,) = (folder / "reports").glob("*.txt")
    scan = report.with_name("scan.pdf")
    scan.write_bytes(image.getvalue())
    text = report.read_bytes()
    report.unlink()
    with pytest.raises(DocumentError, match="--ocr"):
        build([scan], data=tmp_path / "data")
    monkeypatch.setattr("kg.corpus.read_scan.read_scan", lambda data, where: read_text(text))
    assert len(build([scan], data=tmp_path / "data", ocr=True).release.manifest["reports"]) == 1
    with pytest.raises(DocumentError, match="--ocr"):  # what was recognised is kept for those who ask for it
        build([scan], data=tmp_path / "data")
