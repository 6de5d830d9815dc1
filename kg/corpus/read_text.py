"""Plain text to a draft. A .txt is not rewrapped; its offsets lead back into the file as given."""

import re

from kg.corpus.draft import Block, Draft
from kg.corpus.text import Span, canonical, decode

_LINE = re.compile(r"[^\s](?:[^\n]*[^\s])?")


def read_text(data: bytes, *, where: str = "") -> Draft:
    """A draft whose text is the file's own, decoded and normalised; each line that is not blank is a block.

    >>> read_text("标题\\r\\n　　正文。".encode()).blocks[1].span
    Span(start=5, end=8)
    """
    made = canonical(decode(data, where=where))
    blocks = tuple(
        Block(span=Span(found.start(), found.end()), kind="paragraph") for found in _LINE.finditer(made.text)
    )
    return Draft(text=made.text, blocks=blocks, origin=tuple((start, raw, "") for start, raw in made.steps))
