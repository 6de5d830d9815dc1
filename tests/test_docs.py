"""The documents say what is there: every command, setting and question stands in them, and every command in them runs."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import docs
import pytest

ROOT = Path(__file__).parent.parent
README = docs.READMES["en"].read_text("utf-8")
CHINESE = docs.READMES["zh"].read_text("utf-8")
TOP = {"pyproject.toml", "ontology", "kg", "server", "queries", "tests", ".ci", "README.md", "README.zh-CN.md"}
TOP |= {"CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", "NOTICE", "Makefile", ".gitignore", "hatch_build.py"}
# Paths of one machine, and hosts of package registries by the word in their name.
SECRET = re.compile(
    r"(?<![\w.])/(?:home|root|Users|work)/|/tmp/\w+_jobs|(?:extra-)?index-url|(?:pypi|npmjs)\.\w+|\bregistry\.\w+\.\w"
)


def fenced(text: str, language: str = "") -> list[str]:
    """The fenced blocks of a language."""
    found = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.S | re.M)
    return [block for name, block in found if name == language]


def commands_of(application, path=("fazhi",)):
    for command in application.registered_commands:
        yield " ".join((*path, command.name or command.callback.__name__))
    for group in application.registered_groups:
        yield from commands_of(group.typer_instance, (*path, group.name))


@pytest.fixture(scope="module")
def place(tmp_path_factory, demo_report):
    """A folder with a report of one's own, and the command `fazhi` first on the path."""
    folder = tmp_path_factory.mktemp("readme")
    shutil.copy(demo_report, folder / "report.txt")
    return folder


def test_every_command_of_the_readme_runs(place):
    lines = [line for block in fenced(README, "sh") for line in block.splitlines() if line]
    assert len(lines) >= 8
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for line in lines:
        run = subprocess.run(
            ["sh", "-c", line], cwd=place, env={**os.environ, "PATH": path}, capture_output=True, text=True
        )
        assert run.returncode == 0, f"{line}\n{run.stderr}"
        assert run.stdout or run.stderr, line
    assert (place / "graph.ttl").stat().st_size > 10_000
    (script,) = fenced(README, "python")
    run = subprocess.run([sys.executable, "-c", script], cwd=place, capture_output=True, text=True, encoding="utf-8")
    assert run.returncode == 0, run.stderr
    assert "矛盾纠纷调处成功率 99.6 %" in run.stdout
    assert "督察" in run.stdout.splitlines()[-1], "the words behind the answer"


@pytest.mark.parametrize(("text", "language"), [(README, "en"), (CHINESE, "zh")], ids=["en", "zh"])
def test_the_answer_shown_in_the_readme_is_the_one_given(text, language, fazhi, built, monkeypatch):
    monkeypatch.setenv("FAZHI_LANG", language)
    (shown,) = fenced(text, "text")
    (asked,) = set(re.findall(r"^fazhi ask (\S+率\S+) --data my-data$", text, re.M))
    printed = fazhi("ask", asked, "--data", built).out.splitlines()
    told = [line for line in shown.splitlines() if line]
    assert len(told) >= 4
    assert [line for line in told if line not in printed] == []


def test_both_readmes_hold_the_same_commands_and_figures():
    assert fenced(README) == fenced(CHINESE)
    assert fenced(README, "sh") == fenced(CHINESE, "sh")
    assert fenced(README, "python") == fenced(CHINESE, "python")
    assert docs.block(README, "scores") == docs.block(CHINESE, "scores")
    in_tables = [re.findall(r"^\| (`[^|]*`) \|", text, re.M) for text in (README, CHINESE)]
    assert in_tables[0] == in_tables[1]
    assert len(in_tables[0]) >= 10


def test_every_command_is_in_the_readme():
    from kg import cli

    known = sorted(commands_of(cli.app))
    assert len(known) >= 15
    assert [name for name in known if not re.search(rf"`{name}\b", README)] == []


def test_every_command_in_the_readme_is_there():
    from kg import cli

    said = {f"fazhi {name}" for name in re.findall(r"`fazhi (config \w+|\w+)", README)}
    assert sorted(said - set(commands_of(cli.app))) == []


def test_every_make_target_in_the_documents_is_there():
    targets = set(re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text("utf-8"), re.M))
    contributing = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    said = set(re.findall(r"\bmake ([a-z-]+)", README + CHINESE + contributing))
    assert {"demo", "test", "setup", "bench", "clean"} <= targets
    assert sorted(said - targets) == []


def test_every_setting_is_in_contributing():
    from kg.config import Settings

    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    assert [field.name for field in fields(Settings) if f"`{field.name}`" not in text] == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_list_of_questions_is_fresh(language):
    text = docs.READMES[language].read_text("utf-8")
    assert docs.block(text, "questions") == docs.questions(language), "run python tests/docs.py"


def test_the_scores_are_not_better_than_measured():
    import score

    if not sorted(score.GOLD.glob("*.json")):
        pytest.skip("no annotated reports here (2026-11): they are kept outside")
    measured = score.tables(score.GOLD)
    rows = re.findall(r"^\| (\w+) \| ([\d.]+) \|", docs.block(README, "scores"), re.M)
    assert len(rows) >= 10
    assert [layer for layer, f1 in rows if float(f1) > measured["whole"][layer]["f1"] + 0.006] == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_help_page_and_the_readme_show_the_same_scores(language):
    from server.pages.quality import quality

    measured = quality()
    said = re.findall(r"^\| (\w+) \| ([\d.–]+) \| ([\d.–]+) \|$", docs.block(README, "scores"), re.M)
    assert said == [(layer.id, layer.whole or "–", layer.short or "–") for layer in measured.layers], (
        "python tests/docs.py"
    )
    assert f"whole report ({measured.whole}) | short texts ({measured.short})" in docs.block(README, "scores")
    assert len({layer.title[language] for layer in measured.layers}) == len(said) >= 10


@pytest.mark.parametrize("folder", ["kg/corpus", "kg/extract", "kg/graph", "kg/store", "kg/build", "kg/cli"])
def test_the_readme_of_a_folder_names_each_of_its_modules(folder):
    rows = re.findall(r"^\| (.*?) \|", (ROOT / folder / "README.md").read_text("utf-8"), re.M)
    said = [name for row in rows for name in re.findall(r"`(\w+)\.py`", row)]
    assert sorted(said) == sorted(path.stem for path in (ROOT / folder).glob("*.py") if path.stem != "__init__")


def test_nothing_else_stands_at_the_top():
    run = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    found = {line.split("/")[0] for line in run.stdout.splitlines()}
    assert sorted(found - TOP) == []


def test_no_file_names_the_machine_it_was_written_on():
    run = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    names = [name for name in run.stdout.splitlines() if name != "tests/test_docs.py"]
    assert len(names) > 100
    told = []
    for name in names:
        path = ROOT / name
        if path.is_file() and path.stat().st_size < 2_000_000:
            text = path.read_bytes().decode("utf-8", "replace")
            if SECRET.search(text):
                told.append(name)
    assert told == []
