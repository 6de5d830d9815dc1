"""Token: words with their tags. An own jieba tokenizer, without the hidden Markov model, that leaves the global one alone."""

import gc
import logging
import sys
import warnings
from collections.abc import Iterable, Set
from dataclasses import dataclass
from functools import cache, lru_cache
from math import inf, log
from pathlib import Path

from kg.lexicon import table

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # jieba warns of escape sequences while it is imported
    # it tries pkg_resources, which takes longer to import than all of jieba, and does well without
    _found = sys.modules.get("pkg_resources")
    sys.modules["pkg_resources"] = _found  # type: ignore[assignment]  # None: "not to be imported"
    import jieba

    if _found is None:
        del sys.modules["pkg_resources"]

logging.getLogger("jieba").handlers.clear()  # it writes its loading messages to stderr
logging.getLogger("jieba").setLevel(logging.ERROR)

WEIGHT = 100_000
"""Of every word of our tables: high enough that it is kept whole against its parts."""
AGAIN = 8192
"""Stretches that are remembered once cut: several rules look at the same words."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a text, with jieba's tag (v, n, d, m …; x for what its dictionary does not know)."""

    start: int
    end: int
    word: str
    tag: str


class Tokenizer(jieba.Tokenizer):  # type: ignore[misc]
    """jieba's, which finds the likeliest way through its words in one plain loop: twice as quick, and the same way."""

    def get_DAG(self, sentence: str) -> str:
        """The sentence itself: `calc` looks for the words while it weighs them."""
        return sentence

    def calc(self, sentence: str, DAG: str, route: dict[int, tuple[float, int]]) -> None:
        """For each place, from the last, the score of the best way to the end, and where its first word ends."""
        frequency, least, length = self.FREQ.get, log(self.total), len(sentence)
        after = [0.0] * (length + 1)
        for start in range(length - 1, -1, -1):
            best, last, end = -inf, start, start + 1
            # every beginning of a word stands in the dictionary, with no frequency unless it is one itself
            while (count := frequency(sentence[start:end])) is not None:
                if count and (score := log(count) - least + after[end]) >= best:
                    best, last = score, end - 1
                if end == length:
                    break
                end += 1
            if best == -inf:
                best = after[start + 1] - least
            after[start] = best
            route[start] = (best, last)


class Segmenter:
    """Cuts Chinese text into tagged words, always in the same way.

    >>> [(token.word, token.tag) for token in segmenter().cut("推进综合行政执法改革")]
    [('推进', 'v'), ('综合行政执法', 'n'), ('改革', 'v')]
    """

    def __init__(self, words: Iterable[tuple[str, str]] = ()) -> None:
        self._jieba = Tokenizer()
        self._jieba.FREQ, self._jieba.total, self._tags = _dictionary()
        self._jieba.initialized = True  # no cache file: reading one takes as long as building the dictionary
        for word, tag in words:
            self._add(word, tag)
        self.words = lru_cache(maxsize=AGAIN)(self._words)
        """Words and tags alone."""

    def _add(self, word: str, tag: str) -> None:
        frequencies = self._jieba.FREQ
        self._jieba.total += WEIGHT - (frequencies.get(word) or 0)
        frequencies[word] = WEIGHT
        self._tags[word] = tag
        for end in range(1, len(word)):
            frequencies.setdefault(word[:end], 0)

    def part(self, *, adverbs: Set[str], verbs: Set[str], nouns: Set[str]) -> None:
        """Let no word of the dictionary hide a verb: 充分发挥 is 充分 and 发挥, 加大力度 is 加大 and 力度.

        `nouns` are verbs that are as often nouns: 保护措施 stays one word.
        """
        frequencies = self._jieba.FREQ
        for word, tag in self._tags.items():
            if len(word) != 4 or frequencies[word] == WEIGHT:
                continue
            start, rest = word[:2], word[2:]
            if (
                (start in adverbs and frequencies.get(rest) == WEIGHT)
                or start in verbs
                or (start in nouns and tag != "n")
            ):
                frequencies[word] = 0

    def cut(self, text: str, start: int = 0) -> tuple[Token, ...]:
        """The words of `text`; their places are counted from `start`."""
        tokens = []
        for word, tag in self.words(text):
            end = start + len(word)
            tokens.append(Token(start, end, word, tag))
            start = end
        return tuple(tokens)

    def _words(self, text: str) -> tuple[tuple[str, str], ...]:
        tag = self._tags.get
        return tuple((word, tag(word, "x")) for word in self._jieba.cut(text, HMM=False))


@cache
def segmenter() -> Segmenter:
    """The segmenter with the words of our tables; about half a second on the first call."""
    verbs = table("verbs", "verb", "class", "use")
    terms = table("terms", "term", "tag", "class")
    words = [(verb, "v") for verb, _, _ in verbs if len(verb) > 1] + [(term, tag) for term, tag, _ in terms]
    found = Segmenter(words)
    found.part(
        adverbs={term for term, _, kind in terms if kind == "adverb"},
        verbs={verb for verb, kind, use in verbs if kind in ("act", "issue") and not use},
        nouns={verb for verb, kind, use in verbs if kind in ("act", "issue") and use},
    )
    return found


def _dictionary() -> tuple[dict[str, int], int, dict[str, str]]:
    """jieba's own dictionary: frequencies with all prefixes, their sum, and tags."""
    collecting = gc.isenabled()
    gc.disable()  # half a million strings that all stay: looking for garbage among them takes a tenth of the time
    try:
        return _read_dictionary()
    finally:
        if collecting:
            gc.enable()


def _read_dictionary() -> tuple[dict[str, int], int, dict[str, str]]:
    frequencies: dict[str, int] = {}
    tags: dict[str, str] = {}
    total = 0
    path = Path(jieba.__file__).parent / "dict.txt"
    for line in path.read_text("utf-8").splitlines():
        word, count, tag = line.split(" ")
        frequencies[word] = weight = int(count)
        tags[word] = tag
        total += weight
    for word in tags:
        for end in range(len(word) - 1, 0, -1):
            prefix = word[:end]
            if prefix in frequencies:
                break
            frequencies[prefix] = 0
    return frequencies, total, tags
