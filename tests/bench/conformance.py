"""The W3C's protocol, graph store, format and query tests against the real server; exit 1 where one ends worse than it may.

    python tests/bench/conformance.py ../shared/conformance

The folder holds run_protocol.py, run_query.py and the W3C's test files; without it there is nothing to do, and this says so.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from serving import running

from kg.store.release import publish

TOKEN = "conformance"
LEAST = {"protocol": 34, "sd": 3, "gsp": 14, "formats": 8, "gspread": 9}
LEAST_READ_ONLY = {"protocol": 27, "sd": 3, "formats": 8, "gspread": 10}


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], cwd=folder, capture_output=True, text=True, timeout=600)


def passed(path: Path) -> tuple[dict[str, int], list[str]]:
    """How many tests of each suite passed, and which failed."""
    found = json.loads(path.read_text())
    tests = found if isinstance(found, list) else found.get("tests", found)
    counts: dict[str, int] = {}
    failed = []
    for one in tests:
        suite, name, result = one["suite"], one["test"], one["result"]
        counts[suite] = counts.get(suite, 0) + (result.upper() == "PASS")
        if result.upper() == "FAIL":
            failed.append(f"{suite} {name}")
    return counts, failed


def judge(title: str, least: dict[str, int], counts: dict[str, int], failed: list[str]) -> bool:
    right = all(counts.get(suite, 0) >= number for suite, number in least.items())
    print(title, " ".join(f"{suite} {counts.get(suite, 0)} (least {number})" for suite, number in least.items()))
    for name in failed:
        print("  FAIL", name)
    return right and not failed


def protocol(folder: Path, work: Path) -> bool:
    token = work / "token"
    token.write_text(TOKEN)
    token.chmod(0o600)
    publish(work / "scratch", [])
    with running(work, data=work / "scratch", token_file=token) as server:
        at = f"http://127.0.0.1:{server.port}"
        endpoints = [
            "--query",
            f"{at}/sparql",
            "--update",
            f"{at}/sparql",
            "--update-header",
            f"Authorization: Bearer {TOKEN}",
        ]
        stores = ["--gsp", f"{at}/store", "--gsp-direct", f"{at}/store/direct", "--json", str(work / "writing.json")]
        run(folder, "run_protocol.py", *endpoints, *stores)
    writing = judge("with a token:", LEAST, *passed(work / "writing.json"))
    run(folder, "run_protocol.py", "--write-preload", str(work / "preload.nq"))
    publish(work / "preloaded", [work / "preload.nq"])
    with running(work, data=work / "preloaded") as server:
        at = f"http://127.0.0.1:{server.port}"
        result = ["--json", str(work / "reading.json")]
        run(folder, "run_protocol.py", "--readonly", "--query", f"{at}/sparql", "--gsp", f"{at}/store", *result)
    return judge("read-only:", LEAST_READ_ONLY, *passed(work / "reading.json")) and writing


def queries(folder: Path, work: Path) -> bool:
    run(folder, "run_query.py", "--engine", "pyoxigraph", "--preloaded", "--json", str(work / "engine.json"))
    run(folder, "run_query.py", "--write-preload", str(work / "queries.nq"))
    publish(work / "queries", [work / "queries.nq"])
    with running(work, data=work / "queries") as server:
        at = f"http://127.0.0.1:{server.port}/sparql"
        same = ["--preloaded", "--same-as", str(work / "engine.json")]
        ended = run(folder, "run_query.py", "--engine", "http", "--query", at, *same)
    lines = ended.stdout.strip().splitlines()
    print("\n".join(line for line in lines if line.startswith(("WORSE", "approved", "compared"))))
    return bool(lines) and " 0 worse" in lines[-1]


def main() -> int:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/conformance").resolve()
    if not (folder / "run_protocol.py").is_file():
        print(f"no conformance runners in {folder}: nothing was tested")
        return 0
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        right = [protocol(folder, work), queries(folder, work)]
    return 0 if all(right) else 1


if __name__ == "__main__":
    sys.exit(main())
