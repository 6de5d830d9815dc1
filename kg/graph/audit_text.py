"""Audit of words: lists and their counts, townships, dates, numbering, years, honours said twice; cited titles in `audit_law`."""

import re
from collections.abc import Callable, Iterator
from datetime import date

from kg.corpus.document import Span
from kg.corpus.outline import Section
from kg.extract.fact import Honour, Statement
from kg.graph.audit import Case
from kg.graph.audit_law import laws
from kg.graph.finding import Finding, Quote
from kg.lexicon import divisions, pattern

_NUMBERS = {word: number for number, word in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
_LIST = pattern("audit_text.list")
_JOINED = pattern("audit_text.joined")
_TOWNSHIPS = pattern("audit_text.townships")
_DAY = re.compile(r"(?<!\d)(?:(?P<year>(?:19|20)\d{2})年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})日")
_MONTH = re.compile(r"(?<!\d)(?:19|20)\d{2}年(?P<month>\d{1,2})月(?!\d)")
_LEAP = 2024
"""A day without its year exists when a leap year has it."""


def lists(case: Case) -> Iterator[Finding]:
    """A printed count against the list before it: 发案量、败诉率、负责人出庭率、诉讼调撤率四项指标 are four.

    With 等 the list may be shorter. 和 may join two items or stand in a name: both readings must fail.
    """
    for sentence in case.reading.sentences:
        shadow = case.document.shadow[sentence.span.start : sentence.span.end]
        for match in _LIST.finditer(shadow):
            count = _NUMBERS.get(match["count"]) or int(match["count"])
            items = match["items"].split("、")
            most = len(items) + len(_JOINED.findall(items[-1]))
            fits = len(items) <= count if match["more"] else len(items) <= count <= most
            if fits:
                continue
            span = Span(sentence.span.start + match.start("items"), sentence.span.start + match.end())
            yield case.finding(
                "list",
                (
                    f"写明{match['count']}项{match['noun']}，所列为 {len(items)} 项",
                    f"{count} are announced, {len(items)} are listed",
                ),
                (case.cut(span, sentence.order),),
                severity="info",
                value=str(len(items)),
            )


def townships(case: Case) -> Iterator[Finding]:
    """全县18个乡镇(街道) against the townships of the division table, for a county's report."""
    area = case.document.meta.area
    if area is None or area.level != "county":
        return
    known = len(divisions.townships(area.code))
    if not known:
        return
    for sentence in case.reading.sentences:
        shadow = case.document.shadow[sentence.span.start : sentence.span.end]
        for match in _TOWNSHIPS.finditer(shadow):
            count = int(match["count"])
            if count > known or (count != known and (match["all"] or match["even"])):
                span = Span(sentence.span.start + match.start(), sentence.span.start + match.end())
                yield case.finding(
                    "townships",
                    (
                        f"写作 {count} 个乡镇（街道），区划表中{area.name}有 {known} 个",
                        f"{count} townships are printed; the division table has {known}",
                    ),
                    (case.cut(span, sentence.order),),
                    severity="info",
                    value=str(known),
                )


def dates(case: Case) -> Iterator[Finding]:
    """Days that do not exist; a measure dated after the day of publication; published or written out of order."""
    meta = case.document.meta
    published = _iso(meta.published)
    reported = {f.sentence for f in case.reading.facts if isinstance(f, Statement) and f.kind in {"measure", "result"}}
    for sentence in case.reading.sentences:
        for match in _MONTH.finditer(sentence.text):
            if not 1 <= int(match["month"]) <= 12:
                span = Span(sentence.span.start + match.start(), sentence.span.start + match.end())
                said = f"没有“{match[0]}”这个月", f"there is no such month as {match[0]}"
                yield case.finding("date", said, (case.cut(span, sentence.order),))
        for match in _DAY.finditer(sentence.text):
            span = Span(sentence.span.start + match.start(), sentence.span.start + match.end())
            words = (case.cut(span, sentence.order),)
            try:
                day = date(int(match["year"] or _LEAP), int(match["month"]), int(match["day"]))
            except ValueError:
                yield case.finding("date", (f"没有“{match[0]}”这一天", f"there is no such day as {match[0]}"), words)
                continue
            if published and match["year"] and day > published and sentence.order in reported:
                zh = f"所报告的事项（{match[0]}）晚于发布日期 {published}"
                yield case.finding("date", (zh, f"reported for {day}, after publication on {published}"), words)
    written = _iso(meta.written)
    if written and published and written > published:
        zh = f"成文日期 {written} 晚于发布日期 {published}"
        yield case.finding("date", (zh, f"written on {written}, after publication on {published}"), ())
    if published and meta.period_year and published.year < meta.period_year:
        zh = f"发布日期 {published} 早于所报告的 {meta.period_year} 年"
        yield case.finding(
            "date", (zh, f"published on {published}, before the year {meta.period_year} reported on"), ()
        )


def _iso(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


_NUMBER = re.compile(r"^[(（]?(?P<han>[一二三四五六七八九十]{1,3})(?P<style>[)）]|、)$")


def _number(printed: str) -> tuple[int, str] | None:
    """The number of a heading and its style; None for 一是, 1. and the like, which begin anew in every paragraph.

    >>> _number("十二、"), _number("（三）"), _number("一是")
    ((12, '、'), (3, ')'), None)
    """
    found = _NUMBER.match(printed)
    if not found:
        return None
    tens, ten, ones = found["han"].rpartition("十")
    number = (_NUMBERS[tens] if tens else 1) * 10 if ten else 0
    return number + (_NUMBERS[ones] if ones else 0), found["style"].replace("）", ")")


def numbering(case: Case) -> Iterator[Finding]:
    """Gaps and doubles in the numbers of headings that stand side by side."""
    before: dict[tuple[str | None, str], tuple[int, Section]] = {}
    for section in case.reading.outline.sections:
        found = _number(section.number)
        if found is None:
            continue
        number, style = found
        last = before.get((section.parent, style))
        before[section.parent, style] = (number, section)
        if last is None or number == last[0] + 1 or number == 1 < last[0]:
            continue  # 一 after 三 begins another list: an annex, the ten things done for the people
        double = number == last[0]
        zh = f"标题编号重复：{section.number}" if double else f"标题编号不连续：{last[1].number}之后为{section.number}"
        en = f"the number {section.number} twice" if double else f"after {last[1].number} comes {section.number}"
        evidence = tuple(
            Quote(quote=case.document.quote(s.span), span=s.span, node=f"{case.report}/sec/{s.key}")
            for s in (last[1], section)
        )
        focus = f"{case.report}/sec/{section.key}"
        yield case.finding("numbering", (zh, en), evidence, severity="info", focus=focus)


_YEARS = re.compile(r"(?<![\d—–-])(20\d\d)(?=年)")
_CITED = re.compile(r"《[^》]*》|20\d\d年?[—–-]+20\d\d年?")
"""What speaks of years that are not the report's: a document, a period."""


def years(case: Case) -> Iterator[Finding]:
    """Years in the main headings, none of which is the year reported on or the next: the text of another year under this title."""
    reported = case.document.meta.period_year
    main = [section for section in case.reading.outline.sections if section.parent is None]
    dated = [section for section in main if _YEARS.search(_CITED.sub("", section.title))]
    printed = sorted({int(year) for one in dated for year in _YEARS.findall(_CITED.sub("", one.title))})
    if reported and printed and not {reported, reported + 1} & set(printed):
        evidence = tuple(
            Quote(quote=case.document.quote(one.span), span=one.span, node=f"{case.report}/sec/{one.key}")
            for one in dated
        )
        zh = f"报告所述年度为 {reported} 年，标题写的却是 {'、'.join(map(str, printed))} 年"
        en = f"the report is of {reported}, its headings speak of {', '.join(map(str, printed))}"
        yield case.finding("year", (zh, en), evidence, value=str(reported))


_EDGES = re.compile(r"[“”\"‘’,，、《》]")
_NEAR = 3
"""Sentences: further apart, two of a name are most likely two honours."""


def honours(case: Case) -> Iterator[Finding]:
    """One honour printed twice: 获评…示范县 and, further on, 成功创建…示范县."""
    told: set[str] = set()
    for fact in case.reading.facts:
        if not isinstance(fact, Honour) or fact.sentence is None:
            continue
        pieces = [piece for piece in _EDGES.split(fact.quote) if piece]
        name = "".join(pieces)
        if len(name) < 8 or name in told:
            continue
        told.add(name)
        whole = f"{_EDGES.pattern}*".join(map(re.escape, pieces))
        places = [
            (sentence.order, Span(sentence.span.start + m.start(), sentence.span.start + m.end()))
            for sentence in case.reading.sentences
            for m in re.finditer(whole, sentence.text)
        ]
        near = [place for place in places if abs(place[0] - fact.sentence) <= _NEAR]
        if len(near) > 1:
            yield case.finding(
                "honour-twice",
                (f"同一荣誉出现 {len(near)} 次：{name}", f"one honour is printed {len(near)} times: {name}"),
                tuple(case.cut(span, order) for order, span in near),
                severity="info",
                focus=case.node(fact),
            )


TEXT_RULES: tuple[Callable[[Case], Iterator[Finding]], ...] = (
    *(lists, townships, dates, laws, numbering, years, honours),
)
