"""The front end's build: made again when its inputs change and only then, from the lock file, with the licences of what is inside."""

import gzip
import importlib.util
import json
import re
import shutil
from pathlib import Path

import pytest
from example_release import example_release

from server import create_app
from server.config import Config
from server.http import assets

ROOT = Path(__file__).parent.parent
WEB = ROOT / "server" / "web"
DIST = ROOT / "server" / "static" / "dist"


@pytest.fixture
def hook(tmp_path, monkeypatch):
    """The build hook over a copy of the sources."""
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    shutil.copytree(WEB, tmp_path / "web", ignore=shutil.ignore_patterns("node_modules"))
    shutil.copytree(DIST, tmp_path / "dist")
    for name, path in {
        "WEB": tmp_path / "web",
        "DIST": tmp_path / "dist",
        "STAMP": tmp_path / "dist/inputs.sha256",
    }.items():
        monkeypatch.setattr(module, name, path)
    return module


def test_nothing_is_done_when_the_inputs_are_the_same(hook):
    assert hook.STAMP.exists(), "no bundle: run `make web`"
    assert hook.STAMP.read_text() == hook.inputs(), "the bundle is older than its sources: run `make web`"
    assert not hook.stale()
    assert hook.build() is False


@pytest.mark.parametrize("name", ["package-lock.json", "build.mjs", "src/tokens.css", "src/new.js"])
def test_a_changed_input_makes_the_bundle_stale(hook, name):
    before = hook.inputs()
    with (hook.WEB / name).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert hook.inputs() != before
    assert hook.stale()


def test_without_sources_a_bundle_is_never_stale(hook):
    shutil.rmtree(hook.WEB / "src")
    assert not hook.stale()


def test_a_machine_without_node_asks_for_the_packaged_one(hook, monkeypatch):
    monkeypatch.setattr(hook.shutil, "which", lambda name: None)
    frontend = object.__new__(hook.FrontEnd)
    assert frontend.dependencies() == []
    (hook.WEB / "src" / "more.js").write_text("1")
    assert frontend.dependencies() == [hook.NODE]


def test_versions_are_exact_and_the_lock_agrees():
    package = json.loads((WEB / "package.json").read_text("utf-8"))
    lock = json.loads((WEB / "package-lock.json").read_text("utf-8"))
    wanted = {**package["dependencies"], **package["devDependencies"]}
    assert len(wanted) >= 8
    for name, version in wanted.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), name
        assert lock["packages"][f"node_modules/{name}"]["version"] == version
    assert not [name for name, one in lock["packages"].items() if "resolved" in one]
    assert "ignore-scripts=true" in (WEB / ".npmrc").read_text("utf-8")


def test_the_bundle_names_its_licences_and_every_file_of_its_manifest_is_there():
    names = json.loads((DIST / "manifest.json").read_text("utf-8"))
    assert {"app.css", "app.js", "sparql.js", "check.js"} <= set(names)
    for name in names.values():
        assert (DIST / name).is_file()
    licences = (DIST / "licences.txt").read_text("utf-8")
    for part in ("tom-select", "cytoscape", "@codemirror/view", "codemirror-lang-sparql"):
        assert part in licences


def test_no_part_of_the_bundle_names_an_outside_address_to_load():
    seen = 0
    for path in DIST.glob("*.css"):
        assert not re.findall(r"url\((?!['\"]?data:)", path.read_text("utf-8"))
        seen += 1
    for path in DIST.glob("*.js"):
        assert not re.findall(r"""(?:fetch|import)\(\s*["'`]https?:""", path.read_text("utf-8"))
        seen += 1
    assert seen >= 5


def test_without_a_bundle_the_pages_work_bare(tmp_path, monkeypatch):
    example_release(tmp_path)
    app = create_app(Config(data=tmp_path, evaluators=0))
    monkeypatch.setattr(assets, "DIST", tmp_path / "none")
    assets.manifest.cache_clear()
    try:
        for path in ("/", "/ask/who-did-what", "/sparql", "/help"):
            reply = app.test_client().get(path, headers={"Accept": "text/html"})
            assert reply.status_code == 200
            assert "/static/dist/" not in reply.text
    finally:
        assets.manifest.cache_clear()


def test_a_bundle_is_sent_compressed_to_who_takes_it(tmp_path):
    example_release(tmp_path)
    client = create_app(Config(data=tmp_path, evaluators=0)).test_client()
    path = "/static/dist/" + assets.manifest()["app.css"]
    with client.get(path) as plain:
        body = plain.data
    packed = client.get(path, headers={"Accept-Encoding": "br, gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == body
    assert len(packed.data) * 3 < len(body)
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert "immutable" in packed.headers["Cache-Control"]
