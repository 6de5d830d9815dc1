"""Issuer: who published a report, by its full official name, and the area that it governs."""

import re
from collections.abc import Iterator
from functools import cache

from kg.corpus.area import COUNTRY, PLACE, ZONE, Area, area_of, place
from kg.corpus.dates import DATE, NUMERALS
from kg.corpus.evidence import Evidence, Words
from kg.corpus.guess import name_by_organ, name_on_own_plan, own_kind, own_name, speaks
from kg.corpus.parts import unspaced
from kg.corpus.text import Span, shadow
from kg.corpus.words import any_of
from kg.lexicon import divisions, pattern, table

_END = rf"(?:{any_of('organ')}|[\u4e00-\u9fff]{{1,14}}{any_of('office')})"
ISSUER = pattern("issuer.issuer", end=_END)
_FRAME = pattern("issuer.frame")
_TOPIC = pattern("issuer.topic", subject=any_of("subject"))
_SUBJECT_MATTER = pattern("issuer.subject-matter", subject=any_of("subject"))
_DECORATION = pattern("issuer.decoration")
_CENTRAL_NAME = pattern("issuer.central-name")
_CENTRAL = re.compile(any_of("central"))
_SUBMITS = pattern("issuer.submits")
_QUOTED = re.compile(r"《[^》]*》|“[^”]*”")
_OWN_AREA = pattern("issuer.own-area")
_NAMELESS = pattern("issuer.nameless")

_OF_TOWN = pattern("issuer.of-town")
_OF_LEVEL = pattern("issuer.of-level")

_PUBLISHER = re.compile(
    rf"{any_of('source-label')} ?[: \t] ?(?!{any_of('published-label')}(?:日期|时间))([\u4e00-\u9fff][^\s:|【\[]{{1,40}})"
)
_SUBJECT = pattern("issuer.subject", striving=any_of("striving"), basing=any_of("basing"))
_AREA_END = pattern("issuer.area-end")
_NO_PLACE = pattern("issuer.no-place")
_JOINT = pattern("issuer.joint")

_SITTING = r"(?:第?[一二三四五六七八九十]{1,3}届)?"
_CONGRESS = pattern("issuer.congress", sitting=_SITTING)
_REPORTS = pattern("issuer.reports", subject=any_of("subject"))
_SPEAKER = pattern("issuer.speaker")
_VERTICAL = pattern("issuer.vertical")
_ORGAN = pattern("issuer.organ")


HINTS = 20_000
"""Characters of a text in which names of places are looked for."""


def issuer(words: Words, title: str | None, year: int | None) -> tuple[str | None, Area | None]:
    """The issuer and its area; evidence of both goes into `words.evidence`."""
    hints = words.shadow[:HINTS] + words.page.get("site", "")
    if words.given.issuer:
        words.evidence["issuer"] = Evidence(basis=words.given.basis("issuer"), quote=words.given.issuer)
        return words.given.issuer, _area(words, words.given.issuer, hints, year)
    named = [(full, evidence) for printed, evidence in _printed(words, title or "") if (full := full_name(printed))]
    if named:
        name, words.evidence["issuer"] = _fuller(words, *named)
        area = _area(words, name, hints, year)
        return _official(name, area), area
    area = _area(words, "", hints, year)
    return (None, area) if area else _guessed(words, hints)


def _fuller(words: Words, first: tuple[str, Evidence], *others: tuple[str, Evidence]) -> tuple[str, Evidence]:
    """An issuer that says only of which level it is, 县林业局, by its whole name: printed elsewhere, else of the one place named."""
    name, _ = first
    if _OF_TOWN.search(name):  # 石桥镇人民政府, and 来源:青禾县石桥镇人民政府
        return next((other for other in others if other[0].endswith(name) and PLACE.match(other[0])), first)
    if not _NAMELESS.search(name) or _is_name(name):
        return first
    whole = next((other for other in others if other[0].endswith(name)), None)
    if whole:
        return whole
    seats = (other.removesuffix("人民政府") for other, _ in others if other.endswith(name[0] + "人民政府"))
    text = words.shadow[:HINTS]
    seat = next(seats, None) or own_name(text, name[0]) or name_by_organ(text, name[0])
    return (seat + name[1:], Evidence(basis="guess", quote=seat)) if seat else first


def _official(name: str, area: Area | None) -> str:
    """An issuer of an autonomous place by the place's whole name: 甘孜州人民政府 is 甘孜藏族自治州人民政府."""
    if area is None or not area.code or "自治" not in area.name:
        return name
    return name.replace(divisions.short(area.name) + area.name[-1], area.name)


def _guessed(words: Words, hints: str) -> tuple[str | None, Area | None]:
    """An excerpt that names nobody: a central organ by what only such organs do, else the one place of its own kind in it."""
    central = _CENTRAL.search(hints)
    if central and not _OWN_AREA.search(hints):
        words.evidence["jurisdiction"] = Evidence(basis="guess", quote=central[0])
        submits = _SUBMITS.search(hints)
        if submits and "提请国务院" not in hints:
            words.evidence["issuer"] = Evidence(basis="guess", quote=submits[0])
            return "国务院", COUNTRY
        return None, COUNTRY
    text = words.shadow[:HINTS]
    kind = own_kind(text)
    name = (own_name(text, kind) if kind else None) or name_on_own_plan(text)
    if name is None:
        return None, None
    for field in ("issuer", "jurisdiction"):
        words.evidence[field] = Evidence(basis="guess", quote=name)
    return full_name(name), place(name, hints=hints.replace(name, ""))


def publisher(words: Words) -> str | None:
    """信息来源 as the page prints it, else as the register or a flag has it."""
    for block in words.of_kind("date", "furniture", "sign-off"):
        end = words.shadow.find("\n", block.span.end)
        found = _PUBLISHER.search(words.shadow, block.span.start, end if end >= 0 else len(words.shadow))
        if found:
            words.evidence["publisher"] = Evidence(basis="text", quote=words.text[found.start() : found.end()])
            return words.text[found.start(1) : found.end(1)]
    if words.page.get("publisher"):
        words.evidence["publisher"] = Evidence(basis="page", quote=words.page["publisher"])
        return words.page["publisher"]
    if words.given.source:
        words.evidence["publisher"] = Evidence(basis=words.given.basis("source"), quote=words.given.source)
    return words.given.source


def full_name(printed: str) -> str | None:
    """The official name of a printed issuer: a place alone is its people's government; two issuers are joined by 、.

    >>> full_name("青屏县"), full_name("云桥高新区管委会"), full_name("中共云桥市委 云桥市人民政府"), full_name("各位领导")
    ('青屏县人民政府', '云桥高新区管委会', '中共云桥市委、云桥市人民政府', None)
    >>> full_name("青屏县政府"), full_name("青屏县委县政府"), full_name("上海市浦东新区"), full_name("云桥经济开发区")
    ('青屏县人民政府', '中共青屏县委、青屏县人民政府', '上海市浦东新区人民政府', '云桥经济开发区管理委员会')
    >>> full_name("中共石桥镇委员会石桥镇人民政府")
    '中共石桥镇委、石桥镇人民政府'
    """
    printed = re.sub(r"^(?:我|本)(?=[局厅委县市])|\s*(?:关于|:)$", "", printed.strip())
    if printed.endswith("街") and (divisions.find(printed + "道") or divisions.townships_named(printed + "道")):
        printed += "道"  # as Guangzhou calls its streets
    joint = _JOINT.match(printed)
    if joint:
        return f"中共{joint[1]}委、{joint[1]}人民政府"
    parts = [part for part in re.split(r"[ 、]|(?<=[府会委])和(?=[\u4e00-\u9fff]{2,}(?:政府|委员会))", printed) if part]
    if printed in _central_bodies():
        return printed
    if not parts or any(not re.fullmatch(r"[\u4e00-\u9fff()]{2,40}", part) for part in parts):
        return None
    if len(parts) == 1 and re.search(r"兵团|第?[一二三四五六七八九十]+师|[师团]$", printed):
        return printed
    if len(parts) == 1 and (PLACE.fullmatch(printed) or (divisions.find(printed) and printed[-1] not in "局委")):
        if printed.endswith("街道"):
            return printed + "办事处"
        known = divisions.find(printed)
        if ZONE.search(printed) or (printed.endswith(("新区", "新城")) and not (known and len(known.code) == 6)):
            return printed + "管理委员会"
        return printed + "人民政府"
    if all(ISSUER.match(part) for part in parts):
        return "、".join(re.sub(r"(?<!人民)政府$", "人民政府", part) for part in parts)
    return None


def issuer_kind(name: str) -> str:
    """What an issuer is, as the annotation guide names it.

    >>> issuer_kind("宁海县人民政府"), issuer_kind("望江区教育局"), issuer_kind("力洋镇人民政府")
    ('government', 'department', 'township')
    """
    if _OF_TOWN.search(name):
        return "township"
    if name.endswith("法院"):
        return "court"
    if name.endswith("检察院"):
        return "procuratorate"
    if re.search(r"(?:政府|公署|国务院|管理委员会|管委会|兵团|师|团|师[\u4e00-\u9fff]{2,6}市)$", name):
        return "government"
    return "party" if re.search(r"(?:市|县|区|省|州)委$", name) else "department"


def _printed(words: Words, title: str) -> Iterator[tuple[str, Evidence]]:
    """Printed names of the issuer, best first: in the title, above it, the sign-off, the preamble, the page's source."""
    flat = western_years(_DECORATION.sub("", shadow(title)))
    flat = re.sub(r"^20\d\d ?年?度?(?=[\u4e00-\u9fff])", "", flat)
    flat = re.sub(rf"^(?:关于)?{any_of('sends')}?(?=.{{2,20}}(?:20\d\d|{any_of('subject')}))", "", flat)
    subject = _SUBJECT_MATTER.search(flat)
    topic = _FRAME.search(flat, 0, subject.start() if subject else len(flat)) or _TOPIC.search(flat)
    if topic and topic.start():
        head = re.sub(r"[\d—-]+$|(?:发布|公布)$", "", flat[: topic.start()]).strip(" 的")
        of_file = (told := words.evidence.get("title")) is not None and told.basis == "guess"
        yield head, Evidence(basis="guess" if of_file else "text", quote=head)
    for block in words.of_kind("title"):
        if ISSUER.match(words.flat(block)) and not _TOPIC.search(words.flat(block)):
            yield words.flat(block), words.printed(block.span)
    for block in reversed(words.of_kind("sign-off")):
        yield unspaced(words.flat(block)), words.printed(block.span)
    of_level: list[tuple[str, Evidence]] = []
    for block in words.body(3):
        for subject in _SUBJECT.finditer(words.flat(block)):
            span = Span(block.span.start + subject.start(1), block.span.start + subject.end(1))
            former = subject[1].removeprefix("原")  # 2017年, 原环境保护部认真落实; but 原州区 is a name
            office = subject[1].removesuffix("党组")  # 民政部党组坚持
            names = [name for name in (subject[1], former, office) if _is_name(name)]
            if names:
                yield names[0], words.printed(span)
            elif _OF_LEVEL.match(subject[1]) and not speaks(words.shadow[:HINTS], subject[1][0]):
                of_level.append((subject[1], words.printed(span, "guess")))
    reports = _REPORTS.search(words.shadow, 0, 2000)
    if reports and _is_name(reports[1]):
        yield reports[1], words.printed(Span(reports.start(1), reports.end(1)))
    speaker = _SPEAKER.search(words.shadow, 0, 2000)
    if speaker and _is_name(speaker[1]):
        yield speaker[1], words.printed(Span(speaker.start(1), speaker.end(1)))
    congress = _CONGRESS.search(words.shadow, 0, 2000)
    if congress:
        name = "国务院" if congress[1] == "全国" else congress[1] + "人民政府"
        yield name, words.printed(Span(congress.start(), congress.end()))
    for block in words.of_kind("date", "furniture"):
        found = re.match(rf"([\u4e00-\u9fff]{{2,24}}{_END}) +{DATE.pattern}", words.flat(block))
        if found:
            yield found[1], words.printed(block.span, "guess")
    said = publisher(words)
    if said:
        yield shadow(said), Evidence(basis="guess", quote=said)
    site = re.sub(r"(?:政府)?(?:门户)?(?:网站|网|信息公开平台|政务公开)$", "", shadow(words.page.get("site", "")))
    if site:
        yield site, Evidence(basis="guess", quote=words.page["site"])
    yield from of_level


@cache
def _central_bodies() -> frozenset[str]:
    return frozenset(name for name, kind, _ in table("central_bodies", "name", "kind", "canonical") if kind != "party")


def _is_name(printed: str) -> bool:
    """Whether the subject of a sentence names a place or an organ that may be the issuer: 青禾县, 青禾县水利局, 司法部."""
    bare = re.sub(r"(?:人民政府|办事处|管委会|管理委员会)$", "", printed)
    if _NAMELESS.search(printed) and not divisions.named(bare):
        return False
    if PLACE.fullmatch(bare) or printed in _central_bodies():
        return True
    heads = [printed[: match.end()] for match in _AREA_END.finditer(printed)]
    return any(
        (divisions.find(head) or divisions.named(head)) and _ORGAN.fullmatch(printed[len(head) :]) for head in heads
    )


def _area(words: Words, name: str, hints: str, year: int | None) -> Area | None:
    known = divisions.by_code(words.given.code) if words.given.code else None
    if known:
        words.evidence["jurisdiction"] = Evidence(basis=words.given.basis("code"), quote=known.code)
        return area_of(known)
    first = re.sub(r"^(?:中共|中国共产党)", "", name.split("、")[-1])
    if not _VERTICAL.search(first) and _CENTRAL_NAME.search(first):
        words.evidence["jurisdiction"] = Evidence(basis="text", quote=first)
        return COUNTRY
    for head in _heads(re.sub(r"人民政府(?=.+办事处$)", "", _VERTICAL.sub("", first))):
        found = place(head, hints=hints.replace(first, ""), year=year)
        if found:
            words.evidence["jurisdiction"] = Evidence(basis="text" if found.code else "guess", quote=head)
            return found
    return None


def _heads(name: str) -> Iterator[str]:
    """The place at the head of an issuer's name, the longest first: 浙江省宁海县|司法局."""
    heads = [name[: match.end()] for match in reversed(list(_AREA_END.finditer(name)))]
    heads = [head for head in heads if 2 <= len(head) <= 30]
    known = [head for head in heads if divisions.find(head) or divisions.named(head)]
    likely = [head for head in heads if head == name or _ORGAN.match(name[len(head) :])]
    # 宁海县|力洋镇, where the table knows the county; but 宁海县|委全面依法治县 is no place
    below = [head for head in likely if known and not re.search("[委府局办厅]", head[len(known[0]) :])]
    below = [head for head in below if not _NO_PLACE.fullmatch(head[len(known[0]) :])]
    yield from below[:1] if below and len(below[0]) > len(known[0]) else ()
    yield from known
    yield from likely


def western_years(text: str) -> str:
    """Years in Chinese numerals as digits.

    >>> western_years("二〇二二年度报告")
    '2022年度报告'
    """
    return re.sub(
        r"二[〇○零Oo][〇○零一二三四五六七八九Oo]{2}(?= ?年)", lambda found: found[0].translate(NUMERALS), text
    )
