"""Likeness: how far one sentence speaks of what another speaks of, by the characters that they share and few others have.

Words that all reports use (加强, 推进, 机制 …; follow_words.tsv) do not count; of the rest, pairs of neighbouring characters,
weighed by how rare they are among all sentences compared; names in “” and titles in 《》 weigh most. A phrase that two
sentences have and no other (行政执法社会监督员) counts beside them, whatever words it is made of; and so does a matter that they
tell in different words (同案不同罚, 裁量标准; follow_alike.tsv).
"""

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from kg.lexicon import shadow, table

_NAMED = re.compile(r"[“《]([^”》]{2,40})[”》]")
_NOISE = re.compile(r"(?:19|20)\d{2}(?:年|—|-)?|[\d.,%]+")
_RUN = re.compile(r"[\u4e00-\u9fffA-Za-z]+")

_ALONE = 0.3
"""Of what nobody else says, little can be concluded: mostly it is a manner of speaking, or the seam of two words."""
_COINCIDENCE = {1: 0.5, 2: 0.85}
"""So much of the likeness counts where one pair alone is shared, or two; a matter told in other words is as good as two."""
_MATTER = 3.0
"""How much a matter weighs that two sentences tell in different words, against a pair that as many have."""
_PHRASE, _ECHO = 5, 0.08
"""Characters of a phrase, and how much likeness each gives that nobody else says: one of nine characters holds five."""


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
    names = {f"“{name}”" for name in _NAMED.findall(text)}
    found = {run[i : i + 2] for run in runs(text) for i in range(len(run) - 1)}
    return frozenset(found | names)


def runs(text: str) -> list[str]:
    """What the words that all reports use leave of a text.

    >>> runs("健全重大行政决策后评估制度")
    ['重大', '决策后评估']
    """
    return _RUN.findall(_generic().sub("\n", _NOISE.sub("\n", text)))


@cache
def _matter_of() -> dict[str, str]:
    return {word: matter for matter, words in table("follow_alike", "matter", "words") for word in words.split("|")}


@cache
def _matter_words() -> re.Pattern[str]:
    # A place in the text is compared with the words that begin as it does, not with all.
    by_first: dict[str, list[str]] = {}
    for word in sorted(_matter_of(), key=lambda word: (-len(word), word)):
        by_first.setdefault(word[0], []).append(re.escape(word[1:]))
    return re.compile("|".join(f"{re.escape(first)}(?:{'|'.join(rests)})" for first, rests in by_first.items()))


def matters(text: str) -> frozenset[tuple[str, str]]:
    """What a sentence speaks of, each with the word that tells it.

    >>> sorted(matters("杜绝同案不同罚")), sorted(matters("统一裁量标准"))
    ([('裁量', '同案不同罚')], [('裁量', '裁量')])
    """
    return frozenset((_matter_of()[word], word) for word in _matter_words().findall(text))


def phrases(text: str) -> frozenset[str]:
    """All runs of five characters, common words among them; figures part the text.

    >>> sorted(phrases("聘任30名社会监督员。"))
    ['名社会监督', '社会监督员']
    """
    runs = _RUN.findall(_NOISE.sub("\n", text))
    return frozenset(run[i : i + _PHRASE] for run in runs for i in range(len(run) - _PHRASE + 1))


@dataclass(frozen=True, slots=True)
class Words:
    """What a sentence is compared by."""

    pairs: frozenset[str]
    phrases: frozenset[str]
    matters: frozenset[tuple[str, str]] = frozenset()

    @classmethod
    @lru_cache(maxsize=2048)  # the sentences of two reports: each is compared with that before and with that after it
    def of(cls, text: str) -> "Words":
        """The words of a sentence, whatever the width of its marks."""
        plain = shadow(text)
        return cls(pairs(plain), phrases(plain), matters(plain))

    def otherwise(self, other: "Words") -> set[str]:
        """The matters that both tell, and in no word alike: what is told in one word is shared by its characters."""
        both = {matter for matter, _ in self.matters} & {matter for matter, _ in other.matters}
        return both - {matter for matter, _ in self.matters & other.matters}


class Rarity:
    """How much each pair says, by how few of the sentences have it."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.otherwise = False
        """Whether other words for one matter are heard."""
        self._counts: Counter[str] = Counter()
        self._phrases: Counter[str] = Counter()
        self._matters: Counter[str] = Counter()
        self._number = 0
        for text in dict.fromkeys(texts):  # a sentence that states two things is one sentence
            said = Words.of(text)
            self._number += 1
            self._counts.update(said.pairs)
            self._phrases.update(said.phrases)
            self._matters.update({matter for matter, _ in said.matters})
        self._weights: dict[str, float] = {}
        self._totals: dict[frozenset[str], float] = {}

    def weight(self, pair: str) -> float:
        """The weight of one pair; a name in marks weighs threefold, what one sentence alone has less than half."""
        if pair not in self._weights:
            rare = self._rare(self._counts[pair])
            named = 3.0 if pair.startswith("“") else 1.0
            self._weights[pair] = rare * named * (_ALONE if self._counts[pair] <= 1 else 1.0)
        return self._weights[pair]

    def _rare(self, sentences: int) -> float:
        return math.log(1 + self._number / (0.5 + sentences))

    def matter(self, found: Iterable[str]) -> float:
        """The weight of matters told in different words."""
        return _MATTER * math.fsum(self._rare(self._matters[matter]) for matter in found)

    def total(self, found: frozenset[str]) -> float:
        """The weight of several."""
        if found not in self._totals:
            self._totals[found] = math.fsum(map(self.weight, found))  # the same in any order
        return self._totals[found]

    def echo(self, one: Words, other: Words) -> float:
        """What the phrases add that these two sentences have and no other."""
        return _ECHO * sum(self._phrases[phrase] <= 2 for phrase in one.phrases & other.phrases)


def likeness(one: Words, other: Words, rarity: Rarity) -> float:
    """From 0 to 1: how much of `one` is said in `other`, a little less where `other` says much besides."""
    if not one.pairs or not other.pairs:
        return 0.0
    both = one.pairs & other.pairs
    otherwise = one.otherwise(other) if rarity.otherwise else set()
    if not both and not otherwise:
        return min(rarity.echo(one, other), 1.0)
    beside = rarity.matter(otherwise)
    shared = rarity.total(both) + beside
    covered, filled = shared / (rarity.total(one.pairs) + beside), shared / (rarity.total(other.pairs) + beside)
    named = any(pair.startswith("“") for pair in both)
    found = (0.8 * covered + 0.2 * filled) * (1.0 if named else _COINCIDENCE.get(len(both) + 2 * len(otherwise), 1.0))
    return min(found + rarity.echo(one, other), 1.0)
