"""Sentence: the unit that facts are read from, split into clauses."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from kg.corpus.document import Document, Span
from kg.corpus.outline import Outline

_OPEN, _CLOSE = "(“《〈「『[", ")”》〉」』]"
_STOP = re.compile(r"[(“《〈「『\[)”》〉」』\]。!?;.]")
_COMMA = re.compile(r"[(“《〈「『\[)”》〉」』\],]")
_CLOSING = (re.compile(r"[。!?]+"), re.compile(r"[”」』)。!?]+"))
"""What still belongs to a sentence behind its end: outside and inside brackets."""

_BODY = ("paragraph", "item", "heading", "cell")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence with its closing mark, after its heading; `clauses` split it at commas outside brackets and quotation marks."""

    order: int
    """From 0, in the document."""
    section: str | None
    """`Section.key`, or None before the first heading."""
    span: Span
    text: str
    clauses: tuple[Span, ...]


def split_sentences(document: Document, outline: Outline) -> tuple[Sentence, ...]:
    """All sentences of the body in order: outside headings, titles, addressees, sign-offs and page furniture."""
    starts = [section.span.start for section in outline.sections]
    sentences: list[Sentence] = []
    for piece in _pieces(document, outline):
        for span in _split(document.shadow, piece):
            index = bisect_right(starts, span.start) - 1
            sentences.append(
                Sentence(
                    order=len(sentences),
                    section=outline.sections[index].key if index >= 0 else None,
                    span=span,
                    text=document.quote(span),
                    clauses=tuple(_clauses(document.shadow, span)),
                )
            )
    return tuple(sentences)


def _pieces(document: Document, outline: Outline) -> Iterator[Span]:
    """The body blocks without the headings in them."""
    headings = [section.span for section in outline.sections]
    row: Span | None = None
    for block in document.blocks:
        if block.kind not in _BODY:
            continue
        if block.kind == "cell":  # the cells of a table row are one unit: name and figure stand beside each other
            if row and "\n" not in document.text[row.start : block.span.start]:
                row = Span(row.start, block.span.end)
                continue
            if row:
                yield row
            row = block.span
            continue
        if row:
            yield row
            row = None
        start = block.span.start
        for heading in headings[max(0, bisect_right(headings, Span(start, start)) - 1) :]:
            if heading.start >= block.span.end:
                break
            if heading.end <= start:
                continue
            if heading.start > start:
                yield Span(start, heading.start)
            start = heading.end
        if start < block.span.end:
            yield Span(start, block.span.end)
    if row:
        yield row


def _split(shadow: str, piece: Span) -> Iterator[Span]:
    """At 。 ! ? and at ; outside brackets and quotation marks; a closing mark after the end belongs to the sentence."""
    start = piece.start
    depth = 0
    open_only = _unclosed(shadow, piece)
    for stop in _STOP.finditer(shadow, piece.start, piece.end):
        if stop.start() < start:
            continue
        char = shadow[stop.start()]
        if char in _OPEN:
            depth += stop.start() not in open_only
        elif char in _CLOSE:
            depth = max(0, depth - 1)
        elif char in "。!?" or (char == ";" and not depth) or (char == "." and _full_stop(shadow, stop.start(), piece)):
            closing = _CLOSING[depth > 0].match(shadow, stop.end(), piece.end)
            end = closing.end() if closing else stop.end()
            yield from _trimmed(shadow, start, end)
            start, depth = end, 0
    yield from _trimmed(shadow, start, piece.end)


def _unclosed(shadow: str, span: Span) -> frozenset[int]:
    """Places of opening marks that nothing closes: a mark whose partner was forgotten holds nothing together.

    >>> sorted(_unclosed("被评为“示范区;获“优秀”等次。", Span(0, 15)))
    [3]
    """
    waiting: list[int] = []
    lost: list[int] = []
    for mark in _STOP.finditer(shadow, span.start, span.end):
        char = mark[0]
        if char in _OPEN:
            waiting.append(mark.start())
        elif char in _CLOSE:
            opening = _OPEN[_CLOSE.index(char)]
            while waiting and opening in [shadow[at] for at in waiting]:
                last = waiting.pop()
                if shadow[last] == opening:
                    break
                lost.append(last)
    return frozenset(lost + waiting)


def _full_stop(shadow: str, position: int, piece: Span) -> bool:
    """An ASCII full stop ends a sentence only after a Chinese character and before a line end or space."""
    after = shadow[position + 1] if position + 1 < piece.end else "\n"
    return position > piece.start and "\u4e00" <= shadow[position - 1] <= "\u9fff" and after.isspace()


def _trimmed(shadow: str, start: int, end: int) -> Iterator[Span]:
    words = shadow[start:end]
    lead = len(words) - len(words.lstrip(" \t\n。;:,.、!?"))
    if words[lead:].strip():
        yield Span(start + lead, start + len(words.rstrip()))


def _clauses(shadow: str, span: Span) -> Iterator[Span]:
    start = span.start
    depth = 0
    open_only = _unclosed(shadow, span)
    for stop in _COMMA.finditer(shadow, span.start, span.end):
        position = stop.start()
        char = shadow[position]
        if char in _OPEN:
            depth += position not in open_only
        elif char in _CLOSE:
            depth = max(0, depth - 1)
        elif not depth and not shadow[position - 1 : position + 2].replace(",", "").isdigit():
            if position > start:
                yield Span(start, position)
            start = position + 1
    if start < span.end:
        yield Span(start, span.end)
