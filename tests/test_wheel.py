"""The wheel: holds what it needs and nothing else, and runs the demo in an empty environment."""

import subprocess
import sys
import venv
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from serving import PATIENCE, Client, answers, wait_until

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(ROOT)]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-2000:]
    (made,) = folder.glob("*.whl")
    return made


def test_data_files_are_in_the_wheel(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    folders = {"kg": 2, "server": 1, "queries": 1, "ontology": 1}
    kept = [
        path.relative_to(ROOT).as_posix()
        for folder in folders
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
        and not {"__pycache__", "web", "dist"} & set(path.parts)
        and path.suffix not in (".pyc", ".pot")
    ]
    assert len(kept) > 80
    assert sorted(set(kept) - set(names)) == []


def test_no_source_of_the_front_end_and_no_test_is_in_it(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert [name for name in names if "node_modules" in name or name.startswith(("tests/", "server/web/"))] == []
    assert [name for name in names if name.startswith("server/static/dist/") and name.endswith(".js")]


def test_it_is_small(wheel):
    assert wheel.stat().st_size < 15 * 1024 * 1024


@pytest.mark.slow
def test_installed_in_an_empty_environment_it_builds_and_answers(wheel, tmp_path, demo_report, free_port):
    venv.create(tmp_path / "venv", with_pip=True)
    python = str(tmp_path / "venv" / ("Scripts" if sys.platform == "win32" else "bin") / "python")
    subprocess.run([python, "-m", "pip", "install", "-q", str(wheel)], check=True, cwd=tmp_path)
    fazhi = [python, "-m", "kg"]
    subprocess.run([*fazhi, "build", str(demo_report), "--data", "data"], check=True, cwd=tmp_path)
    count = "SELECT (COUNT(*) AS ?n) { ?s a <https://w3id.org/fazhi/ns#Sentence> }"
    run = subprocess.run(
        [*fazhi, "query", "-", "--data", "data", "--format", "csv"],
        input=count,
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    assert int(run.stdout.split()[1]) >= 80
    with (tmp_path / "demo.log").open("wb") as log:
        demo = subprocess.Popen([*fazhi, "demo", "--port", str(free_port)], cwd=tmp_path, stdout=log, stderr=log)
    try:
        wait_until(lambda: answers(free_port), tmp_path / "demo.log")
        with closing(Client(free_port)) as client:
            page = client.get("/ask/who-did-what?what=督察").text
        assert "农业农村局" in page
        assert "/static/dist/" in page
    finally:
        demo.terminate()
        demo.wait(PATIENCE)
