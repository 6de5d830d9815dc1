"""OFD files (GB/T 33190-2016, the fixed layout of Chinese official documents) to a draft: placed words put together to lines."""

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import lxml.etree

from kg.corpus.archive import open_archive
from kg.corpus.draft import Draft, compose
from kg.corpus.paragraph import paragraphs, without_furniture
from kg.corpus.read_pdf import PAGES
from kg.corpus.row import Row
from kg.errors import DocumentError

POINT = 72 / 25.4
"""Points of a millimetre, the unit of OFD: lines are put together by the measures of a PDF page."""

A4 = (0.0, 0.0, 210.0, 297.0)
_SAME_LINE = 0.5
"""Part of the type size by which words of one line may stand higher or lower."""

_GAP = 0.8
"""Part of the type size from which a gap between words is a space."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """Words as they are placed, in points from the top left of the page."""

    text: str
    left: float
    right: float
    base: float
    size: float


def read_ofd(data: bytes, where: str = "") -> Draft:
    """A draft of an OFD file.

    Raises DocumentError for a damaged file, one that unfolds beyond all measure, and one whose pages hold no text.
    """
    try:
        with open_archive(data, where) as archive:
            rows = [
                row for number, page in enumerate(_pages(archive, where), 1) for row in _rows(archive, page, number)
            ]
    except (
        zipfile.BadZipFile, lxml.etree.LxmlError, zlib.error, KeyError, ValueError, IndexError, EOFError, OSError,
        NotImplementedError, RuntimeError,
    ) as error:  # fmt: skip
        # zip and XML let their own errors through
        raise DocumentError("is a damaged OFD file", where=where, hint="fetch or save it again") from error
    if not rows:
        hint = "if its pages are pictures, save it as PDF and recognise that with --ocr"
        raise DocumentError("holds no text", where=where, hint=hint)
    kept, dropped = without_furniture(rows)
    return compose(paragraphs(kept), dropped=dropped)


@dataclass(frozen=True, slots=True)
class _Page:
    path: str
    box: tuple[float, ...]


def _pages(archive: zipfile.ZipFile, where: str) -> list[_Page]:
    """The pages of the first document, in its order."""
    root = _first(_xml(archive, "OFD.xml"), "DocRoot")
    path = _join("", root.text if root is not None else "")
    document = _xml(archive, path)
    box = _box(document) or A4
    pages = [_Page(_join(path, page.get("BaseLoc", "")), box) for page in document.iter("{*}Page")]
    if len(pages) > PAGES:
        raise DocumentError(f"has {len(pages)} pages", where=where, hint=f"a report has at most {PAGES}")
    return pages


def _xml(archive: zipfile.ZipFile, path: str) -> Any:
    parser = lxml.etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return lxml.etree.fromstring(archive.read(path), parser)


def _join(base: str, path: str | None) -> str:
    """A path in the archive: from its root where it begins with a slash, else from the file that names it."""
    path = (path or "").strip()
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(base), path)).lstrip("/")


def _first(element: Any, name: str) -> Any:
    return next(element.iter(f"{{*}}{name}"), None)


def _numbers(text: str | None) -> tuple[float, ...]:
    return tuple(float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", text or ""))


def _box(element: Any) -> tuple[float, ...] | None:
    box = _first(element, "PhysicalBox")
    numbers = _numbers(box.text) if box is not None else ()
    return numbers if len(numbers) == 4 else None


def _rows(archive: zipfile.ZipFile, page: _Page, number: int) -> Iterator[Row]:
    """The printed lines of a page, from the top down."""
    content = _xml(archive, page.path)
    height = (_box(content) or page.box)[3] * POINT
    held: list[_Piece] = []
    for piece in sorted(_pieces(content), key=lambda one: (one.base, one.left)):
        if held and piece.base - held[0].base > _SAME_LINE * max(piece.size, held[0].size):
            yield _row(held, number, height)
            held = []
        held.append(piece)
    if held:
        yield _row(held, number, height)


def _pieces(content: Any) -> Iterator[_Piece]:
    for text in content.iter("{*}TextObject"):
        box = _numbers(text.get("Boundary"))
        size = float(text.get("Size") or 0)
        matrix = _numbers(text.get("CTM"))
        a, b, c, d, e, f = matrix if len(matrix) == 6 else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
        if len(box) != 4 or not size:
            continue
        x, y = 0.0, size
        for code in text.iter("{*}TextCode"):
            words = "".join(code.itertext()).strip("\r\n")
            x, y = float(code.get("X") or x), float(code.get("Y") or y)
            if not words.strip():
                continue
            left, base = box[0] + a * x + c * y + e, box[1] + b * x + d * y + f
            right = left + a * (sum(_steps(code.get("DeltaX"))[: len(words) - 1]) or size * (len(words) - 1)) + a * size
            yield _Piece(words, left * POINT, right * POINT, base * POINT, abs(d) * size * POINT)


def _steps(printed: str | None) -> list[float]:
    """The widths between characters; `g 3 5.2` stands for three times 5.2.

    >>> _steps("5 g 3 5.2 4")
    [5.0, 5.2, 5.2, 5.2, 4.0]
    """
    steps: list[float] = []
    parts = iter((printed or "").split())
    for part in parts:
        if part == "g":
            count, step = int(next(parts, "0")), float(next(parts, "0"))
            steps.extend([step] * min(count, 10_000))
        else:
            steps.append(float(part))
    return steps


def _row(pieces: Sequence[_Piece], page: int, height: float) -> Row:
    """Pieces of one line, from left to right."""
    ordered = sorted(pieces, key=lambda one: one.left)
    text = ordered[0].text
    for before, piece in pairwise(ordered):
        text += (" " if piece.left - before.right > _GAP * piece.size else "") + piece.text
    size = max(one.size for one in ordered)
    base = ordered[0].base
    return Row(
        text.strip(), page, ordered[0].left, max(one.right for one in ordered), base - size, base, height, size=size
    )
