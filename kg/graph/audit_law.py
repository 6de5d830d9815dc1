"""Audit of cited titles: laws that there never were, slips in known titles, laws before their time or after their repeal."""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from operator import itemgetter

from rapidfuzz import fuzz, process

from kg.extract.fact import Citation
from kg.graph.audit import Case
from kg.graph.finding import Finding
from kg.graph.iri import digest
from kg.lexicon import Row, pattern, table

_LAST_WORD = pattern("audit_law.last-word")
_FORMER = pattern("audit_law.former")
_CLEARED = pattern("audit_law.cleared")
_LAW = re.compile("中华人民共和国[^《》()（）]{2,24}法")
_NEAR = 87
"""Likeness in percent (rapidfuzz) below which a title is another, whatever the slip."""


@cache
def _laws() -> dict[str, tuple[str, int | None, date | None]]:
    """Key of every printed form → exact title, year of publication, day of repeal."""
    found = {}
    for title, _, issued, repealed, also, _ in _rows():
        for form in (title, also):
            if form:
                found[digest(_same_dash(form), 16)] = (
                    title,
                    int(issued[:4]) if issued else None,
                    date.fromisoformat(repealed) if repealed else None,
                )
    return found


@cache
def _titles() -> tuple[str, ...]:
    return tuple(_same_dash(row[0]) for row in _rows())


@cache
def _newest() -> int:
    """The year that the table of laws goes to; a later report may cite a law that it has not."""
    return max(int(row[2][:4]) for row in _rows() if row[2])


def _rows() -> tuple[Row, ...]:
    return table("laws", "title", "kind", "issued", "repealed", "also", "source")


def _same_dash(title: str) -> str:
    return re.sub(r"[-–—―－~～至]+", "-", title).replace("（", "(").replace("）", ")")


def laws(case: Case) -> Iterator[Finding]:
    """A cited title that no law has, or almost that of a known one; a law before its time or after its repeal."""
    year = case.document.meta.period_year
    seen: set[str] = set()
    for fact in case.reading.facts:
        if not isinstance(fact, Citation) or fact.document in seen:
            continue
        seen.add(fact.document)
        known = _laws().get(digest(_same_dash(fact.document), 16))
        if known is None:
            yield from _almost(case, fact)
        elif year:
            title, issued, repealed = known
            if issued and issued > year + 1:
                zh = f"{year} 年度报告引用《{fact.document}》，该文件 {issued} 年才公布"
                en = f"the report for {year} cites 《{fact.document}》, published only in {issued}"
                yield case.finding("law", (zh, en), (case.words(fact),), focus=case.node(fact), value=title)
            elif repealed and repealed.year < year and fact.relation == "implements" and not _former(case, fact):
                zh = f"《{fact.document}》已于 {repealed} 废止"
                yield case.finding(
                    "law",
                    (zh, f"《{fact.document}》 was repealed on {repealed}"),
                    (case.words(fact),),
                    focus=case.node(fact),
                )


def _former(case: Case, fact: Citation) -> bool:
    """原《合同法》, or 依据《合同法》制定的文件予以废止: the text says itself that it is no longer in force."""
    text = case.document.text
    return bool(
        _FORMER.search(text[max(0, fact.span.start - 12) : fact.span.start]) or _CLEARED.match(text[fact.span.end :])
    )


def _almost(case: Case, fact: Citation) -> Iterator[Finding]:
    """A slip of the pen in a known title (one or two other characters, one other year), or a law that is not known at all."""
    printed = _same_dash(fact.document)
    near = process.extract(printed, _titles(), scorer=fuzz.ratio, score_cutoff=_NEAR, limit=None)
    title = next(
        (_rows()[place][0] for _, _, place in sorted(near, key=itemgetter(2)) if _slip(printed, _titles()[place])), ""
    )
    year = case.document.meta.period_year
    if title:
        zh = f"《{fact.document}》应作《{title}》"
        en = f"《{fact.document}》 is probably 《{title}》"
    elif _LAW.fullmatch(printed) and year and year < _newest():
        zh = f"法律表中没有《{fact.document}》，请核对标题"
        en = f"the table of laws has no 《{fact.document}》; look at the title"
    else:
        return
    yield case.finding("title", (zh, en), (case.words(fact),), severity="info", focus=case.node(fact), value=title)


def _slip(printed: str, title: str) -> bool:
    """Whether a title is, but for a slip, another: long, of the same kind, with no name of a place in front.

    >>> _slip("优化营商环境条列", "优化营商环境条例"), _slip("宁海县优化营商环境条例", "优化营商环境条例")
    (True, False)
    >>> _slip("中华人民共和国行政处罚罚", "中华人民共和国行政处罚法"), _slip("中华人民共和国公务员", "中华人民共和国公务员法")
    (True, False)
    >>> _slip("法治社会建设实施刚要(2020-2025年)", "法治社会建设实施纲要(2020-2025年)")
    True
    >>> [_slip(f"法治政府建设实施纲要(2021-{year}年)", "法治政府建设实施纲要(2021-2025年)") for year in (2026, 2020)]
    [True, True]
    >>> _slip("法治政府建设实施纲要(2015-2020年)", "法治政府建设实施纲要(2021-2025年)")
    False
    """
    kind, ending = _LAST_WORD.search(title), _LAST_WORD.search(printed)
    if kind is None or abs(len(title) - len(printed)) > 1 or title[0] != printed[0]:
        return False
    if ending is None:  # 条列 for 条例, 处罚罚 for 处罚法: no kind of its own, and all before the last character agrees
        if len(printed) == len(title) and _years(printed) == _years(title) and fuzz.ratio(printed, title) >= 91:
            return True  # 实施刚要(2020-2025年): the slip stands in the word of its kind
        stem = title[: kind.end(1) - 1]
        if len(kind[1]) == 1 and len(printed) != len(title):
            return False  # a title without its last character may be a name
        return len(stem) >= 5 and printed.startswith(stem) and fuzz.ratio(printed, title) >= 87
    years, others = _years(title), _years(printed)
    if years != others:
        one_off = len(years) == len(others) == 2 and (years[0] == others[0]) != (years[1] == others[1])
        return one_off and re.sub(r"\d+", "", title) == re.sub(r"\d+", "", printed)
    return len(printed) >= 9 and kind[1] == ending[1] and 100 > fuzz.ratio(printed, title) >= 91


def _years(title: str) -> list[str]:
    return re.findall(r"\d+", title)
