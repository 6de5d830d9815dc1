"""What a report says of itself: title, issuer, area, years, dates, each with its evidence. A guess is marked as one."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.corpus.area import Area
from kg.corpus.dates import address_date, iso_date, labelled, unlabelled
from kg.corpus.draft import Block
from kg.corpus.evidence import BODY, Evidence, Words
from kg.corpus.guess import planned, year_of_work
from kg.corpus.issuer import issuer, issuer_kind, publisher, western_years
from kg.corpus.parts import PARTY, is_broken
from kg.corpus.source import Given
from kg.corpus.text import Span, shadow

_YEAR = re.compile(r"(?<![\d—-])(20[0-4]\d) ?年(?!来)")
_TITLE_YEAR = re.compile(r"(?<!\d)(20[0-4]\d)(?: ?年|(?=[\u4e00-\u9fff]))")
_OPENING_YEAR = re.compile(r"(?:^|[。;:,])[^。;]{0,40}?(?<![\d—-])(20[0-4]\d) ?年(?:度|以?来|,|[\u4e00-\u9fff])")
_NAMED_TITLE = re.compile(r"《[^》]*》")
_LABEL = re.compile(r"【[^】]{1,12}】|\[[^\]]{1,12}\]|[—-]+ ?|(?:信息|文件|公文)?(?:名 *称|标 *题) *: *")
_QUOTED = re.compile(r"《[^《》]*》")


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """What a report says of itself. None where it is not known; `evidence` by field name."""

    title: str | None = None
    issuer: str | None = None
    """Full official name; two joint issuers are joined by 、."""
    issuer_kind: str | None = None
    """government, department, township, party … as in the gold guide."""
    area: Area | None = None
    period_year: int | None = None
    plan_year: int | None = None
    published: str | None = None
    """ISO date of publication."""
    written: str | None = None
    """ISO date of 成文."""
    publisher: str | None = None
    """信息来源 as printed."""
    url: str | None = None
    evidence: Mapping[str, Evidence]


def read_meta(
    text: str, flat: str, blocks: Sequence[Block], page: Mapping[str, str], given: Given, headings: Sequence[str]
) -> Meta:
    """The metadata of a report; `page` is what its page says outside the text, `headings` are the titles of level 1."""
    words = Words(text, flat, blocks, page, given)
    title = _title(words)
    published, written = _dates(words)
    period = _period(words, title, headings, published)
    name, area = issuer(words, title, period)
    return Meta(
        title=title,
        issuer=name,
        issuer_kind=issuer_kind(name) if name else None,
        area=area,
        period_year=period,
        plan_year=_plan(words, title, headings, period),
        published=published,
        written=written,
        publisher=publisher(words),
        url=given.url or page.get("url"),
        evidence=words.evidence,
    )


def _title(words: Words) -> str | None:
    """The last title above the body, joined where it is broken: A人民政府 / 关于2023年度…的报告."""
    if words.given.title:
        words.evidence["title"] = Evidence(basis=words.given.basis("title"), quote=words.given.title)
        return words.given.title
    titles = words.of_kind("title")
    if titles:
        last = titles[-1]
        label = _LABEL.match(words.flat(last))
        span = Span(last.span.start + (label.end() if label else 0), last.span.end)
        if _QUOTED.fullmatch(words.shadow, span.start, span.end):
            span = Span(span.start + 1, span.end - 1)
        printed = words.text[span.start : span.end]
        flat = words.flat(last)
        for above in reversed(titles[:-1]):
            joint = PARTY.match(words.flat(above)) is not None
            if not (joint or is_broken(words.flat(above), flat)) or words.shadow[above.span.end : span.start].strip():
                break
            printed = words.text[above.span.start : above.span.end] + (" " if joint else "") + printed
            flat = words.flat(above) + flat
            span = Span(above.span.start, last.span.end)
        words.evidence["title"] = words.printed(span)
        return printed
    if words.page.get("title"):
        words.evidence["title"] = Evidence(basis="page", quote=words.page["title"])
        return words.page["title"]
    if words.given.file:
        words.evidence["title"] = Evidence(basis="guess", quote=words.given.file)
    return words.given.file


def _dates(words: Words) -> tuple[str | None, str | None]:
    """Published: register, meta of the page, label, line above the text, address, sign-off. 成文: its label or the sign-off."""
    found: dict[str, str] = {}

    def note(name: str, iso: str | None, evidence: Evidence) -> None:
        if iso and name not in found:
            found[name] = iso
            words.evidence[name] = evidence

    if words.given.published:
        note(
            "published",
            words.given.published,
            Evidence(basis=words.given.basis("published"), quote=words.given.published),
        )
    for name in ("published", "written"):
        quote = words.page.get(name, "")
        note(name, iso_date(quote), Evidence(basis="page", quote=quote))
    for name, iso, span in labelled(words.shadow, words.blocks):
        note(name, iso, words.printed(span))
    body = words.of_kind(*BODY)
    start = body[0].span.start if body else 0
    plain = list(unlabelled(words.shadow, words.blocks))
    above = [one for one in plain if one[1].start < start]
    below = [one for one in plain if one[1].start > start]
    for iso, span in above[:1]:
        note("published", iso, words.printed(span))
    for iso, span in below[-1:]:
        note("written", iso, words.printed(span))
    url = words.given.url or words.page.get("url", "")
    note("published", address_date(url), Evidence(basis="address", quote=url))
    for iso, span in below[-1:]:
        note("published", iso, words.printed(span))
    return found.get("published"), found.get("written")


def _period(words: Words, title: str | None, headings: Sequence[str], published: str | None) -> int | None:
    """Year in the title, else of the preamble, else the one that most headings print, else a guess from the date."""
    if words.given.period_year:
        words.evidence["period_year"] = Evidence(
            basis=words.given.basis("period_year"), quote=str(words.given.period_year)
        )
        return words.given.period_year
    flat = western_years(shadow(title or ""))
    found = _TITLE_YEAR.search(flat)
    if found:
        words.evidence["period_year"] = Evidence(basis="text", quote=found[0])
        # a 政府工作报告 of a year reports on the year before it
        return int(found[1]) - ("政府工作报告" in flat)
    for block in words.body(4):
        opening = _NAMED_TITLE.sub(lambda title: "·" * len(title[0]), words.flat(block))
        found = _OPENING_YEAR.search(opening)
        if found:
            span = Span(block.span.start + found.start(1), block.span.start + found.end(1))
            words.evidence["period_year"] = words.printed(span)
            return int(found[1])
    years = Counter(int(year) for heading in headings for year in _YEAR.findall(heading))
    if years:
        year = min(years, key=lambda one: (-years[one], one))
        words.evidence["period_year"] = Evidence(basis="text", quote=f"{year}年")
        return year
    guessed = year_of_work(words.running())
    if guessed:
        words.evidence["period_year"] = Evidence(basis="guess", quote=guessed[1])
        return guessed[0]
    if published:
        words.evidence["period_year"] = Evidence(basis="guess", quote=published)
        return int(published[:4]) - 1
    return None


def _plan(words: Words, title: str | None, headings: Sequence[str], period: int | None) -> int | None:
    """The year after the reported one, where title, heading or text prints it as the year of a plan; else a guess."""
    if period is None:
        return None
    for printed in (shadow(title or ""), *headings):
        if re.search(rf"(?<!\d){period + 1} ?年(?! ?\d+ ?月)", _NAMED_TITLE.sub("", printed)):
            words.evidence["plan_year"] = Evidence(basis="text", quote=printed)
            return period + 1
    later = re.compile(rf"(?<![\d—-]){period + 1} ?年(?:度|,|工作|是|将|我|全|要|[\u4e00-\u9fff]{{2,8}}(?:将|要))")
    for block in words.of_kind("paragraph", "item"):
        found = later.search(words.flat(block))
        if found:
            words.evidence["plan_year"] = words.printed(
                Span(block.span.start + found.start(), block.span.start + found.end())
            )
            return period + 1
    said = planned(words.running(), headings)
    if said:
        words.evidence["plan_year"] = Evidence(basis="guess", quote=said)
    return period + 1 if said else None
