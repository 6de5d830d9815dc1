"""Commands on what was built: query, check, export, ask, releases, and going back."""

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import rdflib

import ontology
from kg.store.change import change
from kg.store.release import publish, read_release
from queries import load_queries
from server.export.formats import FORMATS


def test_query_gives_tables_and_graphs(fazhi, built):
    count = "SELECT (COUNT(*) AS ?n) { ?s a <https://w3id.org/fazhi/ns#Sentence> }"
    assert fazhi("query", "-", "--data", built, "--format", "csv", given=count).out.split() == ["n", "85"]
    assert (
        fazhi("query", "-", "--data", built, "--json", given=count).json()["results"]["bindings"][0]["n"]["value"]
        == "85"
    )
    assert "85" in fazhi("query", "-", "--data", built, given=count).out
    graph = "CONSTRUCT { ?s a ?c } { ?s a ?c } LIMIT 3"
    assert fazhi("query", "-", "--data", built, "--format", "nt", given=graph).out.count("\n") == 3


@pytest.mark.parametrize("view", ontology.files("views"), ids=lambda view: view.stem)
def test_a_view_of_the_vocabulary_is_a_query_wherever_it_is_installed(fazhi, built, view, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shown = fazhi("query", f"views/{view.name}", "--data", built, "--format", "ttl").out
    assert len(rdflib.Graph().parse(data=shown, format="turtle")) > 5


def test_a_query_without_end_is_ended(built):
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    run = subprocess.run(
        [sys.executable, "-m", "kg", "query", "-", "--data", str(built)],
        input=endless, capture_output=True, text=True, env={**os.environ, "FAZHI_MAX_SECONDS": "1", "FAZHI_LANG": "zh"},
    )  # fmt: skip
    assert run.returncode == 2
    assert "超过 1 秒没有算完，已停止——请限定范围" in run.stderr
    assert not run.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device here")
@pytest.mark.parametrize("form", ["csv", "nq"])
def test_a_full_disk_is_told_in_one_line(built, form):
    with Path("/dev/full").open("wb") as full:
        run = subprocess.run(
            [sys.executable, "-m", "kg", "export", "--data", str(built), "--format", form],
            stdout=full, stderr=subprocess.PIPE, text=True, env={**os.environ, "FAZHI_LANG": "zh"},
        )  # fmt: skip
    assert run.returncode == 2
    assert run.stderr == "错误：没有写完：空间不足——请腾出空间，或写到别处\n"


def test_a_malformed_query_is_the_askers_fault(fazhi, built):
    output = fazhi("query", "-", "--data", built, given="SELECT * { ?s ?p }")
    assert output.code == 2
    assert output.one_line()


def test_check_passes_on_what_was_built(fazhi, built):
    output = fazhi("check", "--data", built, "--format", "json")
    assert output.code == 0
    assert output.json()["conforms"]


def test_check_fails_on_a_graph_that_breaks_a_shape(fazhi, built, tmp_path):
    whole = tmp_path / "data"
    release = read_release(built)
    parts = [release.member(name) for name in release.manifest["graphs"]]
    publish(whole, [gzip.decompress(part) for part in parts], manifest=release.manifest["given"])
    report = next(name for name in release.manifest["graphs"] if name.endswith("/2021"))
    lines = gzip.decompress(release.member(report)).decode().splitlines(keepends=True)
    spoiled = "".join(line for line in lines if "ns#quote>" not in line)
    change(whole, {report: spoiled.encode()})
    output = fazhi("check", "--data", whole)
    assert output.code == 1
    assert "violation" in output.out


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # its own parsers use what it deprecates
@pytest.mark.parametrize("form", ["nq", "ttl", "nt", "trig", "jsonld", "rdfxml"])
def test_export_writes_every_form(fazhi, built, tmp_path, form):
    to = tmp_path / f"graph.{form}"
    assert fazhi("export", "--data", built, "--format", form, "-o", to).code == 0
    names = {"jsonld": "json-ld", "rdfxml": "xml", "nq": "nquads", "ttl": "turtle"}
    graph = rdflib.Dataset() if form in ("nq", "trig", "jsonld") else rdflib.Graph()
    graph.parse(data=to.read_bytes(), format=names.get(form, form))
    assert sum(1 for _ in (graph.quads() if isinstance(graph, rdflib.Dataset) else graph)) > 5000


def test_a_query_that_finds_nothing_shows_its_columns(fazhi, built, tmp_path):
    (tmp_path / "none.rq").write_text("SELECT ?later ?first { VALUES (?later ?first) {} }", "utf-8")
    shown = fazhi("query", tmp_path / "none.rq", "--data", built)
    assert shown.code == 0
    assert shown.out.index("later") < shown.out.index("first")
    (tmp_path / "bare.rq").write_text("SELECT ?s { ?s a fz:Report }", "utf-8")
    assert "a prefix is not declared" in fazhi("query", tmp_path / "bare.rq", "--data", built).err
    (tmp_path / "gb.rq").write_bytes("# 法治".encode("gb18030"))
    assert "is not UTF-8 text" in fazhi("query", tmp_path / "gb.rq", "--data", built).err
    assert "No such file" in fazhi("query", tmp_path / "no.rq", "--data", built).err


def test_export_writes_the_table_that_is_named(fazhi, built, tmp_path):
    piped = fazhi("export", "--data", built, "--format", "csv", "--table", "figures")
    assert piped.out.startswith("figure,kind,kindLabel,indicator,")
    for name in ("a.csv", "b"):
        assert (
            fazhi("export", "--data", built, "--format", "csv", "--table", "figures", "-o", tmp_path / name).code == 0
        )
        assert (tmp_path / name).read_text("utf-8").splitlines() == piped.out.splitlines()
    for wrong, said in ((("csv", "figure"), "no table figure"), (("nq", "figures"), "nq is not one table")):
        refused = fazhi("export", "--data", built, "--format", wrong[0], "--table", wrong[1], "-o", tmp_path / "c")
        assert (refused.code, refused.out) == (2, "")
        assert said in refused.err
        assert not (tmp_path / "c").exists()


def test_export_does_not_write_over_a_file(fazhi, built, tmp_path):
    to = tmp_path / "graph.nq"
    to.write_text("mine", "utf-8")
    output = fazhi("export", "--data", built, "-o", to)
    assert output.code == 2
    assert "--force" in output.one_line()
    assert to.read_text("utf-8") == "mine"
    assert fazhi("export", "--data", built, "-o", to, "--force").code == 0
    assert to.stat().st_size > 10000


@pytest.mark.parametrize("command", [("export",), ("export", "--format", "csv", "-o", "/dev/stdout"), ("questions",)])
def test_whose_reader_has_gone_ends_well_and_in_silence(built, command):
    data = () if command == ("questions",) else ("--data", str(built))
    code = [sys.executable, "-u", "-c", "from kg.cli import main; main()", *command, *data]
    with subprocess.Popen(code, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as ran:
        assert ran.stdout is not None
        assert ran.stderr is not None
        if data:
            assert ran.stdout.read(1)
        ran.stdout.close()
        said = ran.stderr.read().decode()
    assert (ran.returncode, "rror" in said) == (0, False), said


def test_ask_prints_the_sentence_and_the_words(fazhi, built):
    output = fazhi("ask", "who-did-what", "what=督察", "--data", built, "--json").json()
    assert output["question_id"] == "who-did-what"
    assert output["release"]
    assert all(row["evidence"] for row in output["rows"])


def test_what_a_sentence_was_taken_for_is_told_in_words_and_as_the_command(fazhi, built, monkeypatch):
    monkeypatch.setenv("FAZHI_LANG", "zh")
    told = fazhi("ask", "2021年矛盾纠纷调处成功率是多少", "--data", built).one_line()
    words, command = re.fullmatch(r"理解为：(.+？)（fazhi (.+)）", told).groups()
    assert words == "各地2021年的调解成功率是多少？"
    assert fazhi(*command.split(), "--data", built).out.startswith("宁海县2021年的调解成功率为99.6%。")


def test_a_sentence_that_is_not_understood_is_told_as_json_too(fazhi, built):
    output = fazhi("ask", "今天天气怎么样", "--data", built, "--json")
    assert (output.code, output.json()["question_id"]) == (2, None)
    assert len(output.json()["alternatives"]) == 3
    assert output.one_line()


def test_questions_lists_them_all(fazhi):
    rows = fazhi("questions", "--json").json()
    assert len(rows) == len(load_queries()) >= 20


def test_releases_rollback_backup_restore(fazhi, built, demo_report, tmp_path):
    own = tmp_path / "data"
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "seal.png").write_bytes(b"\x89PNG")
    first = fazhi("build", demo_report, tmp_path / "more", "--data", own)
    assert first.code == 0
    assert "warning: seal.png: no report by its name (.png), not read" in first.err
    assert fazhi("build", demo_report, "--data", own, "--base", "https://example.org/id/").code == 0
    rows = fazhi("releases", "--data", own, "--json").json()
    assert [row["current"] for row in rows] == ["*", ""]
    assert fazhi("rollback", "--data", own).code == 0
    assert [row["current"] for row in fazhi("releases", "--data", own, "--json").json()] == ["", "*"]
    assert fazhi("backup", tmp_path / "kept.tar", "--data", own).code == 0
    restored = fazhi("restore", tmp_path / "kept.tar", "--data", tmp_path / "other")
    assert restored.code == 0
    assert rows[1]["release"] in restored.err


def test_what_was_done_is_json_where_asked(fazhi, built, tmp_path):
    copy = tmp_path / "data"
    shutil.copytree(built, copy, symlinks=True)
    release = json.loads(fazhi("releases", "--json", "--data", copy).out)[0]["release"]
    out = tmp_path / "all.nq.zst"
    told = json.loads(fazhi("export", "--json", "--data", copy, "-o", out).out)
    assert told == {"file": str(out), "format": "nq", "release": release}
    kept = json.loads(fazhi("backup", tmp_path / "b.tar", "--json", "--data", copy).out)
    assert kept == {"file": str(tmp_path / "b.tar"), "release": release}
    assert json.loads(fazhi("restore", tmp_path / "b.tar", "--json", "--data", copy).out) == {"release": release}
    refused = fazhi("export", "--json", "--data", copy)
    assert (refused.code, refused.out, refused.err.count("\n")) == (2, "", 1)
    assert fazhi("export", "--data", copy, "--report", "report/1/2", "-o", tmp_path / "x.nq").code == 2
    assert not (tmp_path / "x.nq").exists()


def test_check_names_rules_and_reports_as_a_clerk_does(fazhi, built, monkeypatch):
    monkeypatch.setenv("FAZHI_LANG", "zh")
    output = fazhi("check", "--data", built)
    assert "疑点  应有第一责任人履职情况  2021年宁海县人民政府法治政府建设工作报告  未见" in output.out
    assert "核验通过，疑点" in output.err
    assert "https://" not in output.out
    kinds = [line.partition("  ")[0] for line in output.out.splitlines() if not line.startswith(" ")]
    assert kinds == sorted(kinds, key=["违规", "疑点", "提示"].index), "the gravest first"


def test_one_report_is_checked_by_its_title_or_its_key(fazhi, demo_report, tmp_path, monkeypatch):
    built, reports = tmp_path / "data", tmp_path / "reports"
    reports.mkdir()
    shutil.copy(demo_report, reports)
    (reports / "b.txt").write_text(demo_report.read_text("utf-8").replace("2021年", "2020年"), "utf-8")
    fazhi("build", reports, "--data", built)
    for words in ("2020年宁海县", "330226/2020"):
        found = fazhi("check", "--data", built, "--report", words, "--json").json()["findings"]
        assert {one["report"].rpartition("/report/")[2] for one in found} == {"330226/2020"}
    monkeypatch.setenv("FAZHI_LANG", "zh")
    refused = fazhi("check", "--data", built, "--report", "泉林县")
    assert refused.code == 2
    assert "没有标题或编号里有“泉林县”的报告——fazhi ask reports-held 列出全部" in refused.one_line()
    assert refused.out == ""


def test_the_help_of_export_names_every_format(fazhi):
    shown = fazhi("export", "--help").out
    assert [name for name in FORMATS if not re.search(rf"\b{name}\b", shown)] == []


def test_a_column_without_any_value_is_left_out(fazhi, built, monkeypatch):
    monkeypatch.setenv("COLUMNS", "300")
    assert "upper bound" not in fazhi("ask", "indicator-value", "--data", built).out
    assert "upper bound" in fazhi("ask", "plan-targets", "--data", built).out
