"""Passage: a sentence or a heading with all that its readers need, cut once from the document."""

from bisect import bisect_right
from dataclasses import dataclass

from kg.corpus.document import Document, Span
from kg.corpus.outline import Outline, Role, Section
from kg.corpus.sentence import Sentence
from kg.extract.fact import Mask
from kg.extract.grid import Grid, grids
from kg.extract.mask import blank, mask
from kg.lexicon import pattern

_YEAR = pattern("passage.year")
_COMPARED = pattern("passage.compared")
LONGEST = 2000
"""Of a sentence that is read, in characters: what is longer is no sentence (the longest of 6,067 that were looked at has 482) and is listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One sentence, or one heading (then `sentence` is None). Positions *in* a passage count from its own start."""

    document: Document
    sentence: Sentence | None
    section: Section | None
    """The section that the sentence stands in, or the heading itself."""
    span: Span
    text: str
    shadow: str
    masks: tuple[Mask, ...]
    """Where no figure may start, with document offsets."""
    masked: str
    """`shadow` with every mask blanked by U+0000, same length."""
    grid: Grid | None = None
    """The table that it is a row of."""

    @property
    def order(self) -> int | None:
        """`Sentence.order`, None for a heading."""
        return self.sentence.order if self.sentence else None

    @property
    def role(self) -> Role:
        """Of the section; what stands before the first heading is the opening."""
        return self.section.role if self.section else "opening"

    @property
    def year(self) -> int | None:
        """The year that a figure here is of, when it prints none: of the plan in a plan, else the reported one."""
        meta = self.document.meta
        return (meta.plan_year if self.role == "plan" else None) or meta.period_year

    def year_at(self, at: int) -> int | None:
        """The year of a figure at a place: the last one printed before it that nothing is compared with, else that of the passage."""
        printed = (
            match for match in _YEAR.finditer(self.shadow, 0, at) if not _COMPARED.match(self.shadow, match.end())
        )
        return max(((match.start(), int(match[1])) for match in printed), default=(0, self.year))[1]

    def at(self, start: int, end: int) -> Span:
        """Document offsets of positions in this passage."""
        return Span(self.span.start + start, self.span.start + end)

    def inside(self, span: Span) -> tuple[int, int]:
        """Positions in this passage of document offsets."""
        return span.start - self.span.start, span.end - self.span.start


def passages(document: Document, outline: Outline, sentences: tuple[Sentence, ...]) -> tuple[Passage, ...]:
    """All headings and sentences of a report in order of the text, each with its masks."""
    sections = {section.key: section for section in outline.sections}
    found = [(section.span, None, section) for section in outline.sections]
    rows: list[tuple[Span, Sentence | None, Section | None]] = [*found]
    rows += [(sentence.span, sentence, sections.get(sentence.section or "")) for sentence in sentences]
    rows.sort(key=lambda row: (row[0].start, row[0].end))
    tables = grids(document)
    if not tables:
        return tuple(passage_of(document, *row) for row in rows)
    starts = [table.span.start for table in tables]
    found_in = [tables[bisect_right(starts, row[0].start) - 1] for row in rows]
    return tuple(
        passage_of(document, *row, grid=table if row[0].overlaps(table.span) else None)
        for row, table in zip(rows, found_in, strict=True)
    )


def passage_of(
    document: Document,
    span: Span,
    sentence: Sentence | None = None,
    section: Section | None = None,
    *,
    grid: Grid | None = None,
) -> Passage:
    """The passage at a place; without sentence and section it is a title line or the like."""
    shadow = document.shadow[span.start : span.end]
    masks = mask(shadow, offset=span.start) if len(shadow) <= LONGEST else (Mask(span, "overlong"),)
    if grid:  # 县公安局 | 120: what fills a cell is no telephone number
        masks = tuple(one for one in masks if one.why != "code" or not grid.place(one.span))
    return Passage(
        document=document,
        sentence=sentence,
        section=section,
        span=span,
        text=document.text[span.start : span.end],
        shadow=shadow,
        masks=masks,
        masked=blank(shadow, masks, offset=span.start),
        grid=grid,
    )
