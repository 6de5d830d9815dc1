"""What a build is given: bad files, damage, versions, registers and decisions are named with what was done."""

import datetime
import errno
import hashlib
import io
import json
import os
import re
import shutil
import sys
from pathlib import Path

import compose
import pytest
from PIL import Image

from kg.build import build
from kg.build.inbox import places
from kg.cli.terminal import in_chinese
from kg.corpus.read_text import read_text
from kg.errors import DocumentError, GraphError, KgError, SourceError, StoreError
from kg.graph.namespaces import VOCABULARY
from kg.lexicon import Correction
from kg.store.embedded import EmbeddedStore
from kg.store.release import read_release


def issues_of(built):
    """Each issue. What is told of it is told in Chinese too; of a shape by the graph of findings."""
    told = (
        in_chinese(KgError(issue.what, hint=issue.hint))
        for issue in built.issues
        if issue.severity != "info" and not issue.code.startswith("shape.")
    )
    assert not [words for words in told if re.search("[a-z]{3,} [a-z]{2,}", words.replace("fazhi ", ""))]
    return {(issue.source, issue.code, issue.done) for issue in built.issues}


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


def test_a_data_folder_among_the_reports_is_not_read(own, monkeypatch):
    monkeypatch.chdir(own)
    first, second = build(["."], data=Path("data")), build([own], data=Path("data"))
    assert first.release.id == second.release.id
    assert not any(issue.source.startswith("data") for issue in second.issues)


def test_a_row_of_the_register_without_its_file_is_named(own, tmp_path):
    gone = sorted(own.glob("*.txt"))[0]
    gone.unlink()
    assert (f"own/{gone.name}", "source.missing") in {(one.source, one.code) for one in places([tmp_path])[1]}
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
    assert {"shape.Undeclared", "report.last-good"} <= codes
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
