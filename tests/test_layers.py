"""Who may import whom: the table of the design, as a test."""
import ast, subprocess, sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TOPS = {"kg", "ontology", "queries", "server"}
READING = {"kg.errors", "kg.lexicon", "kg.corpus", "kg.extract"}
SERVING = {"kg.errors", "kg.store", "ontology"}
ALL = READING | SERVING | {"kg.graph", "queries", "server"}
MAY = {
    "ontology": set(), "kg.errors": set(), "kg.lexicon": {"kg.errors"},
    "kg.corpus": {"kg.errors", "kg.lexicon"},
    "kg.extract": {"kg.errors", "kg.lexicon", "kg.corpus"},
    "kg.graph": READING | {"ontology"},
    "kg.store": {"kg.errors", "kg.graph.namespaces"},
    "queries": SERVING,
    "server": SERVING | {"kg.graph.namespaces", "queries"},
    "kg.build": ALL, "kg.cli": ALL | {"kg.build"}, "kg.__main__": {"kg.cli"},
}
PLAIN = {"kg", "kg.corpus", "kg.extract", "kg.graph", "kg.store"}      # their __init__ is a docstring and nothing else

def within(name, package):
    return name == package or name.startswith(package + ".")

def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):      # "from kg import extract" must read kg.extract, not kg
            yield from ("<relative>" if node.level else f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call):
            if getattr(node.func, "attr", getattr(node.func, "id", "")) in ("import_module", "__import__"):
                yield "<dynamic>"

def violations(name, source):
    tree = ast.parse(source)
    if name in PLAIN:
        return [ast.unparse(n) for n in tree.body if not isinstance(getattr(n, "value", None), ast.Constant)]
    mine = next((layer for layer in MAY if within(name, layer)), None)
    if mine is None:
        return [f"{name} belongs to no layer"]
    return [other for other in imported(tree) if other.startswith("<")
            or other.split(".")[0] in TOPS and not any(within(other, m) for m in MAY[mine] | {mine})]

MODULES = {".".join(p.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): p
           for top in TOPS for p in (ROOT / top).rglob("*.py") if "node_modules" not in p.parts}

@pytest.mark.parametrize("name", sorted(MODULES))
def test_imports(name):
    assert violations(name, MODULES[name].read_text("utf-8")) == []

@pytest.mark.parametrize("name, source", [
    ("kg.corpus.outline", "def f():\n import kg.extract.fact"), ("kg.corpus.outline", "from kg import extract"),
    ("kg.corpus.outline", "from . import document"),    ("kg.store.embedded", "from kg.graph import namespaces, link"),
    ("queries", "from server import create_app"),       ("server.report", "from kg.corpus.document import Span"),
    ("server.report", "import kg.store_tools"),         ("server.report", "import importlib as i; i.import_module('kg.extract')"),
    ("kg.graph", "from kg.graph.triples import to_graph"), ("kg.graph.check", "import kg.build"), ("kg.utils", "import re"),
])
def test_a_forbidden_import_is_seen(name, source):
    assert violations(name, source)

def test_every_layer_was_looked_at():
    assert len(MODULES) >= 18 and all(any(within(name, layer) for name in MODULES) for layer in MAY)

def test_the_server_starts_without_the_readers():
    mine = [name for name in MODULES if within(name, "server") or within(name, "queries")]
    run = subprocess.run([sys.executable, "-c", f"import sys, {', '.join(mine)}; print(*sys.modules)"],
                         cwd=ROOT, check=True, capture_output=True, text=True)
    heavy = ("jieba", "docx", "pdfplumber", "lxml", "kg.corpus", "kg.extract")
    assert "server" in run.stdout.split() and not [m for m in run.stdout.split() if m.startswith(heavy)]
