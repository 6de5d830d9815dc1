"""Coverage: every number, number word, quoted name and 《title》 of a report is a fact, a named mask, or a line of the unread list."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg.corpus.document import Document, Span
from kg.extract.amount import Quantity
from kg.extract.fact import Citation, Fact, Figure, Honour, Mask, Mention, Programme, Reading, Unread
from kg.extract.figure import counts
from kg.extract.mask import DAY, NUMERALS
from kg.extract.passage import Passage
from kg.extract.table_row import numbers_row
from kg.lexicon import table

NUMBER = re.compile(rf"\d+(?:\.\d+|,\d{{3}}(?!\d))*|[{NUMERALS}]+")
"""A number in digits or in words, as it is counted."""
_READING = (Figure, Citation, Honour, Programme, Mention)
_SLOGANS = frozenset(word for (word,) in table("not_programmes", "word"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What became of the numbers and names of one report."""

    numbers: int
    """Numbers and number words in the text."""
    figures: int
    """Of these, in figures."""
    facts: int
    """In other facts: titles, honours, names."""
    masked: tuple[tuple[str, int], ...]
    """By the reason of their mask, most frequent first."""
    unread: tuple[tuple[str, int], ...]
    """Entries of the unread list by reason, quoted names among them."""

    @property
    def accounted(self) -> int:
        """Numbers that are a fact, masked or listed: all of them, or the reader has a hole."""
        return self.figures + self.facts + sum(count for _, count in self.masked) + self.unread_numbers

    unread_numbers: int = 0


def account(passage: Passage, found: tuple[Quantity, ...], facts: Iterable[Fact]) -> tuple[list[Mask], list[Unread]]:
    """For one passage: masks for the quantities that are no figures, and all that nobody has read.

    `found` are its quantities, `facts` the facts of this passage.
    """
    taken = [fact.span for fact in facts if isinstance(fact, _READING)]
    masks = [Mask(quantity.compared, "former-value") for quantity in found if quantity.compared]
    for quantity in found:
        if not any(quantity.span.overlaps(span) for span in taken):
            why = _reason(passage, quantity)
            if why:
                masks.append(Mask(quantity.span, why))
    closed = [*taken, *(mask.span for mask in passage.masks), *(mask.span for mask in masks)]
    unread = [
        _unread(passage, match.start(), match.end(), "no-unit" if match[0][0].isdecimal() else "number-word")
        for match in NUMBER.finditer(passage.shadow)
        if not any(passage.at(*match.span()).overlaps(span) for span in closed)
    ]
    for mask in passage.masks:
        start, end = passage.inside(mask.span)
        named = passage.shadow[start + 1 : end - 1]
        if mask.why not in ("quoted", "title") or named in _SLOGANS or DAY.fullmatch(named):
            continue
        if not any(mask.span.overlaps(s) for s in taken):
            unread.append(_unread(passage, start, end, mask.why))
    return masks, sorted(unread, key=lambda one: one.span)


def _reason(passage: Passage, quantity: Quantity) -> str | None:
    """Why a quantity is no figure; None for one that nobody understood, which is listed."""
    if passage.sentence is None:
        return "heading"
    if quantity.unit_class == "bare":
        year = passage.grid and passage.grid.is_year(quantity.span)
        return "row-number" if numbers_row(passage, quantity) else "date" if year else None
    if quantity.unit_class == "time":
        return "duration"
    if quantity.unit_class == "name":
        return "name"
    return None if counts(passage, quantity) else "enumeration"


def _unread(passage: Passage, start: int, end: int, reason: str) -> Unread:
    return Unread(span=passage.at(start, end), quote=passage.text[start:end], sentence=passage.order, reason=reason)


def outside(document: Document, span: Span) -> Iterator[Mask]:
    """One mask for each number in title lines, sign-offs and page furniture."""
    for match in NUMBER.finditer(document.shadow, span.start, span.end):
        yield Mask(Span(*match.span()), "outside")


def coverage(reading: Reading) -> Coverage:
    """Count what became of every number of a report.

    `accounted == numbers` holds for every reading: it is the test that nothing is lost in silence.
    """
    figures = _Spans(fact.span for fact in reading.facts if isinstance(fact, Figure))
    facts = _Spans(fact.span for fact in reading.facts if isinstance(fact, _READING))
    masks = _Spans(mask.span for mask in reading.masks)
    reasons = {mask.span: mask.why for mask in reading.masks}
    unread = _Spans(one.span for one in reading.unread)
    found, masked = Counter[str](), Counter[str]()
    for match in NUMBER.finditer(reading.document.shadow):
        span = Span(*match.span())
        if figures.over(span):
            found["figure"] += 1
        elif covering := masks.over(span):
            masked[reasons[covering]] += 1
        elif facts.over(span):
            found["fact"] += 1
        elif unread.over(span):
            found["unread"] += 1
        found["all"] += 1
    listed = Counter(one.reason for one in reading.unread)
    return Coverage(
        numbers=found["all"],
        figures=found["figure"],
        facts=found["fact"],
        masked=tuple(sorted(masked.items(), key=lambda row: (-row[1], row[0]))),
        unread=tuple(sorted(listed.items(), key=lambda row: (-row[1], row[0]))),
        unread_numbers=found["unread"],
    )


class _Spans:
    """Spans by place; which one overlaps is asked in order of the text."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._spans = sorted(spans)
        self._at = 0

    def over(self, span: Span) -> Span | None:
        while self._at < len(self._spans) and self._spans[self._at].end <= span.start:
            self._at += 1
        for later in self._spans[self._at :]:
            if later.start >= span.end:
                return None
            if later.overlaps(span):
                return later
        return None
