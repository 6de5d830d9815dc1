"""Schemes: the words that name a kind of scheme, and the noun phrase that ends in one."""

import re

from kg.extract.fact import Programme
from kg.extract.passage import Passage
from kg.extract.phrase import ACTS, NOUN_VERBS, Word, clause, words
from kg.extract.words import cues, either, words_of
from kg.lexicon import table

SUFFIXES = {suffix: (kind, need) for suffix, kind, need in table("programme_suffixes", "suffix", "kind", "need")}
KNOWN = {name: kind for name, kind in table("programmes", "name", "kind")}  # noqa: C416 (rows are open tuples)
NOT = frozenset(word for (word,) in table("not_programmes", "word"))
ENDING = re.compile(either(SUFFIXES) + "$")
IN_USE = re.compile(cues("use"))
_BEFORE = words_of("before-scheme")
_NP_TAG = re.compile("[nabjlqxz]|vn|eng")


def widened(passage: Passage, end: int) -> int:
    """Where the noun phrase begins that ends at `end`: leftwards over nouns, up to a verb, a mark or a function word."""
    low, _ = clause(passage, end, end)
    before = words(passage, low, end)
    start = end
    for index in range(len(before) - 1, -1, -1):
        word = before[index]
        first = index == 0 or before[index - 1].word in "、," or before[index - 1].tag == "d"
        if not _in_phrase(word, first=first) or end - word.start > 24:
            break
        start = word.start
    return start


def _in_phrase(word: Word, *, first: bool) -> bool:
    if word.word in ACTS or IN_USE.fullmatch(word.word) or not re.match(r"[\w()“]", word.word) or word.word in _BEFORE:
        return False
    if word.word in ("(", ")", "和") or word.tag == "quoted":
        return True
    if word.word in NOUN_VERBS:
        return not first
    return bool(_NP_TAG.match(word.tag))


def scheme(passage: Passage, start: int, end: int, kind: str, rule: str, sure: float) -> Programme:
    """The named scheme that stands in a stretch of the passage, by its words there."""
    quote = passage.text[start:end]
    return Programme(
        span=passage.at(start, end),
        quote=quote,
        sentence=passage.order,
        rule=rule,
        confidence=sure,
        name=quote,
        kind=kind,
    )
