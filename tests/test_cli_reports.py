"""Commands on reports: read, extract, gaps, build; and what they say of bad input."""

import shutil
from typing import get_args

import pytest

from kg.build.parts import FOLDER, RULES
from kg.cli.progress import EVERY, Log
from kg.cli.terminal import messages
from kg.extract.fact import Fact, StatementKind
from kg.lexicon import corrections


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
    assert name in output.one_line()
    assert " — " in output.err, "it says what to do"
    assert output.out == ""
    assert not (tmp_path / "data" / "current").exists()


def test_a_build_tells_what_it_changed_in_words(fazhi, demo_report, tmp_path):
    reports, data = tmp_path / "reports", tmp_path / "data"
    reports.mkdir()
    shutil.copy(demo_report, reports / "a.txt")
    (reports / "b.txt").write_text(demo_report.read_text("utf-8").replace("2021年", "2020年"), "utf-8")
    fazhi("build", reports, "--data", data)
    assert "nothing new" in fazhi("build", reports, "--data", data).one_line()
    told = fazhi("build", reports / "a.txt", "--data", data).err.splitlines()
    assert "0 reports new, 1 gone, 0 changed" in told[0]
    assert told[1].startswith("facts gained and lost: sections +0 −28, sentences +0 −85, ")
    assert "statement" not in told[1].lower(), "its kinds are told"


def test_a_build_names_the_files_that_it_left_out_as_the_same(fazhi, demo_report, tmp_path):
    for name in "abcde":
        shutil.copy(demo_report, tmp_path / f"{name}.txt")
    told = fazhi("build", tmp_path, "--data", tmp_path / "data").err
    assert "left out 4, the same as other files: b.txt, c.txt, d.txt and 1 more\n" in told


def test_every_kind_of_fact_has_words():
    kinds = {kind.__name__ for kind in Fact.__subclasses__()} - {"Statement"} | {*get_args(StatementKind)}
    assert {f"fact-{kind}" for kind in (*kinds, "Section", "Sentence", "Unread")} <= messages().keys()


def test_a_build_says_which_rules_have_changed_when_it_reads_all_again(fazhi, demo_report, tmp_path):
    data = tmp_path / "data"
    assert "since the last build" not in fazhi("build", demo_report, "--data", data).err
    rules = data / FOLDER / RULES
    rules.write_text(rules.read_text("utf-8").replace("kg/lexicon/verbs.tsv", "kg/lexicon/old.tsv"), "utf-8")
    assert "since the last build" not in fazhi("build", demo_report, "--data", data, "--add").err
    said = fazhi("build", demo_report, "--data", data).err.splitlines()[0]
    assert said.startswith("changed since the last build: kg/lexicon/old.tsv, kg/lexicon/verbs.tsv; ")
    assert "since the last build" not in fazhi("build", demo_report, "--data", data).err


def test_a_log_has_a_line_now_and_then_with_rate_and_time_left(capsys):
    now = [0.0]
    log = Log(clock=lambda: now[0] * EVERY)
    for made in range(0, 1001, 50):  # the first hundred are kept from before
        now[0] += 0.5 if made > 100 else 0.0
        log(made, 1000)
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 9
    assert told[0] == "read 200 of 1000 reports, 6.7 per second, 0:02:00 left"
    assert told[1] == "read 300 of 1000 reports, 3.3 per second, 0:03:30 left"
