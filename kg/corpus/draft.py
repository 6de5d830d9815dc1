"""Draft: what a reader hands over of a report, before anybody asks what its lines mean."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from kg.corpus.damage import repair
from kg.corpus.text import Span, canonical

BlockKind = Literal["title", "heading", "paragraph", "item", "cell", "addressee", "sign-off", "date", "furniture"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A run of text that the layout keeps together: a paragraph, a cell, a title, a line of page furniture."""

    span: Span
    kind: BlockKind
    style: str = ""
    """As the reader saw it: h2, bold, a Word style; empty where unknown."""
    page: int | None = None
    """From 1, for PDF."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """What the reader left out of the text, or repaired in it, and why."""

    quote: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a page or an office file: a paragraph, or the cells of a table row."""

    text: str
    cells: tuple[str, ...] = ()
    """Of a table row; `text` is then these, joined by tabs."""
    style: str = ""
    page: int | None = None
    element: str = ""
    """Where it stands: an element path, a paragraph number, a page and line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Canonical text, one block for each line that is not blank, and what the page says of itself."""

    text: str
    blocks: tuple[Block, ...]
    origin: tuple[tuple[int, int, str], ...]
    facts: Mapping[str, str] = field(default_factory=dict)
    """What the page says outside its text: title, published, publisher, url."""
    dropped: tuple[Dropped, ...] = ()
    issues: tuple[str, ...] = ()
    given: str = ""
    """Of a plain text file: its text before anything was normalised or repaired."""
    lines: tuple[Line, ...] = ()
    """What a page or an office file was composed of; empty for plain text."""


def compose(
    lines: Iterable[Line],
    *,
    facts: Mapping[str, str] | None = None,
    dropped: Iterable[Dropped] = (),
    issues: Iterable[str] = (),
) -> Draft:
    """A draft of lines that a reader has cut from a page or an office file.

    >>> compose([Line(text="一、成效", style="h2"), Line(text="案由\\t件数", cells=("案由", "件数"))]).text
    '一、成效\\n案由\\t件数'
    """
    parts: list[str] = []
    lines, records = _mended(lines)
    blocks: list[Block] = []
    origin: list[tuple[int, int, str]] = []
    offset = 0
    for number, line in enumerate(lines):
        text = canonical(line.text).text
        origin.append((offset, number, line.element or f"line {number + 1}"))
        start = offset
        for cell in line.cells or (text,):
            found = text.find(canonical(cell).text, start - offset)
            here = Span(offset + max(found, 0), offset + max(found, 0) + len(canonical(cell).text))
            start = here.end
            trimmed = trim(text, here, offset)
            if trimmed:
                kind: BlockKind = "cell" if line.cells else "paragraph"
                blocks.append(Block(span=trimmed, kind=kind, style=line.style, page=line.page))
        parts.append(text)
        offset += len(text) + 1
    return Draft(
        text="\n".join(parts),
        blocks=tuple(blocks),
        origin=tuple(origin),
        facts=facts or {},
        dropped=tuple(dropped),
        issues=(*issues, *records),
        lines=lines,
    )


def _flat(text: str) -> str:
    return re.sub(r"[\r\n]+", " ", text)


def _mended(lines: Iterable[Line]) -> tuple[tuple[Line, ...], tuple[str, ...]]:
    """The lines with their damage repaired, judged over the whole text."""
    lines = tuple(replace(line, text=_flat(line.text), cells=tuple(map(_flat, line.cells))) for line in lines)
    mended = repair("\n".join(line.text for line in lines))
    if not mended.records:
        return lines, ()
    texts = mended.text.split("\n")
    return (
        tuple(
            replace(line, text=text, cells=tuple(text.split("\t")) if line.cells else ())
            for line, text in zip(lines, texts, strict=True)
        ),
        mended.records,
    )


def trim(text: str, span: Span, offset: int = 0) -> Span | None:
    """`span` without the spaces at its ends, or None where nothing is left; `text` begins at `offset`."""
    words = text[span.start - offset : span.end - offset]
    bare = words.strip()
    if not bare:
        return None
    start = span.start + words.index(bare[0])
    return Span(start, start + len(bare))
