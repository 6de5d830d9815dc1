"""The measuring scripts start: what they import is there, though nobody runs all of them between two releases."""

import subprocess
import sys
from pathlib import Path

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
