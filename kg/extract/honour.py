"""Honours: awards, designations, selections, firsts and ranks in a wider area."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from kg.corpus.document import Level
from kg.extract.amount import Quantity
from kg.extract.fact import Fact, Honour, Mention
from kg.extract.passage import Passage
from kg.extract.phrase import clause
from kg.extract.words import cues, either
from kg.lexicon import table

_CUES = {cue: kind for cue, kind in table("honour_cues", "cue", "kind")}  # noqa: C416 (rows are open tuples)
_CUE = re.compile(rf"(?<![争力积未再能系])(?P<cue>{either(_CUES)})(?:了|得|为|过)?")
_NOUN = re.compile(either(word for (word,) in table("honour_nouns", "word")))
_LEVELS: dict[str, Level] = dict(table("scopes", "word", "level"))  # type: ignore[arg-type]
_SCOPE = re.compile(either(_LEVELS))
_WIDE = r"(?:全[国省市州盟疆]|全自治区|全地区|国内|省内|市内|[东西中]部(?:地区)?|(?<![\u4e00-\u9fff])(?:(?!全)[\u4e00-\u9fff]){2,3}[省市](?=率先|首|唯一)|(?<=全)县|全[县区旗])"
_FIRST_IN = rf"(?:在{_WIDE}(?:范围内?|率先|各[^,;。]{{1,5}}中)?|{_WIDE})(?:率先|首创|首[个家支份批例部次张座条届宗单]|唯一|第一[个家批部支])"
_FIRST = re.compile(rf"(?P<name>{_FIRST_IN}(?:(?!、{_FIRST_IN})[^,;。:]){{2,40}})")
_FRONT = re.compile(
    rf"(?:走在|位居|居于?|位列|列|处于|保持|稳居|跻身|进入|迈入|排在|排名|领跑){_WIDE}[^,;。]{{0,12}}?(?:前列|前茅|第一方阵|第一梯队|领先|先进行列)|领跑{_WIDE}"
)
_IN_FRONT = re.compile(
    rf"在{_WIDE}[^,;。]{{2,20}}中(?:位列|位居|处于|跻身|进入|名列)[^,;。]{{0,4}}(?:第一方阵|第一梯队|前列|前茅|先进行列)"
)
_RARE = re.compile("唯一|首[个家批]|示范|试点|之一$")
_NOT_YET = re.compile(
    rf"{cues('strive')}|推[进动].{{0,12}}创建|开展.{{0,16}}创建|(?:部署|启动|参与|做好|抓好|指导|支持|组织)[^,;。]{{0,8}}$"
)
_NO_AWARD = re.compile("(?:工作|活动|会议|推进会|要求|方案|任务|目标|经验)$")
_TAIL = re.compile(
    r"(?:称号|殊荣)的[^,;。]*$|(?:以来|之?后)?(?:的)?(?:等)?(?:荣誉)?(?:称号|殊荣)?(?:等)?(?:(?<!第)[\d一二三四五六七八九十]+[个所家名项次处村条](?:\([^()]*\))?)?$"
)
_NUMBERED = re.compile(r"\d+[余多]?[个所家条处]$")
_BATCH = re.compile(r"^(?:为|成为)?(?:第[一二三四五六七八九十\d]+[批届轮])?(?:的)?(?:\d{4}(?:—\d{4})?年度?|度)?")
_QUOTED = re.compile('[“"]([^“”"]+)[”"]')
_BY = re.compile("被(?P<by>[^,;。]{2,24}?)$")
_DROPPED = re.compile(
    r"^(?:连续[\d一二三四五六七八九十]+[年次届])?(?:自从?(?:\d{4}年(?:\d+月)?)?|并|还|同时|先后|成功|分别|均|被|再次|荣|且|多次|首次|率先|也|共|其中|及其)*"
)
_HEAD = re.compile(r"^(?:我[县市区省镇乡局]|全[县市区省州]|其中|同时|并|且|,)+")
_MERE_AIM = re.compile("以[^,;。]*$")
_AIMED = re.compile("为(?:重要)?(?:抓手|契机|目标|总目标|载体|牵引|动力|引领|主线|导向)$")
_COUNTED = re.compile(r"[\d一二两三四五六七八九十]+[个家名](?:[^\d,;。、]{0,10}|[^\d,;。、]{0,6}\([^()]*\))$")
_WINNER = re.compile(
    "(?:[省市县区旗州盟镇乡村街道社局委办厅院所队站校司]|(?:[所局站队院]长|主任|书记|民警|律师|调解员|同志)[\u4e00-\u9fff]{2,3})$"
)
_TITLE = re.compile('(?<![的只就不这那也])是[“"](?P<name>(?:全[国省市]|国家级|[省市]级)[^“”"]{2,20})[”"]')
_GRADED = re.compile(
    r"(?<![^,;。:])在?(?P<for>[^,;。:获评]{2,}?(?:考[核评]|评[价估]))(?:中|结果|成绩|等次|评价)?(?:连续[^,;。]{1,3}年)?(?:获评?|获得|取得|为|是|达到?)?"
    r"(?P<grade>“?(?:优秀|优良|优异|好|A级)”?(?:的?等[次级])?)(?=[,;。])"
)
_GIVING = re.compile(
    "(?:命名|评选|认定|遴选|推荐|评定|公布|选树|表彰)[^,;。]{0,3}$"
)  # 命名全省首批示范乡镇: given, not got
_PUSHED = re.compile("(?:并|以|努力|着力)?(?:推动|推进|促进|助推|助力|带动|引领|加快)")
_AGAIN = re.compile("再次|继续|连续[^,;。]{1,3}[年次届]|(?<![人年月户平地亩])均|已|首次")
_NO_WINNER = re.compile("[为在以经从对据按于由]|根据|通过")
_CONTEST = re.compile(
    "在[^,;。在]{1,24}?(?:考[核评]|评[比选估价]|督[查察]|竞赛|大赛|比武|检查|测评|活动)[^,;。]{0,4}中(?!心)[^,;。]*$"
)
"""甲县在省厅考核中获…: a body named in it gave the award."""
_OCCASION = re.compile("(?:会|会议|现场|论坛|仪式)[上中]")
_ALSO = re.compile("并|(?:作出|贡献|提供|奠定|打下|注入|增添|积累)(?:了|出)?")
"""What goes on behind the name of an award: 获评范例并接受授牌, 入围示范市贡献了力量."""
_CITIZEN = re.compile(r"\d+\s*[名位人]")


def honours(passage: Passage, found: tuple[Quantity, ...], mentions: tuple[Mention, ...]) -> tuple[Honour, ...]:
    """One entry per award and recipient in a sentence; the recipient is a body's canonical name, or as printed.

    What is only planned or striven for is none.
    """
    if passage.sentence is None or passage.role in ("plan", "problem"):
        return ()
    here = tuple(mention for mention in mentions if mention.span.overlaps(passage.span))
    results: list[Honour] = []
    for honour in (
        *_grades(passage),
        *_titles(passage, here),
        *_awards(passage, here),
        *_firsts(passage),
        *_ranks(passage, found),
    ):
        if not any(_same(honour, other) for other in results):
            results.append(honour)
    return tuple(sorted(results, key=lambda honour: honour.span))


def once(facts: Iterable[Fact]) -> list[Fact]:
    """The facts of a report with each award to one recipient told once, where it is printed first."""
    seen: set[tuple[str, str | None]] = set()
    kept: list[Fact] = []
    for fact in facts:
        if isinstance(fact, Honour):
            award = (re.sub('[“”"\\s]', "", fact.name), fact.recipient)
            if award in seen:
                continue
            seen.add(award)
        kept.append(fact)
    return kept


def _same(one: Honour, other: Honour) -> bool:
    """The same award in other words, or the same words twice."""
    if one.recipient != other.recipient and other.recipient and one.recipient and not one.span.overlaps(other.span):
        return False
    if one.span.overlaps(other.span):
        return one.recipient == other.recipient or one.rule != other.rule
    return one.name in other.name or other.name in one.name


def _awards(passage: Passage, mentions: tuple[Mention, ...]) -> Iterator[Honour]:
    shadow, read = passage.shadow, 0
    for match in _CUE.finditer(shadow):
        if match.start() < read:  # 命名为“…”创建先进单位: a cue inside the name of an award is a part of it
            continue
        low, _ = clause(passage, match.start(), match.end())
        before = shadow[low : match.start()]
        if _enclosed(passage, match.start()) or _NOT_YET.search(before):
            continue
        end = _end(shadow, match.end())
        body = shadow[match.end() : end]
        if _MERE_AIM.search(before) and _AIMED.search(body):  # 以创建示范县为抓手
            continue
        if _CUES[match["cue"]] == "mention" and not _NOUN.search(body):
            continue
        if (
            match["cue"] == "创建" and _NUMBERED.search(body) and not _SCOPE.search(body)
        ):  # 创建示范村20个: made, not won
            continue
        if _CUES[match["cue"]] == "first" and not _RARE.search(body):
            continue
        read = end
        grantor, start = _grantor(passage, mentions, match.start("cue"), match.end(), end)
        if len(_TAIL.sub("", shadow[start:end])) < 3:  # 获市政府表彰: who gave it is all that names it
            start = match.end()
        for item in _items(shadow, start, end):
            words = shadow[slice(*item)]
            told = _CUES[match["cue"]] == "mention" and _NO_AWARD.search(words)
            if told or re.search(
                r"第[一二三四五六七八九十\d]+$|前列$|之列$|行列$|第一(?:方阵|梯队)$|[增升扩][至到]", words
            ):
                continue  # a rank is read as one
            if _CUES[match["cue"]] == "mention" and not _NOUN.search(words):
                continue
            yield from _named(passage, mentions, low, match.start("cue"), item, grantor)


def _named(
    passage: Passage, mentions: tuple[Mention, ...], low: int, cue: int, item: tuple[int, int], grantor: str | None
) -> Iterator[Honour]:
    """The award between two positions, without batch, classifier and count, once for each recipient."""
    begin, stop = item
    words = passage.shadow[begin:stop]
    also = _ALSO.search(words, 4)
    if also and not words.endswith("”"):
        words, stop = words[: also.start()], begin + also.start()
    begin += _BATCH.match(words).end()  # type: ignore[union-attr]
    stop -= len(words) - _TAIL.search(words).start()  # type: ignore[union-attr]
    if re.fullmatch('[“"]([^“”"]+)[”"]', passage.shadow[begin:stop]):
        begin, stop = begin + 1, stop - 1
    elif passage.shadow[begin] == "“" and "”" not in passage.shadow[begin:stop]:
        begin += 1
    if stop - begin < 3 or not re.search("[\u4e00-\u9fff]{2}", passage.shadow[begin:stop]):
        return
    name = passage.text[begin:stop]
    for recipient in _recipients(passage, mentions, low, cue):
        yield Honour(
            span=passage.at(begin, stop),
            quote=name,
            sentence=passage.order,
            rule="honour.award",
            confidence=0.9,
            name=name,
            recipient=recipient,
            grantor=grantor,
            level=_level(passage, name, grantor, mentions),
        )


def _items(shadow: str, start: int, end: int) -> list[tuple[int, int]]:
    """Awards in a row: “甲”“乙”, “甲”、“乙”等称号; else all of it is one."""
    quoted = list(_QUOTED.finditer(shadow, start, end))
    gaps = [shadow[a.end() : b.start()] for a, b in pairwise(quoted)]
    if (
        len(quoted) > 1
        and all(gap in ("", "、", "和", "及", "以及") for gap in gaps)
        and shadow[start : quoted[0].start()] == ""
    ):
        return [(match.start(), match.end()) for match in quoted]
    pieces, last, depth = [], start, 0
    for position in range(start, end):
        depth += shadow[position] in "(“"
        depth -= shadow[position] in ")”"
        if depth == 0 and shadow[position] == "、" and _NOUN.search(shadow[last:position]):
            pieces.append((last, position))
            last = position + 1
    return [*pieces, (last, end)]


def _end(shadow: str, start: int) -> int:
    """Up to the end of the clause; brackets and quotation marks that close are kept whole."""
    depth = 0
    for position in range(start, len(shadow)):
        opened = "(“《".find(shadow[position])
        depth += opened >= 0 and ")”》"[opened] in shadow[position:]
        depth -= shadow[position] in ")”》"
        if depth <= 0 and shadow[position] in ",;。:!?\n":
            return position
    return len(shadow)


def _enclosed(passage: Passage, position: int) -> bool:
    place = passage.span.start + position
    return any(mask.span.start <= place < mask.span.end and mask.why in ("title", "quoted") for mask in passage.masks)


def _grantor(passage: Passage, mentions: tuple[Mention, ...], cue: int, start: int, end: int) -> tuple[str | None, int]:
    """Who gave it: 被G命名为, or 获评G“…”; and where the name of the award begins."""
    by = _BY.search(passage.shadow[:cue])
    if by:
        names = [m.name for m in mentions if cue - len(by["by"]) <= passage.inside(m.span)[0] < cue]
        return ("、".join(names) if names else passage.text[cue - len(by["by"]) : cue]), start
    for mention in mentions:
        begin, stop = passage.inside(mention.span)
        if begin == start and stop < end and mention.body_kind not in ("group", "team"):
            return mention.name, stop
    return None, start


def _recipients(passage: Passage, mentions: tuple[Mention, ...], low: int, cue: int) -> list[str | None]:
    """Who got it: the quoted names or the body before the cue, else the area that reports."""
    shadow = passage.shadow
    by = _BY.search(shadow[low:cue])
    cue = low + by.start() if by else cue
    if (contest := _CONTEST.search(shadow, low, cue)) and contest.start() > low + 1:
        cue = contest.start()
    before = _DROPPED.sub("", shadow[low:cue])
    quoted = re.search('((?:[“"][^“”"]+[”"][、和及]?)+)[^“”]{0,8}$', before)
    if quoted:
        return list(dict.fromkeys(_QUOTED.findall(quoted[1])))
    several = re.split("[、和]", _COUNTED.sub("", before))
    if len(several) > 1 and all(2 <= len(one) <= 24 and _WINNER.search(one) for one in several):  # 甲县、乙县2个县获评
        return [_body_named(passage, mentions, low, cue, one) for one in several]
    bodies = [m for m in mentions if low <= passage.inside(m.span)[0] and passage.inside(m.span)[1] <= cue]
    if bodies:
        return [bodies[-1].name]
    before = before.lstrip("-—–●■◆·")
    said = re.sub("(?:被|成功|共|均|分别|先后|连续.{1,3}[年次届]|再次|荣|有|还|新|首次|,)+$", "", _HEAD.sub("", before))
    said = re.sub("作为[^,;。]*$", "", said)  # 甲村作为全县首个获得…的村
    if 2 <= len(said) <= 30 and not re.match(r"[,、\0]", said) and not _NO_WINNER.match(said):
        return [said]
    area = passage.document.meta.area
    return [area.name if area else passage.document.meta.issuer]


def _body_named(passage: Passage, mentions: tuple[Mention, ...], low: int, cue: int, printed: str) -> str:
    start = passage.shadow.index(printed, low, cue)
    whole = (start, start + len(printed))
    return next((mention.name for mention in mentions if passage.inside(mention.span) == whole), printed)


def _level(passage: Passage, name: str, grantor: str | None, mentions: tuple[Mention, ...]) -> Level | None:
    for scope in _SCOPE.finditer(name):
        if len(scope[0]) > 1 or scope.start() == 0:  # 省重点项目, but not the 县 of 示范县
            return _LEVELS[scope[0]]
    area = passage.document.meta.area
    for place in (*area.parents, area) if area else ():
        short = re.sub("(?:省|市|县|区|自治区|自治州|盟|旗)$", "", place.name)
        if len(short) > 1 and short in name:
            return place.level
    return next((mention.level for mention in mentions if grantor and mention.name in grantor), None)


def _titles(passage: Passage, mentions: tuple[Mention, ...]) -> Iterator[Honour]:
    """甲村是“全国文明村”: a title that is told of who holds it."""
    for match in _TITLE.finditer(passage.shadow):
        low, _ = clause(passage, match.start(), match.end())
        if _NOUN.search(match["name"]) and not _NOT_YET.search(passage.shadow[low : match.start()]):
            yield from _named(passage, mentions, low, match.start(), match.span("name"), None)


def _grades(passage: Passage) -> Iterator[Honour]:
    """年度考核结果优秀, 考核连续三年获优秀等次: the grade with what it was given for."""
    for match in _GRADED.finditer(passage.shadow):
        if not _enclosed(passage, match.start()) and not _NOT_YET.search(match[0]):
            name = passage.text[slice(*match.span("for"))] + passage.text[slice(*match.span("grade"))]
            yield _plain(passage, match.start(), match.end(), "honour.grade", _AGAIN.sub("", name))


def _firsts(passage: Passage) -> Iterator[Honour]:
    """全省首支…, 在全国率先…: a first needs a scope; 首家 alone says nothing."""
    for match in _FIRST.finditer(passage.shadow):
        before = passage.shadow[: match.start()]
        if _enclosed(passage, match.start()) or _NOT_YET.search(before[-12:]) or _GIVING.search(before):
            continue
        end = min(match.end(), _end(passage.shadow, match.start()))
        if not _OCCASION.search(passage.shadow, match.start(), end):  # 在全国首批示范市座谈会上
            yield _plain(passage, match.start(), end, "honour.first")
    for match in (*_FRONT.finditer(passage.shadow), *_IN_FRONT.finditer(passage.shadow)):
        low, _ = clause(passage, match.start(), match.end())
        if not _enclosed(passage, match.start()) and not _PUSHED.match(passage.shadow, low, match.start()):
            yield _clause(passage, match.start(), match.end(), "honour.front")


def _ranks(passage: Passage, found: tuple[Quantity, ...]) -> Iterator[Honour]:
    for quantity in found:
        start, end = passage.inside(quantity.span)
        best = quantity.value is not None and quantity.value <= 10
        if quantity.kind == "rank" and best and not _enclosed(passage, start):
            yield _clause(passage, start, end, "honour.rank")


def _clause(passage: Passage, start: int, end: int, rule: str) -> Honour:
    """The clause up to its rank, without what is no part of its name."""
    low, _ = clause(passage, start, end)
    words = _HEAD.match(passage.shadow[low:end])
    low += words.end() if words else 0
    return _plain(passage, low, end, rule, _AGAIN.sub("", passage.text[low:end]))


def _plain(passage: Passage, start: int, end: int, rule: str, name: str | None = None) -> Honour:
    area = passage.document.meta.area
    quote = passage.text[start:end]
    return Honour(
        span=passage.at(start, end),
        quote=quote,
        sentence=passage.order,
        rule=rule,
        confidence=0.8,
        name=name or quote,
        recipient=area.name if area else passage.document.meta.issuer,
        grantor=None,
        level=_level(passage, quote, None, ()),
    )
