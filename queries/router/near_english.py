"""An indicator that an English sentence speaks of: mediation success rate for Success rate of mediation."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from queries.names import Named, Names
from queries.router.near import Near
from queries.router.words import plain_words

_SURE = 0.5
_TOLD = 0.4
"""Power of the share of a name that is told, as for Chinese names."""
_LEAST = 2
"""Words of a name that a sentence must tell: a name of one word is told by it."""
_FEW = 3
_WORD = re.compile(r"[a-z][a-z-]+")


def near_english(said: str, taken: Iterable[tuple[int, int]], names: Names, known_words: str) -> Near | None:
    """The indicator whose English name and the words of the sentence tell the most of one another; None where none does.

    `taken` are stretches that name something else; a word of `known_words` (those of the questions) counts where it is met
    and not where it is missed.
    """
    taken = tuple(taken)
    words = [
        (found.start(), found.end(), _stem(found[0]))
        for found in _WORD.finditer(said)
        if found[0] not in plain_words() and all(found.end() <= a or found.start() >= b for a, b in taken)
    ]
    forms, weights, rare = _index(names)
    asking = {_stem(word) for word in _WORD.findall(known_words)}
    found = []
    for thing, name in forms:
        met = {word for _, _, word in words} & name
        if len(met) < min(_LEAST, len(name)):
            continue
        told = sum(weights[word] for word in met)
        asked = told + sum(rare for word in {word for _, _, word in words} - met - asking)
        share = told / sum(weights[word] for word in name)
        found.append((told / asked * share**_TOLD, thing.iri, thing, met))
    best = max((score for score, *_ in found), default=0.0)
    things = {iri: thing for score, iri, thing, _ in sorted(found, key=lambda one: one[1]) if score == best}
    if best < _SURE or len(things) > _FEW:
        return None
    met = {word for score, _, _, several in found if score == best for word in several}
    return Near(tuple(things.values()), best, tuple((start, end) for start, end, word in words if word in met))


@lru_cache(maxsize=2)
def _index(names: Names) -> tuple[tuple[tuple[Named, frozenset[str]], ...], Mapping[str, float], float]:
    """The words of each English name, what each tells, and what one tells that no name has."""
    forms = [
        (
            thing,
            frozenset(_stem(word) for word in _WORD.findall(thing.label.en.casefold()) if word not in plain_words()),
        )
        for thing in names.of_kind("indicator")
        if thing.label.en.isascii()
    ]
    counts = Counter(word for _, words in forms for word in words)
    weights = {word: math.log(1 + len(forms) / count) for word, count in counts.items()}
    return tuple((thing, words) for thing, words in forms if words), weights, math.log(1 + len(forms))


def _stem(word: str) -> str:
    """A word without the endings that change with the sentence.

    >>> _stem("cases"), _stem("reviewed"), _stem("reviews"), _stem("rate")
    ('case', 'review', 'review', 'rate')
    """
    for end in ("ed", "s"):
        if word.endswith(end) and len(word) > len(end) + 3 and not word.endswith("ss"):
            return word.removesuffix(end)
    return word
