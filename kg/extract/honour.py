"""Honours: awards, grades, firsts and ranks in a wider area."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from kg.extract.amount import Quantity
from kg.extract.award import NOT_YET, awards, enclosed, end_of, level_of, titles
from kg.extract.fact import Fact, Honour, Mention
from kg.extract.passage import Passage
from kg.extract.phrase import clause
from kg.extract.winner import HEAD
from kg.lexicon import pattern

_WIDE = r"(?:全[国省市州盟疆]|全自治区|全地区|国内|省内|市内|[东西中]部(?:地区)?|(?:(?<![\u4e00-\u9fff])|(?<=在)|(?<=成立|建成|设立|打造|推出|出台|发布|制定|建立|获批|创建|开展|上线|开出|签发|颁发|作出))(?:(?!全)[\u4e00-\u9fff]){2,3}[省市](?=范围|率先|首|唯一)|(?<=全)县|全[县区旗])"
_FIRST_IN = rf"(?:在{_WIDE}(?:范围内?|率先|各[^,;。]{{1,5}}中)?|{_WIDE}(?:[^,;。]{{2,6}}中(?=首))?)(?:率先|首创|首[个套家支份批例部次张座条届宗单]|唯一|第一[个家批部支])"
_FIRST = pattern("honour.first", first_in=_FIRST_IN, wide=_WIDE)
_FRONT = pattern("honour.front", wide=_WIDE)
_IN_FRONT = pattern("honour.in-front", wide=_WIDE)
_GRADED = pattern("honour.graded")
_GIVING = pattern("honour.giving")
_GIVEN = re.compile("被[^,;。]{0,16}$")
_PUSHED = pattern("honour.pushed")
_AGAIN = pattern("honour.again")
_OCCASION = pattern("honour.occasion")
_REVIEW = pattern("honour.review")
_WON = pattern("honour.won")
_BY_RANK = pattern("honour.by-rank")


def honours(passage: Passage, found: tuple[Quantity, ...], mentions: tuple[Mention, ...]) -> tuple[Honour, ...]:
    """One entry per award and recipient in a sentence; the recipient is a body's canonical name, or as printed.

    What is only planned or striven for is none.
    """
    if passage.sentence is None or passage.role in ("plan", "problem", "other"):
        return ()
    here = tuple(mention for mention in mentions if mention.span.overlaps(passage.span))
    results: list[Honour] = []
    for honour in (
        *_grades(passage),
        *titles(passage, here),
        *awards(passage, here),
        *_firsts(passage),
        *_ranks(passage, found, here),
    ):
        if not any(_same(honour, other) for other in results):
            results.append(honour)
    return tuple(sorted(results, key=lambda honour: honour.span))


def once(facts: Iterable[Fact]) -> list[Fact]:
    """The facts of a report with each award to one recipient told once, where it is printed first."""
    seen: set[tuple[str, str | None]] = set()
    kept: list[Fact] = []
    for fact in facts:
        if isinstance(fact, Honour):
            award = (re.sub('[“”"\\s]', "", fact.name), fact.recipient)
            if award in seen:
                continue
            seen.add(award)
        kept.append(fact)
    return kept


def _same(one: Honour, other: Honour) -> bool:
    """The same award in other words, or the same words twice."""
    if one.recipient != other.recipient and other.recipient and one.recipient and not one.span.overlaps(other.span):
        return False
    if one.span.overlaps(other.span):
        return one.recipient == other.recipient or one.rule != other.rule
    return one.name in other.name or other.name in one.name


def _grades(passage: Passage) -> Iterator[Honour]:
    """年度考核结果优秀, 考核连续三年获优秀等次: the grade with what it was given for."""
    for match in _GRADED.finditer(passage.shadow):
        if not enclosed(passage, match.start()) and not NOT_YET.search(match[0]):
            name = passage.text[slice(*match.span("for"))] + passage.text[slice(*match.span("grade"))]
            yield _plain(passage, match.start(), match.end(), "honour.grade", _AGAIN.sub("", name))


def _firsts(passage: Passage) -> Iterator[Honour]:
    """全省首支…, 在全国率先…: a first needs a scope; 首家 alone says nothing."""
    for match in _FIRST.finditer(passage.shadow):
        before = passage.shadow[: match.start()]
        if (
            enclosed(passage, match.start())
            or "唯一获此" in match[0]
            or NOT_YET.search(before[-12:])
            or (_GIVING.search(before) and not _GIVEN.search(before))
        ):
            continue
        end = min(match.end(), end_of(passage.shadow, match.start()))
        if not _OCCASION.search(passage.shadow, match.start(), end):  # 在全国首批示范市座谈会上
            yield _plain(passage, match.start(), end, "honour.first")
    for match in (*_FRONT.finditer(passage.shadow), *_IN_FRONT.finditer(passage.shadow)):
        low, _ = clause(passage, match.start(), match.end())
        if not enclosed(passage, match.start()) and not _PUSHED.match(passage.shadow, low, match.start()):
            yield _clause(passage, match.start(), match.end(), "honour.front")


def _ranks(passage: Passage, found: tuple[Quantity, ...], mentions: tuple[Mention, ...]) -> Iterator[Honour]:
    for quantity in found:
        start, end = passage.inside(quantity.span)
        best = quantity.value is not None and quantity.value <= 10
        told = _BY_RANK.search(passage.shadow)  # 以全省第一的成绩创成示范县: the award is told
        if (
            quantity.kind == "rank"
            and best
            and not enclosed(passage, start)
            and not (told and start in range(*told.span()))
        ):
            yield _clause(passage, start, end, "honour.rank", mentions)


def _clause(passage: Passage, start: int, end: int, rule: str, mentions: tuple[Mention, ...] = ()) -> Honour:
    """The clause up to its rank, without what is no part of its name, nor who took it: 县教育局取得 | 考核第一名."""
    low, _ = clause(passage, start, end)
    for mention in mentions:
        begin, stop = passage.inside(mention.span)
        if begin == low and (won := _WON.match(passage.shadow, stop, start)):
            return replace(_plain(passage, won.end(), end, rule), recipient=mention.name)
    words = HEAD.match(passage.shadow[low:end])
    low += words.end() if words else 0
    review = _REVIEW.search(passage.shadow, 0, low)  # 在全省考核中,我县位列第3名
    of = passage.text[slice(*review.span("of"))] if review else ""
    return _plain(passage, low, end, rule, of + _AGAIN.sub("", passage.text[low:end]))


def _plain(passage: Passage, start: int, end: int, rule: str, name: str | None = None) -> Honour:
    area = passage.document.meta.area
    quote = passage.text[start:end]
    return Honour(
        span=passage.at(start, end),
        quote=quote,
        sentence=passage.order,
        rule=rule,
        confidence=0.8,
        name=name or quote,
        recipient=area.name if area else passage.document.meta.issuer,
        grantor=None,
        level=level_of(passage, quote, None, ()),
    )
