"""Token: words with their tags. jieba's dictionary with the words of our tables, cut along the most probable path.

jieba's own program gives the same words (a test compares them) in twice the time, and has to be kept from writing a cache
file and log lines.
"""

import gc
import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from math import inf, log
from pathlib import Path

from kg.lexicon import table

WEIGHT = 100_000
"""Of every word of our tables: high enough that it is kept whole against its parts."""
BLOCK = re.compile(r"([\u4e00-\u9fd5a-zA-Z0-9+#&._%\-]+)")
"""What is cut into words; every other character is one of its own."""
LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")


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

    def words(self, text: str) -> Iterator[tuple[str, str]]:
        """Words and tags alone."""
        tag = self._tags.get
        for block in BLOCK.split(text):
            for word in self._along(block) if BLOCK.match(block) else block:
                yield word, tag(word, "x")

    def _along(self, block: str) -> Iterator[str]:
        """The words of the most probable path through a block; letters and digits beside each other are one word."""
        ends = self._path(block)
        start, run = 0, ""
        while start < len(block):
            word = block[start : ends[start]]
            start = ends[start]
            if len(word) == 1 and word in LETTERS:
                run += word
                continue
            if run:
                yield run
                run = ""
            yield word
        if run:
            yield run

    def _path(self, block: str) -> list[int]:
        """Where the word ends that begins at each place of a block, on the best way from there to its end.

        Of two equal ways that with the longer word.
        """
        frequency, total = self._frequencies.get, log(self._total)
        size = len(block)
        weights, ends = [0.0] * (size + 1), list(range(1, size + 1))
        for start in range(size - 1, -1, -1):
            best, end = -inf, start + 1
            while end <= size and (count := frequency(block[start:end])) is not None:
                if count and (weight := log(count) - total + weights[end]) >= best:
                    best, ends[start] = weight, end
                end += 1
            weights[start] = best if best > -inf else weights[start + 1] - total
        return ends


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
    package = find_spec("jieba")  # found and not imported: only its dictionary is needed
    assert package is not None
    assert package.origin is not None
    for line in Path(package.origin).with_name("dict.txt").read_text("utf-8").splitlines():
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
