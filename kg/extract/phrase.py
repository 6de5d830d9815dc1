"""Phrases: the words left and right of a figure, cut, trimmed and classed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from kg.extract.passage import Passage
from kg.extract.tokens import segmenter
from kg.extract.words import either
from kg.lexicon import table

_VERB_ROWS = table("verbs", "verb", "class", "use")
ACTS = frozenset(
    verb
    for verb, kind, use in _VERB_ROWS
    if kind in ("act", "issue", "award", "light") and use != "noun" and len(verb) > 1
)
"""Verbs that are never part of a noun phrase."""
NOUN_VERBS = frozenset(verb for verb, _, use in _VERB_ROWS if use == "noun" and len(verb) > 1)
"""Verbs that are as often a noun: 审查 is the verb of 审查合同31份 and a part of 合法性审查意见."""
VERBS = ACTS | NOUN_VERBS
AWARDS = frozenset(verb for verb, kind, _ in _VERB_ROWS if kind == "award")
WHOLE = frozenset(verb for verb, _, use in _VERB_ROWS if use == "vo")
"""Verbs that hold their object: 述法."""
_ADVERBS = frozenset(term for term, tag, kind in table("terms", "term", "tag", "class") if kind == "adverb")
_EDGES = table("name_edges", "word", "place", key=2)
_HEADS = frozenset(word for word, place in _EDGES if place == "head")
_TAILS = frozenset(word for word, place in _EDGES if place == "tail")
KEPT = frozenset(word for word, place in _EDGES if place == "keep")
"""Words that lead in to a name, but belong to a rate: 当场 | 办结率."""
_WHEN = frozenset(word for word, place in _EDGES if place == "when")
CUTS = frozenset(word for word, place in _EDGES if place == "cut")
"""Verbs of having: the name begins after them (大队现有执法人员11名)."""
_NOUNS = table("name_nouns", "ending", "class", key=2)
_ENDING = {
    kind: re.compile(either(word for word, of in _NOUNS if of == kind) + "$")
    for kind in sorted({kind for _, kind in _NOUNS})
}
_GENERIC = frozenset(word for word, kind in _NOUNS if kind == "generic")
_SKIPPED = frozenset(("date", "period", "duration", "marker", "document-number", "template", "classes"))
_NAMED = frozenset(("title", "quoted", "code", "version", "ordinal", "scope", "base"))
_SUFFIXES = frozenset("率度量额值制站")
NEVER = frozenset(("不", "未", "非", "无", "没有"))
LEVELS = frozenset("国省市县区镇乡州盟旗")
_OF_LEVEL = frozenset("直级属管")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a phrase; a quoted name, a title, a date or a code is one word. Positions in the passage."""

    start: int
    end: int
    word: str
    tag: str


Words = tuple[Word, ...]


def words(passage: Passage, start: int, end: int) -> Words:
    """The words of a stretch of the passage."""
    found: list[Word] = []
    position = start
    opaque = [(*passage.inside(mask.span), mask.why) for mask in passage.masks]
    for begin, stop, why in opaque:
        if (why not in _SKIPPED and why not in _NAMED) or stop <= start or begin >= end:
            continue
        found += _plain(passage, position, max(position, begin))
        tag = "time" if why in _SKIPPED else why if why in ("base", "quoted", "title") else "nz"
        found.append(Word(max(begin, start), min(stop, end), passage.text[max(begin, start) : min(stop, end)], tag))
        position = stop
    found += _plain(passage, position, end)
    for at in range(len(found) - 1, 0, -1):
        if found[at].word == "率" and found[at - 1].tag == "quoted":  # “一次办”率
            found[at - 1 : at + 1] = [Word(found[at - 1].start, found[at].end, found[at - 1].word + "率", "n")]
        elif found[at].word in _WHEN and found[at - 1].tag == "time":  # 要求9月30日前 | 完成21项
            found[at - 1 : at + 1] = [replace(found[at - 1], end=found[at].end)]
    return tuple(found)


def _plain(passage: Passage, start: int, end: int) -> list[Word]:
    if start >= end:
        return []
    found: list[Word] = []
    at = start
    for word, tag in segmenter().words(passage.shadow[start:end]):
        begin, at = at, at + len(word)
        if word.isspace() or word in "￥¥":
            continue
        if found and (
            word in _SUFFIXES
            or (word == "比" and found[-1].word in ("数量", "之"))
            or (word in _OF_LEVEL and found[-1].word in LEVELS)
        ):
            last = found.pop()  # 规范 | 率: the suffix makes a noun of the verb
            found.append(Word(last.start, at, last.word + word, "n"))
        else:
            # 提高15、22个百分点: no part of a name, but 500强企业 is one
            loose = word[0].isdecimal() and not re.match("[\u4e00-\u9fff]", passage.shadow[at : at + 1])
            found.append(Word(begin, at, word, "time" if loose else tag))
    return found


def text(phrase: Iterable[Word]) -> str:
    """The words as printed, dates and slogans with a plus sign left out."""
    return "".join(
        word.word for word in phrase if word.tag != "time" and not (word.tag == "quoted" and "+" in word.word)
    )


def ends_as(kind: str, phrase: str) -> bool:
    """Whether the last word of a phrase is of a class of name_nouns.tsv.

    >>> ends_as("rate", "审查意见采纳率"), ends_as("agent", "执法单位"), ends_as("person", "合同")
    (True, True, False)
    """
    return bool(_ENDING[kind].search(phrase.rstrip('”’"')))


def without(kind: str, phrase: str) -> str:
    """A phrase without its last word of a class.

    >>> without("bare", "普法覆盖率"), without("bare", "按时办结率")
    ('普法', '')
    """
    return _ENDING[kind].sub("", phrase)


def generic(phrase: str) -> bool:
    """Whether a noun says nothing without its subject: 会议, 问题."""
    return phrase in _GENERIC


def clause(passage: Passage, start: int, end: int) -> tuple[int, int]:
    """The clause around a stretch: between commas, or inside the brackets that hold it."""
    masked = passage.masked
    depth, left = 0, start
    while left > 0:
        mark = masked[left - 1]
        if mark == ")":
            depth += 1
        elif mark == "(":
            if depth == 0:
                break
            depth -= 1
        elif depth == 0 and mark in ",;。:!?\n":
            break
        left -= 1
    depth, right = 0, end
    while right < len(masked):
        mark = masked[right]
        if mark == "(":
            depth += 1
        elif mark == ")":
            if depth == 0:
                break
            depth -= 1
        elif depth == 0 and mark in ",;。:!?\n":
            break
        right += 1
    return left, right


def trimmed(phrase: Words) -> Words:
    """Without lead-ins before the name and links between the name and the figure."""
    first, last = 0, len(phrase)
    while last > first and (phrase[last - 1].tag == "time" or phrase[last - 1].word in _TAILS):
        last -= 1
    rate = last > first and ends_as("rate", phrase[last - 1].word)
    while first < last and (phrase[first].tag == "time" or leads_in(phrase[first]) or _until(phrase, first)):
        described = phrase[first].word.endswith("化") and phrase[first + 1 : first + 2]  # 规范化 | 调委会
        if (rate and phrase[first].word in KEPT) or (described and described[0].tag.startswith("n")):
            break
        first += 1
    return phrase[first:last]


def links(word: Word) -> bool:
    """Whether a word only links name and figure, or what is said of it: 均, 已, 达."""
    return word.word in _TAILS


def _until(phrase: Words, at: int) -> bool:
    """到2025年出庭应诉率: a preposition before a date."""
    return (
        phrase[at].word in _TAILS
        and phrase[at].tag in ("v", "p")
        and phrase[at + 1 : at + 2] != ()
        and (phrase[at + 1].tag == "time")
    )


def does(passage: Passage, start: int, end: int) -> bool:
    """Whether a stretch begins with a verb of doing: 开展督察."""
    first = next((word for word in words(passage, start, end) if word.tag != "d"), None)
    return first is not None and (first.word in ACTS or first.word in NOUN_VERBS)


def leads_in(word: Word) -> bool:
    """Whether a word leads in to a name and is no part of it: 共, 全年, an adverb."""
    if word.word in NEVER or word.word in ACTS or word.word in NOUN_VERBS:
        return word.word in _HEADS
    return word.word in _HEADS or word.word in _ADVERBS or word.tag == "d"


def shortened(name: str, most: int = 24) -> str:
    """At most `most` characters, cut from the left at 的, 、 or a comma outside brackets and quotation marks.

    >>> shortened("被复议的案件占比", 6)
    '案件占比'
    """
    while len(name) > most:
        depth, cut = 0, 0
        for index, letter in enumerate(name[:-2]):
            depth += letter in "(（“《‘"
            depth -= letter in ")）”》’"
            if depth == 0 and letter in "的、,，" and index:
                cut = index + 1
                break
        if not cut:
            break
        name = name[cut:]
    return name


def parts(phrase: Words) -> list[Words]:
    """The parts of a list joined by 、 和 及 与, brackets kept together."""
    found: list[list[Word]] = [[]]
    depth = 0
    for word in phrase:
        depth += word.word in ("(", "（")
        depth -= word.word in (")", "）")
        if depth == 0 and word.word in ("、", "和", "及", "与", "以及"):
            found.append([])
        else:
            found[-1].append(word)
    return [tuple(part) for run in found if run for part in _rates(run)]


def _rates(run: list[Word]) -> list[list[Word]]:
    """参考率优秀率: two rates that nothing joins are two all the same."""
    both = len(run) > 1 and all(re.search("..率$", word.word) for word in run[-2:])
    return [run[:-1], run[-1:]] if both else [run]
