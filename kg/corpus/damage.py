"""Damage of re-posted copies: repaired where it is certain, with a record of each kind; offsets lead back to the text as given."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from kg.corpus.line_break import breaks
from kg.corpus.text import Step
from kg.lexicon import table

TRADITIONAL_SHARE = 0.02
"""Part of the Chinese characters that must be traditional-only before a text counts as converted."""

LOST_SHARE = 0.005
"""Part of the characters that may be lost (U+FFFD, ? between Chinese characters) before a text is refused."""

_LINE_END = re.compile("\n")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufeff\u00ad\ue000-\uf8ff]+")
_RADICAL = re.compile(r"[\u2e80-\u2fdf]")
_PINYIN = re.compile(r"[(（](?<=[\u4e00-\u9fff].)([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹɡ]{1,6})[)）]")
_LOST_STOP = re.compile(r"\?,F[(（]xiàn[)）]")
_DOUBLED = re.compile(r"[,，](?=[,，、。;；:：])")
_QUESTION_STOP = re.compile(r"(?<=[\u4e00-\u9fff\d])\?,(?=[\u4e00-\u9fff])")
_YEARS = re.compile(r"(?<!\d)(20[0-4]\d)(?=20[0-4]\d ?年)")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_LOST = re.compile(r"\?(?<=[\u4e00-\u9fff].)(?=[\u4e00-\u9fff])")


@dataclass(frozen=True, slots=True)
class Repaired:
    """A text with its damage mended; `steps` lead from it back to the damaged text."""

    text: str
    steps: tuple[Step, ...]
    records: tuple[str, ...]
    """repaired:pinyin 12, repaired:traditional 340 …"""


def repair(text: str, *, lines: bool = False) -> Repaired:
    """Mend what is certainly damage; a sound text comes back as it is. With `lines` it may be broken at a width.

    >>> repair("坚(jiān)持依(yī)法行(xíng)政(zhèng),,实施(20212025年)纲要").text
    '坚持依法行政,实施(2021—2025年)纲要'
    >>> repair("落实《实施纲要（2021—2025年）》，坚持依法行政。").records
    ()
    """
    steps: tuple[Step, ...] = ((0, 0),)
    records: list[str] = []
    pinyin = len(_PINYIN.findall(text)) >= 3
    doubled = pinyin or len(_DOUBLED.findall(text)) >= 3
    broken = frozenset(breaks(text)) if lines else frozenset[int]()
    for name, pattern, new, due in (
        ("wrap", _LINE_END, lambda found: _joint(found) if found.start() in broken else found[0], bool(broken)),
        ("invisible", _INVISIBLE, lambda _: "", True),
        ("radical", _RADICAL, lambda found: unicodedata.normalize("NFKC", found[0]), True),
        ("stop", _LOST_STOP, lambda _: "。现", pinyin),
        ("pinyin", _PINYIN, lambda _: "", pinyin),
        ("comma", _DOUBLED, lambda _: "", doubled),
        ("stop", _QUESTION_STOP, lambda _: "。", doubled),
        ("dash", _YEARS, lambda found: found[1] + "—", True),
    ):
        if due and pattern.search(text):
            text, more, count = _replaced(text, pattern, new)
            if count:
                steps = _composed(more, steps)
                records.append(f"repaired:{name} {count}")
    converted, count = _simplified(text)
    if count:
        records.append(f"repaired:traditional {count}")
    return Repaired(converted, steps, tuple(records))


def _joint(line_end: re.Match[str]) -> str:
    """What stands where a paragraph was broken: nothing, but between Latin words a space."""
    before, after = line_end.string[line_end.start() - 1], line_end.string[line_end.end() : line_end.end() + 1]
    return " " if before.isascii() and before.isalpha() and after.isascii() and after.isalpha() else ""


def lost(text: str) -> float:
    """The part of the characters of a text that are lost for good.

    >>> lost("依法行政"), lost("依?法行政") > LOST_SHARE
    (0.0, True)
    """
    marks = len(_LOST.findall(text)) if "?" in text else 0
    return (text.count("\ufffd") + marks) / max(1, len(text))


def _replaced(
    text: str, pattern: re.Pattern[str], new: Callable[[re.Match[str]], str]
) -> tuple[str, tuple[Step, ...], int]:
    parts: list[str] = []
    steps: list[Step] = [(0, 0)]
    length = end = count = 0
    for found in pattern.finditer(text):
        words = new(found)
        if words == found[0]:
            continue
        parts += (text[end : found.start()], words)
        length += found.start() - end + len(words)
        end = found.end()
        steps.append((length, end))
        count += 1
    parts.append(text[end:])
    return "".join(parts), tuple(steps), count


def _composed(later: tuple[Step, ...], earlier: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps of two repairs, one after the other, as one map."""
    starts = [start for start, _ in earlier]

    def through(offset: int) -> int:
        start, raw = earlier[max(0, bisect_right(starts, offset) - 1)]
        return raw + offset - start

    made = {start: through(raw) for start, raw in later}
    bounds = [start for start, _ in later]
    for start, raw in earlier:  # a step of the first repair, seen from after the second
        index = bisect_right([one for _, one in later], start) - 1
        place = later[max(0, index)][0] + start - later[max(0, index)][1]
        following = bounds[index + 1] if index + 1 < len(bounds) else None
        if following is None or place < following:
            made.setdefault(place, raw)
    return tuple(sorted(made.items()))


def _simplified(text: str) -> tuple[str, int]:
    """A text converted to traditional characters, converted back; each character stands for itself, so offsets hold."""
    pairs = _pairs()
    found = [char for char in set(text) if ord(char) in pairs]
    if len(found) < 5:
        return text, 0
    count = sum(map(text.count, found))
    if count < len(_CHINESE.findall(text)) * TRADITIONAL_SHARE:
        return text, 0
    return text.translate(pairs), count


@cache
def _pairs() -> Mapping[int, str]:
    return {ord(old): new for old, new in table("traditional", "traditional", "simplified")}


def kinds(records: tuple[str, ...]) -> Iterator[str]:
    """The kinds of repair in records, for a message."""
    for record in records:
        yield record.removeprefix("repaired:")
