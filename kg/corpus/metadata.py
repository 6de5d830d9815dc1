"""What a report says of itself: title, issuer, area, years, dates, each with its evidence. A guess is marked as one."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from kg.corpus.area import COUNTRY, PLACE, Area, area_of, place
from kg.corpus.draft import Block
from kg.corpus.source import Given
from kg.corpus.text import Span
from kg.lexicon import divisions

_YEAR = re.compile(r"(?<![\d—-])(20[0-4]\d) ?年(?!来)")
_TITLE_YEAR = re.compile(r"(?<!\d)(20[0-4]\d)(?: ?年|(?=[\u4e00-\u9fff度]))")
_NUMERALS = {ord(a): b for a, b in zip("〇○零一二三四五六七八九Oo", "00012345678900", strict=True)}
_DATE = re.compile(r"((?:19|20)\d\d) ?[-./年] ?(\d{1,2}) ?[-./月] ?(\d{1,2})(?!\d)")
_CHINESE_DATE = re.compile(r"([二〇○零一三四五六七八九Oo]{4}) ?年 ?([一二三四五六七八九十]{1,2}) ?月 ?([一二三四五六七八九十]{1,3}) ?日")
_PUBLISHED = re.compile(r"(?:发布|公开|公布|发文|上网|添加|更新|录入|发表|生成)(?:日期|时间)|(?:^| )(?:日期|时间)(?= ?:)")
_WRITTEN = re.compile(r"(?:成文|印发|落款)(?:日期|时间)")
_PUBLISHER = re.compile(
    r"(?:信息来源|文章来源|内容来源|稿件来源|来源|发布机构|发布单位|信息提供|供稿单位|发文机关|发布者|作者) ?: ?([^\s:|【\[]{2,40})"
)
_ADDRESS_DATE = re.compile(r"[/t_](20[0-4]\d)[/-]?(\d{1,2})[/-]?(\d{2})?[/_]")
_ISSUER_END = (
    r"(?:人民政府(?:办公[室厅])?|行政公署|政府|委员会|管委会|办事处|办公室|国务院|[\u4e00-\u9fff]{1,14}(?:局|厅|委|办|部|署|院|中心|大队|支队|总队|公署)"
    r"|(?<=[\u4e00-\u9fff])(?:市委|县委|区委|州委|省委)|[师团]|海关|税务局)"
)
_ISSUER = re.compile(rf"^(?:中共|中国共产党)?[\u4e00-\u9fff、() ]{{2,50}}?{_ISSUER_END}$")
_TOPIC = re.compile(
    r"(?:关于|(?:20\d\d|二[〇○零O]\S{2}) ?(?:年|(?=法治|依法|推进))|(?:推进|落实|贯彻|开展|加强|全面)?(?:全面推进)?(?:依法行政|法治政府|法治建设|法制政府|依法治|法治[\u4e00-\u9fff]{2}建设|政府工作报告|述法))"
)
_DECORATION = re.compile(r"^(?:【[^】]{1,12}】|\[[^\]]{1,12}\])|[《》]|(?:的)?(?:政策)?解读$")
_LABEL = re.compile(r"(?:【[^】]{1,12}】|\[[^\]]{1,12}\])?")
_SELF = re.compile(r"(?:我|全|本)([省市县区州旗盟镇乡局厅])")
_CENTRAL = re.compile(r"部党组|部务会|国务院|中央国家机关|全国人大常委会|总局党组|委党组.{0,30}全国")
_MONTHS = {"十": 10, "十一": 11, "十二": 12} | {m: i for i, m in enumerate("一二三四五六七八九", 1)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Where a piece of metadata comes from."""

    basis: Literal["text", "page", "register", "flag", "address", "guess"]
    quote: str
    span: Span | None = None
    """In the canonical text, when it is printed there."""


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


_T = TypeVar("_T")
_Found = tuple[str, Evidence]


class _Reader:
    """The text and blocks of one report, and what has been found of it so far."""

    def __init__(self, text: str, shadow: str, blocks: Sequence[Block], page: Mapping[str, str], given: Given) -> None:
        self.text, self.shadow, self.blocks, self.page, self.given = text, shadow, blocks, page, given
        self.evidence: dict[str, Evidence] = {}

    def of_kind(self, *kinds: str) -> list[Block]:
        return [block for block in self.blocks if block.kind in kinds]

    def words(self, block: Block) -> str:
        return self.text[block.span.start : block.span.end]

    def flat(self, block: Block) -> str:
        return self.shadow[block.span.start : block.span.end]

    def note(self, name: str, value: _T, evidence: Evidence) -> _T:
        self.evidence[name] = evidence
        return value


def read_meta(
    text: str, shadow: str, blocks: Sequence[Block], page: Mapping[str, str], given: Given, headings: Sequence[str]
) -> Meta:
    """The metadata of a report; `page` is what its page says outside the text, `headings` are the titles of level 1."""
    reader = _Reader(text, shadow, blocks, page, given)
    title = _title(reader)
    published, written = _dates(reader)
    period = _period(reader, title, headings, published)
    issuer, area = _issuer(reader, title, period)
    plan = _plan(reader, headings, period)
    return Meta(
        title=title,
        issuer=issuer,
        issuer_kind=issuer_kind(issuer) if issuer else None,
        area=area,
        period_year=period,
        plan_year=plan,
        published=published,
        written=written,
        publisher=_publisher(reader),
        url=given.url or page.get("url"),
        evidence=reader.evidence,
    )


def _title(reader: _Reader) -> str | None:
    """The last title above the body, joined where it is broken: A人民政府 / 关于2023年度…的报告."""
    if reader.given.title:
        return reader.note("title", reader.given.title, Evidence(basis="register", quote=reader.given.title))
    titles = reader.of_kind("title")
    if titles:
        last = titles[-1]
        lead = len(_LABEL.match(reader.flat(last))[0])  # type: ignore[index]
        span = Span(last.span.start + lead, last.span.end)
        words = reader.text[span.start : span.end]
        if reader.flat(last).startswith("关于") and len(titles) > 1:
            above = titles[-2]
            joint = "" if not re.search(r"[ 、]", reader.flat(above)) else ""
            words = reader.words(above) + joint + words
            span = Span(above.span.start, last.span.end)
        return reader.note("title", words, Evidence(basis="text", quote=words, span=span))
    if reader.page.get("title"):
        return reader.note("title", reader.page["title"], Evidence(basis="page", quote=reader.page["title"]))
    return None


def _dates(reader: _Reader) -> tuple[str | None, str | None]:
    """Publication: register, page, label, line above the text, sign-off, address. 成文: its label or the sign-off."""
    written = published = None
    for block in reader.of_kind("date", "sign-off", "furniture"):
        flat = reader.flat(block)
        for label, name in ((_WRITTEN, "written"), (_PUBLISHED, "published")):
            found = label.search(flat)
            date = _DATE.search(flat, found.end(), found.end() + 16) if found else None
            if date and name not in reader.evidence:
                span = Span(block.span.start + found.start(), block.span.start + date.end())  # type: ignore[union-attr]
                reader.note(name, 0, Evidence(basis="text", quote=reader.text[span.start : span.end], span=span))
                if name == "written":
                    written = _iso(date)
                else:
                    published = _iso(date)
    body = reader.of_kind("paragraph", "item", "heading", "cell")
    start = body[0].span.start if body else 0
    dates = [block for block in reader.of_kind("date", "sign-off") if not _PUBLISHED.search(reader.flat(block))]
    above = [(b, d) for b in dates if b.span.start < start and (d := iso_date(reader.flat(b)))]
    below = [(b, d) for b in dates if b.span.start > start and (d := iso_date(reader.flat(b)))]
    if written is None and below:
        block, written = below[-1]
        reader.note("written", 0, Evidence(basis="text", quote=reader.words(block), span=block.span))
    if reader.given.published:
        published = reader.note("published", reader.given.published, Evidence(basis="register", quote=reader.given.published))
    elif reader.page.get("published") and (published is None or not _in_text(reader)):
        page = iso_date(reader.page["published"])
        if page:
            published = reader.note("published", page, Evidence(basis="page", quote=reader.page["published"]))
    if published is None:
        for block, date in above[:1] or below[-1:]:
            published = reader.note("published", date, Evidence(basis="text", quote=reader.words(block), span=block.span))
    if published is None and (address := _ADDRESS_DATE.search(reader.given.url or reader.page.get("url", ""))):
        if address[3]:
            published = reader.note(
                "published", f"{address[1]}-{int(address[2]):02}-{address[3]}", Evidence(basis="address", quote=address[0])
            )
    return published, written


def _in_text(reader: _Reader) -> bool:
    return reader.evidence["published"].basis == "text" if "published" in reader.evidence else False


def iso_date(printed: str) -> str | None:
    """The first date in a shadow, as ISO.

    >>> iso_date("2022年3月31日"), iso_date("二〇二三年一月十五日"), iso_date("2022.03.1"), iso_date("三月")
    ('2022-03-31', '2023-01-15', '2022-03-01', None)
    """
    found = _DATE.search(printed)
    if found:
        return _iso(found)
    chinese = _CHINESE_DATE.search(printed)
    if not chinese:
        return None
    tens, ten, ones = chinese[3].rpartition("十")
    day = (_MONTHS.get(tens, 1) * 10 if ten else 0) + (_MONTHS.get(ones, 0) if ones else 0)
    year, month = chinese[1].translate(_NUMERALS), _MONTHS.get(chinese[2], 0)
    return f"{year}-{month:02}-{day:02}" if year.isdigit() and month and 0 < day < 32 else None


def _iso(found: re.Match[str]) -> str | None:
    year, month, day = (int(found[n]) for n in (1, 2, 3))
    return f"{year}-{month:02}-{day:02}" if 0 < month < 13 and 0 < day < 32 else None


def _publisher(reader: _Reader) -> str | None:
    for block in reader.of_kind("date", "furniture", "sign-off"):
        found = _PUBLISHER.search(reader.flat(block))
        if found:
            span = Span(block.span.start + found.start(1), block.span.start + found.end(1))
            words = reader.text[span.start : span.end]
            return reader.note("publisher", words, Evidence(basis="text", quote=words, span=span))
    if reader.page.get("publisher"):
        return reader.note("publisher", reader.page["publisher"], Evidence(basis="page", quote=reader.page["publisher"]))
    return None


def _period(reader: _Reader, title: str | None, headings: Sequence[str], published: str | None) -> int | None:
    """Year in the title, else of the preamble, else the one that most headings print, else a guess from the date."""
    if reader.given.period_year:
        year = reader.given.period_year
        return reader.note("period_year", year, Evidence(basis="register", quote=str(year)))
    flat = _digits(title or "")
    found = _TITLE_YEAR.search(flat)
    if found:
        # a 政府工作报告 of a year reports on the year before it
        year = int(found[1]) - ("政府工作报告" in flat)
        return reader.note("period_year", year, Evidence(basis="text", quote=found[0]))
    body = reader.of_kind("paragraph", "item")
    for block in body[:4]:
        if found := re.match(r"[^。]{0,80}?(?<![\d—-])(20[0-4]\d) ?年(?:度|以?来|,|[\u4e00-\u9fff])", reader.flat(block)):
            span = Span(block.span.start + found.start(1), block.span.start + found.end(1))
            return reader.note("period_year", int(found[1]), Evidence(basis="text", quote=found[1], span=span))
    years = Counter(int(year) for heading in headings for year in _YEAR.findall(heading))
    if years:
        year = min(years, key=lambda one: (-years[one], one))
        return reader.note("period_year", year, Evidence(basis="text", quote=f"{year}年"))
    if published:
        return reader.note("period_year", int(published[:4]) - 1, Evidence(basis="guess", quote=published))
    return None


def _plan(reader: _Reader, headings: Sequence[str], period: int | None) -> int | None:
    """The year after the reported one, where a heading or the text of a plan prints it."""
    if period is None:
        return None
    for heading in headings:
        if str(period + 1) in heading:
            return reader.note("plan_year", period + 1, Evidence(basis="text", quote=heading))
    last = reader.of_kind("paragraph", "item")
    for block in last:
        if found := re.search(rf"(?<!\d){period + 1} ?年(?:度|,|工作|是|将|我|全|要|[\u4e00-\u9fff]{{2,8}}(?:将|要))", reader.flat(block)):
            span = Span(block.span.start + found.start(), block.span.start + found.end())
            quote = reader.text[span.start : span.end]
            return reader.note("plan_year", period + 1, Evidence(basis="text", quote=quote, span=span))
    return None


def _issuer(reader: _Reader, title: str | None, year: int | None) -> tuple[str | None, Area | None]:
    hints = "".join(reader.flat(block) for block in reader.blocks)[:20000] + reader.page.get("site", "")
    if reader.given.issuer:
        printed = reader.note("issuer", reader.given.issuer, Evidence(basis="register", quote=reader.given.issuer))
        return printed, _area(reader, printed, hints, year)
    for printed, evidence in _issuers(reader, title or ""):
        full = _full(printed)
        if full:
            reader.note("issuer", full, evidence)
            return full, _area(reader, full, hints, year)
    if _CENTRAL.search(hints) and not re.search(r"[全我][省市县区州旗]", hints):
        reader.note("jurisdiction", 0, Evidence(basis="guess", quote="中央"))
        return None, COUNTRY
    return None, _area(reader, "", hints, year)


def _issuers(reader: _Reader, title: str) -> Iterable[_Found]:
    """Printed names of the issuer, best first: in the title, above it, the sign-off, the publisher, the preamble."""
    flat = _DECORATION.sub("", _digits(_flat(title)))
    flat = re.sub(r"^(?:20\d\d ?年?度?(?=[\u4e00-\u9fff]))", "", flat)
    topic = _TOPIC.search(flat)
    head = flat[: topic.start()] if topic else ""
    if head:
        yield head.strip(" 的"), Evidence(basis="text", quote=head)
    for block in reader.of_kind("title"):
        words = reader.flat(block)
        if _ISSUER.match(words) and not _TOPIC.search(words):
            yield words, Evidence(basis="text", quote=words, span=block.span)
    for block in reversed(reader.of_kind("sign-off")):
        yield reader.flat(block), Evidence(basis="text", quote=reader.words(block), span=block.span)
    for block in reader.of_kind("paragraph")[:3]:
        found = re.match(r"(?:20\d\d ?年度?,|一年来,|今年以?来,)?([\u4e00-\u9fff]{2,20}?)(?:20\d\d年|坚持|以习近平|深入|认真|全面|积极|在)", reader.flat(block))
        if found and PLACE.fullmatch(found[1].removesuffix("人民政府")):
            yield found[1], Evidence(basis="text", quote=found[1], span=block.span)
    publisher = reader.page.get("publisher", "")
    for block in reader.of_kind("date", "furniture"):
        if found := _PUBLISHER.search(reader.flat(block)):
            publisher = publisher or found[1]
        elif (found := re.match(rf"^([\u4e00-\u9fff]{{2,24}}{_ISSUER_END}) +{_DATE.pattern}", reader.flat(block))):
            publisher = publisher or found[1]
    if publisher:
        yield publisher, Evidence(basis="guess", quote=publisher)


def _full(printed: str) -> str | None:
    """The official name of a printed issuer: a place alone is its people's government; two issuers are joined by 、."""
    printed = re.sub(r"^(?:我|本)(?=[局厅委县市])|\s*(?:关于|:)$", "", printed.strip())
    parts = [part for part in re.split(r"[ 、]|和(?=[\u4e00-\u9fff]{2,}(?:政府|委员会))", printed) if part]
    if not parts or any(not re.fullmatch(r"[\u4e00-\u9fff()]{2,40}", part) for part in parts):
        return None
    if len(parts) == 1 and PLACE.fullmatch(parts[0]) and not re.search(r"[师团]$", parts[0]):
        if parts[0].endswith("街道"):
            return parts[0] + "办事处"
        if re.search(r"(?:开发区|示范区|管理区|新区|产业园区)$", parts[0]):
            return parts[0] + "管理委员会"
        return parts[0] + "人民政府"
    if all(_ISSUER.match(part) or part.endswith(("市委", "县委", "区委")) for part in parts):
        return "、".join(parts)
    return None


def _area(reader: _Reader, issuer: str, hints: str, year: int | None) -> Area | None:
    if reader.given.code and (known := divisions.by_code(reader.given.code)):
        reader.note("jurisdiction", 0, Evidence(basis="register", quote=reader.given.code))
        return area_of(known)
    first = re.sub(r"^(?:中共|中国共产党)", "", issuer.split("、")[-1])
    if re.search(r"^(?:国务院|国家|中华人民共和国|中国人民银行)|^(?!.*[省市县区州旗]).*部$|总局$", first):
        return COUNTRY
    for name in _place_names(first):
        found = place(name, hints=hints.replace(first, ""), year=year)
        if found:
            reader.note("jurisdiction", 0, Evidence(basis="text" if found.code else "guess", quote=name))
            return found
    return None


def _place_names(issuer: str) -> Iterable[str]:
    """The place at the head of an issuer's name, longest chain first: 浙江省宁海县|司法局."""
    ends = [match.end() for match in re.finditer(r"特别行政区|自治区|自治州|自治县|自治旗|开发区|示范区|新区|地区|街道|[省市盟县区旗镇乡师团]|苏木|州(?!市)", issuer)]
    for end in reversed(ends):
        name = issuer[:end]
        rest = issuer[end:]
        if 2 <= len(name) <= 30 and (divisions.find(name) or divisions.named(name)):
            yield name
        elif 2 <= len(name) <= 30 and (not rest or re.match(r"人民政府|行政公署|政府|[\u4e00-\u9fff]{1,14}(?:局|厅|委|办|会|室|处|院|中心|大队|署)", rest)):
            yield name


def issuer_kind(issuer: str) -> str:
    """What an issuer is, as the annotation guide names it.

    >>> issuer_kind("宁海县人民政府"), issuer_kind("望江区教育局"), issuer_kind("力洋镇人民政府")
    ('government', 'department', 'township')
    """
    if re.search(r"(?:[镇乡]|苏木)人民政府$|街道办事处$|街道$", issuer):
        return "township"
    if re.search(r"法院$", issuer):
        return "court"
    if re.search(r"检察院$", issuer):
        return "procuratorate"
    if re.search(r"(?:政府|公署|国务院|管理委员会|管委会|[师团])$", issuer):
        return "government"
    return "party" if re.search(r"(?:市委|县委|区委|省委|州委)$", issuer) else "department"


def _digits(text: str) -> str:
    """Years in Chinese numerals as digits: 二〇二二年 → 2022年."""
    return re.sub(r"二[〇○零Oo][〇○零一二三四五六七八九Oo]{2}(?= ?年)", lambda m: m[0].translate(_NUMERALS), text)


def _flat(title: str) -> str:
    return title.translate({0x3000: " ", 0xA0: " ", ord("（"): "(", ord("）"): ")"}).replace("\n", "")
