"""Audit of figures against one another: rates, parts of a whole, the same thing said twice."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from itertools import combinations

from rapidfuzz import fuzz

from kg.extract.fact import Figure, Mention
from kg.graph.audit import Case
from kg.graph.finding import Finding
from kg.lexicon import pattern, table

_DIGITS = re.compile(r"\d[\d,]*(?:\.(\d+))?")
_RATE = pattern("audit_figures.rate")
_SCALES = {"万": 10_000, "亿": 100_000_000, "千": 1_000, "百": 100}
_OTHER_PERIOD = pattern("audit_figures.other-period")
_PART = "其中"
"""What stands behind it is of a part."""
_IN_TIME = pattern("audit_figures.in-time")
_EACH = pattern("audit_figures.each")
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


_RATIOS = frozenset({"%", "‰", "倍", "百分点", "千分点"})


def _exact(figure: Figure) -> bool:
    return figure.value is not None and figure.value_max is None and figure.qualifier == "exact"


def rates(case: Case) -> Iterator[Finding]:
    """A rate against the part and the whole printed before it in the same sentence: 8104 of 8137 is 99.6%.

    Only where the sentence leaves no doubt: two counts of one unit before the rate, the first of them the whole (受理,
    共 …, or 其中 before the second), and the word of the rate in the clause of the second (调处成功 — 调处成功率).
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
            if slack + _rounded(part, whole) < gap <= _MAX_GAP:
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


def _rounded(one: Figure, base: Figure) -> Decimal:
    """Percentage points by which one ÷ base may be off because of counts in 万 or 亿: 2.1万 of 2.4万."""
    if not one.value or not base.value:
        return Decimal(0)
    loose = [half / value for f, value in ((one, one.value), (base, base.value)) if (half := half_unit(f.quote)) > 1]
    return one.value / base.value * 100 * sum(loose, Decimal(0))


def _part_and_whole(case: Case, start: int, before: list[Figure], rate: Figure) -> tuple[Figure, Figure] | None:
    if len(before) < 2:
        return None
    whole, part = before[-2], before[-1]
    alike = whole.unit == part.unit and [f.unit for f in before].count(part.unit) == 2
    stem = _RATE.sub("", rate.name)
    clause = case.document.text[whole.span.end : part.span.end]
    opening = case.document.text[start : whole.span.start]
    said = len(stem) >= 2 and any(stem[i : i + 2] in clause for i in range(len(stem) - 1))
    if _EACH.search(case.document.text[part.span.end : rate.span.start]):
        return None
    in_time = _IN_TIME.search(rate.name) and not _IN_TIME.search(clause)
    if alike and said and not in_time and (_PART in clause or any(word in opening for word in _whole_words())):
        return part, whole
    return None


@cache
def _whole_words() -> tuple[str, ...]:
    return tuple(row[0] for row in table("whole_words", "word", "example"))


def parts(case: Case) -> Iterator[Finding]:
    """What the text calls a part (其中, 含) is not more than the whole, nor are all parts of a kind together."""
    for figures in case.figures().values():
        by_whole: dict[int, list[Figure]] = defaultdict(list)
        whole: Figure | None = None
        for index, figure in enumerate(figures):
            whole = _whole(case, figures[:index], figure, whole)
            if whole is not None and _adds_up(whole, figure):
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


def _adds_up(whole: Figure, part: Figure) -> bool:
    """Counts of one unit; a growth of 1.7倍 is not the whole of a growth of 17.2倍."""
    alike = whole.unit == part.unit and whole.unit not in _RATIOS
    return alike and _exact(whole) and _exact(part) and whole.direction is None and part.direction is None


def _whole(case: Case, before: list[Figure], figure: Figure, last: Figure | None) -> Figure | None:
    """What a figure is a part of: as it was read, or, since a reading ties no part that is too large, as the words say it.

    By the words alone only where 其中 or 含 follows the one count of that unit, or 、 goes on with its parts.
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


_FIRST_PART = re.compile(r"[,，;；(（]?(?:其中|含)[^,，;；。:：、]{0,16}")
_NEXT_PART = re.compile(r"、[^,，;；。:：、]{1,10}")


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
            if any(_elsewhere(case, figure) for figure in (one, other)):
                continue
            bodies = [_named_before(case, figure) for figure in (one, other)]
            if all(bodies) and bodies[0].isdisjoint(bodies[1]):
                continue  # each of another office
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


def _named_before(case: Case, figure: Figure) -> frozenset[str]:
    """The bodies that its sentence names before a figure."""
    return frozenset(
        fact.name
        for fact in case.reading.facts
        if isinstance(fact, Mention) and fact.sentence == figure.sentence and fact.span.end <= figure.span.start
    )


def _elsewhere(case: Case, figure: Figure) -> bool:
    """Whether a figure may be of another period, or of a part."""
    if figure.sentence is None:
        return False
    sentence = case.sentence(figure.sentence)
    before = case.document.text[sentence.span.start : figure.span.start]
    return _PART in before or _OTHER_PERIOD.search(sentence.text) is not None


FIGURE_RULES: tuple[Callable[[Case], Iterator[Finding]], ...] = (rates, parts, twice)
