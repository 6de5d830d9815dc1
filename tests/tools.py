"""The programs that tests drive, apart from Python: where each is, and how a new machine gets it.

`python tests/tools.py` finds or installs them; a test asks `path_of("chromium")`.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

CHROME_ON_MACOS = "/Applications/{0}.app/Contents/MacOS/{0}"
OFFICE = ("soffice", "libreoffice")
OFFICE_CORE = "soffice.bin"


@dataclass(frozen=True, slots=True)
class Tool:
    """A program, the names it goes by, the Debian package that holds it, and what is not tested without it.

    `part`: the library without which the program is there and cannot do its work (LibreOffice comes in pieces).
    """

    name: str
    commands: tuple[str, ...]
    package: str
    tests: str
    needed: bool = True
    part: str = ""


TOOLS = (
    Tool(
        "chromium",
        (
            "chromium",
            "chromium-browser",
            "google-chrome-stable",
            "google-chrome",
            CHROME_ON_MACOS.format("Google Chrome"),
            CHROME_ON_MACOS.format("Chromium"),
        ),
        "chromium",
        "pages in a real browser",
    ),
    Tool("soffice", OFFICE, "libreoffice-writer-nogui", "PDF and DOC made by another program", part="libswlo.so"),
    Tool("calc", OFFICE, "libreoffice-calc-nogui", "XLSX in a real spreadsheet", part="libsclo.so"),
    Tool("virtuoso", ("virtuoso-t",), "virtuoso-opensource-7", "a second engine behind --store", needed=False),
    Tool("tesseract", ("tesseract",), "tesseract-ocr tesseract-ocr-chi-sim", "scans that are recognised", needed=False),
    Tool("r", ("Rscript",), "r-base-core", "tables read by R", needed=False),
    Tool("pdftotext", ("pdftotext",), "poppler-utils", "PDF against a second reader", needed=False),
)
CJK_FONTS = "fonts-noto-cjk"


def path_of(name: str) -> str | None:
    """Where a tool is, or None.

    >>> path_of("no such tool")
    """
    for tool in TOOLS:
        if tool.name == name:
            own = os.environ.get(f"FAZHI_TEST_{name.upper()}")
            found = (own, *map(shutil.which, tool.commands))
            path = next((path for path in found if path), None) or (_of_playwright() if name == "chromium" else None)
            return path if path and _has(Path(path), tool.part) else None
    return None


def _has(program: Path, part: str) -> bool:
    """Whether a program holds a part; a program that keeps its parts elsewhere (macOS, snap) is taken to be whole."""
    folder = program.resolve().parent
    return not part or (folder / part).exists() or not (folder / OFFICE_CORE).exists()


def _of_playwright() -> str | None:
    """The Chromium that Playwright downloaded, if it did."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def has_cjk_font() -> bool:
    if sys.platform == "darwin":
        return True
    fc_list = shutil.which("fc-list")
    return bool(fc_list and subprocess.run([fc_list, ":lang=zh"], capture_output=True, check=True).stdout.strip())


def _apt_install(packages: list[str]) -> None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    print("tools: apt-get install", *packages, flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=quiet, stdout=subprocess.DEVNULL, check=False)
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    subprocess.run(command, env=quiet, stdout=subprocess.DEVNULL, check=False)


def main() -> int:
    """Install what is missing; in CI (`CI` set) everything, else only what `make test` cannot do without."""
    everything = bool(os.environ.get("CI"))
    wanted = [tool for tool in TOOLS if (tool.needed or everything) and not path_of(tool.name)]
    missing = [package for tool in wanted for package in tool.package.split()]
    if not has_cjk_font():
        missing += [CJK_FONTS, "fontconfig"]
    if missing:
        _apt_install(missing)
    if not path_of("chromium"):
        print("tools: playwright install chromium", flush=True)
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    for tool in TOOLS:
        if not path_of(tool.name):
            print(f"tools: no {tool.name} — {tool.tests} cannot be tested; install {tool.package}")
    if not has_cjk_font():
        print(f"tools: no font with Chinese — pictures of pages will show boxes; install {CJK_FONTS}")
    return 0 if path_of("chromium") else 1


if __name__ == "__main__":
    raise SystemExit(main())
