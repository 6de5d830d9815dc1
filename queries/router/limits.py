"""Limits that no slot takes: 除了司法局, 90%以上, 平均, 没有提到. They are told as unused, never dropped or turned round."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from queries.router.spotting import Spot

_AMOUNT = r"\s*(?:\d[\d,.]*|[一二两三四五六七八九十百千]+)\s*(?:%|个百分点|[万亿]?[元件个起项次人份条部家户名场]?)"
_WRITTEN = r"[^,;:?!.()]{1,14}?"
_OUTSIDE = r"以外|之外|外"
_ENDS = r"(?=还|其他|其它|其余|剩下|[,;:?!.()]|$)"
_STANDS_FOR = {"high": "高", "low": "低"}
_NAMED = ("indicator", "document", "programme")


def taken_out(said: str, spots: Iterable[Spot]) -> tuple[str, tuple[str, ...]]:
    """A tidied sentence without the limits that would be read as the very thing asked for, and those limits.

    What is above or below a number is asked for as high or low, which lists it first.

    >>> taken_out("除了司法局还有谁牵头", ()), taken_out("合格率在90%以上的县", ())
    (('还有谁牵头', ('除了司法局',)), ('合格率高的县', ('在90%以上',)))
    """
    spots = tuple(one for one in spots if one.kind in _NAMED)
    found: list[str] = []

    def out(match: re.Match[str]) -> str:
        # 30日以上案件办结率 is the name of an indicator.
        if any(match.start() > one.start and match.end() <= one.end for one in spots):
            return match[0]
        found.append(match[0].strip(" ,"))
        return _STANDS_FOR.get(match.lastgroup or "", "")

    rest = _patterns().sub(out, said)
    return (rest, tuple(found)) if rest.strip(" ?!.,") else (said, ())


def left_aside(said: str, spots: Iterable[Spot], own: str, *, placed: bool) -> tuple[str, ...]:
    """The words of a sentence that limit it, that stand in no name and that a question whose words are `own` does not know.

    Words of the kind `always` (批评) are told though a question knows them: it lists who is named, for good or ill.
    `placed` says whether a place is chosen: then 全省 only says that all of it is meant.

    >>> left_aside("全省平均是多少", (), "多少", placed=True), left_aside("全省平均是多少", (), "多少", placed=False)
    (('平均',), ('全省', '平均'))
    """
    spots = tuple(spots)
    found: list[str] = []
    for kind in ("told", "always"):
        for match in _words(kind).finditer(said):
            inside = any(one.start < match.end() and match.start() < one.end for one in spots)
            known = kind == "told" and match[0] in own
            if not inside and not known and not (placed and match[0].startswith("全")):
                found.append(match[0])
    return tuple(dict.fromkeys(found))


def turned_round(said: str, own: str) -> str:
    """The words that turn a sentence into its opposite, where a question does not know them; "" where there are none.

    >>> turned_round("没有提到信访的报告", "提到"), turned_round("今年不提了的指标", "去年有今年不提了的指标")
    ('没有提到', '')
    """
    found, own = _words("without").finditer(said), own.replace("有没有", "")
    # 有没有提到 asks whether.
    return next((one[0] for one in found if one[0] not in own and not said[: one.start()].endswith("有")), "")


@cache
def _table() -> Mapping[str, tuple[str, ...]]:
    """Kind → its words, the longest first."""
    found: dict[str, list[str]] = {}
    for line in Path(__file__).with_name("limits.tsv").read_text("utf-8").splitlines()[1:]:
        kind, word = line.split("\t")
        found.setdefault(kind, []).append(word)
    return {kind: tuple(sorted(several, key=lambda word: (-len(word), word))) for kind, several in found.items()}


@cache
def _words(kind: str) -> re.Pattern[str]:
    return re.compile(_any(kind))


@cache
def _patterns() -> re.Pattern[str]:
    return re.compile(
        f"(?:{_any('except')}){_WRITTEN}(?:{_OUTSIDE}|{_ENDS})|除{_WRITTEN}(?:{_OUTSIDE})"
        f"|(?P<high>(?:{_any('above')}){_AMOUNT}|在?{_AMOUNT}(?:{_any('up')}))"
        f"|(?P<low>(?:{_any('below')}){_AMOUNT}|在?{_AMOUNT}(?:{_any('down')}))"
    )


def _any(kind: str) -> str:
    """One of the words of a kind; Latin ones as whole words."""
    return "|".join(rf"\b{re.escape(word)}\b" if word.isascii() else re.escape(word) for word in _table()[kind])
