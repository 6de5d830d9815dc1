"""Units of a clause: verbs, adverbs, frame words, bodies, quoted names, titles, numbers, other words; and clauses of units."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from kg.extract.amount import UNITS
from kg.extract.body import Found
from kg.extract.tokens import segmenter
from kg.extract.words import either, words_of
from kg.lexicon import pattern, table

VERBS = {verb: (kind, use) for verb, kind, use in table("verbs", "verb", "class", "use")}
FRAMES = {word: kind for word, kind in table("frames", "word", "kind")}  # noqa: C416
ADVERBS = frozenset(term for term, _, kind in table("terms", "term", "tag", "class") if kind == "adverb")
NOUN_ENDS = words_of("noun-end")
ENTERING = words_of("entering")
ADVERBIAL = words_of("adverbial")
HOW = ENTERING | ADVERBIAL
APART = words_of("apart")
PARTED = frozenset(
    term
    for term, _, kind in table("terms", "term", "tag", "class")
    if kind == "indicator"
    and len(term) > 4
    and VERBS.get(term[:2], ("", "noun")) == ("act", "")
    and term[-1] not in NOUN_ENDS
)
"""Names of figures that are verb and object here: 挽回经济损失."""
_UNITS = either(unit for unit in UNITS if unit not in ("级", "类", "层"))
_NUMBER = r"(?:\d[\d.]*(?:[, ]\d{3})*|[〇零一二两三四五六七八九十百千]+)"
COUNT = pattern("unit.count", number=_NUMBER, units=_UNITS)
_LEAD = pattern("unit.lead")
_WHOLE = pattern("deed.whole")
_ATOM = pattern("unit.atom")
_DIGITS = re.compile(r"[\d.]+[%‰]?")


class Unit(NamedTuple):
    """A stretch of a sentence that the clause grammar moves as one; positions count from the start of the sentence.

    A named tuple, since a report has tens of thousands of them.
    """

    start: int
    end: int
    word: str
    kind: str
    """verb, noun-verb, move, light, purpose, stative, award; adverb, frame, body, quoted, title, bracket, number, mark, of (的), word."""
    known: bool = True
    """Whether the kind stands in our tables; a verb by jieba's dictionary alone is not known."""
    is_verb: bool = False
    """A verb that can head an action."""


Clause = tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """A phrase before the verb: its kind (manner, target, recipient …) and its units."""

    kind: str
    word: str
    units: Clause


def clauses(shadow: str, found: tuple[Found, ...] = ()) -> tuple[Clause, ...]:
    """The clauses of a sentence as units, split at , ; : outside brackets and quotation marks; marks at their ends are left out.

    >>> [[(unit.word, unit.kind) for unit in clause] for clause in clauses("建立“一码通”平台,办理12件。")]
    [[('建立', 'verb'), ('“一码通”', 'quoted'), ('平台', 'word')], [('办理', 'noun-verb'), ('12', 'number'), ('件', 'word')]]
    """
    result: list[Clause] = []
    clause: list[Unit] = []
    for unit in units(shadow, found):
        if unit.kind == "mark" and unit.word in ",;:。!?！？":
            result.append(_closed(clause))
            clause = []
        else:
            clause.append(unit)
    result.append(_closed(clause))
    return tuple(part for part in result if part)


def _closed(clause: list[Unit]) -> Clause:
    """A clause whose last word, 要求 after a noun, is one: 落实职责要求."""
    if len(clause) > 2 and clause[-1].word == "要求" and clause[-2].kind in ("word", "noun-verb", "quoted", "title"):
        clause[-1] = clause[-1]._replace(kind="word")
    return tuple(clause)


def units(shadow: str, found: tuple[Found, ...] = ()) -> list[Unit]:
    """All units of a sentence, in order."""
    atoms = [(one.start, one.end, "body") for one in found]
    for match in _ATOM.finditer(shadow):
        first = match[0][0]
        kind = (
            "number"
            if first.isdigit()
            else {"提": "adverb", "连": "adverb", "按": "adverb", "《": "title", "“": "quoted", "‘": "quoted"}.get(
                first, "bracket"
            )
        )
        atoms.append((match.start(), match.end(), kind))
    result: list[Unit] = []
    position = 0
    for start, end, kind in [*sorted(atoms, key=lambda atom: (atom[0], -atom[1])), (len(shadow), len(shadow), "")]:
        if start < position:
            continue
        result += _words(shadow, position, start)
        if end > start:
            result.append(Unit(start, end, shadow[start:end], kind))
        position = end
    return [
        unit._replace(kind="adverb", is_verb=False)
        if unit.word in HOW and _says_how(unit, result[n + 1 : n + 3])
        else unit
        for n, unit in enumerate(result)
    ]


def _says_how(unit: Unit, behind: list[Unit]) -> bool:
    """统一 in 统一组织考试; 深入, which is a frame only before those who are visited: 深入县教育局调研, 深入全县各学校."""
    after = behind[0] if behind else None
    if unit.word in ENTERING:
        visited = behind[-1] if after and _WHOLE.fullmatch(after.word) else after
        return not (visited and visited.kind == "body")
    return unit.word in ADVERBIAL and after is not None and after.is_verb and after.kind != "noun-verb"


def _words(shadow: str, start: int, end: int) -> list[Unit]:
    if start >= end:
        return []
    result: list[Unit] = []
    for word, tag in _parted(segmenter().words(shadow[start:end])):
        end = start + len(word)
        kind, known, is_verb = _kind(word, tag)
        last = result[-1] if result else None
        if kind == "number" and last and last.kind == "number" and last.end == start:
            result[-1] = Unit(last.start, end, last.word + word, "number")
        elif is_verb and known and last and last.word == "次" and len(result) > 1 and result[-2].kind == "number":
            times = result[-2]  # 6次主持召开: how often, before what was done
            result[-2:] = [
                Unit(times.start, start, times.word + "次", "adverb"),
                Unit(start, end, word, kind, known, True),
            ]
        elif word == "办" and last and last.kind == "word" and len(last.word) > 1 and last.end == start:
            result[-1] = Unit(last.start, end, last.word + word, "word")  # 综合办: an office
        elif word in NOUN_ENDS and last and last.is_verb and last.end == start:
            result[-1] = Unit(last.start, end, last.word + word, "word")  # 配备率, 规范性, 调解员: no verb
        else:
            result.append(Unit(start, end, word, kind, known, is_verb))
        start = end
    return result


def _parted(words: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for word, tag in words:
        if word in PARTED:
            yield word[:2], "v"
            yield word[2:], "n"
        elif word in APART:
            yield word[: len(word) // 2], "v"
            yield word[len(word) // 2 :], "n"
        elif tag == "v" and word[-1] == "了" and word[:-1] in VERBS:  # 建立了 stands in jieba's dictionary
            yield word[:-1], "v"
            yield "了", "ul"
        else:
            yield word, tag


@cache
def _kind(word: str, tag: str) -> tuple[str, bool, bool]:
    kind, known = _class(word, tag)
    return kind, known, kind in ("verb", "noun-verb", "move", "light", "award")


def _class(word: str, tag: str) -> tuple[str, bool]:
    if word in FRAMES:
        return "frame", True
    if word in VERBS:
        kind, use = VERBS[word]
        if kind in ("act", "issue"):
            return {"noun": "noun-verb", "move": "move", "vo": "noun-verb"}.get(use, "verb"), True
        return kind, True
    if word in ADVERBS or tag in ("d", "ad"):
        return "adverb", True
    if word == "的":
        return "of", True
    if _DIGITS.fullmatch(word) or word in ".+":
        return "number", True
    if not "\u4e00" <= word[0] <= "\u9fff":
        return ("word" if word.isalnum() else "mark"), True
    if tag == "v" and len(word) > 1:
        return "verb", False
    return "word", True


def lead(shadow: str) -> int:
    """Where a clause begins after its marker, time and connecting words.

    >>> lead("2021年11月,由县委"), lead("同时加强")
    (9, 2)
    """
    end = 0
    while (match := _LEAD.match(shadow, end)) and match.end() > end:
        end = match.end()
    return end


def without_count(text: str) -> str:
    """A noun phrase without the count in front of it or behind it.

    >>> without_count("12个法律服务团队"), without_count("政务服务事项201.7万件"), without_count("11个领域299项行政处罚权")
    ('法律服务团队', '政务服务事项', '行政处罚权')
    >>> without_count("服务中心8个、服务站143个")
    '服务中心'
    """
    text = text.strip(" ,、和及")
    while (match := COUNT.match(text)) and match.end() < len(text):
        if text.startswith("、", match.end()):  # 新增17项、扩大权限37项: nothing but a count
            return match[0]
        text = text[match.end() :].removeprefix("的")
        if (second := COUNT.search(text, 0, 12)) and second.start() <= 3 and second.end() < len(text):
            text = text[second.start() :]
    tail = next((match for match in COUNT.finditer(text) if match.end() == len(text)), None)
    if not tail or not tail.start():
        return text
    if beside := next(
        (match for match in COUNT.finditer(text) if match.end() == tail.start() > match.start() > 0), None
    ):
        return text[: beside.start()]  # 审查逮捕案件196件251人
    # of a list in which each thing has its count, the first: 成果30项、措施16项
    listed = (match for match in COUNT.finditer(text, 2, tail.start()) if text.startswith("、", match.end()))
    return text[: next(listed, tail).start()]
