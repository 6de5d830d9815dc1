"""PDF files as offices print them, composed letter by letter: where each line stands is what the reader has to go by."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

WIDTH, HEIGHT = 595, 842
LEFT, TOP, SIZE, PITCH = 79, 105, 16, 29
LETTERS, LINES = 28, 22
"""Of a page of an official document by GB/T 9704: letters to a line, lines to a page."""

CLOSING = "，。；：、！？）》”"
"""Marks that may not begin a line; they are set in the margin."""


@dataclass
class Page:
    """What is printed on a page: letters with their places, from the left and from the top, and rules."""

    texts: list[tuple[float, float, float, str]] = field(default_factory=list)
    rules: list[tuple[float, float, float, float]] = field(default_factory=list)
    picture: bool = False
    slanted: list[str] = field(default_factory=list)
    """Words printed large across the page."""

    def print(self, text: str, x: float, y: float, size: float = SIZE) -> None:
        self.texts.append((x, y, size, text))

    def box(self, x: float, y: float, right: float, bottom: float) -> None:
        self.rules += [(x, y, right, y), (x, bottom, right, bottom), (x, y, x, bottom), (right, y, right, bottom)]

    def content(self) -> bytes:
        shown = [
            f"BT /F {size} Tf {x:.1f} {HEIGHT - y - size * 0.88:.1f} Td <{text.encode('utf-16-be').hex()}> Tj ET"
            for x, y, size, text in self.texts
        ]
        shown += [
            f"BT /F 40 Tf 0.7 0.7 -0.7 0.7 {150 + 80 * at} 300 Tm <{text.encode('utf-16-be').hex()}> Tj ET"
            for at, text in enumerate(self.slanted)
        ]
        if self.picture:
            shown.append("q 400 0 0 600 90 100 cm BI /W 1 /H 1 /CS /G /BPC 8 ID A EI Q")
        drawn = [f"{x} {HEIGHT - y} m {right} {HEIGHT - low} l S" for x, y, right, low in self.rules]
        return "\n".join([*shown, *drawn]).encode("ascii")


def broken(text: str, letters: int = LETTERS, indent: int = 2) -> list[str]:
    """A paragraph in its lines, the first one indented by so many letters.

    >>> broken("全县办理案件，共三件。", 6)
    ['全县办理', '案件，共三件。']
    """
    lines: list[str] = []
    while text:
        end = letters - (0 if lines else indent)
        while text[end : end + 1] and text[end] in CLOSING:
            end += 1
        lines.append(text[:end])
        text = text[end:]
    return lines


def set_out(paragraphs: Iterable[str], *, indent: int = 2, first: int = 0) -> list[Page]:
    """Paragraphs on pages of the official form; `first` lines of the first page stay free for its head."""
    pages, at = [Page()], first
    for paragraph in paragraphs:
        for number, line in enumerate(broken(paragraph, indent=indent)):
            if at == LINES:
                pages.append(Page())
                at = 0
            pages[-1].print(line, LEFT + (0 if number else indent * SIZE), TOP + at * PITCH)
            at += 1
    return pages


def table(
    page: Page, rows: Sequence[Sequence[str | None]], y: float, widths: Sequence[float], high: float = 24
) -> float:
    """A ruled table from `y` down; None continues the cell above it. Gives where it ends."""
    edges = [LEFT + sum(widths[:at]) for at in range(len(widths) + 1)]
    for number, row in enumerate(rows):
        top = y + number * high
        for (left, right), cell in zip(pairwise(edges), row, strict=True):
            below = rows[number + 1][edges.index(left)] if number + 1 < len(rows) else ""
            page.rules += [(left, top, left, top + high), (right, top, right, top + high)]
            if cell is not None:
                page.rules.append((left, top, right, top))
                page.print(cell, left + 4, top + 5, 12)
            if below is not None:
                page.rules.append((left, top + high, right, top + high))
    return y + len(rows) * high


def pdf(pages: Sequence[Page]) -> bytes:
    """The pages as a file, in a font that every reader of PDF knows by name."""
    font = "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>"
    system = "<< /Registry (Adobe) /Ordering (GB1) /Supplement 2 >>"
    descendant = f"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo {system} /DW 1000 /FontDescriptor 5 0 R >>"
    described = (
        "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 4 /FontBBox [0 -120 1000 880] /ItalicAngle 0"
        " /Ascent 880 /Descent -120 /CapHeight 880 /StemV 90 >>"
    )
    first = 6
    kids = " ".join(f"{first + 2 * at} 0 R" for at in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        font.encode(),
        descendant.encode(),
        described.encode(),
    ]
    for at, page in enumerate(pages):
        inside = page.content()
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Resources << /Font << /F 3 0 R >> >>"
            f" /Contents {first + 2 * at + 1} 0 R >>".encode()
        )
        objects.append(f"<< /Length {len(inside)} >>\nstream\n".encode() + inside + b"\nendstream")
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    return bytes(out + f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode())
