"""Comparisons: from–to phrases, former values in passing, and changes, which are never levels."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from kg.corpus.document import Span
from kg.extract.amount import Quantity, one_of
from kg.lexicon import pattern, table

Direction = Literal["up", "down"]

CHANGES = {word: (direction, noun) for word, direction, noun in table("changes", "word", "direction", "noun")}
_BY = one_of([word for word, (_, noun) in CHANGES.items() if noun])
_TO = one_of(list(CHANGES))
# 从46.9%下降到…, 由上年的18.2%降至…; 从事, 从严 are other words
_FROM = pattern("comparison.from")
_ARRIVED = re.compile(rf"[^,;。:、\d]{{0,10}}?(?P<verb>{_TO})?[了]?(?:至|到|为|成) *(?:\0+|[^,;。:\d]{{0,6}}的)? *")
_DIRECT = pattern("comparison.direct", to=_TO)
_REACHED = pattern("comparison.reached", to=_TO)
_CHANGED = pattern("comparison.changed", by=_BY)
_SHARED = pattern("comparison.shared")
_CUT = pattern("comparison.cut", noun=one_of([word for word, (way, noun) in CHANGES.items() if way == "down" and noun]))
_THAN = pattern("comparison.than")
_BESIDE = pattern("comparison.beside")
_EVEN = pattern("comparison.even")
_FORMERLY = pattern("comparison.formerly")
_OPPOSITE: dict[Direction, Direction] = {"up": "down", "down": "up"}


def compared(found: Sequence[Quantity], masked: str, offset: int) -> list[Quantity]:
    """The same amounts with their comparisons: a former value joins its new one, and a change is marked as such."""
    result: list[Quantity] = []
    for current in found:
        start = current.span.start - offset
        previous = result[-1] if result else None
        if previous is not None and current.unit_class != "bare":
            gap = masked[previous.span.end - offset : start]
            lead = masked[max(0, previous.span.start - offset - 18) : previous.span.start - offset]
            if _between(previous, current, gap) and not _FROM.search(lead):
                span = Span(previous.span.start, current.span.end)
                result[-1] = replace(previous, span=span, number=span, value_max=current.value)
                continue
            arrived = _ARRIVED.fullmatch(gap) if _alike(previous, current) else None
            origin = _FROM.search(lead)
            if arrived and previous.unit_class == "bare" and not _DIRECT.match(gap):
                arrived = None  # 500强企业增至18家
            if arrived and (origin or arrived["verb"]) and previous.kind == "level":
                begin = previous.span.start - (len(lead) - origin.start() if origin else 0)
                result[-1] = _moved(previous, current, arrived["verb"], begin)
                continue
            same = previous.unit == current.unit and previous.kind == "level"
            if same and _BESIDE.fullmatch(gap) and _EVEN.match(masked, current.span.end - offset):
                # 43件,与上年的44件基本持平
                result[-1] = replace(previous, former_value=current.value, compared=current.span)
                continue
            if same and (_THAN.fullmatch(gap) or _FORMERLY.fullmatch(gap)):
                result[-1] = _with_former(previous, current, masked, offset)
                continue
        if previous is not None and previous.kind == "change" and _goes_on(previous, current, masked, offset):
            result.append(replace(current, kind="change", direction=previous.direction, change=previous.change))
            continue
        if (
            previous is not None
            and previous.kind == "level"
            and previous.change
            and _goes_on(previous, current, masked, offset)
        ):
            # 分别提高到99%和83%
            result.append(replace(current, direction=previous.direction, change=previous.change))
            continue
        result.append(_changed(current, masked[:start], masked[current.span.end - offset :]))
    return result


def _goes_on(change: Quantity, current: Quantity, masked: str, offset: int) -> bool:
    """分别增长6.8%、12.3%; 同比减少1起、3人: the verb of the first holds for those that follow with nothing of their own."""
    gap = masked[change.span.end - offset : current.span.start - offset].strip()
    if _SHARED.search(lead_of(masked, change, offset)) and change.unit == current.unit:
        return gap in ("、", "和", "及", ",")
    ends = re.match(r"[,;。)]|[、和]\d|$", masked[current.span.end - offset :])
    return gap in ("、", "和") and bool(ends) and current.unit_class != "bare"


def lead_of(masked: str, quantity: Quantity, offset: int) -> str:
    """The words right before a quantity, back to the last mark but 、 and over figures joined by it."""
    return re.split("[,;。]", masked[: quantity.span.start - offset])[-1]


def _between(low: Quantity, high: Quantity, gap: str) -> bool:
    """30名至40名, 5%—10%: one range, printed with its unit twice."""
    if (
        gap.strip(" ") not in ("至", "到", "—", "–", "-", "~", "——", "--")
        or low.unit != high.unit
        or low.value is None
        or high.value is None
    ):
        return False
    return low.kind == "level" and low.value_max is None and low.value < high.value


def _alike(former: Quantity, new: Quantity) -> bool:
    return former.unit == new.unit or former.unit_class == "bare"


def _moved(former: Quantity, new: Quantity, verb: str | None, begin: int) -> Quantity:
    direction = _told(verb, new) if verb else None
    if direction is None and former.value is not None and new.value is not None and former.value != new.value:
        direction = "up" if new.value > former.value else "down"
    return replace(
        new,
        span=Span(begin, new.span.end),
        former_value=former.value,
        direction=direction,
        change=verb or "",
    )


def _with_former(new: Quantity, former: Quantity, masked: str, offset: int) -> Quantity:
    """214件,较上年的268件下降20.1%: the direction is that of the verb that follows, else the values tell."""
    verb = re.match(rf"[^,;。]{{0,3}}?({_TO})", masked[former.span.end - offset :])
    direction = _told(verb[1], new) if verb else None
    if direction is None and former.value is not None and new.value is not None and former.value != new.value:
        direction = "up" if new.value > former.value else "down"
    return replace(new, former_value=former.value, direction=direction, compared=former.span)


def _changed(current: Quantity, before: str, after: str) -> Quantity:
    if current.unit == "倍" and re.search("约(?:为|是)[^,;。]{1,16}的$", before):  # 约为一审案件的1.4倍
        return replace(current, qualifier="approx")
    reached = _REACHED.search(before)
    if reached:
        direction = CHANGES[reached["verb"]][0]
        return replace(current, direction=_direction(direction), change=reached["verb"])
    if current.kind == "rank":  # 降幅全市第一
        return current
    unsigned = before.rstrip("-—")
    changed = _CHANGED.search(unsigned)
    # 提升39个县质效, 增加3个岗位: the number of what is changed, not by how much
    counted = current.unit_class in ("count", "thing") and re.match("(?!位次|名次)[\u4e00-\u9fff“]", after)
    if changed and current.unit_class != "bare" and not (counted and current.unit != "位"):
        way = _direction(CHANGES[changed["verb"]][0])
        if unsigned != before:  # 同比增长-3.2%: the sign belongs to the figure
            begin = current.span.start - len(before) + len(unsigned)
            current = replace(current, span=Span(begin, current.span.end))
            way = _OPPOSITE[way] if way else None
        return replace(current, kind="change", direction=way, change=changed["verb"])
    cut = _CUT.search(before) if current.unit_class == "rate" else None
    if cut:  # 压减审批时限76%: how much less of it there is
        return replace(current, direction="down")
    return current


def _told(verb: str, new: Quantity) -> Direction | None:
    """What the verb says of the direction; 从20天提速至6天 says that it went better, not that it went up."""
    word = CHANGES[verb][0]
    return None if word == "better" and new.unit_class == "time" else _direction(word)


def _direction(word: str) -> Direction | None:
    return "up" if word in ("up", "better") else "down" if word == "down" else None
