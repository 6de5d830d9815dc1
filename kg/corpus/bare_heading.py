"""Headings without a number: a short line of its own, a short first sentence, words in 【】."""

import re
from functools import cache

from kg.corpus.draft import Block
from kg.corpus.heading_mark import LONGEST_TITLE, SENTENCE_END, Candidate, mark_at
from kg.corpus.text import Span
from kg.lexicon import table

_BOX = re.compile(r"【([^【】]{2,40})】")
LONGEST_BARE = 18


def boxed(shadow: str, block: Block) -> Candidate | None:
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
    if closed and (len(block.span) <= LONGEST_BARE or mark_at(shadow, block.span.start, block.span.end)):
        return False
    return block.kind in ("paragraph", "item") and (last in "。;:" or len(block.span) > LONGEST_TITLE)


def bare(shadow: str, block: Block, following: Block | None) -> Candidate | None:
    """A heading without a number: a short line of its own, or a short first sentence that names the subject of the rest."""
    start, end = block.span.start, block.span.end
    words = shadow[start:end]
    stop = SENTENCE_END.search(words)
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
