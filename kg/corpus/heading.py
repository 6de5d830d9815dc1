"""Candidates for headings: where a paragraph begins with the mark of one, or holds one after a sentence end, and how long its title is."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from kg.corpus.draft import Block
from kg.corpus.text import Span
from kg.lexicon import table

_DIGITS = {digit: value for value, digit in enumerate("一二三四五六七八九", 1)}
OPEN, CLOSE = "(“《〈「『[", ")”》〉」』]"
_STOP = re.compile(r"[(“《〈「『\[)”》〉」』\]]|[。;:!?][ \t]*")
_FIRST = re.compile(r"[第一二三四五六七八九十(〔【﹙\d①-⑮●■◆▪▶★—-]")
_GLUED = re.compile(r"一[是要]|[(〔]一[)〕]")
_END = re.compile(r"[。!?]")
_BOX = re.compile(r"【([^【】]{2,40})】")
_COUNT = re.compile(r"\d[\d.,]*[余多]?[万亿]?(?:余|多)?(?:[件次人名个项起份户家场条部篇期轮]|%|亿?元|人次)")
_ANNOUNCES = re.compile(r"如下|^(?!.*年).*现将")
_LEAD_IN = re.compile(r"如下|以下|主要(?:表现|体现|做法|举措|问题)|具体|包括|方面|分别|即|例如|其中")
LONGEST_TITLE = 60
LONGEST_BARE = 18
LONGEST_COUNTING = 36
"""Characters that a title with a count in it may have; a longer one is a sentence."""


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
class _Mark:
    start: int
    end: int
    style: Style
    number: int


@lru_cache(maxsize=2)
def candidates(shadow: str, blocks: tuple[Block, ...]) -> tuple[Candidate, ...]:
    """Every heading that may be in the body blocks, in order of the text."""
    found: list[Candidate] = []
    open_marks: list[tuple[_Mark, int, bool]] = []
    for index, block in enumerate(blocks):
        if block.kind in ("paragraph", "item", "heading"):
            following = blocks[index + 1] if index + 1 < len(blocks) else None
            found.extend(_in_paragraph(shadow, block, following, open_marks))
    cut = list(_cut(shadow, found, open_marks))
    return tuple(sorted([*found, *cut], key=lambda one: one.span)) if cut else tuple(found)


def _in_paragraph(
    shadow: str, block: Block, following: Block | None, open_marks: list[tuple[_Mark, int, bool]]
) -> Iterator[Candidate]:
    start, end = block.span.start, block.span.end
    marks = _marks(shadow, start, end)
    if not marks or marks[0].start > start:
        bare = _boxed(shadow, block) or _bare(shadow, block, following)
        if bare:
            yield bare
    for index, mark in enumerate(marks):
        after = marks[index + 1] if index + 1 < len(marks) else None
        run_in = mark.start > start
        title = _title(shadow, mark, after, end, run_in=run_in)
        if title and after is None and not run_in and _closed_line(shadow, title.end, end):
            title = title if _leads(shadow, following, mark) else None
        if title is None:
            open_marks.append((mark, after.start if after else end, run_in))
        else:
            own_line = not run_in and _rest_is_empty(shadow, title.end, end)
            counts = not own_line and _COUNT.search(shadow, title.start, title.end) is not None
            yield _candidate(mark, title, run_in=run_in, own_line=own_line, counts=counts)


def _candidate(mark: _Mark, title: Span, *, run_in: bool, own_line: bool, counts: bool = False) -> Candidate:
    return Candidate(
        style=mark.style.name,
        rank=mark.style.rank,
        level=mark.style.level,
        number=mark.number,
        span=Span(mark.start, title.end),
        title=title,
        own_line=own_line,
        run_in=run_in,
        counts=counts,
    )


def _cut(shadow: str, found: Sequence[Candidate], open_marks: Sequence[tuple[_Mark, int, bool]]) -> Iterator[Candidate]:
    """Titles that run into their text because the page lost its line breaks: cut as the usual title, or as its siblings are built."""
    for mark, limit, run_in in open_marks:
        if mark.style.rank > 2:
            continue
        end = _usual_end(shadow, mark, limit) if mark.style.rank == 1 else None
        if end is None:
            siblings = [one for one in found if one.style == mark.style.name and one.number != mark.number]
            end = _parallel_end(shadow, mark, limit, siblings)
        if end is not None:
            yield _candidate(mark, Span(mark.end, end), run_in=run_in, own_line=False)


@cache
def _usual() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern, _ in table("usual_titles", "pattern", "example"))


def _usual_end(shadow: str, mark: _Mark, limit: int) -> int | None:
    ends = [found.end() for pattern in _usual() if (found := pattern.match(shadow, mark.end, limit))]
    return max(ends, default=None)


def _parallel_end(shadow: str, mark: _Mark, limit: int, siblings: Sequence[Candidate]) -> int | None:
    """Where the title ends if it is built like all its siblings: clauses of the same lengths (坚持党的领导,扛牢政治责任)."""
    built = {tuple(map(len, shadow[one.title.start : one.title.end].split(","))) for one in siblings}
    if len(siblings) < 2 or len(built) != 1:
        return None
    lengths = built.pop()
    clauses = shadow[mark.end : limit].split(",")
    if len(lengths) < 2 or len(clauses) < len(lengths):
        return None
    if tuple(map(len, clauses[: len(lengths) - 1])) != lengths[:-1] or len(clauses[len(lengths) - 1]) <= lengths[-1]:
        return None
    return mark.end + sum(lengths) + len(lengths) - 1


def _marks(shadow: str, start: int, end: int) -> list[_Mark]:
    """Marks at the start of the paragraph, after a sentence end or colon outside brackets, and glued to an open title."""
    found = [mark] if (mark := _mark_at(shadow, start, end)) else []
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
            mark = _mark_at(shadow, stop.end(), end) if depth == 0 else None
            if mark and (not found or mark.start >= found[-1].end):
                found.append(mark)
    return _with_glued(shadow, found, end)


def _mark_at(shadow: str, position: int, end: int) -> _Mark | None:
    if not _FIRST.match(shadow, position, end):
        return None
    for style in styles():
        match = style.pattern.match(shadow, position, end)
        if match:
            number = numeral(match[1] or "") if match.lastindex else 0
            return _Mark(position, match.end(), style, number)
    return None


def _with_glued(shadow: str, marks: list[_Mark], end: int) -> list[_Mark]:
    """In pages without line breaks a title runs into the first mark below it: …扛牢政治责任一是强化…"""
    out: list[_Mark] = []
    for index, mark in enumerate(marks):
        out.append(mark)
        limit = marks[index + 1].start if index + 1 < len(marks) else end
        stop = _END.search(shadow, mark.end, limit)
        limit = stop.start() if stop else limit
        for begin in _GLUED.finditer(shadow, mark.end + 4, min(limit, mark.end + LONGEST_TITLE)):
            position = begin.start()
            glued = _mark_at(shadow, position, end)
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


def _title(shadow: str, mark: _Mark, after: _Mark | None, end: int, *, run_in: bool) -> Span | None:
    """The title after a mark, without its closing mark; None where the mark only numbers a sentence."""
    limit = after.start if after else end
    stop = _terminator(shadow, mark.end, limit)
    if stop is None:
        if after and after.style.name == mark.style.name:
            return None
        return _title_span(shadow, mark, limit, longest=LONGEST_TITLE + 20)
    char = shadow[stop]
    rest_empty = not shadow[stop + 1 : limit].strip()
    if char == ";":
        return None
    if char == ":":
        if rest_empty and limit == end:
            return _title_span(shadow, mark, stop, longest=LONGEST_TITLE)
        return _title_span(shadow, mark, stop, longest=30)
    if rest_empty and (after is None or after.style.name == mark.style.name) and not (after is None and not run_in):
        return None  # one numbered sentence and nothing under it
    title = _title_span(shadow, mark, stop, longest=LONGEST_TITLE)
    if title is None or _ANNOUNCES.search(shadow[title.start : title.end]):
        return None
    if _COUNT.search(shadow, title.start, title.end) and (rest_empty or len(title) > LONGEST_COUNTING):
        return None
    return title


def _terminator(shadow: str, start: int, end: int) -> int | None:
    """The first 。 ; ! ? outside brackets, or a colon that closes a title."""
    depth = 0
    for position in range(start, end):
        char = shadow[position]
        if char in OPEN:
            depth += 1
        elif char in CLOSE:
            depth = max(0, depth - 1)
        elif (
            char in "。!?"
            or (char == ";" and not depth)
            or (
                char == ":"
                and not depth
                and "," not in shadow[start:position]
                and not _LEAD_IN.search(shadow, start, position)
            )
        ):
            return position
    return None


def _title_span(shadow: str, mark: _Mark, stop: int, *, longest: int) -> Span | None:
    words = shadow[mark.end : stop]
    start = mark.end + len(words) - len(words.lstrip())
    end = mark.end + len(words.rstrip(" \t:;,、。"))
    if end - start < 2 or end - start > longest:
        return None
    return Span(start, end)


def _closed_line(shadow: str, position: int, end: int) -> bool:
    """Whether a line ends with a full stop right behind its title."""
    return shadow[position:end].strip() in ("。", "!", "。。")


def _leads(shadow: str, following: Block | None, mark: _Mark) -> bool:
    """Whether text follows that a heading line with a full stop can stand above: not its own next sibling, not the end."""
    if following is None or following.kind not in ("paragraph", "item", "cell"):
        return False
    after = _mark_at(shadow, following.span.start, following.span.end)
    return after is None or after.style.name != mark.style.name


def _rest_is_empty(shadow: str, position: int, end: int) -> bool:
    return not shadow[position:end].strip(" \t。:;,、")


def _boxed(shadow: str, block: Block) -> Candidate | None:
    """【加强党的领导】 at the start of a paragraph."""
    box = _BOX.match(shadow, block.span.start, block.span.end)
    if box is None:
        return None
    return Candidate(
        style="boxed",
        rank=1.5,
        level=2,
        number=0,
        span=Span(box.start(), box.end()),
        title=Span(box.start(1), box.end(1)),
        own_line=box.end() == block.span.end,
    )


@cache
def _no_titles() -> tuple[tuple[re.Pattern[str], str], ...]:
    rows = table("no_titles", "pattern", "where", "example")
    return tuple((re.compile(pattern), where) for pattern, where, _ in rows)


def _is_text(shadow: str, block: Block, *, closed: bool) -> bool:
    """Whether a block reads like text that a heading can stand above; one closed by a full stop is easily a sentence."""
    last = shadow[block.span.end - 1]
    if closed and (len(block.span) <= LONGEST_BARE or _mark_at(shadow, block.span.start, block.span.end)):
        return False
    return block.kind in ("paragraph", "item") and (last in "。;:" or len(block.span) > LONGEST_TITLE)


def _bare(shadow: str, block: Block, following: Block | None) -> Candidate | None:
    """A heading without a number: a short line of its own, or a short first sentence that names the subject of the rest."""
    start, end = block.span.start, block.span.end
    words = shadow[start:end]
    stop = _END.search(words)
    if stop and stop[0] != "。":
        return None
    own_line = stop is None or stop.end() == len(words)
    length = stop.start() if stop else len(words)
    if not 4 <= length <= LONGEST_BARE:
        return None
    title = words[:length]
    if re.search(r"[,;:!?\d“]|如下", title) or any(
        pattern.match(title) for pattern, where in _no_titles() if stop or where == "any"
    ):
        return None
    if own_line and (following is None or not _is_text(shadow, following, closed=bool(stop))):
        return None
    if not own_line and len(words) < 3 * length:
        return None
    return Candidate(
        style="bare" if own_line else "bare-run-in",
        rank=2.5,
        level=2,
        number=0,
        span=Span(start, start + length),
        title=Span(start, start + length),
        own_line=own_line,
    )
