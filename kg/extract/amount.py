"""Amounts: a number with its unit and how exact it is, read where it stands: 1.2万件, 98.7%, 三百余家, 1—2个."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from kg.corpus.document import Span
from kg.extract.fact import Qualifier
from kg.extract.words import beginning
from kg.lexicon import pattern, table


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number with its unit, as printed; what it measures is not yet known. Positions are document offsets."""

    span: Span
    value: Decimal | None
    value_max: Decimal | None = None
    unit: str
    unit_class: str
    """count, thing, rate, money, time, measure, score, rank, ratio: as in units.tsv; `bare` without a unit."""
    qualifier: Qualifier = "exact"
    former_value: Decimal | None = None
    direction: Literal["up", "down"] | None = None
    kind: Literal["level", "rank", "change"] = "level"
    change: str = ""
    """The verb of change right before the figure (增长, 增至), when there is one."""
    number: Span
    """The number alone, without the words that qualify it and without the former value."""
    compared: Span | None = None
    """Where its former value is printed, when that stands outside `span`: 214件,较上年的268件."""
    flags: tuple[str, ...] = ()


DIGIT = {letter: value for value, letter in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
SCALE = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}


def number(text: str) -> Decimal:
    """A printed number as an exact value.

    >>> number("201.7万"), number("一百二十三"), number("1,203"), number("二点五"), number("三千万")
    (Decimal('2017000'), Decimal('123'), Decimal('1203'), Decimal('2.5'), Decimal('30000000'))
    """
    whole, _, tail = re.sub("[, ]", "", text).partition("点")
    if whole.isdecimal() or re.fullmatch(r"\d+\.\d+", whole):
        return plain(Decimal(whole))
    if len(whole) > 1 and not set(whole) & SCALE.keys() and not any(letter.isdecimal() for letter in whole):
        return Decimal("".join(str(DIGIT[letter]) for letter in whole))  # 二〇二一
    total, section, digit = Decimal(0), Decimal(0), None
    for piece in re.findall(r"\d+(?:\.\d+)?|.", whole):
        if piece not in SCALE:
            digit = Decimal(DIGIT.get(piece, piece))
            continue
        if SCALE[piece] < 10**4:  # 十 alone is 10
            section += (Decimal(1) if digit is None else digit) * SCALE[piece]
        else:
            # 万 alone is 10,000, but 0万 is nought
            group = section + (Decimal(1) if digit is None and not section and not total else digit or 0)
            if piece == "亿":
                total, group = Decimal(0), total + group
            total += group * SCALE[piece]
            section = Decimal(0)
        digit = None
    total += section + (digit or 0)
    if tail:
        total += Decimal("0." + "".join(str(DIGIT[letter]) for letter in tail))
    return plain(total)


def plain(value: Decimal) -> Decimal:
    """The same value in one form only: no exponent, no zeros after the point.

    >>> plain(Decimal("2017000.0")), plain(Decimal("97.20"))
    (Decimal('2017000'), Decimal('97.2'))
    """
    return Decimal(int(value)) if value == value.to_integral_value() else value.normalize()


def one_of(words: list[str]) -> str:
    """An alternation that tries the longest word first."""
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


UNITS = {
    unit: (base, Decimal(scale or 1), kind)
    for unit, base, scale, kind, _ in table("units", "unit", "base", "scale", "class", "noun")
}
_QUALIFIERS = table("qualifiers", "word", "place", "qualifier", "not_after", key=2)
_MEANING: dict[str, dict[str, Qualifier]] = {
    place: {word: qualifier for word, at, qualifier, _ in _QUALIFIERS if at == place}  # type: ignore[misc]
    for place in ("before", "after", "inside")
}
_BEFORE = "|".join(
    (f"(?<![{not_after}])" if not_after else "") + re.escape(word)
    for word, place, _, not_after in sorted(_QUALIFIERS, key=lambda row: (-len(row[0]), row[0]))
    if place == "before"
)
_AFTER, _INSIDE = one_of(list(_MEANING["after"])), one_of(list(_MEANING["inside"]))
_DIGITS = r"(?<![\d.])(?:\d{1,3}(?:[, ]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)"
_CHINESE = "(?:[〇零一二两三四五六七八九十万亿]|百(?!分)|千(?!分|米|瓦|克|伏))+(?:点[〇零一二三四五六七八九]+)?"
_SMALL = "(?:百(?!分)|千(?!分|米|瓦|克|伏))"
_NUMBER = f"(?:{_DIGITS}(?:[十百千]?[万亿]{{1,2}}|{_SMALL})?|{_CHINESE})"
_UNIT = one_of(list(UNITS))
_BEGINS = beginning([*_MEANING["before"], *"〇零一二两三四五六七八九十百千万亿上0123456789"])
_AMOUNT = re.compile(
    rf"{_BEGINS}(?P<before>(?:{_BEFORE}|(?<![迈网线以早晚])上(?=[十百千万亿]))(?:了|达|有)? ?)?"
    rf"(?:(?P<per>[百千万])分之(?P<share>{_NUMBER})"
    rf"|(?P<low>{_NUMBER})(?P<low_unit>%)?(?: ?[—–~～至到-]{{1,2}} ?(?P<high>{_NUMBER})(?(low_unit)(?= ?%)))?)"
    rf"(?: ?(?P<more>{_INSIDE}|\+(?=(?:{_UNIT})[^+])))?(?: ?(?P<late>[十百千]?[万亿]{{1,2}}|[百千](?=[余多])))?(?: ?(?P<more2>{_INSIDE}))?"
    rf"(?: ?(?P<unit>{_UNIT}))?(?P<unit2>\([次件个场户人项条份]\)|/(?:{_UNIT}))?(?P<after>{_AFTER})?"
)
_PER = {"百": ("%", Decimal(1)), "千": ("‰", Decimal(1)), "万": ("%", Decimal("0.01"))}
_BARE_SCALE = re.compile("[百千万亿]+")
_FIRST = pattern("amount.first")


def amounts(masked: str, offset: int) -> Iterator[Quantity]:
    """Every amount of a masked shadow, in order; those without a unit have the class `bare`.

    >>> [(str(q.value), q.unit, q.qualifier) for q in amounts("审结1.2万余件,占98.7%,听取10余名代表意见", 0)]
    [('12000', '件', 'over'), ('98.7', '%', 'exact'), ('10', '名', 'over')]
    """
    for match in _AMOUNT.finditer(masked):
        printed = match["share"] or match["low"]
        if printed is None:
            continue
        unit, scale, kind = _unit(match)
        # 百件实事, 万名干部: a bare scale word counts only with 近, 上, 余 and the like
        if _BARE_SCALE.fullmatch(printed) and not (match["before"] or match["more"] or match["more2"] or match["per"]):
            kind = "name"
        if _FIRST.search(masked, max(0, match.start() - 2), match.start()):
            kind = "name"
        late = number(match["late"]) if match["late"] else Decimal(1)
        low, high = number(printed), number(match["high"]) if match["high"] else None
        if high is not None and high < low:
            continue  # 8137-24465 is no range when it runs down
        if high is not None and not set(printed) & SCALE.keys():
            shared = re.search("[万亿]+$", match["high"])  # 1—2万件: the scale holds for both ends
            low *= number(shared[0]) if shared else 1
        yield Quantity(
            span=Span(match.start() + offset, match.end() + offset),
            value=plain(low * late * scale),
            value_max=None if high is None else plain(high * late * scale),
            unit=unit,
            unit_class=kind,
            qualifier=_qualifier(match),
            number=Span(match.start("share" if match["share"] else "low") + offset, match.end() + offset),
        )


def _unit(match: re.Match[str]) -> tuple[str, Decimal, str]:
    """Unit as printed without scale words, what the number is multiplied by, and the class of the unit."""
    if match["per"]:
        return *_PER[match["per"]], "rate"
    if not match["unit"]:
        return ("%", Decimal(1), "rate") if match["low_unit"] else ("", Decimal(1), "bare")
    base, scale, kind = UNITS[match["unit"]]
    return base + (match["unit2"] or ""), scale, kind


def _qualifier(match: re.Match[str]) -> Qualifier:
    if match["more"] or match["more2"]:
        return "over"
    if match["after"]:
        return _MEANING["after"][match["after"]]
    before = re.sub("(?<=.)[了达有]$", "", (match["before"] or "").strip())
    return "at_least" if before == "上" else _MEANING["before"].get(before, "exact")
