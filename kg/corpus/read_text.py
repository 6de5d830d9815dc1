"""Plain text to a draft. Lines that were broken at a width are joined; the offsets lead back into the file as given."""

import re
from bisect import bisect_right

from kg.corpus.damage import repair
from kg.corpus.draft import Block, Draft
from kg.corpus.text import Span, canonical, decode

_LINE = re.compile(r"[^\s](?:[^\n]*[^\s])?")


def read_text(data: bytes, *, where: str = "") -> Draft:
    """A draft whose text is the file's own, decoded and normalised; each line that is not blank is a block.

    >>> read_text("标题\\r\\n　　正文。".encode()).blocks[1].span
    Span(start=5, end=8)
    """
    given = decode(data, where=where)
    clean = canonical(given)
    mended = repair(clean.text, lines=True)
    blocks = tuple(
        Block(span=Span(found.start(), found.end()), kind="paragraph") for found in _LINE.finditer(mended.text)
    )
    # every step of either map, seen from the mended text
    starts = {start for start, _ in mended.steps}
    raws = [raw for _, raw in mended.steps]
    for start, _ in clean.steps:
        mended_start, raw = mended.steps[max(0, bisect_right(raws, start) - 1)]
        starts.add(mended_start + start - raw)
    bounds = [start for start, _ in mended.steps]
    origin = []
    for place in sorted(starts):
        start, raw = mended.steps[bisect_right(bounds, place) - 1]
        origin.append((place, clean.given(raw + place - start), ""))
    return Draft(text=mended.text, blocks=blocks, origin=tuple(origin), issues=mended.records, given=given)
