"""Ranks, shares in words, ratios and noughts: figures that the grammar of amounts does not know."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from kg.corpus.document import Span
from kg.extract.amount import Quantity, number, one_of, plain
from kg.extract.fact import Qualifier
from kg.extract.words import cues
from kg.lexicon import pattern, table

_AREA = (
    r"(?:全(?:国|省|市|县|区|州|盟|旗|镇|疆|自治区|自治州|系统|行业)|(?:本|我)[省市县区]"
    r"|[东西中南北]{1,2}部(?:地区)?|内地|全球|世界|同类(?:城市|地区|县区|地市)?)(?: ?\d+ ?个(?:城市|省份?|地市|县区|县市区|市州|单位|部门))?"
)
_AMONG = rf"(?:{_AREA}(?:[^,;。、\d]{{0,8}}?(?:中|内|系统|部门|地区|县区|区县|县市|城市|县市区|县\(市、?区\)|法院|机关|单位|政府|街道|乡镇|医院|学校|高校|园区|开发区|高新区|经开区|新区|同类\w{{0,8}}))?)"
_RANKED = rf"(?:综合)?{cues('rank')}"
_N = r"[一二三四五六七八九十]+|\d+"
_RANK = pattern("rank.rank", ranked=_RANKED, among=_AMONG, n=_N)
# 第一 alone is a rank only after a scope or a verb of rank, and when no noun follows: 第一责任人, 第一时间, 第二批
_AFTER_RANK = pattern("rank.after-rank")
_RANK_SIGN = re.compile("[第首前]")
_VERB_OF_RANK = pattern("rank.verb-of-rank", ranked=_RANKED)

_LIST_OF = pattern("rank.list-of")
_MOVED = pattern("rank.moved", among=_AMONG, n=_N)
_TENTHS = pattern("rank.tenths")
_HALF = pattern("rank.half")
_DOUBLED = pattern("rank.doubled")
_HALVED = pattern("rank.halved")
_FRACTION = pattern("rank.fraction")
_RATIO = re.compile(r"(?<![\d:.])(?P<a>\d+(?:\.\d+)?):(?P<b>\d+(?:\.\d+)?)(?![\d:])")
_SHARE_SIGN = re.compile("[一二三四五六七八九1-9] ?成|[半番倍:/]|分之")
_ZEROS = {word: unit for word, unit in table("zeros", "word", "unit")}  # noqa: C416 (rows are open tuples)
_ZERO = re.compile(one_of(list(_ZEROS)))
_EXTENT: dict[str, Qualifier] = {
    "超过": "over", "超": "over", "逾": "over", "突破": "over", "多": "over", "近": "approx", "约": "approx",
    "左右": "approx", "以上": "at_least", "不到": "at_most", "不足": "at_most",
}  # fmt: skip


def ranks(shadow: str, covered: str, offset: int) -> Iterator[Quantity]:
    """Ranks of a sentence: 全市第一, 位列全省第3位, 居首位. `covered` is blank where titles and quoted names stand.

    >>> [(str(q.value), q.qualifier) for q in ranks("排名全市第一,位列全省前三,抓好第一责任人", "排名全市第一,位列全省前三,抓好第一责任人", 0)]
    [('1', 'exact'), ('3', 'at_most')]
    """
    if not _RANK_SIGN.search(covered):
        return
    moved = list(_moves(covered, offset))
    yield from moved
    for match in _RANK.finditer(covered):
        if any(match.start() + offset < one.span.end and one.span.start < match.end() + offset for one in moved):
            continue
        before, after = covered[: match.start()], covered[match.end() :]
        placed = bool(match["place"]) or bool(_VERB_OF_RANK.search(before))
        if not placed or (not match["u"] and not _AFTER_RANK.match(after)):
            continue
        if match["top"] and not re.search(r"[名位强]$", match["top"]) and not _AFTER_RANK.match(after):
            continue
        if match["top"] and _LIST_OF.match(after):
            continue  # 居前三位的是:…: those that follow are told, no rank
        start = match.start("place") if match["place"] else match.start()
        while match["place"] and (verb := re.match(_RANKED + "|在", covered[start : match.end()])):
            start += verb.end()  # the span is scope and rank, without the verb
        printed = match["n"] or match["top_n"]
        yield Quantity(
            span=Span(start + offset, match.end() + offset),
            value=number(printed) if printed else Decimal(1),
            unit="名",
            unit_class="rank",
            qualifier="at_most" if match["top"] else "exact",
            kind="rank",
            number=Span(match.start() + offset, match.end() + offset),
        )


def _moves(covered: str, offset: int) -> Iterator[Quantity]:
    """由第12位上升至全市第3位: a rank and the former one; a smaller number is the better place."""
    for match in _MOVED.finditer(covered):
        former, new = number(match["former"]), number(match["n"])
        span = Span(match.start() + offset, match.end() + offset)
        way: Literal["up", "down"] = "up" if new < former else "down"
        yield Quantity(
            span=span,
            value=new,
            unit="名",
            unit_class="rank",
            kind="rank",
            number=span,
            former_value=former,
            direction=way,
        )


def shares(masked: str, offset: int) -> Iterator[Quantity]:
    """九成以上, 过半, 三分之二, 1/4 as percentages; 2.3:1 as a multiple; 翻一番, 减半 as changes; all keep their printed form in the quote.

    >>> [(str(q.value), q.unit, q.qualifier) for q in shares("九成以上,近三分之一,数量比达到2.3:1", 0)]
    [('90', '%', 'at_least'), ('33.3', '%', 'approx'), ('2.3', '倍', 'exact')]
    """
    if not _SHARE_SIGN.search(masked):
        return
    for match in _TENTHS.finditer(masked):
        value = number(match["n"]) * 10 + (5 if match["half"] else number(match["more"] or "零"))
        yield _share(match, value, offset)
    for match in _HALF.finditer(masked):
        yield _share(match, Decimal(50), offset, "over" if match["over"] else "approx")
    for match in _DOUBLED.finditer(masked):  # 翻一番 is once as much again, 翻两番 three times
        value = Decimal(2 ** int(number(match["n"] or "一")) - 1)
        share = _share(match, value, offset, "exact")
        yield replace(share, unit="倍", unit_class="ratio", kind="change", change="增长", direction="up")
    for match in _HALVED.finditer(masked):
        share = _share(match, Decimal(50), offset, "exact")
        yield replace(share, kind="change", change="减少", direction="down") if match[0] == "减半" else share
    for match in _FRACTION.finditer(masked):
        under = number(match["under"] or match["bottom"])
        over = number(match["over"] or match["top"])
        if 0 < over < under <= 20 and (under != 10**2):
            percent = (over * 100 / under).quantize(Decimal("0.1"), ROUND_HALF_UP)
            yield _share(match, plain(percent), offset)
    for match in _RATIO.finditer(masked):
        if number(match["b"]) and (
            number(match["b"]) == 1 or "比" in masked[max(0, match.start() - 12) : match.start()]
        ):
            value = number(match["a"]) / number(match["b"])
            places = Decimal("0.01") if value * 10 > 1 else Decimal("0.000001")  # 1:3500 is not nought
            value = value.quantize(places, ROUND_HALF_UP)
            span = Span(match.start() + offset, match.end() + offset)
            yield Quantity(span=span, value=plain(value), unit="倍", unit_class="ratio", number=span, flags=("ratio",))


def zeros(covered: str, offset: int) -> Iterator[Quantity]:
    """零投诉, 零发生: nought in words."""
    for match in _ZERO.finditer(covered):
        span = Span(match.start() + offset, match.end() + offset)
        unit = _ZEROS[match[0]]
        yield Quantity(span=span, value=Decimal(0), unit=unit, unit_class="count", number=span, flags=("verbal",))


def _share(match: re.Match[str], value: Decimal, offset: int, qualifier: Qualifier | None = None) -> Quantity:
    groups = match.groupdict()
    words = [groups.get("after") or "", groups.get("before") or ""]
    extent: Qualifier = next((_EXTENT[word] for word in words if word in _EXTENT), "exact")
    span = Span(match.start() + offset, match.end() + offset)
    return Quantity(
        span=span,
        value=value,
        unit="%",
        unit_class="rate",
        qualifier=qualifier or extent,
        number=span,
        flags=("share",),
    )
