"""Outline: the headings of a report, their levels, parents and roles."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from kg.corpus.document import Document, Span
from kg.corpus.heading import candidates
from kg.corpus.heading_mark import Candidate
from kg.lexicon import table

Role = Literal["reported", "problem", "leadership", "plan", "mixed", "opening", "other"]

_ROLES: tuple[Role, ...] = ("reported", "problem", "leadership", "plan", "mixed", "opening", "other")
_LISTED = frozenset(("shi", "di", "arabic", "arabic-paren", "circled", "letter"))
"""Styles of headings that number sentences too: one that is run in stands not alone."""

_WORDED = frozenset(("first", "other"))
"""Styles that are words of any sentence: one that stands alone is no heading."""

_NOWHERE = Span(0, 0)
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?= ?年)")


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
    title_span: Span = _NOWHERE
    """Of the title alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """All sections in order of the text, and what was odd about them."""

    sections: tuple[Section, ...]
    warnings: tuple[str, ...] = ()
    """numbering-gap:(四), repeated:二、 …"""


@dataclass(slots=True)
class _Node:
    candidate: Candidate
    parent: "_Node | None"
    order: int
    key: str = ""


def parse_outline(document: Document) -> Outline:
    """The headings of a report: candidates by style, levels by a stack, the sequence of numbers as a warning and no filter."""
    found = _settled(list(candidates(document.shadow, document.blocks)))
    nodes, warnings = _stack(document, found)
    end = max((block.span.end for block in document.blocks if block.kind != "furniture"), default=len(document.text))
    return Outline(sections=_sections(document, nodes, end), warnings=tuple(warnings))


def _settled(found: list[Candidate]) -> list[Candidate]:
    """Without the marks that number no heading: a 一是 without 二是, a bare line among numbered ones."""
    numbered = [candidate for candidate in found if candidate.number]
    run_in_alone = {
        id(candidate)
        for candidate in numbered
        if (candidate.style in _WORDED or (candidate.style in _LISTED and candidate.run_in)) and not candidate.goes_on
    }
    sentences = {
        id(candidate)
        for index, candidate in enumerate(numbered)
        if candidate.counts and not _has_plain_neighbour(numbered, index)
    }
    top = any(candidate.rank <= 1 for candidate in numbered)
    bare = [candidate for candidate in found if candidate.style == "bare-run-in"]
    lone = sum(candidate.style == "bare" for candidate in found) == 1
    return [
        candidate
        for candidate in found
        if id(candidate) not in run_in_alone | sentences
        and not (candidate.style == "bare-run-in" and top and not _in_a_run(found, candidate, len(bare)))
        and not (candidate.style == "bare" and top and lone)
    ]


def _has_plain_neighbour(numbered: Sequence[Candidate], index: int) -> bool:
    """Whether the heading before or after in its series prints no count, before the outline steps back above it."""
    mine = numbered[index]
    for step in (1, -1):
        position = index + step
        while 0 <= position < len(numbered):
            other = numbered[position]
            if other.style == mine.style:
                if other.number == mine.number + step:
                    if not other.counts:
                        return True
                    break
                if (other.number == 1) == (step == 1):
                    break
            elif other.rank < mine.rank:
                break
            position += step
    return False


def _in_a_run(found: Sequence[Candidate], candidate: Candidate, count: int) -> bool:
    """In a numbered report an unnumbered run-in title is believed only beside another one."""
    index = found.index(candidate)
    beside = [*found[max(0, index - 1) : index], *found[index + 1 : index + 2]]
    return count > 1 and any(other.style == candidate.style for other in beside)


def _stack(document: Document, found: Sequence[Candidate]) -> tuple[list[_Node], list[str]]:
    stack: list[_Node] = []
    nodes: list[_Node] = []
    warnings: list[str] = []
    seen: dict[str, int] = {}
    for position, candidate in enumerate(found):
        printed = document.text[candidate.span.start : candidate.title.start].strip()
        open_styles = [node.candidate.style for node in stack]
        if candidate.style in open_styles:
            place = open_styles.index(candidate.style)
            before = stack[place].candidate.number
            restarts = candidate.number == 1 and before >= 1
            if restarts and place < len(stack) - 1 and candidate.rank >= 3:
                pass  # 一是 under 1. under 一是: a list inside
            else:
                del stack[place:]
                if candidate.number and candidate.number != before + 1:
                    warnings.append(f"{'repeated' if candidate.number <= before else 'numbering-gap'}:{printed}")
        elif not (
            candidate.style.startswith("bare")
            and (_goes_on(stack, found[position + 1 :]) or _held(stack, nodes, candidate))
        ):
            while stack and _above(stack[-1].candidate, candidate, seen):
                stack.pop()
            if candidate.number > 1 and seen.get(candidate.style, 0) != candidate.number - 1:
                warnings.append(f"numbering-gap:{printed}")
        seen[candidate.style] = candidate.number
        parent = stack[-1] if stack else None
        node = _Node(candidate, parent, sum(1 for other in nodes if other.parent is parent) + 1)
        node.key = f"{parent.key}.{node.order}" if parent else str(node.order)
        nodes.append(node)
        stack.append(node)
    return nodes, warnings


def _goes_on(stack: Sequence[_Node], later: Sequence[Candidate]) -> bool:
    """Whether the open list of 一是 or 1. has its next number still to come: then what stands between is below it."""
    if not stack or stack[-1].candidate.rank < 3:
        return False
    top = stack[-1].candidate
    for candidate in later:
        if candidate.style == top.style:
            return candidate.number == top.number + 1
        if candidate.number and candidate.rank < top.rank:
            return False
    return False


def _held(stack: Sequence[_Node], nodes: Sequence[_Node], new: Candidate) -> bool:
    """Whether an item before, of the open list of 一是 or 1., has headings of this style below it: then so has this one."""
    if not stack or stack[-1].candidate.rank < 3:
        return False
    top = stack[-1]
    owners = [node.parent for node in nodes if node.candidate.style == new.style and node.parent]
    return any(one.candidate.style == top.candidate.style and one.parent is top.parent for one in owners)


def _above(top: Candidate, new: Candidate, seen: dict[str, int]) -> bool:
    """Whether the open heading `top` must be closed before `new`, a style that is not open, can stand."""
    if top.rank > new.rank:
        # the first list of a style that begins inside another is below it, whatever its usual rank
        return not (new.number == 1 and new.style not in seen and new.rank >= 2 and top.number)
    return top.rank == new.rank and new.number != 1


def _sections(document: Document, nodes: Sequence[_Node], end: int) -> tuple[Section, ...]:
    sections: dict[str, Section] = {}
    for index, node in enumerate(nodes):
        span, title = node.candidate.span, node.candidate.title
        parent = sections[node.parent.key] if node.parent else None
        after = next((n.candidate.span.start for n in nodes[index + 1 :] if not n.key.startswith(node.key + ".")), end)
        words = document.shadow[title.start : title.end]
        year = _YEAR.search(words)
        sections[node.key] = Section(
            key=node.key,
            number="" if node.candidate.style == "boxed" else document.text[span.start : title.start].strip(),
            title=document.text[title.start : title.end],
            level=max(node.candidate.level, parent.level + 1 if parent else 0),
            parent=parent.key if parent else None,
            role=_role(words, parent, document.meta.period_year),
            year=int(year[1]) if year else parent.year if parent else None,
            span=span,
            extent=Span(span.start, max(after, span.end)),
            title_span=title,
        )
    return tuple(sections.values())


@cache
def _cues() -> tuple[tuple[Role, str, re.Pattern[str]], ...]:
    rows = table("section_roles", "role", "where", "pattern", "example", key=3)
    by_name = {role: role for role in _ROLES}
    return tuple((by_name[role], where, re.compile(pattern)) for role, where, pattern, _ in rows)  # type: ignore[index]


def _role(title: str, parent: Section | None, period_year: int | None) -> Role:
    for role, where, pattern in _cues():
        if (parent is None or where == "any") and pattern.search(title):
            if role == "reported" and _plans(title, period_year):
                return "plan"
            return role
    if parent:
        return parent.role
    return "plan" if _plans(title, period_year) else "reported"


def _plans(title: str, period_year: int | None) -> bool:
    """2022年工作重点 in a report on 2021."""
    years = [int(year) for year in _YEAR.findall(title)]
    return bool(years) and period_year is not None and min(years) > period_year
