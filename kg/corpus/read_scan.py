"""Scanned PDF files to a draft, by optical character recognition with tesseract (chi_sim); an extra that is asked for."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from kg.corpus.draft import Draft, compose
from kg.corpus.paragraph import paragraphs, without_furniture
from kg.corpus.row import Row
from kg.errors import DocumentError

PAGES = 60
"""Pages that are recognised at most; one takes some ten seconds."""

SECONDS = 120
"""For one page."""

LEAST = 0.0
"""Confidence, of 100, from which a recognised word is kept; what is no word at all has -1."""

_CHINESE_SPACE = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef“”\d%(),.:;]) (?=[\u3000-\u9fff\uff00-\uffef“”\d%(),.:;])")


def read_scan(data: bytes, where: str = "") -> Draft:
    """A draft of a scanned PDF file, with the issue `source_quality:ocr`: every figure in it wants a second look.

    Raises DocumentError where tesseract with chi_sim, or pdftoppm, is not installed, or no text is recognised.
    """
    tesseract, pictures = _programs(where)
    with tempfile.TemporaryDirectory(prefix="fazhi-") as folder:
        Path(folder, "scan.pdf").write_bytes(data)
        _run([pictures, "-r", "200", "-gray", "-png", "-l", str(PAGES), f"{folder}/scan.pdf", f"{folder}/page"], where)
        rows: list[Row] = []
        for number, page in enumerate(sorted(Path(folder).glob("page*.png")), 1):
            rows.extend(
                _rows(_run([tesseract, str(page), "stdout", "-l", "chi_sim", "--psm", "6", "tsv"], where), number)
            )
    if not rows:
        raise DocumentError("no text is recognised on its pages", where=where, hint="take a clearer scan")
    kept, dropped = without_furniture(rows)
    return compose(paragraphs(kept), dropped=dropped, issues=("source_quality:ocr",))


def _programs(where: str) -> tuple[str, str]:
    found = [shutil.which(name) for name in ("tesseract", "pdftoppm")]
    if found[0] and found[1]:
        known = subprocess.run([found[0], "--list-langs"], capture_output=True, text=True, check=False, timeout=20)
        if "chi_sim" in known.stdout.split():
            return found[0], found[1]
    hint = "install tesseract with its data for simplified Chinese (chi_sim), and poppler"
    raise DocumentError("is a scan, and the programs to recognise it are missing", where=where, hint=hint)


def _run(command: list[str], where: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, check=True, timeout=SECONDS)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        name = Path(command[0]).name
        raise DocumentError(f"{name} cannot read it", where=where, hint="the file is damaged or too large") from error
    return done.stdout.decode("utf-8", "replace")


def _rows(table: str, page: int) -> Iterator[Row]:
    """The lines of a page, with their places, from tesseract's table of words."""
    height = 0.0
    words: dict[tuple[str, ...], list[tuple[int, int, int, int, str]]] = {}
    for line in table.split("\n")[1:]:
        cells = line.rstrip("\r").split("\t")
        if len(cells) != 12:
            continue
        left, top, width, tall = (int(cell) for cell in cells[6:10])
        if cells[0] == "1":
            height = float(tall)
        elif cells[0] == "5" and cells[11].strip() and float(cells[10]) >= LEAST:
            words.setdefault(tuple(cells[2:5]), []).append((left, top, left + width, top + tall, cells[11]))
    for parts in words.values():
        text = _CHINESE_SPACE.sub("", " ".join(word for *_, word in parts)).strip()
        if text:
            lefts, tops, rights, bottoms, _ = zip(*parts, strict=True)
            yield Row(text, page, min(lefts), max(rights), min(tops), max(bottoms), height)
