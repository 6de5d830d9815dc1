"""Who may import whom: the table of the design, as a test."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TOPS = {"kg", "ontology", "queries", "server"}
READING = {"kg.errors", "kg.lexicon", "kg.corpus", "kg.extract"}
SERVING = {"kg.errors", "kg.store", "ontology"}
ALL = READING | SERVING | {"kg.graph", "queries", "server"}
MAY = {
    "ontology": set(),
    "kg.errors": set(),
    "kg.lexicon": {"kg.errors"},
    "kg.corpus": {"kg.errors", "kg.lexicon"},
    "kg.extract": {"kg.errors", "kg.lexicon", "kg.corpus"},
    "kg.graph": READING | {"ontology"},
    "kg.store": {"kg.errors", "kg.graph.namespaces"},
    "queries": SERVING | {"kg.graph.namespaces", "kg.lexicon"},
    "server": SERVING | {"kg.graph.namespaces", "kg.serving", "queries"},
    "kg.serving": set(),
    "kg.config": {"kg.errors", "kg.graph.namespaces", "kg.serving"},
    "kg.demo": set(),
    "kg.build": ALL,
    "kg.cli": ALL | {"kg.build", "kg.config", "kg.demo"},
    "kg.__main__": {"kg.cli"},
}
PLAIN = {"kg", "kg.corpus", "kg.extract", "kg.graph", "kg.store"}  # their __init__ is a docstring and nothing else
HEAVY = ("jieba", "docx", "pdfplumber", "lxml", "pyshacl", "kg.corpus", "kg.extract")  # only the reader needs these


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):  # "from kg import extract" must read kg.extract, not kg
            yield from ("<relative>" if node.level else f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            yield from ["<dynamic>"] * (called in ("import_module", "__import__"))


def violations(name: str, source: str) -> list[str]:
    tree = ast.parse(source)
    if name in PLAIN:
        return [ast.unparse(n) for n in tree.body if not isinstance(getattr(n, "value", None), ast.Constant)]
    mine = next((layer for layer in MAY if within(name, layer)), None)
    if mine is None:
        return [f"{name} belongs to no layer"]

    def allowed(other: str) -> bool:
        return any(within(other, layer) for layer in MAY[mine] | {mine})

    return [
        other
        for other in imported(tree)
        if other.startswith("<") or (other.split(".")[0] in TOPS and not allowed(other))
    ]


MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for top in TOPS
    for path in (ROOT / top).rglob("*.py")
    if "node_modules" not in path.parts
}


@pytest.mark.parametrize("name", sorted(MODULES))
def test_imports(name):
    assert violations(name, MODULES[name].read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("kg.corpus.outline", "def f():\n import kg.extract.fact"),
        ("kg.corpus.outline", "from kg import extract"),
        ("kg.corpus.outline", "from . import document"),
        ("kg.store.embedded", "from kg.graph import namespaces, link"),
        ("queries", "from server import create_app"),
        ("server.pages.report", "from kg.corpus.document import Span"),
        ("server.pages.report", "import kg.store_tools"),
        ("server.pages.report", "import importlib as i; i.import_module('kg.extract')"),
        ("server.pages.report", "from kg.cli import main"),
        ("ontology", "from kg.errors import KgError"),
        ("kg.graph", "from kg.graph.triples import to_graph"),
        ("kg.graph.check", "import kg.build"),
        ("kg.utils", "import re"),
    ],
)
def test_a_forbidden_import_is_seen(name, source):
    assert violations(name, source)


def test_every_layer_was_looked_at():
    missed = [layer for layer in MAY if not any(within(name, layer) for name in MODULES)]
    assert len(MODULES) >= 18
    assert missed == []


def test_the_server_starts_without_the_readers():
    mine = [name for name in MODULES if within(name, "server") or within(name, "queries")]
    code = f"import sys, {', '.join(sorted(mine))}; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    loaded = run.stdout.split()
    assert "server" in loaded
    assert [name for name in loaded if any(within(name, heavy) for heavy in HEAVY)] == []
