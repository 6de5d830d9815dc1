"""Candidates for headings: where a paragraph begins with the mark of one, or holds one after a sentence end, and how long its title is."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from itertools import islice

from kg.corpus.bare_heading import bare, boxed
from kg.corpus.draft import Block
from kg.corpus.heading_mark import CLOSE, LAST, LONGEST_TITLE, OPEN, Candidate, Mark, mark_at, marks_of
from kg.corpus.text import Span
from kg.lexicon import pattern, table

_COUNT = pattern("heading.count")
_ANNOUNCES = pattern("heading.announces")
_LEAD_IN = pattern("heading.lead-in")
_Numbered = tuple[int, str, float, int]
"""Where a mark stands, its style, rank and number."""

LONGEST_COUNTING = 36
"""Characters that a title with a count in it may have; a longer one is a sentence."""


@lru_cache(maxsize=2)
def candidates(shadow: str, blocks: tuple[Block, ...]) -> tuple[Candidate, ...]:
    """Every heading that may be in the body blocks, in order of the text."""
    found: list[Candidate] = []
    open_marks: list[tuple[Mark, int, bool]] = []
    for index, block in enumerate(blocks):
        if block.kind in ("paragraph", "item", "heading"):
            following = blocks[index + 1] if index + 1 < len(blocks) else None
            found.extend(_in_paragraph(shadow, block, following, open_marks))
    found = sorted([*found, *_cut(shadow, found, open_marks)], key=lambda one: one.span)
    return tuple(_with_series(shadow, found, [mark for mark, _, _ in open_marks]))


def _with_series(shadow: str, found: Sequence[Candidate], sentences: Sequence[Mark]) -> Iterator[Candidate]:
    """Each candidate with whether its series goes on; the marks that number `sentences` belong to the series too.

    Not so behind a semicolon: there a mark goes on with what is before it, a list of sentences if that is one.
    """
    titles = [(one.span.start, one.style, one.rank, one.number) for one in found if one.number]
    marks = sorted({*titles, *((mark.start, mark.style.name, mark.style.rank, mark.number) for mark in sentences)})
    for one in found:
        start = one.span.start
        listed = one.run_in and shadow[max(0, start - 2) : start].rstrip().endswith(";")
        if one.number == LAST:
            counted = (number for _, style, _, number in _before(marks, start) if style == one.style)
            one = replace(one, number=next(counted, 0) + 1)
        after = islice(marks, bisect_left(marks, (start + 1,)), None)
        goes_on = bool(one.number) and (
            _meets(_before(titles if listed else marks, start), one, -1)
            or _meets(after, one, 1, at_end=one.number == 1)
        )
        yield replace(one, goes_on=goes_on)


def _before(marks: Sequence[_Numbered], start: int) -> Iterator[_Numbered]:
    """The marks before a place, the nearest first."""
    return (marks[index] for index in range(bisect_left(marks, (start,)) - 1, -1, -1))


def _meets(marks: Iterable[_Numbered], one: Candidate, step: int, *, at_end: bool = False) -> bool:
    """Whether the next number of the series comes before the outline steps back above it; `at_end` where nothing does."""
    for _, style, rank, number in marks:
        if style == one.style:
            return number == one.number + step
        if rank < one.rank:
            return False
    return at_end


def _in_paragraph(
    shadow: str, block: Block, following: Block | None, open_marks: list[tuple[Mark, int, bool]]
) -> Iterator[Candidate]:
    start, end = block.span.start, block.span.end
    marks = marks_of(shadow, start, end)
    if not marks or marks[0].start > start:
        unnumbered = boxed(shadow, block) or bare(shadow, block, following)
        if unnumbered:
            yield unnumbered
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
            if mark.style.rank == 1 and not own_line:
                title = _without_text(shadow, mark, title)
            if mark.style.own_line and not own_line:
                continue
            counts = not own_line and _COUNT.search(shadow, title.start, title.end) is not None
            yield _candidate(mark, title, run_in=run_in, own_line=own_line, counts=counts)


def _candidate(mark: Mark, title: Span, *, run_in: bool, own_line: bool, counts: bool = False) -> Candidate:
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


def _cut(shadow: str, found: Sequence[Candidate], open_marks: Sequence[tuple[Mark, int, bool]]) -> Iterator[Candidate]:
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


def _usual_end(shadow: str, mark: Mark, limit: int) -> int | None:
    ends = [found.end() for pattern in _usual() if (found := pattern.match(shadow, mark.end, limit))]
    return max(ends, default=None)


def _without_text(shadow: str, mark: Mark, title: Span) -> Span:
    """A usual title that the text below it runs on from: 存在的问题|对照上级要求,仍有不足."""
    end = _usual_end(shadow, mark, title.end)
    return Span(title.start, end) if end and "," in shadow[end : title.end] else title


def _parallel_end(shadow: str, mark: Mark, limit: int, siblings: Sequence[Candidate]) -> int | None:
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


def _title(shadow: str, mark: Mark, after: Mark | None, end: int, *, run_in: bool) -> Span | None:
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
    title = _title_span(shadow, mark, stop, longest=mark.style.longest)
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


def _title_span(shadow: str, mark: Mark, stop: int, *, longest: int) -> Span | None:
    words = shadow[mark.end : stop]
    start = mark.end + len(words) - len(words.lstrip())
    end = mark.end + len(words.rstrip(" \t:;,、。"))
    if end - start < 2 or end - start > longest:
        return None
    return Span(start, end)


def _closed_line(shadow: str, position: int, end: int) -> bool:
    """Whether a line ends with a full stop right behind its title."""
    return shadow[position:end].strip() in ("。", "!", "。。")


def _leads(shadow: str, following: Block | None, mark: Mark) -> bool:
    """Whether text follows that a heading line with a full stop can stand above: not its own next sibling, not the end.

    A bullet counts nothing: its line with a full stop is one more item of its list, the last one too.
    """
    if not mark.number or following is None or following.kind not in ("paragraph", "item", "cell"):
        return False
    after = mark_at(shadow, following.span.start, following.span.end)
    return after is None or after.style.name != mark.style.name


def _rest_is_empty(shadow: str, position: int, end: int) -> bool:
    return not shadow[position:end].strip(" \t。:;,、")
