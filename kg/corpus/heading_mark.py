"""Marks of headings: 一、 (一) 1. 一是 …, where they stand in a paragraph, and the number that each prints."""

import re
from dataclasses import dataclass
from functools import cache

from kg.corpus.text import Span
from kg.lexicon import table

_DIGITS = {digit: value for value, digit in enumerate("一二三四五六七八九", 1)}
OPEN, CLOSE = "(“《〈「『[", ")”》〉」』]"
_STOP = re.compile(r"[(“《〈「『\[)”》〉」』\]]|[。;:!?][ \t]*")
_FIRST = re.compile(r"[第一二三四五六七八九十(〔【﹙\d①-⑮●■◆▪▶★—-]")
_GLUED = re.compile(r"一[是要]|[(〔]一[)〕]")
SENTENCE_END = re.compile(r"[。!?]")
LONGEST_TITLE = 60


@dataclass(frozen=True, slots=True)
class Style:
    """One way to mark a heading."""

    name: str
    rank: int
    level: int
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A heading that may be: its mark, its title, and what speaks for it."""

    style: str
    rank: float
    level: int
    number: int
    """0 for a bare heading."""
    span: Span
    """Mark and title."""
    title: Span
    own_line: bool
    run_in: bool = False
    """Begins inside a paragraph."""
    counts: bool = False
    """Prints a count before a full stop: a title only if the ones beside it are, else a numbered sentence."""
    goes_on: bool = False
    """Whether the number before or after is printed, be it before a sentence, or the text ends below it."""


@cache
def styles() -> tuple[Style, ...]:
    """The heading styles of `heading_styles.tsv`."""
    rows = table("heading_styles", "style", "rank", "level", "pattern", "example")
    return tuple(Style(name, int(rank), int(level), re.compile(pattern)) for name, rank, level, pattern, _ in rows)


def numeral(printed: str) -> int:
    """The number of a heading mark, 1–99; 0 for a bullet.

    >>> [numeral(n) for n in ("三", "十", "十二", "二十", "二十三", "7", "④")]
    [3, 10, 12, 20, 23, 7, 4]
    """
    if printed.isascii() and printed.isdigit():
        return int(printed)
    if "①" <= printed <= "⑮":
        return ord(printed) - ord("①") + 1
    tens, ten, ones = printed.rpartition("十")
    if not ten:
        return _DIGITS.get(printed, 0)
    return _DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0)


@dataclass(frozen=True, slots=True)
class Mark:
    start: int
    end: int
    style: Style
    number: int


def marks_of(shadow: str, start: int, end: int) -> list[Mark]:
    """Marks at the start of the paragraph, after a sentence end or colon outside brackets, and glued to an open title."""
    found = [mark] if (mark := mark_at(shadow, start, end)) else []
    depth = 0
    for stop in _STOP.finditer(shadow, start, end):
        char = stop[0][0]
        if char in OPEN:
            depth += 1
        elif char in CLOSE:
            depth = max(0, depth - 1)
        else:
            # an unclosed bracket must not swallow the outline of a whole page
            depth = 0 if char == "。" else depth
            mark = mark_at(shadow, stop.end(), end) if depth == 0 else None
            if mark and (not found or mark.start >= found[-1].end):
                found.append(mark)
    return _with_glued(shadow, found, end)


def mark_at(shadow: str, position: int, end: int) -> Mark | None:
    if not _FIRST.match(shadow, position, end):
        return None
    for style in styles():
        match = style.pattern.match(shadow, position, end)
        if match:
            number = numeral(match[1] or "") if match.lastindex else 0
            return Mark(position, match.end(), style, number)
    return None


def _with_glued(shadow: str, marks: list[Mark], end: int) -> list[Mark]:
    """In pages without line breaks a title runs into the first mark below it: …扛牢政治责任一是强化…"""
    out: list[Mark] = []
    for index, mark in enumerate(marks):
        out.append(mark)
        limit = marks[index + 1].start if index + 1 < len(marks) else end
        stop = SENTENCE_END.search(shadow, mark.end, limit)
        limit = stop.start() if stop else limit
        for begin in _GLUED.finditer(shadow, mark.end + 4, min(limit, mark.end + LONGEST_TITLE)):
            position = begin.start()
            glued = mark_at(shadow, position, end)
            if (
                glued
                and glued.number == 1
                and glued.style.name in ("shi", "paren")
                and glued.style.rank > mark.style.rank
                and shadow[position - 1] not in ",、(“有这第之"
                and limit - glued.end >= 4
            ):
                out.append(glued)
                break
    return out
