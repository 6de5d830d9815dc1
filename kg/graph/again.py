"""Again: what a report says once more after the report of the year before, or no longer, linked once in the build.

A question over all reports would have to hold every sentence, plan item and figure of each two years against each other.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from kg.graph.quads import TYPE, Triple, fz, iri

LEAST = 15
"""Characters of a sentence that two reports may be said to share."""
_ESCAPED = re.compile(r"\\.")
_ASKED = {
    TYPE: {fz("Observation"), fz("Sentence")},
    **{fz(name): None for name in ("indicator", "value", "unit", "statedIn", "itemOf", "hasAction", "object", "quote")},
}

Pairs = tuple[tuple[str, str], ...]
"""All are terms as N-Triples writes them, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What of one report is held against that of the year before and after."""

    figures: Pairs = ()
    """Figure with value and unit → its indicator."""
    indicators: tuple[str, ...] = ()
    """Of all figures and targets."""
    items: Pairs = ()
    """Plan item → what one of its actions is about."""
    sentences: Pairs = ()
    """Sentence → digest of its words."""


def said(triples: Iterable[Triple]) -> Said:
    """What one report says that another may say again, in order.

    >>> sentence = [("<http://x/s/1>", TYPE, fz("Sentence")), ("<http://x/s/1>", fz("quote"), '"持续优化法治化营商环境工作。"')]
    >>> said(sentence).sentences, len(said([*sentence, ("<http://x/s/1>", fz("quote"), '"全面推进依法行政各项重点工作。"')]).sentences)
    ((), 1)
    """
    held: Mapping[str, dict[str, list[str]]] = {predicate: defaultdict(list) for predicate in _ASKED}
    for subject, predicate, object_ in triples:
        if predicate in held and ((only := _ASKED[predicate]) is None or object_ in only):
            held[predicate][subject].append(object_)
    kinds, stated = held[TYPE], held[fz("statedIn")]
    measured = held[fz("value")].keys() & held[fz("unit")].keys() & stated.keys()
    return Said(
        figures=_pairs(
            (figure, indicator)
            for figure, indicators in held[fz("indicator")].items()
            if figure in measured and fz("Observation") in kinds.get(figure, ())
            for indicator in indicators
        ),
        indicators=tuple(sorted({one for several in held[fz("indicator")].values() for one in several})),
        items=_pairs(
            (item, matter)
            for item in held[fz("itemOf")].keys() & stated.keys()
            for action in held[fz("hasAction")].get(item, ())
            for matter in held[fz("object")].get(action, ())
        ),
        sentences=_pairs(
            (sentence, hashlib.sha256(quote.encode()).hexdigest()[:16])
            for sentence, quotes in held[fz("quote")].items()
            if fz("Sentence") in kinds.get(sentence, ())
            for quote in quotes
            if len(_ESCAPED.sub(".", quote)) - 2 >= LEAST
        ),
    )


def again(earlier: Said, later: Said, before: str, report: str, *, missing: Collection[str]) -> Iterator[Triple]:
    """Links between the reports of two following years, whose IRIs are `before` and `report`. `missing` are the plan items of
    the earlier that were not found done, others among them.

    >>> said = Said(figures=(("<f>", "<i>"),), items=(("<p>", '"执法培训"'),))
    >>> for link in again(said, Said(items=(("<q>", '"执法培训"'),)), "b", "r", missing={"<p>"}): print(*link)
    <f> <https://w3id.org/fazhi/ns#notStatedAgainIn> <r>
    <q> <https://w3id.org/fazhi/ns#plansAgain> <p>
    <r> <https://w3id.org/fazhi/ns#highlight> <q>
    """
    stated = set(later.indicators)
    for figure, indicator in earlier.figures:
        if indicator not in stated:
            yield figure, fz("notStatedAgainIn"), iri(report)
    for item, other in _same(later.items, earlier.items):
        if other in missing:
            yield item, fz("plansAgain"), other
            yield iri(report), fz("highlight"), item
    for sentence, other in _same(later.sentences, earlier.sentences):
        yield sentence, fz("sameWordsAs"), other
        yield iri(report), fz("highlight"), sentence
        yield iri(before), fz("highlight"), other


def _same(pairs: Pairs, others: Pairs) -> Iterator[tuple[str, str]]:
    """What stands with the same words in both."""
    first = defaultdict(list)
    for thing, words in others:
        first[words].append(thing)
    return ((thing, other) for thing, words in pairs for other in first.get(words, ()))


def _pairs(found: Iterable[tuple[str, str]]) -> Pairs:
    return tuple(sorted(set(found)))
