"""The W3C's tests against a real server: protocol, service description, graph store, result formats, query results.

    python tests/bench/conformance.py FOLDER        FOLDER holds run_protocol.py, run_query.py and the W3C's files

Three runs: read-only over published graphs; writable on an empty store with a token; query results over HTTP against the
engine in process, where nothing may end worse. The exit code is 0 only where all three pass.
"""

import argparse
import secrets
import subprocess
import sys
import tempfile
from contextlib import AbstractContextManager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from serving import Running, running

from kg.store.release import publish

EMPTY = b'<a:s> <a:p> "o" <a:g> .\n'


def run(folder: Path, name: str, *arguments: str) -> bool:
    """One runner; whether all its tests passed."""
    print(f"-- {name} {' '.join(arguments)}", flush=True)
    return subprocess.run([sys.executable, str(folder / name), *arguments]).returncode == 0


def serving(work: Path, data: Path, **settings: object) -> AbstractContextManager[Running]:
    """A server as the runners need it: one client that asks without pause."""
    return running(work, data=data, workers=1, budget=False, **settings)


def main() -> int:
    """Run all suites."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder.resolve()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        parts, wanted, engine = work / "protocol.nq", work / "query.nq", work / "engine.json"
        ran = [
            run(folder, "run_protocol.py", "--write-preload", str(parts)),
            run(folder, "run_query.py", "--write-preload", str(wanted)),
            run(folder, "run_query.py", "--engine", "pyoxigraph", "--preloaded", "--json", str(engine)) or True,
        ]
        publish(work / "read", [parts])
        with serving(work, work / "read") as server:
            at = f"http://127.0.0.1:{server.port}"
            where = ("--query", f"{at}/sparql", "--gsp", f"{at}/store")
            ran.append(run(folder, "run_protocol.py", "--readonly", *where))
        token = work / "token"
        token.write_text(secrets.token_hex(16), "ascii")
        token.chmod(0o600)
        publish(work / "write", [EMPTY])
        with serving(work, work / "write", token_file=token) as server:
            at = f"http://127.0.0.1:{server.port}"
            where = ("--query", f"{at}/sparql", "--update", f"{at}/sparql", "--gsp", f"{at}/store")
            header = f"Authorization: Bearer {token.read_text()}"
            ran.append(run(folder, "run_protocol.py", *where, "--update-header", header))
        publish(work / "query", [wanted])
        with serving(work, work / "query") as server:
            at = f"http://127.0.0.1:{server.port}/sparql"
            http = ("--engine", "http", "--query", at, "--preloaded", "--same-as", str(engine))
            ran.append(run(folder, "run_query.py", *http))
    print(f"conformance: {sum(ran)} of {len(ran)} runs passed")
    return 0 if all(ran) else 1


if __name__ == "__main__":
    raise SystemExit(main())
