"""Outline: the headings of a report, their levels, parents and roles."""

from dataclasses import dataclass
from typing import Literal

from kg.corpus.document import Span

Role = Literal["reported", "problem", "leadership", "plan", "mixed", "opening", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One heading. `span` is the heading only (number and title); `extent` reaches to the next heading of its level or above."""

    key: str
    """Ordinal path, 1.3.2: the place in the outline, not the printed number."""
    number: str
    """As printed, with its mark: 一、 (一) 一是 1. — empty for a bare heading."""
    title: str
    level: int
    parent: str | None
    """`key` of the section above."""
    role: Role
    year: int | None = None
    """Of the heading or inherited, where it prints one."""
    span: Span
    extent: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """All sections in order of the text, and what was odd about them."""

    sections: tuple[Section, ...]
    warnings: tuple[str, ...] = ()
    """numbering-gap:(四), repeated:二、 …"""
