"""Likeness: how far one sentence speaks of what another speaks of, by the characters that they share and few others have.

Words that all reports use (加强, 推进, 机制 …; follow_words.tsv) do not count; of the rest, pairs of neighbouring characters,
weighed by how rare they are among all sentences compared; names in “” and titles in 《》 weigh most.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable
from functools import cache

from kg.lexicon import shadow, table

_NAMED = re.compile(r"[“《]([^”》]{2,40})[”》]")
_NOISE = re.compile(r"(?:19|20)\d{2}(?:年|—|-)?|[\d.,%]+")
_RUN = re.compile(r"[\u4e00-\u9fffA-Za-z]+")

_ALONE = 0.3
"""Of what nobody else says, little can be concluded: mostly it is a manner of speaking, or the seam of two words."""
_COINCIDENCE = {1: 0.5, 2: 0.85}
"""So much of the likeness counts where one pair alone is shared, or two."""


@cache
def _generic() -> re.Pattern[str]:
    words = sorted((row[0] for row in table("follow_words", "word", "why")), key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, words)))


def pairs(text: str) -> frozenset[str]:
    """The pairs of characters that say what a sentence is about; a name in marks counts as a whole too.

    >>> sorted(pairs("健全重大行政决策后评估制度"))
    ['决策', '后评', '策后', '评估', '重大']

    Words that all reports use part the text: here 健全, 行政 and 制度.
    """
    plain = shadow(text)
    names = {f"“{name}”" for name in _NAMED.findall(plain)}
    left = _generic().sub("\n", _NOISE.sub("\n", plain))
    found = {run[i : i + 2] for run in _RUN.findall(left) for i in range(len(run) - 1)}
    return frozenset(found | names)


class Rarity:
    """How much each pair says, by how few of the sentences have it."""

    def __init__(self, texts: Iterable[str]) -> None:
        counts: Counter[str] = Counter()
        number = 0
        for text in texts:
            number += 1
            counts.update(pairs(text))
        self._number, self._counts = number, counts

    def weight(self, pair: str) -> float:
        """The weight of one pair; a name in marks weighs threefold, what one sentence alone has less than half."""
        rare = math.log(1 + self._number / (0.5 + self._counts[pair]))
        return rare * (3.0 if pair.startswith("“") else 1.0) * (_ALONE if self._counts[pair] <= 1 else 1.0)

    def total(self, found: Iterable[str]) -> float:
        """The weight of several."""
        return sum(self.weight(pair) for pair in sorted(found))


def likeness(one: frozenset[str], other: frozenset[str], rarity: Rarity) -> float:
    """From 0 to 1: how much of `one` is said in `other`, a little less where `other` says much besides."""
    if not one or not other:
        return 0.0
    both = one & other
    shared = rarity.total(both)
    covered, filled = shared / rarity.total(one), shared / rarity.total(other)
    named = any(pair.startswith("“") for pair in both)
    return (0.8 * covered + 0.2 * filled) * (1.0 if named else _COINCIDENCE.get(len(both), 1.0))
