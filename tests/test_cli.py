"""The command line: what it prints, what it says when something is wrong, and its exit codes."""

import io
import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from kg import cli
from kg.lexicon import corrections

ROOT = Path(__file__).parent.parent


class Output:
    """What a command printed, and how it ended."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    def json(self):
        return json.loads(self.out)


@pytest.fixture
def fazhi(capfdbinary, monkeypatch):
    """`fazhi("read", "x.txt")` runs a command in this process."""

    def run(*arguments: object, given: str = "") -> Output:
        monkeypatch.setattr(sys, "argv", ["fazhi", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode()), encoding="utf-8"))
        capfdbinary.readouterr()
        with pytest.raises(SystemExit) as end:
            cli.main()
        out, err = capfdbinary.readouterr()
        return Output(int(end.value.code or 0), out.decode(), err.decode())

    return run


@pytest.fixture(scope="session")
def data(tmp_path_factory, demo_report):
    """A data folder with the release of the bundled report."""
    folder = tmp_path_factory.mktemp("cli") / "data"
    command = [sys.executable, "-m", "kg", "build", str(demo_report), "--data", str(folder)]
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert run.returncode == 0, run.stderr
    return folder


def one_line(output):
    """The one line of an error."""
    lines = output.err.strip().splitlines()
    assert len(lines) == 1, output.err
    return lines[0]


# Reports


def test_read_prints_the_outline(fazhi, demo_report):
    read = fazhi("read", demo_report)
    assert read.code == 0
    assert "三是扎实推进法治督察工作  reported  [1098, 1110)" in read.out
    told = fazhi("read", demo_report, "--json").json()
    assert len(told["sections"]) == 28
    assert told["genre"]["accepted"]


def test_the_outline_is_indented_by_what_stands_under_what(fazhi, tmp_path):
    report = tmp_path / "report.txt"
    lines = [
        "一、主要成效",
        "（一）依法履职",
        "1.深化改革。一是梳理清单。编制清单3个。二是优化流程。压缩时限。",
        "2.加强监管。检查6次。",
    ]
    report.write_text("青禾县2023年法治政府建设年度报告\n" + "\n".join(lines), "utf-8")
    out = fazhi("read", report).out
    assert "\n      1.深化改革 " in out
    assert "\n        一是梳理清单 " in out


def test_extract_prints_the_form_of_the_guide(fazhi, demo_report):
    told = fazhi("extract", demo_report).json()
    text = demo_report.read_text("utf-8")
    assert list(told) == [
        "meta", "sections", "sentences", "bodies", "indicators", "documents", "honours", "programmes",
    ]  # fmt: skip
    assert len(told["sentences"]) == 85
    assert all(text[s["start"] : s["end"]] == s["quote"] for s in told["sentences"])


def test_extract_tells_which_corrections_met_nothing(fazhi, tmp_path, monkeypatch):
    rows = [("Figure", "31件", "受理投诉数"), ("Figure", "办结投诉", "办结数"), ("Figure", "另一份报告", "数")]
    entry = "- kind: {}\n  match: {}\n  value: {{name: {}}}\n  because: 断行\n  by: 甲\n  date: 2024-01-02\n"
    file = tmp_path / "corrections.yaml"
    file.write_text("".join(entry.format(*row) for row in rows), "utf-8")
    monkeypatch.setattr("kg.lexicon.corrections", lambda: corrections(file))
    monkeypatch.setattr("kg.extract.extractors.corrections", lambda: corrections(file))
    report = tmp_path / "report.txt"
    report.write_text("青禾县2023年法治政府建设情况报告\n\n一、主要工作\n\n受理投诉31件,办结投诉30件。\n", "utf-8")
    told = fazhi("extract", report)
    assert told.json()["indicators"][0]["name"] == "受理投诉数"
    assert "corrections.yaml:1" not in told.err  # it changed a figure
    assert "corrections.yaml:7" in told.err
    assert "办结投诉" in told.err
    assert "1 more" in told.err or "另有 1 条" in told.err


def test_extract_prints_cases_as_yaml(fazhi, demo_report):
    assert fazhi("extract", demo_report, "--format", "yaml").out.startswith("- name: ")


def test_gaps_are_the_work_list_of_many_reports(fazhi, demo_report, tmp_path):
    shutil.copy(demo_report, tmp_path / "a.txt")
    (tmp_path / "b.txt").write_text("这是一则通知。", "utf-8")
    told = fazhi("gaps", tmp_path, "--kind", "indicator", "--limit", "3", "--json")
    assert [gap["kind"] for gap in told.json()] == ["indicator"] * 3
    assert "b.txt" in told.err
    shown = fazhi("gaps", demo_report, "--limit", "2")
    assert len(shown.out.splitlines()) == 3
    assert "--limit 0" in shown.err


def test_a_report_may_come_from_standard_input(fazhi, demo_report):
    told = fazhi("extract", "-", given=demo_report.read_text("utf-8"))
    assert len(told.json()["sentences"]) == 85


@pytest.mark.parametrize("command", ["read", "extract", "build"])
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.txt", b""),
        ("noise.txt", bytes(range(128, 256)) * 40),
        ("news.txt", "今天天气很好，市民纷纷出游。\n".encode() * 30),
        ("gone.txt", None),
        ("broken.docx", b"PK\x03\x04 nothing"),
        ("broken.pdf", b"%PDF-1.4 nothing"),
    ],
)
def test_bad_input_is_one_clear_line_and_code_3(fazhi, tmp_path, command, name, content):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    more = ["--data", tmp_path / "data"] if command == "build" else []
    output = fazhi(command, tmp_path / name, *more)
    assert output.code == 3
    assert name in one_line(output)
    assert " — " in output.err, "it says what to do"
    assert output.out == ""
    assert not (tmp_path / "data" / "current").exists()


# Wrong use


WRONG = [
    (["nothing"], "No such command"),
    (["read"], "REPORT"),
    (["export", "--frmat", "csv"], "--frmat"),
    (["export", "more"], "more"),
    (["serve", "--port", "eighty"], "--port"),
    (["read", ".", "--format", "pdf"], "no format pdf"),
    (["query", "gone.rq"], "gone.rq"),
    (["ask", "no-such-question"], "no-such-question"),
    (["ask", "who-did-what", "督察"], "督察"),
    (["export", "--format", "pdf"], "no format pdf"),
    (["export", "--table", "facts"], "nq is not one table"),
    (["export", "--format", "csv", "--table", "people"], "no table people"),
    (["export", "--format", "csv", "--report", "report/1/2"], "whole release"),
    (["export", "--report", "report/1/2"], "no report report/1/2"),
    (["rollback", "000000000000"], "no release 000000000000"),
    (["check", "--format", "pdf"], "no format pdf"),
]


@pytest.mark.parametrize(("arguments", "said"), WRONG, ids=[" ".join(case[0]) for case in WRONG])
def test_wrong_use_is_one_line_and_code_2_in_both_languages(fazhi, data, monkeypatch, arguments, said):
    monkeypatch.setenv("FAZHI_DATA", str(data))
    output = fazhi(*arguments)
    assert output.code == 2
    assert said in one_line(output)
    monkeypatch.setenv("FAZHI_LANG", "zh")
    what, _, hint = one_line(fazhi(*arguments)).removeprefix("错误：").partition("——")
    assert chinese(what), what
    assert chinese(hint or what) or hint.endswith("--help"), hint


def chinese(words):
    return any("\u4e00" <= character <= "\u9fff" for character in words.replace("督察", ""))


@pytest.mark.parametrize("command", ["ask who-did-what", "query -", "check", "export", "releases", "rollback"])
def test_a_missing_data_folder_is_said_with_the_way_out(fazhi, tmp_path, command):
    output = fazhi(*command.split(), "--data", tmp_path / "none")
    assert output.code in (2, 3)
    assert "fazhi build" in one_line(output)


def test_a_port_in_use_is_said_with_another(fazhi, data):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        output = fazhi("serve", "--data", data, "--port", port)
    assert output.code == 2
    assert f"--port {port + 1}" in one_line(output)


def test_an_unknown_variable_is_refused(fazhi, monkeypatch):
    monkeypatch.setenv("FAZHI_PROT", "1")
    assert "FAZHI_PROT" in one_line(fazhi("config", "show"))


# Answers


def test_query_gives_tables_and_graphs(fazhi, data):
    count = "SELECT (COUNT(*) AS ?n) { ?s a <https://w3id.org/fazhi/ns#Sentence> }"
    assert fazhi("query", "-", "--data", data, "--format", "csv", given=count).out.split() == ["n", "85"]
    assert (
        fazhi("query", "-", "--data", data, "--json", given=count).json()["results"]["bindings"][0]["n"]["value"]
        == "85"
    )
    assert "85" in fazhi("query", "-", "--data", data, given=count).out
    graph = "CONSTRUCT { ?s a ?c } { ?s a ?c } LIMIT 3"
    assert fazhi("query", "-", "--data", data, "--format", "nt", given=graph).out.count("\n") == 3


def test_a_query_without_end_is_ended(data):
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    run = subprocess.run(
        [sys.executable, "-m", "kg", "query", "-", "--data", str(data)],
        input=endless, capture_output=True, text=True, env={**os.environ, "FAZHI_MAX_SECONDS": "1", "FAZHI_LANG": "zh"},
    )  # fmt: skip
    assert run.returncode == 2
    assert "超过 1 秒没有算完，已停止——请限定范围" in run.stderr
    assert not run.stdout


def test_a_malformed_query_is_the_askers_fault(fazhi, data):
    output = fazhi("query", "-", "--data", data, given="SELECT * { ?s ?p }")
    assert output.code == 2
    assert one_line(output)


def test_check_passes_on_what_was_built(fazhi, data):
    output = fazhi("check", "--data", data, "--format", "json")
    assert output.code == 0
    assert output.json()["conforms"]


def test_check_fails_on_a_graph_that_breaks_a_shape(fazhi, data, tmp_path):
    from kg.store.change import change
    from kg.store.release import publish, read_release

    whole = tmp_path / "data"
    release = read_release(data)
    parts = [release.member(name) for name in release.manifest["graphs"]]
    import gzip

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
def test_export_writes_every_form(fazhi, data, tmp_path, form):
    import rdflib

    to = tmp_path / f"graph.{form}"
    assert fazhi("export", "--data", data, "--format", form, "-o", to).code == 0
    names = {"jsonld": "json-ld", "rdfxml": "xml", "nq": "nquads", "ttl": "turtle"}
    graph = rdflib.Dataset() if form in ("nq", "trig", "jsonld") else rdflib.Graph()
    graph.parse(data=to.read_bytes(), format=names.get(form, form))
    assert sum(1 for _ in (graph.quads() if isinstance(graph, rdflib.Dataset) else graph)) > 5000


def test_a_query_that_finds_nothing_shows_its_columns(fazhi, data, tmp_path):
    (tmp_path / "none.rq").write_text("SELECT ?later ?first { VALUES (?later ?first) {} }", "utf-8")
    shown = fazhi("query", tmp_path / "none.rq", "--data", data)
    assert shown.code == 0
    assert shown.out.index("later") < shown.out.index("first")
    (tmp_path / "bare.rq").write_text("SELECT ?s { ?s a fz:Report }", "utf-8")
    assert "a prefix is not declared" in fazhi("query", tmp_path / "bare.rq", "--data", data).err
    (tmp_path / "gb.rq").write_bytes("# 法治".encode("gb18030"))
    assert "is not UTF-8 text" in fazhi("query", tmp_path / "gb.rq", "--data", data).err
    assert "No such file" in fazhi("query", tmp_path / "no.rq", "--data", data).err


def test_export_writes_the_table_that_is_named(fazhi, data, tmp_path):
    piped = fazhi("export", "--data", data, "--format", "csv", "--table", "figures")
    assert piped.out.startswith("figure,kind,kindLabel,indicator,")
    for name in ("a.csv", "b"):
        assert fazhi("export", "--data", data, "--format", "csv", "--table", "figures", "-o", tmp_path / name).code == 0
        assert (tmp_path / name).read_text("utf-8").splitlines() == piped.out.splitlines()
    for wrong, said in ((("csv", "figure"), "no table figure"), (("nq", "figures"), "nq is not one table")):
        refused = fazhi("export", "--data", data, "--format", wrong[0], "--table", wrong[1], "-o", tmp_path / "c")
        assert (refused.code, refused.out) == (2, "")
        assert said in refused.err
        assert not (tmp_path / "c").exists()


def test_export_does_not_write_over_a_file(fazhi, data, tmp_path):
    to = tmp_path / "graph.nq"
    to.write_text("mine", "utf-8")
    output = fazhi("export", "--data", data, "-o", to)
    assert output.code == 2
    assert "--force" in one_line(output)
    assert to.read_text("utf-8") == "mine"
    assert fazhi("export", "--data", data, "-o", to, "--force").code == 0
    assert to.stat().st_size > 10000


def test_ask_prints_the_sentence_and_the_words(fazhi, data):
    output = fazhi("ask", "who-did-what", "what=督察", "--data", data, "--json").json()
    assert output["question_id"] == "who-did-what"
    assert output["release"]
    assert all(row["evidence"] for row in output["rows"])


def test_questions_lists_them_all(fazhi):
    from queries import load_queries

    rows = fazhi("questions", "--json").json()
    assert len(rows) == len(load_queries()) >= 20


# Releases


def test_releases_rollback_backup_restore(fazhi, data, demo_report, tmp_path):
    own = tmp_path / "data"
    assert fazhi("build", demo_report, "--data", own).code == 0
    assert fazhi("build", demo_report, "--data", own, "--base", "https://example.org/id/").code == 0
    rows = fazhi("releases", "--data", own, "--json").json()
    assert [row["current"] for row in rows] == ["*", ""]
    assert fazhi("rollback", "--data", own).code == 0
    assert [row["current"] for row in fazhi("releases", "--data", own, "--json").json()] == ["", "*"]
    assert fazhi("backup", tmp_path / "kept.tar", "--data", own).code == 0
    restored = fazhi("restore", tmp_path / "kept.tar", "--data", tmp_path / "other")
    assert restored.code == 0
    assert rows[1]["release"] in restored.err


# Languages and shells


def test_what_was_done_is_json_where_asked(fazhi, data, tmp_path):
    copy = tmp_path / "data"
    shutil.copytree(data, copy, symlinks=True)
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


def test_the_language_follows_the_locale(fazhi, monkeypatch):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "错误" in one_line(fazhi("read", "gone.txt"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert "error" in one_line(fazhi("read", "gone.txt"))


def test_every_message_is_there_in_both_languages():
    rows = cli.terminal.messages()
    assert len(rows) >= 50
    assert all(zh and en for zh, en in rows.values())
    assert [name for name, (zh, _) in rows.items() if not any("\u4e00" <= c <= "\u9fff" for c in zh)] == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_there(shell):
    environment = {**os.environ, "_FAZHI_COMPLETE": f"source_{shell}"}
    code = "import sys; sys.argv = ['fazhi']; from kg.cli import main; main()"
    run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, cwd=ROOT)
    assert run.returncode == 0
    assert "FAZHI" in run.stdout


def test_help_does_not_load_the_readers():
    code = "import sys; from kg import cli; print([m for m in ('jieba', 'lxml', 'pyoxigraph', 'flask') if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert run.stdout.strip() == "[]"
