"""Shingles: what is left of a sentence when figures and places are filled in anew, in pieces that can be looked up."""

import re
from zlib import crc32

from kg.lexicon import pattern, shadow

SHORTEST = 40
"""Characters below which a likeness proves nothing: 加强组织领导 stands everywhere."""
_SHINGLE = 5
_SAMPLE = 4
"""One shingle in so many is looked up: two like sentences share some of them all but surely (0.75 ** 30)."""
_PLACES = pattern("likeness.places")
_LEFT_OUT = re.compile(r"[^\u4e00-\u9fffA-Za-z]|十[一二三四五]五")


def plain(quote: str) -> str:
    """A sentence without figures, marks and names of places.

    >>> plain("2021年，宁海县办理法律援助案件812件。")
    '年办理法律援助案件件'
    """
    return _LEFT_OUT.sub("", _PLACES.sub("", shadow(quote)))


def shingles(text: str) -> frozenset[str]:
    """Every piece of five characters."""
    return frozenset(text[i : i + _SHINGLE] for i in range(len(text) - _SHINGLE + 1))


def samples(quote: str) -> tuple[int, ...]:
    """The numbers by which a sentence is looked up, the same in every process; none for a short one."""
    text = plain(quote)
    codes = {crc32(shingle.encode()) for shingle in shingles(text)} if len(text) >= SHORTEST else ()
    return tuple(sorted(code for code in codes if code % _SAMPLE == 0))
