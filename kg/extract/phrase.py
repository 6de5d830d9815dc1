"""Phrases: the words left and right of a figure, and the verb and the noun phrases among them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

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
WHOLE = frozenset(verb for verb, _, use in _VERB_ROWS if use == "vo")
"""Verbs that hold their object: 述法."""
_STATES = frozenset(verb for verb, kind, _ in _VERB_ROWS if kind in ("stative", "purpose"))
_ADVERBS = frozenset(term for term, tag, kind in table("terms", "term", "tag", "class") if kind == "adverb")
_EDGES = table("name_edges", "word", "place", key=2)
_HEADS = frozenset(word for word, place in _EDGES if place == "head")
_TAILS = frozenset(word for word, place in _EDGES if place == "tail")
_STOPS = frozenset(word for word, place in _EDGES if place == "stop")
_KEPT = frozenset(word for word, place in _EDGES if place == "keep")
_ADJECTIVES = frozenset(word for word, place in _EDGES if place == "adj")
_MANNERS = frozenset(word for word, place in _EDGES if place == "manner")
_WITHIN = frozenset(word for word, place in _EDGES if place == "within")
CUTS = frozenset(word for word, place in _EDGES if place == "cut")
"""Verbs of having: the name begins after them (大队现有执法人员11名)."""
_NOUNS = table("name_nouns", "ending", "class", key=2)
_ENDING = {
    kind: re.compile(either(word for word, of in _NOUNS if of == kind) + "$")
    for kind in sorted({kind for _, kind in _NOUNS})
}
_GENERIC = frozenset(word for word, kind in _NOUNS if kind == "generic")
_SKIPPED = frozenset(("date", "period", "duration", "marker", "document-number", "template"))
_NAMED = frozenset(("title", "quoted", "code", "version", "ordinal", "scope", "base"))
_SUFFIXES = frozenset("率度量额值制站")
_NEVER = frozenset(("不", "未", "非", "无", "没有"))
_LEVELS = frozenset("国省市县区镇乡州盟旗")
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
    return (*found, *_plain(passage, position, end))


def _plain(passage: Passage, start: int, end: int) -> list[Word]:
    if start >= end:
        return []
    found: list[Word] = []
    for token in segmenter().cut(passage.shadow[start:end], start):
        if token.word.isspace():
            continue
        if found and (
            token.word in _SUFFIXES
            or (token.word == "比" and found[-1].word == "数量")
            or (token.word in _OF_LEVEL and found[-1].word in _LEVELS)
        ):
            last = found.pop()  # 规范 | 率: the suffix makes a noun of the verb
            found.append(Word(last.start, token.end, last.word + token.word, "n"))
        else:
            # 提高15、22个百分点: no part of a name, but 500强企业 is one
            loose = token.word[0].isdecimal() and not re.match("[\u4e00-\u9fff]", passage.shadow[token.end :][:1])
            tag = "time" if loose else token.tag
            found.append(Word(token.start, token.end, token.word, tag))
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
    while first < last and (phrase[first].tag == "time" or _lead(phrase[first]) or _until(phrase, first)):
        described = phrase[first].word.endswith("化") and phrase[first + 1 : first + 2]  # 规范化 | 调委会
        if (rate and phrase[first].word in _KEPT) or (described and described[0].tag.startswith("n")):
            break
        first += 1
    return phrase[first:last]


def links(word: Word) -> bool:
    """Whether a word only links name and figure, or what is said of it: 均, 已, 达."""
    return word.word in _TAILS


def bare_verbs(phrase: Words) -> bool:
    """Whether a phrase has verbs only: 受理58件, 宣布失效7件."""
    return all(word.word in ACTS | NOUN_VERBS | _STATES or word.word in "、和并" for word in phrase)


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


def _lead(word: Word) -> bool:
    if word.word in _NEVER or word.word in ACTS or word.word in NOUN_VERBS:
        return word.word in _HEADS
    return word.word in _HEADS or word.word in _ADVERBS or word.tag == "d"


def verb_at(phrase: Words) -> int | None:
    """Where the verb of a phrase stands that ends in its object; None when the phrase is a noun phrase.

    The last verb that is never a noun; else a verb that may be one, after an adverb or where the phrase begins.
    """
    inside = _bracketed(phrase)
    acts = [i for i, word in enumerate(phrase[:-1]) if word.word in ACTS and i not in inside]
    if acts:
        at = acts[-1]
        while at and phrase[at - 1].word in ACTS:
            at -= 1
        return _joined(phrase, at)
    if len(phrase) > 1 and len(phrase[0].word) == 1 and phrase[0].tag == "v":  # 收 | 一审案件
        return 0
    for at, word in enumerate(phrase[:-1]):
        after_frame = any(before.tag == "p" for before in phrase[:at])  # 为老年人办理公证
        if word.word in NOUN_VERBS and (at == 0 or after_frame or _lead(phrase[at - 1]) or _acts(phrase[:at])):
            return _joined(phrase, at)
    return None


def _bracketed(phrase: Words) -> set[int]:
    """The words inside brackets: 党组会(扩大会)38场次."""
    found, depth = set(), 0
    for at, word in enumerate(phrase):
        depth += word.word in ("(", "（")
        if depth:
            found.add(at)
        depth -= word.word in (")", "）")
    return found


def _acts(phrase: Words) -> bool:
    return ends_as("body", text(phrase))


def _joined(phrase: Words, at: int) -> int:
    """制定、废止省政府规章: verbs side by side are one."""
    while at > 1 and phrase[at - 1].word == "、" and phrase[at - 2].word in ACTS | NOUN_VERBS:
        at -= 2
    return at


def object_of(phrase: Words) -> Words:
    """The object at the end of a phrase: after 等 the class of what was listed, without a count of scope before it."""
    for index in range(len(phrase) - 2, -1, -1):
        if phrase[index].word in ("等", "等等"):
            kind = phrase[index + 1 :]
            return phrase if generic(text(kind)) and len(text(phrase)) <= 16 else kind
    if len(text(phrase)) > 20:
        for index in range(len(phrase) - 2, -1, -1):
            if phrase[index].word == "、":
                return phrase[index + 1 :]
    return phrase


def noun_phrase(phrase: Words, *, closed: bool = False) -> tuple[Words, Words]:
    """The noun phrase that begins a phrase, and the rest.

    It ends where a verb, a preposition or an adverb begins; a verb that may be a noun stays inside, except after one
    who acts (21家执法单位 | 公示信息). In a phrase that is `closed`, with no other figure after it, 和 may join two nouns.
    """
    at = 0
    while at < len(phrase):
        word = phrase[at]
        said = text(phrase[:at])
        if word.tag in ("quoted", "title"):
            at += 1
            continue
        if word.word in ("(", "（"):
            close = next((i for i in range(at, len(phrase)) if phrase[i].word in (")", "）")), None)
            if close is None or not at:
                break
            at = close + 1
            continue
        if word.word in ("的", "和", "及", "与", "、") and at:
            if word.word == "的" and ends_as("agent", said):
                break
            more, _ = noun_phrase(phrase[at + 1 :], closed=closed)
            agents = ends_as("agent", said) and ends_as("agent", text(more))
            if not more or (word.word != "的" and not agents and not (closed and word.word != "、")):
                break
            at += 1 + len(more)
            continue
        if (
            word.word in _WITHIN
            and at
            and phrase[at - 1].tag.startswith(("n", "l", "j"))
            and not ends_as("agent", said)
        ):
            at += 1
            continue
        if word.word in _MANNERS and at + 1 < len(phrase):  # 30份书面意见, but 69名负责人 | 书面述法
            following = phrase[at + 1]
            if following.tag.startswith("n") and following.word not in ACTS:
                at += 1
                continue
            if at:
                break
        if word.word in _ADJECTIVES or (word.word in _LEVELS and not at):
            at += 1
            continue
        described = not at and len(phrase) > 1 and phrase[1].tag.startswith("n")  # 薄弱 | 村
        if word.word in ACTS or word.word in _STOPS or (word.word in _STATES and not described):
            break
        if word.word in NOUN_VERBS and at and ends_as("agent", said):
            break
        if word.word in NOUN_VERBS:
            at += 1
            continue
        if not re.match(r"\w", word.word):
            break
        function = len(word.word) == 1 and word.tag[:1] in "pcurdmyk"  # jieba has odd tags for longer words (本科 r)
        if (_lead(word) and not word.tag.startswith(("n", "b"))) or function or word.tag in ("p", "c", "u", "time"):
            break
        if at and word.word[:2] in ACTS and ends_as("agent", said):  # 受援人 | 挽回经济损失
            break
        noun_next = at + 1 < len(phrase) and phrase[at + 1].tag.startswith(("n", "vn", "b"))
        if word.tag == "v" and at and ends_as("agent", said) and not noun_next:
            break
        at += 1
    while at > 1 and phrase[at - 1].word in ("新", "已", "均", "再"):
        at -= 1
    # a noun phrase does not end in a verb that has an object: 27条意见 | 审查 …
    while at and phrase[at - 1].tag in ("v", "d", "c", "p", "u") and phrase[at - 1].word not in NOUN_VERBS:
        at -= 1
    return phrase[:at], phrase[at:]


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


def is_list(phrase: Words) -> bool:
    """Whether a phrase holds 、 or 和 between parts."""
    return any(word.word in ("、", "和", "及", "与") for word in phrase)


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
    return [tuple(part) for part in found if part]
