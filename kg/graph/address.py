"""Shortcomings and the plan items that answer them, in one report: what an item and its heading say of what is lacking.

A judgement with a score, no fact: no link means that no item says so in like words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kg.graph.digest import Digest, Stated
from kg.graph.follow import LEAD_IN
from kg.graph.likeness import Rarity, Words, likeness
from kg.graph.quads import TYPE, Triple, decimal, fz, iri

ADDRESSED, _BEST = 0.38, 0.7
"""An item of at least this likeness answers a shortcoming, unless another one is much more like it."""
_MOST = 3
_CLAUSE, _OF_CLAUSE, _SHARED = 0.8, 4, 3
"""A sentence may admit several things: one clause of it alone counts for four fifths, if it has so many pairs and shares so many."""
_CLAUSES = re.compile(r"[,，;；。:：]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A shortcoming and a plan item that answers it."""

    problem: Stated
    item: Stated
    confidence: float


def answers(digest: Digest) -> Iterator[Answer]:
    """Up to three items for each shortcoming of a report, in order of the text, the best first."""
    items = [stated for stated in digest.statements if stated.kind == "plan" and not LEAD_IN.search(stated.quote)]
    rarity = Rarity(stated.quote for stated in digest.statements)
    rarity.otherwise = True
    said = [(Words.of(f"{item.quote}\n{item.heading.partition(chr(10))[0]}"), item) for item in items]
    for problem in digest.statements:
        if problem.kind == "problem":
            asked, parts = Words.of(problem.quote), _parts(problem.quote)
            scored = [(_score(asked, parts, words, rarity), words, item) for words, item in said]
            best = sorted(scored, key=lambda row: (-row[0], row[2].span))[:_MOST]
            for score, words, item in best:
                if score >= max(ADDRESSED, _BEST * best[0][0]):
                    sure = 0.5 + (score - ADDRESSED) * min(len(asked.pairs & words.pairs) / 4, 1.0)
                    yield Answer(problem=problem, item=item, confidence=round(min(sure, 0.95), 2))


def _parts(quote: str) -> list[Words]:
    """The clauses of a sentence that has several."""
    parts = [words for part in _CLAUSES.split(quote) if (words := Words.of(part)).pairs]
    return [words for words in parts if len(words.pairs) >= _OF_CLAUSE] if len(parts) > 1 else []


def _score(asked: Words, parts: list[Words], said: Words, rarity: Rarity) -> float:
    clauses = (_CLAUSE * likeness(part, said, rarity) for part in parts if len(part.pairs & said.pairs) >= _SHARED)
    return max(likeness(asked, said, rarity), *clauses, 0.0)


def addresses(digest: Digest) -> list[Triple]:
    """Plan items that answer a problem that the same report admits, with a score."""
    triples = []
    for answer in answers(digest):
        item, problem = iri(answer.item.iri), iri(answer.problem.iri)
        node = iri(f"{answer.item.iri}/addresses-{answer.problem.sentence.rpartition('/')[2]}")
        triples += [
            (node, TYPE, fz("AddressLink")),
            (node, fz("addressingItem"), item),
            (node, fz("addressedProblem"), problem),
            (node, fz("confidence"), decimal(answer.confidence)),
            (item, fz("addresses"), problem),
        ]
    return triples
