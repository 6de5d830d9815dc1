"""Masks: titles, quoted names, dates, document numbers, ordinals: where no figure may start, and why."""

import re
from collections.abc import Iterator

from kg.corpus.document import Span
from kg.extract.fact import Mask
from kg.extract.words import beginning, either
from kg.lexicon import rules, table

DAY = re.compile(r"\d{1,2}[·.．•・‧]\d{1,2}")
"""What stands in “3·15”: a day, no name."""
NUMERALS = "〇零一二两三四五六七八九十百千万亿"
QUOTED_AT_MOST = 24  # longer than any name that we met; what is longer is speech, and a figure in it is reported
ENDS = ",;。:、)!?\n"

_OPENING = {"《": "》", "“": "”", "「": "」", "『": "』"}
_TITLE = "《"
_OPENS = re.compile('[《“「『"]')


_PLACES = {
    re.sub("(?:省|市|县|区|旗)$", "", name): "place"
    for _, name, _, _ in table("divisions", "code", "name", "until", "successor", key=2)
    if any(letter in NUMERALS for letter in name)
}
_WORDS: dict[str, str] = {place: why for place, why in _PLACES.items() if len(place) > 1}
# 六里镇 begins with a number in words that counts nothing; 三乡镇 may be three of them
_WORDS |= {
    name: "place"
    for _, names in table("townships", "county", "townships")
    for name in re.findall(rf"(?<=\d{{3}})[{NUMERALS}][^ ]{{2,}}", names)
    if name[1] not in "省市县区乡镇村街"
}
_WORDS |= {word: why for word, why in table("masks", "word", "why")}  # noqa: C416 (rows are open tuples)
# 十一名 and 二十一个 hold the words 十一 and 一个: a word that begins with a numeral does not continue a number
_WORD = re.compile(rf"{beginning(_WORDS)}(?<![\d第.])(?:{either(_WORDS)})(?![\d%‰]|(?<=分)之[\d{NUMERALS}])")
_RULES = rules("mask")
_COUNTS = re.compile(rf"[\d{NUMERALS}首若*＊×xX①-⑳]")
_ONLY_NUMERALS = re.compile(rf"[{NUMERALS}]+")
_MEASURE = re.compile(
    "[" + "".join(sorted({row[0][0] for row in table("units", "unit", "base", "scale", "class", "noun")})) + "]"
)


def mask(shadow: str, *, offset: int = 0) -> tuple[Mask, ...]:
    """The masks of one sentence or heading, in order, without overlaps; `offset` is added to every position.

    >>> [(shadow[m.span.start:m.span.end], m.why) for shadow in ["召开第三次会议3次"] for m in mask(shadow)]
    [('第三次', 'ordinal')]
    """
    taken: list[tuple[int, int, str]] = []
    for start, end, why in _candidates(shadow):
        if not any(start < stop and begin < end for begin, stop, _ in taken):
            taken.append((start, end, why))
    return tuple(Mask(Span(start + offset, end + offset), why) for start, end, why in sorted(taken))


def blank(shadow: str, masks: tuple[Mask, ...], *, offset: int = 0) -> str:
    """`shadow` with every mask replaced by U+0000; the length stays."""
    pieces, last = [], 0
    for one in masks:
        start, end = one.span.start - offset, one.span.end - offset
        pieces += [shadow[last:start], "\0" * (end - start)]
        last = end
    return "".join(pieces) + shadow[last:]


def _candidates(shadow: str) -> Iterator[tuple[int, int, str]]:
    """The strongest reason first: what stands in a title or a quoted name is nothing else."""
    yield from _enclosed(shadow)
    if not _COUNTS.search(shadow):
        return
    found = []
    for order, rule in enumerate(_RULES):
        found += [(match.start(), match.end(), order, rule.gives) for match in rule.matches(shadow)]
    for match in _WORD.finditer(shadow):
        if _is_word(shadow, match):
            found.append((match.start(), match.end(), len(_RULES), _WORDS[match[0]]))
    # the longest reading of a place, and among equals the earlier rule
    for start, end, _, why in sorted(found, key=lambda row: (row[0] - row[1], row[2], row[0])):
        if start < end:
            yield start, end, why


def _is_word(shadow: str, match: re.Match[str]) -> bool:
    word, after = match[0], shadow[match.end() : match.end() + 2].lstrip(" ")[:1]
    before = shadow[: match.start()].rstrip(" ")[-1:]  # 1.3 万人 is a number too
    if word[0] in NUMERALS and before and (before in NUMERALS or before.isdecimal()):
        return False
    if word[-1] in NUMERALS and after and after in NUMERALS:
        return False
    if word[0] in "百千万" and match.start() and shadow[match.start() - 1] in "近上逾超过约达余多几数":
        return False  # 上百场, 近千名 are figures; 百场, 千名 are names
    if word[-1].isdecimal() and re.match(r"\.\d", shadow[match.end() : match.end() + 2]):
        return False  # 122.5万元 holds no telephone number
    if _WORDS[word] == "code" and after and (_MEASURE.match(after) or after in "余多十百千万亿"):
        # 120件 is a figure, 120 a telephone number, and so is that of 12315平台, 12345工单
        return shadow.startswith(("平台", "工单"), match.end())
    if _WORDS[word] == "article":
        return bool(after) and after not in ENDS
    if _ONLY_NUMERALS.fullmatch(word):
        return not (after and _MEASURE.match(after))
    return True


def _enclosed(shadow: str) -> Iterator[tuple[int, int, str]]:
    """《titles》 by depth, whatever stands in them, and short “quoted names”; straight quotation marks pair up."""
    start = 0
    while opening := _OPENS.search(shadow, start):
        start, mark, end = opening.start(), opening[0], -1
        if mark in _OPENING:
            end = closing(shadow, start)
            if mark != _TITLE and end - start - 2 > QUOTED_AT_MOST:
                end = -1
        else:
            end = shadow.find('"', start + 1, start + QUOTED_AT_MOST + 2) + 1 or -1
        if end > start:
            yield start, end, "title" if mark == _TITLE else "quoted"
            start = end
        else:
            start += 1


def closing(shadow: str, start: int) -> int:
    """The position after the mark that closes the one at `start`, nested ones of its kind counted; -1 without one.

    >>> closing("《甲》实施《乙》的通知", 0), closing("《关于〈甲〉《乙》的通知》等", 0), closing("《甲》《乙", 3)
    (3, 13, -1)
    """
    opening, close, depth = shadow[start], _OPENING[shadow[start]], 0
    for position in range(start, len(shadow)):
        depth += (shadow[position] == opening) - (shadow[position] == close)
        if depth == 0:
            return position + 1
    # badly nested: 《甲《乙》的通知 closes where the last mark closes
    return shadow.rfind(close, start) + 1 or -1
