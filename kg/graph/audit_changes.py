"""Audit of stated changes: from–to against the word of direction, the difference and the percentage printed beside it."""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache

from kg.extract.fact import Figure
from kg.graph.audit import Case
from kg.graph.audit_figures import half_unit, plain
from kg.graph.finding import Finding
from kg.lexicon import pattern, table

_FROM = pattern("audit_changes.from")
_RANK = "第"
"""Before a number: a place in a ranking, which rises as the number falls."""


def changes(case: Case) -> Iterator[Finding]:
    """From–to against its direction word and the change printed beside it; % where percentage points are meant."""
    for figures in case.figures().values():
        for figure in figures:
            former, value = figure.former_value, figure.value
            if former is None or value is None:
                continue
            grows = former < value if _RANK not in figure.quote else value < former
            wrong = value != former and figure.direction in {"up", "down"} and grows != (figure.direction == "up")
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
            after = [f for f in figures if f.span.start >= figure.span.end]
            if after and after[0].unit == "%" != figure.unit:
                yield from _stated_growth(case, figure, after[0])
            stated = [f for f in after if f.unit in {"百分点", figure.unit}]
            if stated and stated[0].direction and stated[0].value is not None and stated[0].former_value is None:
                yield from _stated_change(case, figure, stated[0])


def _stated_change(case: Case, figure: Figure, change: Figure) -> Iterator[Finding]:
    if figure.value is None or figure.former_value is None or change.value is None:
        return
    if change.span.start - figure.span.end > 12:
        return  # another clause: most likely of something else
    if _OTHER_SUBJECT.search(_MANNER.sub("", case.document.text[figure.span.end : change.span.start])):
        return
    true = abs(figure.value - figure.former_value)
    slack = _slack(change) + _slack(figure)
    evidence = (case.words(figure), case.words(change))
    if figure.unit == "%" and change.unit == "%" and abs(true - change.value) <= slack:
        zh = f"“{change.quote}”应作“{plain(change.value)}个百分点”：两个百分数之差"
        en = f"“{change.quote}” should read {plain(change.value)} percentage points: it is the difference of two percentages"
        yield case.finding("percentage-point", (zh, en), evidence, severity="info", focus=case.node(change))
    elif change.unit != "%" and abs(true - change.value) > slack:
        zh = f"“{figure.quote}”相差 {plain(true)}，却写作“{change.quote}”"
        en = f"“{figure.quote}” differ by {plain(true)}, but “{change.quote}” is printed"
        yield case.finding("change", (zh, en), evidence, focus=case.node(change), value=plain(true))


def _slack(figure: Figure) -> Decimal:
    """Half a unit of the last digit printed; none where things were counted and the count is printed in full."""
    half = half_unit(figure.quote)
    counted = figure.unit in _counts() and figure.qualifier == "exact" and half == Decimal("0.5")
    return Decimal(0) if counted else half


@cache
def _counts() -> frozenset[str]:
    """Units of what is counted and not measured: 件 and 个, no 天 and no 亩."""
    return frozenset(
        base for _, base, _, kind, _ in table("units", "unit", "base", "scale", "class", "noun") if kind == "count"
    )


def _stated_growth(case: Case, figure: Figure, growth: Figure) -> Iterator[Finding]:
    """From 50 to 80 is 60% more. Only of the same thing, and not where the percentage is of another year or an average."""
    former, value = figure.former_value, figure.value
    gap = case.document.text[figure.span.end : growth.span.start]
    stem = _GROWTH.sub("", growth.name)
    same = stem != growth.name and len(stem) >= 2 and figure.name.startswith(stem)
    if not former or value is None or growth.value is None or not same or len(gap) > 12 or _OTHER_GROWTH.search(gap):
        return
    if (
        "同比" in gap
        and figure.former_year is not None
        and figure.year is not None
        and figure.year - figure.former_year != 1
    ):
        return
    true = abs(value - former) / former * 100
    slack = half_unit(growth.quote) if growth.qualifier == "exact" else Decimal(1)
    loose = half_unit(figure.quote) / former * (1 + value / former) * 100 if half_unit(figure.quote) > 1 else 0
    if abs(true - growth.value) > slack + loose:
        shown = plain(round(true, 2))
        zh = f"{plain(former)} → {plain(value)} 变化 {shown}%，却写作“{growth.quote}”"
        en = f"{plain(former)} → {plain(value)} is a change of {shown}%, but “{growth.quote}” is printed"
        yield case.finding(
            "change", (zh, en), (case.words(figure), case.words(growth)), focus=case.node(growth), value=shown
        )


_MANNER = pattern("audit_changes.manner")
_OTHER_SUBJECT = re.compile(r"[一-鿿]{2}")
"""What is left between from–to and a change, its manner taken out: 调解案件数量 (增长5%), another thing that grew."""
_GROWTH = pattern("audit_changes.growth")
_OTHER_GROWTH = pattern("audit_changes.other-growth")
