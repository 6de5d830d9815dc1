"""The measuring scripts start: what they import is there, though nobody runs all of them between two releases."""

import random
import subprocess
import sys
from pathlib import Path

from template import Report, add_section

from kg.lexicon.divisions import by_code

BENCH = Path(__file__).parent / "bench"
ATHERIS = """
from contextlib import nullcontext
def instrument_imports(**_): return nullcontext()
"""


def test_every_script_finds_what_it_imports(tmp_path):
    (tmp_path / "atheris.py").write_text(ATHERIS)  # the extra `fuzz` is not there for every Python
    names = sorted(path.stem for path in BENCH.glob("*.py"))
    assert {"compose", "fuzz", "scale", "score", "serve"} <= set(names)
    code = f"import sys; sys.path[:0] = [{str(BENCH)!r}, {str(tmp_path)!r}]; import {', '.join(names)}"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def test_a_composed_title_knows_the_scheme_it_names():
    gold = {"sections": [], "programmes": []}
    area = by_code("330226")
    assert area
    report = Report(area=area, year=2023, draw=random.Random(1), style={"half": True}, text="前文。\n", gold=gold)
    add_section(report, "（二）", "落实{named 普法责任制|system}", 2, None)
    (section,), (scheme,) = gold["sections"], gold["programmes"]
    assert (section["quote"], section["title"]) == ("(二)落实普法责任制", "落实普法责任制")
    assert report.text[scheme["start"] : scheme["end"]] == scheme["name"] == "普法责任制"
