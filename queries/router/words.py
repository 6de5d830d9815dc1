"""Content words of a sentence, cut by jieba, which is loaded on the first free question only."""

import logging
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

_PLAIN = Path(__file__).with_name("plain_words.txt")


@cache
def plain_words() -> frozenset[str]:
    """Words that carry no content in a question."""
    lines = [line for line in _PLAIN.read_text("utf-8").splitlines() if not line.startswith("#")]
    return frozenset(word for line in lines for word in line.split())


@cache
def _cutter() -> Any:
    """A tokenizer of our own: the shared one would be changed for everybody, and its cache lies in the shared folder."""
    import jieba

    jieba.setLogLevel(logging.WARNING)
    cutter = jieba.Tokenizer()
    with jieba.get_module_res("dict.txt") as file:
        cutter.FREQ, cutter.total = cutter.gen_pfdict(file)
    cutter.initialized = True
    return cutter


@cache
def _dictionary() -> bytes:
    """The dictionary as it is: a search through it takes a millisecond, and reading it into a mapping 100 MB."""
    import jieba

    with jieba.get_module_res("dict.txt") as file:
        return b"\n" + bytes(file.read()) + b"\n"


@lru_cache(maxsize=8192)
def stands_in_dictionary(word: str) -> bool:
    """Whether the dictionary has a word as it stands.

    >>> stands_in_dictionary("复议"), stands_in_dictionary("负议")
    (True, False)
    """
    return bool(_cutter().FREQ.get(word))


def likely(text: str) -> float:
    """How likely a text is as a row of words of the dictionary: the natural logarithm of its best cut.

    >>> likely("行政复议案件") > likely("行政负议案件") + 9
    True
    """
    cutter = _cutter()
    route: dict[int, tuple[float, int]] = {}
    cutter.calc(text, cutter.get_DAG(text), route)
    return float(route[0][0])


@lru_cache(maxsize=8192)
def names_no_thing(word: str) -> bool:
    """Whether the dictionary marks a word as verb, adverb, adjective, pronoun, idiom or the like: a manner of speaking.

    >>> names_no_thing("瞧瞧"), names_no_thing("居民"), names_no_thing("网办率")
    (True, False, False)
    """
    at = _dictionary().find(b"\n" + word.encode() + b" ")
    if at < 0:
        return False
    mark = _dictionary()[at + 1 : _dictionary().index(b"\n", at + 1)].split(b" ")[2]
    return mark[:1] in b"acdeiloprvuy"


@lru_cache(maxsize=256)
def cut(text: str) -> tuple[tuple[int, int, str], ...]:
    """The words of a text with their places, Latin words whole, no punctuation.

    >>> [word for _, _, word in cut("报告怎么写营商环境")]
    ['报告', '怎么', '写', '营商', '环境']
    """
    found = []
    for word, start, end in _cutter().tokenize(text, HMM=False):
        if any(letter.isalnum() for letter in word):
            found.append((start, end, word))
    return tuple(found)


@lru_cache(maxsize=256)
def content(text: str) -> tuple[tuple[int, int, str], ...]:
    """The words that say something."""
    plain = plain_words()
    # 哪些县, 干什么: words that the dictionary keeps together and that are made of plain ones.
    return tuple(
        found
        for found in cut(text)
        if found[2] not in plain and not (len(found[2]) > 1 and made_of(found[2], plain.__contains__))
    )


def made_of(word: str, known: Callable[[str], bool]) -> bool:
    """Whether a word falls into known pieces without a rest.

    >>> made_of("干什么", {"干", "什么"}.__contains__), made_of("什么人", {"什么"}.__contains__)
    (True, False)
    """
    reached = {0}
    for start in range(len(word)):
        if start in reached:
            reached |= {end for end in range(start + 1, len(word) + 1) if known(word[start:end])}
    return len(word) in reached


def made_of_known(word: str, vocabulary: str) -> bool:
    """Whether a word is made of words that carry nothing and words of a vocabulary: 整改措施, 变化趋势, 列出来.

    >>> made_of_known("整改措施", "整改 措施"), made_of_known("村支书", "书面")
    (True, False)
    """
    return made_of(word, lambda piece: piece in plain_words() or (len(piece) > 1 and piece in vocabulary))


def runs(words: Iterable[tuple[int, int, str]], text: str) -> tuple[str, ...]:
    """Neighbouring words as one: 营商, 环境 → 营商环境.

    >>> runs(((2, 4, "营商"), (4, 6, "环境"), (7, 9, "信访")), "关于营商环境和信访")
    ('营商环境', '信访')
    """
    found: list[list[int]] = []
    for start, end, _ in words:
        if found and found[-1][1] == start:
            found[-1][1] = end
        else:
            found.append([start, end])
    return tuple(text[start:end] for start, end in found)
