"""The command line as a whole: wrong use, languages, completion, and what a start loads."""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from kg import cli

ROOT = Path(__file__).parent.parent
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
def test_wrong_use_is_one_line_and_code_2_in_both_languages(fazhi, built, monkeypatch, arguments, said):
    monkeypatch.setenv("FAZHI_DATA", str(built))
    output = fazhi(*arguments)
    assert output.code == 2
    assert said in output.one_line()
    monkeypatch.setenv("FAZHI_LANG", "zh")
    what, _, hint = fazhi(*arguments).one_line().removeprefix("错误：").partition("——")
    assert chinese(what), what
    assert chinese(hint or what) or hint.endswith("--help"), hint


def chinese(words):
    return any("\u4e00" <= character <= "\u9fff" for character in words.replace("督察", ""))


@pytest.mark.parametrize("command", ["ask who-did-what", "query -", "check", "export", "releases", "rollback"])
def test_a_missing_data_folder_is_said_with_the_way_out(fazhi, tmp_path, command):
    output = fazhi(*command.split(), "--data", tmp_path / "none")
    assert output.code in (2, 3)
    assert "fazhi build" in output.one_line()


def test_a_port_in_use_is_said_with_another(fazhi, built):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        output = fazhi("serve", "--data", built, "--port", port)
    assert output.code == 2
    assert f"--port {port + 1}" in output.one_line()


@pytest.mark.parametrize(("where", "said"), [(("--port", 70000), "65535"), (("--host", "no.such.invalid"), "0.0.0.0")])
def test_a_place_where_none_can_listen_is_not_called_in_use(fazhi, built, where, said):
    output = fazhi("serve", "--data", built, *where)
    assert output.code == 2
    assert said in output.one_line()
    assert "in use" not in output.err


def test_an_unknown_variable_is_refused(fazhi, monkeypatch):
    monkeypatch.setenv("FAZHI_PROT", "1")
    assert "FAZHI_PROT" in fazhi("config", "show").one_line()


def test_the_language_follows_the_locale(fazhi, monkeypatch):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "错误" in fazhi("read", "gone.txt").one_line()
    assert "设置" in fazhi("config", "show").out.splitlines()[1]
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert "error" in fazhi("read", "gone.txt").one_line()


def test_every_message_is_there_in_both_languages():
    rows = cli.terminal.messages()
    assert len(rows) >= 50
    assert all(zh and en for zh, en in rows.values())
    assert [name for name, (zh, _) in rows.items() if not any("\u4e00" <= c <= "\u9fff" for c in zh)] == []


def test_every_message_is_said_somewhere():
    code = "".join(path.read_text("utf-8") for path in (ROOT / "kg" / "cli").glob("*.py"))
    begun = tuple(f"{word}-" for word in re.findall(r"""f["']([a-z]+)-\{""", code))
    assert len(begun) >= 5
    never = [name for name in cli.terminal.messages() if f'"{name}"' not in code and not name.startswith(begun)]
    assert never == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_there(shell):
    environment = {**os.environ, "_FAZHI_COMPLETE": f"source_{shell}"}
    code = "import sys; sys.argv = ['fazhi']; from kg.cli import main; main()"
    run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, cwd=ROOT)
    assert run.returncode == 0
    assert "FAZHI" in run.stdout


@pytest.mark.parametrize(
    ("typed", "proposed"),
    [
        ("ask who-d", ["who-did-what"]),
        ("ask who-did-what y", ["year="]),
        ("ask nothing y", []),
        ("export --format gr", ["graphml"]),
        ("query q.rq --format t", ["table", "tsv", "ttl"]),
        ("export --table figu", ["figures"]),
    ],
)
def test_questions_slots_formats_and_tables_are_completed(fazhi, monkeypatch, typed, proposed):
    monkeypatch.setenv("_FAZHI_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", f"fazhi {typed}")
    monkeypatch.setenv("COMP_CWORD", str(len(typed.split())))
    assert fazhi().out.split() == proposed


def test_help_does_not_load_the_readers():
    code = "import sys; from kg import cli; print([m for m in ('jieba', 'lxml', 'pyoxigraph', 'flask') if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert run.stdout.strip() == "[]"
