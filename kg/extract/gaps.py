"""Gaps: what no table knows yet, over many reports, most frequent first: the work list of those who keep the tables."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from kg.corpus.document import Span
from kg.extract.fact import Figure, Reading, Unread

_NO_CONCEPT = ("figure.change", "figure.rank", "figure.respectively", "figure.years-running", "figure.clause")
"""Rules whose names are never concepts: changes and ranks of one, and names that are no more than their clause."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One wording that waits for a row of a table."""

    kind: str
    """indicator (a name without a concept, with its unit), else the reason of the unread list: quoted, title, no-unit …"""
    wording: str
    reports: int
    times: int
    example: str
    """Where it was met first: the sentence, shortened around it."""


def gaps(readings: Iterable[Reading]) -> tuple[Gap, ...]:
    """The gaps of reports, those of most reports first; one pass, nothing is kept of a reading but its wordings.

    A count of those something was done for (对9个部门) says nothing of the work and is left out, as are changes and ranks.
    """
    times: Counter[tuple[str, str]] = Counter()
    reports: Counter[tuple[str, str]] = Counter()
    example: dict[tuple[str, str], str] = {}
    for reading in readings:
        here: dict[tuple[str, str], list[Span]] = defaultdict(list)
        for fact in reading.facts:
            if isinstance(fact, Figure) and _waits(fact):
                here["indicator", f"{fact.name} [{fact.unit}]"].append(fact.span)
        for one in reading.unread:
            here[one.reason, _wording(reading, one)].append(one.span)
        for key, spans in here.items():
            reports[key] += 1
            times[key] += len(spans)
            example.setdefault(key, _around(reading, spans[0]))
    found = (Gap(*key, reports=reports[key], times=number, example=example[key]) for key, number in times.items())
    return tuple(sorted(found, key=lambda gap: (-gap.reports, -gap.times, gap.kind, gap.wording)))


def _waits(figure: Figure) -> bool:
    """Whether a figure could have a concept but has none; the parts of one that has need none."""
    return not (figure.indicator or figure.part_of or "scope" in figure.flags or figure.rule in _NO_CONCEPT)


def _wording(reading: Reading, one: Unread) -> str:
    """What is missing: of a number the word after it."""
    if one.reason in ("quoted", "title", "overlong"):
        return one.quote[:40]
    after = re.match(r"[\s]?[\u4e00-\u9fffA-Za-z%‰℃]{0,4}", reading.document.shadow[one.span.end :][:5])
    return f"…{after[0].strip()}" if after and after[0].strip() else one.quote


def _around(reading: Reading, span: Span, most: int = 30) -> str:
    text = reading.document.text
    return re.sub(r"\s+", " ", text[max(0, span.start - most) : span.end + most // 2]).strip()
