"""Plans followed up: each plan item of a year against the measures that the next report of the same issuer tells of.

A judgement, not a fact: `not_found` means that the tool found no such sentence, never that nothing was done. No link at
all means that the two years have not been compared. A link always carries both sentences and how sure it is.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from kg.graph import vocabulary
from kg.graph.digest import Digest, Stated
from kg.graph.likeness import Rarity, Words, likeness, runs
from kg.graph.quads import TYPE, Triple, decimal, fz, iri
from kg.lexicon import pattern, shadow

Status = Literal["fulfilled", "partial", "not_found"]

FULFILLED = 0.62
"""A clause, or an item as a whole, of at least this likeness counts as reported. Measured on tests/cases/follow.yaml."""
PARTIAL = 0.52
ANSWERED, SEVERAL = 0.3, 3
"""Share of the items that must be found where other words for one matter are heard too, and how many where none is found
without these: only such a report is taken to go through the plan, item by item, and only there do these words count, and …"""
MUTUAL, _FAR_BELOW = 0.40, 0.7
"""… is what is less alike found too, as partly done, where item and measure are each other's nearest and the next measure
has at most so much of the likeness."""
_MOST = 3
"""Measures linked to one item: what carries it out may stand in several sentences."""
_SUBSTANTIAL = 4
"""Pairs that a clause must have before its absence tells anything."""
UNNAMED, _HEAD = 0.5, 3
"""So much of the likeness counts where an item sets something up that a measure does not name, by none of the last pairs of
its words: what has the same beginning (不动产登记信用承诺制, 不动产登记中心) is of the same field, and another thing."""
_SETS_UP = pattern("follow.sets-up")
LEAD_IN = re.compile(r"[:：]\s*$")
"""下一步，将重点抓好以下工作：promises nothing of its own."""
_CLAUSES = re.compile(r"[,，;；。]")
_FIRM = frozenset({"exact", "at_least", "over", "at_most"})
"""Aims that a number can miss: 约 and 数十 say nothing so firm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fulfilment:
    """One plan item and what the next report says of it."""

    planned: Stated
    measure: Stated | None
    """The measure most like it."""
    status: Status
    confidence: float
    year: int
    """Of the report that was looked through."""
    further: tuple[tuple[Stated, float], ...] = ()
    """Other measures that carry it out as well, each with how sure that is."""


def follow(digests: Iterable[Digest]) -> tuple[Fulfilment, ...]:
    """Every plan item of every report whose issuer has a report for the year after, in order of reports and text."""
    return tuple(found for earlier, later in consecutive(digests) for found in compare(earlier, later))


def consecutive(digests: Iterable[Digest]) -> Iterator[tuple[Digest, Digest]]:
    """Each report with that of the same issuer for the year after."""
    by_series: dict[str, dict[int, Digest]] = defaultdict(dict)
    for digest in sorted(digests, key=lambda digest: digest.report):
        if digest.year:
            by_series[digest.series].setdefault(digest.year, digest)
    for years in by_series.values():
        for year, digest in sorted(years.items()):
            if year + 1 in years and digest.plan_year in {None, year + 1}:
                yield digest, years[year + 1]


def compare(earlier: Digest, later: Digest) -> Iterator[Fulfilment]:
    """The plan items of one report against the measures of the next."""
    items = [stated for stated in earlier.statements if stated.kind == "plan" and not LEAD_IN.search(stated.quote)]
    measures = [stated for stated in later.statements if stated.kind == "measure"]
    texts = [stated.quote for stated in (*items, *measures, *_others(earlier), *_others(later))]
    said = [(measure, Words.of(measure.quote)) for measure in measures]
    rarity = Rarity(texts)
    ranking = [_ranked(item, said, rarity) for item in items]
    surely = [_reaches(ranked, PARTIAL) for ranked in ranking]
    rarity.otherwise = True
    heard = [
        ranked if sure else _ranked(item, said, rarity)
        for item, ranked, sure in zip(items, ranking, surely, strict=True)
    ]
    nearest: dict[str, float] = {}
    for score, measure in chain.from_iterable(heard):
        nearest[measure.iri] = max(score, nearest.get(measure.iri, 0.0))
    found = [_reaches(ranked, PARTIAL) or _apart(ranked, nearest) for ranked in heard]
    if sum(found) < (ANSWERED * len(items) if any(surely) else max(SEVERAL, ANSWERED * len(items))):
        rarity.otherwise = False
        heard, found = ranking, surely
    for item, ranked, sure, some in zip(items, heard, surely, found, strict=True):
        score, best = ranked[0] if ranked else (0.0, None)
        whole = sure and score >= FULFILLED and _every_clause(item, said, rarity)
        if whole and best:
            whole = not _falls_short(item, best, earlier, later)
        status: Status = "fulfilled" if whole else "partial" if some else "not_found"
        yield Fulfilment(
            planned=item,
            measure=best if status != "not_found" else None,
            status=status,
            confidence=_confidence(score, status),
            year=later.year or 0,
            further=tuple(
                (measure, _confidence(score, "fulfilled")) for score, measure in ranked[1:_MOST] if score >= FULFILLED
            ),
        )


def _falls_short(item: Stated, measure: Stated, earlier: Digest, later: Digest) -> bool:
    """Whether less is told than the item aimed at, or more than it allowed: seven things planned, five done.

    Held against the one figure of the same indicator and unit, in the measure or, where that has none, in the report.
    """
    for aim in earlier.figures:
        if not aim.target or aim.sentence != item.sentence or aim.qualifier not in _FIRM:
            continue
        same = [
            figure
            for figure in later.figures
            if not figure.target
            and (figure.indicator, figure.unit, figure.year) == (aim.indicator, aim.unit, later.year)
        ]
        told = [figure for figure in same if figure.sentence == measure.sentence] or same
        if len(told) == 1 and told[0].qualifier == "exact":
            over = told[0].value - aim.value
            if over > 0 if aim.qualifier == "at_most" else over < 0:
                return True
    return False


def _reaches(ranked: Sequence[tuple[float, Stated]], least: float) -> bool:
    return bool(ranked) and ranked[0][0] >= least


def _apart(ranked: Sequence[tuple[float, Stated]], nearest: Mapping[str, float]) -> bool:
    """Whether the best measure is far more like the item than any other, and like no other item as much."""
    if not _reaches(ranked, MUTUAL):
        return False
    (score, best), *others = ranked
    return score == nearest.get(best.iri) and (not others or others[0][0] <= _FAR_BELOW * score)


def _others(digest: Digest) -> list[Stated]:
    return [stated for stated in digest.statements if stated.kind not in {"plan", "measure"}]


def _ranked(item: Stated, said: Sequence[tuple[Stated, Words]], rarity: Rarity) -> list[tuple[float, Stated]]:
    """Likeness of each measure to the item as a whole, best first; an item of several clauses counts its clauses too."""
    clauses = _clauses(item)
    whole = Words.of(item.quote)
    new = _new(item.quote)
    found = []
    for measure, other in said:
        score = likeness(whole, other, rarity)
        if len(clauses) > 1:
            score = max(score, _share(clauses, other, rarity))
        if new and not new & other.pairs and not whole.otherwise(other):
            score *= UNNAMED
        if score > 0:
            found.append((score, measure))
    return sorted(found, key=lambda row: -row[0])


def _new(text: str) -> frozenset[str]:
    """The pairs, and names in marks, by which an item of one clause says what it sets up; empty where it sets up nothing.

    >>> sorted(_new("推行不动产登记信用承诺制。")), _new("规范不动产登记。")
    (['承诺', '用承', '诺制'], frozenset())
    """
    plain = shadow(text)
    if not _SETS_UP.search(plain) or len([clause for clause in _CLAUSES.split(plain) if clause]) > 1:
        return frozenset()
    last = next(reversed(runs(plain)), "")
    named = {pair for pair in Words.of(text).pairs if pair.startswith("“")}
    return frozenset({last[i : i + 2] for i in range(len(last) - 1)[-_HEAD:]} | named)


def _clauses(item: Stated) -> list[Words]:
    return [found for part in _CLAUSES.split(item.quote) if len((found := Words.of(part)).pairs) >= 2]


def _every_clause(item: Stated, said: Sequence[tuple[Stated, Words]], rarity: Rarity) -> bool:
    """Each clause of an item is spoken of somewhere in the report: training held, but no word of the rate aimed at, is partly."""
    return all(
        any(likeness(clause, other, rarity) >= PARTIAL for _, other in said)
        for clause in _clauses(item)
        if len(clause.pairs) >= _SUBSTANTIAL
    )


def _share(clauses: list[Words], other: Words, rarity: Rarity) -> float:
    """How far the clauses of an item are said, its best clause for two thirds: one of two done is partly done."""
    scores = sorted((likeness(clause, other, rarity) for clause in clauses), reverse=True)
    return (2 * scores[0] + sum(scores) / len(scores)) / 3


def _confidence(score: float, status: Status) -> float:
    """How sure, from 0.5 (at the border) to 0.95."""
    if status == "not_found":
        sure = (PARTIAL - score) / PARTIAL
    elif status == "partial":
        sure = (min(max(score, PARTIAL), FULFILLED) - PARTIAL) / (FULFILLED - PARTIAL) / 3
    else:
        sure = (score - FULFILLED) / (1 - FULFILLED)
    return round(min(0.5 + 0.45 * sure * 1.5, 0.95), 2)


def fulfilment_triples(found: Iterable[Fulfilment]) -> list[Triple]:
    """Links for the graph `links`. `fz:fulfils` is not among them: a person accepts a link first.

    One link for each measure; the status is that of the item in that year, the confidence that of the link.
    """
    triples = []
    for one in found:
        name = f"{one.planned.iri}/fulfilment-{one.year}"
        links: list[tuple[str, Stated | None, float]] = [(name, one.measure, one.confidence)]
        links += [(f"{name}-{_last(measure.iri)}", measure, sure) for measure, sure in one.further]
        for link, measure, confidence in links:
            node = iri(link)
            triples += [
                (node, TYPE, fz("FulfilmentLink")),
                (node, fz("plannedItem"), iri(one.planned.iri)),
                (node, fz("fulfilmentStatus"), vocabulary.code("FulfilmentStatuses", one.status)),
                (node, fz("confidence"), decimal(confidence)),
            ]
            if measure:
                triples.append((node, fz("fulfilledBy"), iri(measure.iri)))
    return triples


def _last(measure: str) -> str:
    """The key of a measure's sentence, to name a link by.

    >>> _last("https://w3id.org/fazhi/id/report/330226/2022/s/02236f70/measure")
    '02236f70'
    """
    return measure.rpartition("/s/")[2].partition("/")[0]
