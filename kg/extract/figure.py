"""Figures: quantities with the name of what they measure, their relations (其中, 分别, 均, from–to) and their concept."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from kg.corpus.document import Span
from kg.extract.amount import Quantity
from kg.extract.comparison import CHANGES
from kg.extract.fact import Figure
from kg.extract.indicator import concept
from kg.extract.naming import Namer
from kg.extract.passage import Passage
from kg.extract.phrase import clause, does, words
from kg.extract.surrounding import Name, Topic
from kg.extract.table_row import in_row
from kg.extract.words import cues
from kg.lexicon import pattern

_RUNNING = pattern("figure.running")
_HONOURED = re.compile(cues("honoured"))
_LASTING = pattern("figure.lasting", lasting=cues("lasting"))
_LIMIT = re.compile(cues("limit"))
_DONE_IN = pattern("figure.done-in")
_NAMED_AREAS = re.compile(r"[一二两三四五六七八九十]+(?![百千万亿])")
_PART = pattern("figure.part")
_GOES_ON = pattern("figure.goes-on")
_YEAR = re.compile(r"(20\d\d|19\d\d)")
_ARRIVED = pattern("figure.arrived")
_YEARS = pattern("figure.years")
_AIM = re.compile(cues("aim"))
_OF_CLASSES = pattern("figure.of-classes")
_SUMMED = pattern("figure.summed")
_SUMS = re.compile(r"、[^,;。、\d]{1,16}等$")
_RESPECTIVE = pattern("figure.respective")
_LISTED = pattern("figure.listed")
_IN_EDITIONS = pattern("figure.in-editions")
_ENDS = ",;。、"


def figures(passage: Passage, found: tuple[Quantity, ...], topic: Topic | None = None) -> tuple[Figure, ...]:
    """The figures of a sentence; `topic` is what those before a semicolon were about, and is brought up to date. Scope counts carry the flag `scope` (they state no result), 零发生 the flag `verbal`.

    A heading has none: its numbers are a part of its title.
    """
    if passage.sentence is None or not found:
        return ()
    wanted = [quantity for quantity in found if counts(passage, quantity)]
    skipped = [quantity for quantity in found if quantity not in wanted]
    yearly = _yearly(passage, wanted)
    named = Namer(passage, wanted, skipped, topic or Topic()).names()
    read = tuple(
        _figure(passage, quantity, name, parent)
        for quantity, names, parent in zip(wanted, named, _parents(passage, wanted), strict=True)
        for name in names
    )
    if yearly:
        read = tuple(replace(figure, year=yearly.get(figure.span, figure.year)) for figure in read)
    whole = {figure.span: figure.indicator for figure in read if figure.indicator}
    # 受理案件58件,其中县级受理52件: a part is not what the concept counts
    read = tuple(
        replace(figure, indicator=None) if figure.part_of and whole.get(figure.part_of) == figure.indicator else figure
        for figure in read
    )
    return in_row(passage, read)


def counts(passage: Passage, quantity: Quantity) -> bool:
    """Whether a quantity is a figure about the work: no bare number, no name, no period, no list of points."""
    start, end = passage.inside(quantity.span)
    if quantity.unit_class in ("bare", "name"):
        return False
    low, high = clause(passage, start, end)
    if quantity.unit_class == "time":
        if _RUNNING.search(passage.shadow[:start]) and quantity.unit in ("年", "个月", "月"):
            # 连续三年保持100%; 连续三年开展督察 is how often something was done again
            again = does(passage, end, high) and not _LASTING.match(passage.shadow[end:high])
            return not again and not _HONOURED.search(passage.shadow[low:high])
        compared = quantity.kind == "change" or quantity.former_value is not None or bool(quantity.change)
        limited = _LIMIT.search(passage.shadow, low, start) or _DONE_IN.match(passage.shadow, end)
        at_most = quantity.qualifier == "at_most"  # 全程不超过10分钟
        lasting = quantity.unit == "年" and quantity.change not in CHANGES  # 平均寿命延长0.6年
        return not lasting and (compared or at_most or bool(limited))
    if quantity.value == 1 and passage.shadow.count("“", 0, start) > passage.shadow.count("”", 0, start):
        return False  # 做到“开展1次宣讲、组织1次考试”: a formula, however long
    chinese = _NAMED_AREAS.match(passage.shadow[start:end])
    if chinese and chinese[0] == "一" and quantity.unit == "次" and start == low and _again(passage, end, high):
        return False  # 一次退回补充侦查5件: the first time, no number of times
    # 连续8次位居前列: how often an honour was got again
    honoured = _RUNNING.search(passage.shadow[:start]) and _HONOURED.search(passage.shadow[low:high])
    # 二十届三中全会, 二轮延包, 一期工程: numbers in words of what comes in a row, not of what was counted
    if (
        quantity.unit == "届"
        or (honoured and quantity.unit == "次")
        or (chinese and (quantity.unit in ("期", "轮") or chinese[0] == "二") and not _held(passage, start, end))
    ):
        return False
    if quantity.unit == "级" or (quantity.unit_class == "thing" and chinese and quantity.unit not in ("领域", "省")):
        return False
    if quantity.unit == "类" and _OF_CLASSES.match(passage.shadow, end - 1):
        return False  # 8类严重暴力案件破案率达100%: they are known by their number
    if chinese and quantity.unit == "类" and _SUMS.search(passage.shadow, low, start):  # 爆炸、杀人等八类案件
        return False
    # 发案量、败诉率、撤诉率三项指标: a number in words that sums up a list is no figure
    if chinese and _SUMMED.search(passage.shadow[low:start]):
        return False
    return not (chinese and (_LISTED.match(passage.shadow, end - 1) or _RESPECTIVE.match(passage.shadow, end)))


def _held(passage: Passage, start: int, end: int) -> bool:
    """举办培训两期, 讲座一期: so many were held; not 一期工程, 项目一期."""
    return passage.masked[end : end + 1] in _ENDS and bool(_IN_EDITIONS.search(passage.shadow[:start]))


def _again(passage: Passage, start: int, end: int) -> bool:
    """Whether a stretch begins with a verb and holds a figure of its own: 一次 | 退回补充侦查5件."""
    first = next(iter(words(passage, start, end)), None)
    return first is not None and first.tag == "v" and bool(re.search(r"\d", passage.masked[start:end]))


def _figure(passage: Passage, quantity: Quantity, name: Name, parent: Span | None) -> Figure:
    start, end = passage.inside(quantity.span)
    year, former_year = _years(passage, quantity)
    target = passage.role == "plan" or (passage.role == "mixed" and bool(_AIM.search(passage.shadow[:start])))
    flags = (*quantity.flags, *(("scope",) if name.scope or quantity.unit_class == "thing" else ()))
    return Figure(
        span=quantity.span,
        quote=passage.text[start:end],
        sentence=passage.order,
        rule=name.rule,
        confidence=name.sure,
        flags=flags,
        name=name.name,
        name_raw=name.raw,
        indicator=concept(name.name, quantity.unit, change=quantity.kind == "change", rank=quantity.kind == "rank"),
        value=quantity.value,
        value_max=quantity.value_max,
        unit=quantity.unit,
        qualifier=quantity.qualifier,
        former_value=quantity.former_value,
        former_year=former_year,
        direction=quantity.direction,
        year=year,
        target=target,
        part_of=parent,
    )


def _parents(passage: Passage, found: list[Quantity]) -> Iterator[Span | None]:
    """The figure that each is a part of: 其中 and 含 name the nearest one before with the same unit, and a list goes on."""
    parent: Quantity | None = None
    summed = Decimal(0)
    last_end = 0
    for index, quantity in enumerate(found):
        start, end = passage.inside(quantity.span)
        gap = passage.shadow[last_end:start]
        if index and _PART.search(gap):
            before = [earlier for earlier in found[:index] if earlier.unit == quantity.unit and earlier.kind == "level"]
            parent, summed = (before[-1] if before else None), Decimal(0)
        elif parent and not (_GOES_ON.fullmatch(gap) and parent.unit == quantity.unit and quantity.kind == "level"):
            parent = None
        summed += quantity.value or 0
        if parent and (quantity.unit_class == "rate" or (parent.value or 0) < summed):
            parent = None
        yield parent.span if parent else None
        last_end = end


def _yearly(passage: Passage, found: list[Quantity]) -> dict[Span, int]:
    """2021年、2022年分别受理12件、15件: the year of each of so many figures, in their order."""
    years: dict[Span, int] = {}
    for match in _YEARS.finditer(passage.shadow):
        listed = [int(year) for year in _YEAR.findall(match[1])]
        _, high = clause(passage, match.end(), match.end())
        after = [one for one in found if match.end() <= passage.inside(one.span)[0] < high and one.unit_class != "time"]
        if len(after) == len(listed) and len({one.unit for one in after}) == 1:
            years |= {one.span: year for one, year in zip(after, listed, strict=True)}
    return years


def _years(passage: Passage, quantity: Quantity) -> tuple[int | None, int | None]:
    """The year of the figure and that of its former value: the last year printed before it that is no comparison."""
    start, end = passage.inside(quantity.span)
    year, former = passage.year_at(start), None
    if quantity.former_value is not None:
        inside = [int(match[1]) for match in _YEAR.finditer(passage.shadow, max(0, start - 8), end + 20)]
        arrived = _ARRIVED.search(passage.shadow, start, end)  # 由2021年的320件降至2023年的210件
        year = int(arrived[1]) if arrived else year
        printed = [found for found in inside if year and found < year]
        former = printed[0] if printed else (year - 1 if year else None)
    return year, former
