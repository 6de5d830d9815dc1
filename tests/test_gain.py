"""`make gain` tells what a change gained and lost, and sees a fact that another tree reads otherwise."""

import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests" / "bench"))

import gain  # noqa: E402  (a script beside the tests, no package)


def test_gained_and_lost_are_counted_per_kind_and_shown():
    same, old, new = (
        ("a.txt", "Action", "建立制度", "{}"),
        ("a.txt", "Figure", "12件", "1"),
        ("a.txt", "Figure", "12件", "2"),
    )
    lines = list(gain.report(Counter([same, old]), Counter([same, new, new]), show=1, kind=None))
    assert [line.split() for line in lines[1:3]] == [["Action", "1", "1", "0", "0"], ["Figure", "1", "2", "2", "1"]]
    assert lines[3:] == ["+ a.txt Figure “12件” 2", "+ … 1 more (--show)", "- a.txt Figure “12件” 1"]


def test_another_tree_is_read_by_its_own_code(tmp_path):
    report = tmp_path / "report.txt"
    report.write_text("青榆县人民政府2023年法治政府建设年度报告\n\n一、主要举措\n\n县司法局开展培训12场。\n", "utf-8")
    tree = tmp_path / "tree"
    for name in ("kg", "ontology"):
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    verbs = tree / "kg" / "lexicon" / "verbs.tsv"
    lines = verbs.read_text("utf-8").splitlines(keepends=True)
    verbs.write_text("".join("开展\tstative\t\n" if line.startswith("开展\t") else line for line in lines), "utf-8")
    here, there = gain.read_with(ROOT, [str(report)]), gain.read_with(tree, [str(report)])
    assert {line[1] for line in here - there} >= {"Action"}


def test_a_commit_that_does_not_exist_is_told():
    command = [sys.executable, str(ROOT / "tests" / "bench" / "gain.py"), "no-such-commit"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "no-such-commit" in run.stderr
