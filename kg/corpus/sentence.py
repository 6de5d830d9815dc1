"""Sentence: the unit that facts are read from, split into clauses."""

from dataclasses import dataclass

from kg.corpus.document import Span


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
