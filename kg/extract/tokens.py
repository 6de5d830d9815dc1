"""Token: words with their tags, by jieba's dictionary and the words of our tables, without jieba's hidden Markov model."""

import gc
import re
from collections.abc import Iterable, Set
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from math import log
from pathlib import Path
from string import ascii_letters, digits

from kg.lexicon import table

WEIGHT = 100_000
"""Of every word of our tables: high enough that it is kept whole against its parts."""
AGAIN = 8192
"""Stretches that are remembered once cut: several rules look at the same words."""


_STRETCHES = re.compile(r"([\u4e00-\u9fd5a-zA-Z0-9+#&._%-]+)|(\r\n|.)", re.DOTALL)
_LATIN = frozenset(ascii_letters + digits)


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a text, with jieba's tag (v, n, d, m …; x for what its dictionary does not know)."""

    start: int
    end: int
    word: str
    tag: str


class Segmenter:
    """Cuts Chinese text into tagged words, always in the same way.

    >>> [(token.word, token.tag) for token in segmenter().cut("推进综合行政执法改革")]
    [('推进', 'v'), ('综合行政执法', 'n'), ('改革', 'v')]
    """

    def __init__(self, words: Iterable[tuple[str, str]] = ()) -> None:
        self._frequencies, self._total, self._tags = _dictionary()
        for word, tag in words:
            self._add(word, tag)
        self.words = lru_cache(maxsize=AGAIN)(self._words)
        """Words and tags alone."""

    def _add(self, word: str, tag: str) -> None:
        frequencies = self._frequencies
        self._total += WEIGHT - (frequencies.get(word) or 0)
        frequencies[word] = WEIGHT
        self._tags[word] = tag
        for end in range(1, len(word)):
            frequencies.setdefault(word[:end], 0)

    def part(self, *, adverbs: Set[str], verbs: Set[str], nouns: Set[str]) -> None:
        """Let no word of the dictionary hide a verb: 充分发挥 is 充分 and 发挥, 加大力度 is 加大 and 力度.

        `nouns` are verbs that are as often nouns: 保护措施 stays one word.
        """
        frequencies = self._frequencies
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
        return tuple((word, tag(word, "x")) for word in self._parted(text))

    def _parted(self, text: str) -> Iterable[str]:
        """What jieba's cut(text, HMM=False) gives, in half of its time."""
        for words, others in _STRETCHES.findall(text):
            yield from self._likeliest(words) if words else (others,)

    def _likeliest(self, text: str) -> list[str]:
        """The words whose frequencies multiply to most, found from the end; letters and digits that are no word together."""
        frequency, least = self._frequencies.get, log(self._total)
        size = len(text)
        scores, ends = [0.0] * (size + 1), [0] * size
        for start in range(size - 1, -1, -1):
            best, at = None, start + 1
            for end in range(start + 1, size + 1):
                count = frequency(text[start:end])
                if count is None:
                    break
                if count:
                    score = log(count) - least + scores[end]
                    if best is None or score >= best:
                        best, at = score, end
            scores[start] = best if best is not None else scores[at] - least
            ends[start] = at
        found: list[str] = []
        start = joined = 0
        while start < size:
            end = ends[start]
            if end - start == 1 and text[start] in _LATIN:
                joined += 1
            else:
                if joined:
                    found.append(text[start - joined : start])
                    joined = 0
                found.append(text[start:end])
            start = end
        return [*found, text[size - joined :]] if joined else found


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
    jieba = find_spec("jieba")  # its dictionary is all that is needed: importing it would take longer
    assert jieba is not None
    path = Path(str(jieba.origin)).with_name("dict.txt")
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
