"""Marks of headings: 一、 (一) 1. 一是 …, where they stand in a paragraph, and the number that each prints."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from kg.corpus.text import Span
from kg.lexicon import table

_DIGITS = {digit: value for value, digit in enumerate("一二三四五六七八九", 1)}
LAST = 99
"""The number of 最后, until what stands before it tells."""

_WORDS = {"首先": 1, "其次": 2, "再次": 3, "最后": LAST}
OPEN, CLOSE = "(“《〈「『[", ")”》〉」』]"
_STOP = re.compile(r"[(“《〈「『\[)”》〉」』\]]|[。;:!?][ \t]*")
_FIRST = re.compile(r"[第首其再最一二三四五六七八九十(〔【﹙\d①-⒛㈠-㈩Ⅰ-ⅫA-H●■◆▪▶★—-]")
_GLUED = re.compile(r"一[是要]|[(〔]一[)〕]|(?<=[\u4e00-\u9fff])1[.、](?=[\u4e00-\u9fff])")
_SECOND = re.compile(r"[。;]2[.、]")
SENTENCE_END = re.compile(r"[。!?]")
LONGEST_TITLE = 60
REACH = 1500
"""Characters behind a 1. that runs on from a title in which its 2. must stand."""


@dataclass(frozen=True, slots=True)
class Style:
    """One way to mark a heading."""

    name: str
    rank: float
    level: int
    longest: int
    """Characters of a title that text follows in its paragraph."""
    pattern: re.Pattern[str]

    @property
    def own_line(self) -> bool:
        """Whether it is a mark only where the heading has its line to itself."""
        return self.name.endswith("-line")


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
    rows = table("heading_styles", "style", "rank", "level", "longest", "pattern", "example")
    return tuple(
        Style(name, float(rank), int(level), int(longest), re.compile(pattern))
        for name, rank, level, longest, pattern, _ in rows
    )


def numeral(printed: str) -> int:
    """The number of a heading mark, 1–99; 0 for a bullet.

    >>> [numeral(n) for n in ("三", "十", "十二", "二十", "二十三", "7", "④", "㈡", "⒊", "Ⅳ", "其次", "B")]
    [3, 10, 12, 20, 23, 7, 4, 2, 3, 4, 2, 2]
    """
    if printed.isascii() and printed.isdigit():
        return int(printed)
    if printed in _WORDS:
        return _WORDS[printed]
    if len(printed) == 1 and printed not in _DIGITS:
        # ① ⑴ ⒈ ㈠ Ⅰ know their numbers; a bullet has none
        return ord(printed) - ord("@") if printed.isascii() else int(unicodedata.numeric(printed, 0))
    tens, ten, ones = printed.rpartition("十")
    if not ten:
        return _DIGITS.get(printed, 0)
    return _DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0)


@dataclass(frozen=True, slots=True)
class Mark:
    """A number of a heading as it is printed: where it stands, its style, its value."""

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
            if mark and not mark.style.own_line and (not found or mark.start >= found[-1].end):
                found.append(mark)
    return _with_glued(shadow, found, end)


def mark_at(shadow: str, position: int, end: int) -> Mark | None:
    """The number that begins at `position`, in the first style that fits; None where none does."""
    if not _FIRST.match(shadow, position, end):
        return None
    for style in styles():
        match = style.pattern.match(shadow, position, end)
        if match:
            number = numeral(match[match.lastindex]) if match.lastindex else 0
            return Mark(position, match.end(), style, number)
    return None


def _with_glued(shadow: str, marks: list[Mark], end: int) -> list[Mark]:
    """In pages without line breaks a title runs into the first mark below it: …扛牢政治责任一是强化…"""
    out: list[Mark] = []
    for index, mark in enumerate(marks):
        limit = marks[index + 1].start if index + 1 < len(marks) else end
        stop = SENTENCE_END.search(shadow, mark.end, limit)
        limit = stop.start() if stop else limit
        glued: Mark | None = mark
        while glued:
            out.append(glued)
            glued = _glued(shadow, glued, limit, end)
    return out


def _glued(shadow: str, above: Mark, limit: int, end: int) -> Mark | None:
    """The first mark of a list that the title behind a mark runs into."""
    for begin in _GLUED.finditer(shadow, above.end + 4, min(limit, above.end + LONGEST_TITLE)):
        position = begin.start()
        mark = mark_at(shadow, position, end)
        if (
            mark
            and mark.number == 1
            and mark.style.name in ("shi", "paren", "arabic")
            and mark.style.rank > above.style.rank
            and shadow[position - 1] not in ",、(“有这第之"
            and limit - mark.end >= 4
            and (mark.style.name != "arabic" or _SECOND.search(shadow, position, position + REACH))
        ):
            return mark
    return None
