"""Audit of figures against one another: rates, parts of a whole, stated changes, the same thing said twice."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import combinations

from rapidfuzz import fuzz

from kg.extract.fact import Figure
from kg.graph.audit import Case
from kg.graph.finding import Finding

_DIGITS = re.compile(r"\d[\d,]*(?:\.(\d+))?")
_RATE = re.compile(r"(率|占比|比例|比重)$")
_SCALES = {"万": 10_000, "亿": 100_000_000, "千": 1_000, "百": 100}
_WHOLE_WORDS = ("受理", "共", "收到", "接收", "累计", "总", "应", "登记", "收案", "排查", "新收", "收")
_FROM = re.compile(r"[较比]?[^从由]{0,8}[从由]")
_OTHER_PERIOD = re.compile(r"五年|[三四六]年来|累计|以来|十[二三四五]五|季度|半年|上年|去年|同期|截至|月底|至今|其中")
"""A sentence with one of these may speak of another period or scope than its neighbour."""
_SAME_WORDS = 60
_MAX_GAP = Decimal(25)
"""Percentage points: beyond that the rate is most likely of something else."""


def half_unit(quote: str) -> Decimal:
    """Half a unit of the last digit printed: 99.6% → 0.05; 3.65亿元 → 500000; 1606人 → 0.5.

    >>> [plain(half_unit(quote)) for quote in ("99.6%", "3.65亿元", "1606人")]
    ['0.05', '500000', '0.5']
    """
    found = list(_DIGITS.finditer(quote))
    if not found:
        return Decimal("0.5")
    digits = len(found[-1][1] or "")
    scale = next(
        (factor for word, factor in _SCALES.items() if word in quote[found[-1].end() : found[-1].end() + 1]), 1
    )
    return Decimal(scale) / 2 / Decimal(10) ** digits


def plain(value: Decimal) -> str:
    """A number as a reader writes it.

    >>> plain(Decimal("99.600"))
    '99.6'
    """
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _exact(figure: Figure) -> bool:
    return figure.value is not None and figure.value_max is None and figure.qualifier == "exact"


def rates(case: Case) -> Iterator[Finding]:
    """A rate against the part and the whole printed before it in the same sentence: 8104 of 8137 is 99.6%.

    Only where the sentence leaves no doubt: two counts of one unit before the rate, the first of them the whole (受理,
    共 …), and the word of the rate in the clause of the second (调处成功 — 调处成功率).
    """
    for order, figures in case.figures().items():
        text = case.sentence(order)
        for rate in figures:
            if rate.unit != "%" or rate.value is None or not _RATE.search(rate.name) or rate.former_value is not None:
                continue
            before = [f for f in figures if f.span.end <= rate.span.start and _exact(f) and f.unit not in {"%", "元"}]
            pair = _part_and_whole(case, text.span.start, before, rate)
            if pair is None:
                continue
            part, whole = pair
            if part.value is None or not whole.value:
                continue
            true = part.value / whole.value * 100
            gap = abs(true - rate.value)
            slack = half_unit(rate.quote) if rate.qualifier == "exact" else Decimal(1)
            if rate.value == 100 and rate.qualifier == "exact":
                slack = Decimal(0)  # 100% says all: not 8104 of 8137
            if slack < gap <= _MAX_GAP:
                shown = plain(round(true, 2))
                yield case.finding(
                    "rate",
                    (
                        f"{rate.name}写作 {rate.quote}，按 {plain(part.value)}÷{plain(whole.value)} 应为 {shown}%",
                        f"{rate.quote} is printed, but {plain(part.value)} of {plain(whole.value)} is {shown}%",
                    ),
                    (case.words(whole), case.words(part), case.words(rate)),
                    focus=case.node(rate),
                    value=shown,
                )


def _part_and_whole(case: Case, start: int, before: list[Figure], rate: Figure) -> tuple[Figure, Figure] | None:
    if len(before) < 2:
        return None
    whole, part = before[-2], before[-1]
    alike = whole.unit == part.unit and [f.unit for f in before].count(part.unit) == 2
    stem = _RATE.sub("", rate.name)
    clause = case.document.text[whole.span.end : part.span.end]
    opening = case.document.text[start : whole.span.start]
    said = len(stem) >= 2 and any(stem[i : i + 2] in clause for i in range(len(stem) - 1))
    if alike and said and any(word in opening for word in _WHOLE_WORDS):
        return part, whole
    return None


def parts(case: Case) -> Iterator[Finding]:
    """What the text calls a part (其中, 含) is not more than the whole, nor are all parts of a kind together."""
    for figures in case.figures().values():
        by_whole: dict[int, list[Figure]] = defaultdict(list)
        whole: Figure | None = None
        for index, figure in enumerate(figures):
            whole = _whole(case, figures[:index], figure, whole)
            if whole is not None and whole.unit == figure.unit and _exact(whole) and _exact(figure):
                by_whole[whole.span.start].append(figure)
                if figure.value is not None and whole.value is not None and figure.value > whole.value:
                    yield case.finding(
                        "part",
                        (
                            f"部分（{figure.quote}）大于总数（{whole.quote}）",
                            f"the part {figure.quote} is more than the whole {whole.quote}",
                        ),
                        (case.words(whole), case.words(figure)),
                        focus=case.node(figure),
                    )

        for start, told in by_whole.items():
            whole = next(f for f in figures if f.span.start == start)
            total = sum((part.value for part in told if part.value is not None), Decimal(0))
            if len(told) > 1 and whole.value is not None and total > whole.value >= max(p.value or 0 for p in told):
                yield case.finding(
                    "parts",
                    (
                        f"各部分之和 {plain(total)} 大于总数（{whole.quote}），请核对各部分是否互有重叠",
                        f"the parts add up to {plain(total)}, more than {whole.quote}; look whether they overlap",
                    ),
                    (case.words(whole), *(case.words(part) for part in told)),
                    severity="info",
                    focus=case.node(whole),
                    value=plain(total),
                )


def _whole(case: Case, before: list[Figure], figure: Figure, last: Figure | None) -> Figure | None:
    """What a figure is a part of: as it was read, or, since a reading ties no part that is too large, as the words say it.

    By the words alone only where 其中 follows the one count of that unit, or 、 goes on with its parts.
    """
    if figure.part_of is not None:
        return next((f for f in before if f.span == figure.part_of), None)
    if not before:
        return None
    gap = case.document.text[before[-1].span.end : figure.span.start]
    if last is not None and _NEXT_PART.fullmatch(gap):
        return last
    alone = [f.unit for f in before].count(figure.unit) == 1 and before[-1].unit == figure.unit
    return before[-1] if alone and _FIRST_PART.fullmatch(gap) else None


_FIRST_PART = re.compile(r"[,，;；]?其中[^,，;；。:：、]{0,16}")
_NEXT_PART = re.compile(r"、[^,，;；。:：、]{1,10}")


def changes(case: Case) -> Iterator[Finding]:
    """From–to against its direction word and the change printed beside it; % where percentage points are meant."""
    for figures in case.figures().values():
        for figure in figures:
            former, value = figure.former_value, figure.value
            if former is None or value is None:
                continue
            wrong = (figure.direction == "up" and value < former) or (figure.direction == "down" and value > former)
            if wrong and _FROM.match(figure.quote):
                yield case.finding(
                    "direction",
                    (
                        f"写作“{figure.quote}”，方向与前后数值不符",
                        f"“{figure.quote}”: the word of direction contradicts {plain(former)} → {plain(value)}",
                    ),
                    (case.words(figure),),
                    focus=case.node(figure),
                )
            stated = [f for f in figures if f.span.start >= figure.span.end and f.unit in {"百分点", figure.unit}]
            if stated and stated[0].direction and stated[0].value is not None and stated[0].former_value is None:
                yield from _stated_change(case, figure, stated[0])


def _stated_change(case: Case, figure: Figure, change: Figure) -> Iterator[Finding]:
    if figure.value is None or figure.former_value is None or change.value is None:
        return
    if change.span.start - figure.span.end > 12:
        return  # another clause: most likely of something else
    true = abs(figure.value - figure.former_value)
    slack = half_unit(change.quote) + half_unit(figure.quote)
    evidence = (case.words(figure), case.words(change))
    if figure.unit == "%" and change.unit == "%" and abs(true - change.value) <= slack:
        zh = f"“{change.quote}”应作“{plain(change.value)}个百分点”：两个百分数之差"
        en = f"“{change.quote}” should read {plain(change.value)} percentage points: it is the difference of two percentages"
        yield case.finding("percentage-point", (zh, en), evidence, severity="info", focus=case.node(change))
    elif change.unit != "%" and abs(true - change.value) > slack:
        zh = f"“{figure.quote}”相差 {plain(true)}，却写作“{change.quote}”"
        en = f"“{figure.quote}” differ by {plain(true)}, but “{change.quote}” is printed"
        yield case.finding("change", (zh, en), evidence, focus=case.node(change), value=plain(true))


def twice(case: Case) -> Iterator[Finding]:
    """The same indicator, unit and year in two sentences with two values, both exact."""
    found: dict[tuple[str, str, int | None], list[Figure]] = defaultdict(list)
    for figures in case.figures().values():
        for figure in figures:
            name = figure.indicator or figure.name
            if (
                _exact(figure)
                and not figure.target
                and figure.direction is None
                and (figure.indicator or len(name) >= 6)
            ):
                found[name, figure.unit, figure.year].append(figure)
    for (name, _, _), figures in found.items():
        for one, other in combinations(figures, 2):
            if one.sentence == other.sentence or one.value is None or other.value is None or len(figures) > 2:
                continue
            turned = sorted(plain(one.value)) == sorted(plain(other.value))  # 12 and 21
            if max(one.value, other.value) > min(one.value, other.value) * Decimal("1.5") and not turned:
                continue  # a slip of the pen is smaller: most likely another scope
            if fuzz.ratio(one.name_raw, other.name_raw) < _SAME_WORDS:
                continue  # one concept in the table, but two things in the text
            texts = [case.sentence(f.sentence).text for f in (one, other) if f.sentence is not None]
            if any(_OTHER_PERIOD.search(text) for text in texts):
                continue
            if abs(one.value - other.value) > half_unit(one.quote) + half_unit(other.quote):
                yield case.finding(
                    "twice",
                    (
                        f"“{name}”两处数值不同：{one.quote}、{other.quote}，请核对是否同一口径",
                        f"“{name}” has two values: {one.quote}, {other.quote}; look whether the scope is the same",
                    ),
                    (case.words(one), case.words(other)),
                    severity="info",
                    focus=case.node(other),
                )


FIGURE_RULES: tuple[Callable[[Case], Iterator[Finding]], ...] = (rates, parts, changes, twice)
