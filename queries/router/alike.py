"""Words that mean the same in a question: 短板 and 薄弱环节 are said for 问题, 打算 for 计划."""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

_TABLE = Path(__file__).with_name("alike.tsv")


@lru_cache(maxsize=8192)
def same(text: str) -> str:
    """The text with each word of the table replaced by the one that stands for its group, the longest word first.

    >>> same("还有哪些短板"), same("问题")
    ('还有什么问题', '问题')
    """
    words, pattern = _words()
    return pattern.sub(lambda found: words[found[0]], text)


def others(word: str) -> tuple[str, ...]:
    """The other words of a word's group, the one that stands for it first.

    >>> others("督查")[:2], others("天气")
    (('督察', '督导'), ())
    """
    words, _ = _words()
    head = words.get(word, word)
    return tuple(one for one in (head, *(said for said, stands in words.items() if stands == head)) if one != word)


@cache
def _words() -> tuple[Mapping[str, str], re.Pattern[str]]:
    lines = _TABLE.read_text("utf-8").splitlines()[1:]
    words = {said: word for word, _, said in (line.partition("\t") for line in lines)}
    return words, re.compile("|".join(sorted(map(re.escape, words), key=lambda word: (-len(word), word))))
