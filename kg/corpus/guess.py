"""Guesses: what a report that does not name itself lets one conclude of its issuer, its area and its years.

Whoever uses these marks what they give as a guess.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache

from kg.lexicon import divisions, pattern, table
from kg.lexicon.divisions import Division

_OWN = pattern("guess.own")
_SPEAKS = pattern("guess.speaks")
_ORGAN_OF = pattern("guess.organ-of")
_ORGAN = pattern("guess.organ")
_GOVERNS = pattern("guess.governs")
_REGION = re.compile("自治区(?:党委|人民政府|政府)")
_DISTRICT = re.compile("(?<!自治)区(?:委|政府|人民政府)")
_DEPARTMENT = pattern("guess.department")
_QUOTED = re.compile(r"“[^”]*”")
_CITED = re.compile(r"《[^》]*》")
_ISSUED = pattern("guess.issued")
LONGEST_NAME = 14
"""Characters before the kind of a place that its name is looked for in."""


def own_kind(text: str) -> str | None:
    """The kind of place that a shadow calls its own: 全县, 我镇; a province also by 省政府 where no other government is named.

    Where it calls none its own, that of the one government which does the work: 县政府坚持依法行政.

    >>> own_kind("我县坚持依法行政,全县办案3件。"), own_kind("制定省政府规章6件。"), own_kind("我局办案3件,全县第一。")
    ('县', '省', None)
    >>> own_kind("在市委领导下,县政府坚持依法行政。"), own_kind("我县坚持依法行政,考核居全市第二。")
    ('县', '县')
    >>> own_kind("自治区党委、政府高度重视,我区法治政府建设取得成效。")
    '自治区'
    """
    if _DEPARTMENT.search(text):
        return None
    own = set(_SPEAKS.findall(text))
    own = own if len(own) == 1 else set(_OWN.findall(text))
    if not own and set(_ORGAN_OF.findall(text)) == {"省"}:
        return "省"
    own = own or set(_GOVERNS.findall(text))
    if own == {"区"} and _REGION.search(text) and not _DISTRICT.search(text):
        return "自治区"
    return own.pop() if len(own) == 1 else None


def speaks(text: str, kind: str) -> bool:
    """Whether a shadow speaks for a place of this kind, as 我县, and for no department.

    >>> speaks("我县坚持依法行政。", "县"), speaks("我局办案3件,我县第一。", "县"), speaks("全县第一。", "县")
    (True, False, False)
    """
    return kind in _SPEAKS.findall(text) and not _DEPARTMENT.search(text)


def own_name(text: str, kind: str) -> str | None:
    """The one place of its own kind that a text names, twice at least; a province once, or by the sign that stands for it.

    A municipality once, by its short name too, where no city and no province is spoken of.

    >>> own_name("2022年宁海县办案3件。落实《宁海县法治政府建设方案》。", "县"), own_name("赴宁海县学习。", "县")
    ('宁海县', None)
    >>> own_name("上线“鲁税通”平台。", "省"), own_name("上线“鲁税通”平台,走访驻闽企业。", "省"), own_name("来陕考察时", "省")
    ('山东省', None, '陕西省')
    >>> own_name("全市推进对重庆的要求落实。", "市"), own_name("省委要求,全市学习重庆。", "市")
    ('重庆市', None)
    """
    if kind in ("省", "自治区"):
        named = set(_provinces(text, kind))
        return named.pop() if len(named) == 1 else None
    if kind == "市" and not any(_names(text, kind)) and "省" not in text:
        municipal = {
            one.name for one in divisions.provinces() if one.name[-1] == "市" and divisions.short(one.name) in text
        }
        return municipal.pop() if len(municipal) == 1 else None
    counts = Counter(_names(text, kind))
    (name, count), *others = counts.most_common(2) or [("", 0)]
    return name if count >= 2 and not others else None


def name_by_organ(text: str, kind: str) -> str | None:
    """The one place of a kind whose organs a text names, once at least.

    >>> name_by_organ("县水务局在宁海县委、县政府领导下办案3件。", "县"), name_by_organ("赴宁海县学习,象山县委来访,宁海县政府回访。", "县")
    ('宁海县', None)
    """
    named = set(_names(text, kind, before=_ORGAN))
    return named.pop() if len(named) == 1 else None


def name_on_own_plan(text: str) -> str | None:
    """The one place whose name stands on the year's plan that a text issues; a department issues none for its place.

    >>> name_on_own_plan("印发《青禾市2022年法治政府建设工作要点》。"), name_on_own_plan("我局印发《青禾市2022年普法计划》。")
    ('青禾市', None)
    """
    named = set(_ISSUED.findall(text))
    return named.pop() if len(named) == 1 and not _DEPARTMENT.search(text) else None


def _provinces(text: str, kind: str) -> Iterator[str]:
    plain = _CITED.sub("", _QUOTED.sub("", text))
    for one in divisions.provinces():
        sign = _signs().get(one.code)
        if one.name.endswith(kind) and (divisions.short(one.name) in plain or (sign and sign.search(text))):
            yield one.name


@cache
def _signs() -> dict[str, re.Pattern[str]]:
    """Code of a province → where its sign stands for it: “鲁税通”, 驻闽企业, 来陕考察."""
    rows = table("province_signs", "sign", "code", key=2)
    by_code: dict[str, list[str]] = {}
    for sign, code in rows:
        by_code.setdefault(code, []).append(sign)
    return {
        code: re.compile(
            rf"“[{''.join(signs)}][\u4e00-\u9fff]{{1,4}}(?:[办通贷码钉事融员]|平台)”|驻[{''.join(signs)}](?:单位|企业|部队|机构|高校)|来[{''.join(signs)}](?:考察|视察)"
        )
        for code, signs in by_code.items()
    }


def _names(text: str, kind: str, *, before: re.Pattern[str] = re.compile("")) -> Iterator[str]:
    """Every name of a known place of this kind in a text, the longest that ends there, `before` what must follow."""
    at = text.find(kind)
    while at >= 0:
        end = at + len(kind)
        for start in range(max(0, at - LONGEST_NAME), at - 1) if before.match(text, end) else ():
            name = text[start:end]
            if _places(name):
                yield name
                break
        at = text.find(kind, end)


@cache
def _places(name: str) -> tuple[Division, ...]:
    return divisions.named(name) or divisions.townships_named(name)


# --- years ------------------------------------------------------------------------------------------------------------

_YEAR = re.compile(r"(?<![\d—-])(20[0-4]\d) ?年")
_NUMERALS = {name: number for number, name in enumerate("一二三四五六七八九十", 1)}
_PLAN = r"“?([十]?[一二三四五六七八九十])五”?"
_NEXT = pattern("guess.next", plan=_PLAN)
_TO_DO = pattern("guess.to-do")
_FIRST = pattern("guess.first", plan=_PLAN)
_LAST = pattern("guess.last", plan=_PLAN)


def year_of_work(text: str) -> tuple[int, str] | None:
    """The reported year, with the words that tell it: most years of the text, a campaign, the place in a five-year plan.

    >>> year_of_work("2022年我镇制定文件1件。2022年办案3件。对照2021年下降。")
    (2022, '2022年')
    >>> year_of_work("深入开展党史学习教育。"), year_of_work("巩固党史学习教育成果。")
    ((2021, '开展党史学习教育'), None)
    >>> year_of_work("编制实施“九五”普法规划。")
    (2025, '编制实施“九五”普法规划')
    """
    years = Counter(found[1] for found in _YEAR.finditer(_CITED.sub("", text)))
    if years:
        (year, count), *_ = years.most_common(1)
        return (int(year), f"{year}年") if count >= 2 and count * 2 > years.total() else None
    for name, year in _campaigns():
        found = name.search(text)
        if found:
            return year, found[0]
    for plan, year_in_plan in ((_NEXT, -1), (_FIRST, 0), (_LAST, 4)):
        found = plan.search(text)
        if found:
            return _first_year(*found.groups()[-2:]) + year_in_plan, found[0]
    return None


def planned(text: str, headings: Sequence[str]) -> str | None:
    """The words by which a text that prints no other year plans for the next: a heading, a paragraph on what is to be done.

    >>> planned("办案3件。\\n下一步,我县将加强普法。", []), planned("办案3件。", ["下步打算"]), planned("下一步打算已完成。", [])
    ('下一步,', '下步打算', None)
    """
    said = next((heading for heading in headings if any(plan.search(heading) for plan in _plan_titles())), None)
    found = _TO_DO.search(text) or _NEXT.search(text)
    return said or (found[0] if found else None)


@cache
def _plan_titles() -> tuple[re.Pattern[str], ...]:
    rows = table("section_roles", "role", "where", "pattern", "example", key=3)
    return tuple(re.compile(pattern) for role, where, pattern, _ in rows if role == "plan" and where == "any")


def _first_year(numeral: str, law: str | None) -> int:
    """First year of a five-year plan, or of a plan for spreading the law (普法): 十四五 2021, 八五普法 2021."""
    number = 10 + _NUMERALS.get(numeral[1:], 0) if numeral[0] == "十" else _NUMERALS[numeral]
    return 1986 + 5 * (number - 1) if law else 1981 + 5 * (number - 6)


@cache
def _campaigns() -> tuple[tuple[re.Pattern[str], int], ...]:
    """National campaigns of study that took place within one year, as texts report them: done, not gone on with."""
    rows = table("campaigns", "name", "year")
    return tuple(
        (re.compile(rf"(?:开展|推进|抓好|组织).{{0,2}}{re.escape(name)}(?!常态化|制度化|成果|成效)"), int(year))
        for name, year in rows
    )
