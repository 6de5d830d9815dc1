"""Awards: honours that a verb brings (获评, 命名为) or that are told of who holds them, one for each winner."""

import re
from collections.abc import Iterator
from itertools import pairwise

from kg.corpus.document import Level
from kg.extract.fact import Honour, Mention
from kg.extract.passage import Passage
from kg.extract.phrase import clause
from kg.extract.winner import BY, QUOTED, WINNER, body_named, recipients
from kg.extract.words import cues, either
from kg.lexicon import pattern, table

_CUES = {cue: kind for cue, kind in table("honour_cues", "cue", "kind")}  # noqa: C416 (rows are open tuples)
_GOT = ("获", "荣", "入选", "被评")
_CUE = pattern("award.cue", cues=either(_CUES))
_NOUN = re.compile(either(word for (word,) in table("honour_nouns", "word")))
_LEVELS: dict[str, Level] = dict(table("scopes", "word", "level"))  # type: ignore[arg-type]
_SCOPE = re.compile(either(_LEVELS))
_RARE = pattern("award.rare")
NOT_YET = pattern("award.not-yet", strive=cues("strive"))
_NO_AWARD = pattern("award.no-award")
_CANDIDATE = pattern("award.candidate")
_PRIZE = pattern("award.prize")
_STATISTIC = pattern("award.statistic")
_CONTEST = pattern("award.contest")
_TAIL = pattern("award.tail")
_ENDED = pattern("award.ended", noun=_NOUN.pattern)
_QUOTES = re.compile('(?:[“"][^“”"]+[”"]){2,}')
_NUMBERED = pattern("award.numbered")
_RANK = pattern("award.rank")
_BATCH = pattern("award.batch")
_THEN = pattern("award.then")
_MERE_AIM = re.compile("以[^,;。]*$")
_AIMED = pattern("award.aimed")
_TITLE = pattern("award.title")
_THIS = pattern("award.this")
_GIVEN_TO = pattern("award.given-to")
_MANY = re.compile(r"\d+[余多]?[个家所][^,;。]{0,8}$")
_ALL = re.compile(r"全|\d")
_ALSO = pattern("award.also")
_SCOPED = pattern("award.scoped")
_COMMENDED = pattern("award.commended")
_TELLING = re.compile("(?=.*[\u4e00-\u9fff]{2})(?:.{3}|(?:表彰|表扬|嘉奖)$)")


def awards(passage: Passage, mentions: tuple[Mention, ...]) -> Iterator[Honour]:
    """Every award that a verb brings: 获评甲, 被G命名为“乙”; what is only mentioned wants a word of honour in its name."""
    shadow, read = passage.shadow, 0
    first: tuple[int, int] | None = None
    for match in _CUE.finditer(shadow):
        if match.start() < read:  # 命名为“…”创建先进单位: a cue inside the name of an award is a part of it
            continue
        low, _ = clause(passage, match.start(), match.end())
        before = shadow[low : match.start()]
        end = end_of(shadow, match.end())
        then = _THEN.search(shadow, match.end(), end)  # 荣获 | 甲 | 后又被评为乙
        end = then.start() if then else end
        told = first[1] if first and first[0] == low else match.start("cue")
        first = (low, told) if then else None
        if "获此" in shadow[match.end() : end]:  # 成为全省唯一获此殊荣的县
            continue
        if _THIS.match(shadow, match.end()):  # 通报表彰…为“先进单位”,我县获此殊荣
            named = [] if read else [one for one in QUOTED.finditer(shadow[:low]) if _NOUN.search(one[1])]
            for quoted in named[-1:]:
                yield from _named(passage, mentions, low, match.start("cue"), quoted.span(1), None)
            continue
        if enclosed(passage, match.start()) or not _wins(match["cue"], before, shadow[match.end() : end]):
            continue
        read = end
        if match["cue"] == "授予" and (given := _given(shadow, match.end(), end)):
            who, start = given
            by = _givers(passage, mentions, low, match.start())
            yield from _named(passage, mentions, low, match.start("cue"), (start, end), by, who)
            continue
        grantor, start = _grantor(passage, mentions, match.start("cue"), match.end(), end)
        if len(_TAIL.sub("", shadow[start:end])) < 2:  # 获县委称号: nothing but who gave it
            start = match.end()
        items = _items(shadow, start, end)
        each = recipients(passage, mentions, low, told) if "分别" in before and len(items) > 1 else []
        paired = len(each) == len(items)  # 甲局、乙局分别获一等奖、优秀奖
        for n, item in enumerate(items):
            if item[0] > start and (again := _CUE.match(shadow, item[0], item[1])):  # 获大奖、入选 | 优秀案例
                item = (again.end(), item[1])
            words = shadow[slice(*item)]
            noun = _NOUN.search(words) or _SCOPED.match(words)
            mere = _CUES[match["cue"]] == "mention" and (_NO_AWARD.search(words) or not noun)
            if not mere and not _RANK.search(words) and not _CANDIDATE.search(words):  # a rank is read as one
                won_by = each[n] if paired else None
                yield from _named(passage, mentions, low, told, item, grantor, won_by=won_by)


def _givers(passage: Passage, mentions: tuple[Mention, ...], low: int, verb: int) -> str | None:
    """省司法厅、省普法办 | 授予…: the last body before the verb, with those listed before it."""
    givers: list[str] = []
    first = verb
    for mention in reversed(mentions):
        start, end = passage.inside(mention.span)
        if low <= start < first and (not givers or passage.shadow[end:first] in ("、", "和", "与")):
            givers, first = [mention.name, *givers], start
    return "、".join(givers) or None


def _given(shadow: str, start: int, end: int) -> tuple[tuple[tuple[int, int], ...], int] | None:
    """授予 | 甲镇、乙镇2个镇 | 为示范镇, 授予 | 甲所 | “先进集体”称号: who gets it, each by its place, and where its name begins."""
    match = _GIVEN_TO.match(shadow, start, end)
    if not match:
        return None
    found = [one.span() for one in re.finditer("[^、和及]+", match["who"])]
    places = tuple((start + low, start + high) for low, high in found)
    whole = all(WINNER.search(shadow[low:high]) and not _ALL.match(shadow, low) for low, high in places)
    return (places, match.end()) if whole and places else None


def _wins(cue: str, before: str, body: str) -> bool:
    """Whether the words around a cue say that something was won: not striven for, not made by count."""
    not_yet = NOT_YET.search(before)
    led = not_yet and not_yet[0].startswith("指导") and cue.startswith(_GOT)  # 指导甲镇获评示范镇
    if (not_yet and not led) or (_MERE_AIM.search(before) and _AIMED.search(body)):  # 以创建示范县为抓手
        return False
    if _STATISTIC.match(body):  # 占全省入围总数八分之一
        return False
    counted = cue == "创建" and (_NUMBERED.search(body) or _MANY.search(before))
    if counted and not _SCOPE.search(body):  # 创建示范村20个, 11个街道创建示范街道
        return False
    wanted = {"mention": _NOUN, "first": _RARE}.get(_CUES[cue])
    return wanted is None or bool(wanted.search(body) or _SCOPED.match(body))


def titles(passage: Passage, mentions: tuple[Mention, ...]) -> Iterator[Honour]:
    """甲村是“全国文明村”: a title that is told of who holds it; 甲工作被省厅通报表扬: praise that is given without one."""
    for match in _COMMENDED.finditer(passage.shadow):
        low, _ = clause(passage, match.start(), match.end())
        inside = [one for one in mentions if match.start() <= passage.inside(one.span)[0] < match.end()]
        if not NOT_YET.search(passage.shadow[low : match.start()]) and not enclosed(passage, match.start()):
            by, given = "、".join(one.name for one in inside) or None, match.start()
            if inside and match.end() - passage.inside(inside[-1].span)[1] > 2:  # 被省厅 | 通报表扬, as 获省厅 | 嘉奖令
                given = passage.inside(inside[-1].span)[1]
            yield from _named(passage, mentions, low, match.start() - 1, (given, match.end()), by)
    for match in _TITLE.finditer(passage.shadow):
        low, _ = clause(passage, match.start(), match.end())
        if _NOUN.search(match["name"]) and not NOT_YET.search(passage.shadow[low : match.start()]):
            yield from _named(passage, mentions, low, match.start(), match.span("name"), None)


def _named(
    passage: Passage,
    mentions: tuple[Mention, ...],
    low: int,
    cue: int,
    item: tuple[int, int],
    grantor: str | None,
    winners: tuple[tuple[int, int], ...] = (),
    won_by: str | None = None,
) -> Iterator[Honour]:
    """The award between two positions, without batch, classifier and count, once for each recipient.

    `winners` is where they stand, when that is behind the verb, `won_by` who is known to have got it; else they are
    looked for before the cue.
    """
    begin, stop = item
    words = passage.shadow[begin:stop]
    also = _ALSO.search(words, 4)
    if also and not words.endswith("”"):
        words, stop = words[: also.start()], begin + also.start()
    begin += _BATCH.match(words).end()  # type: ignore[union-attr]
    stop -= len(words) - _TAIL.search(words).start()  # type: ignore[union-attr]
    if re.fullmatch('[“"]([^“”"]+)[”"]', passage.shadow[begin:stop]):
        begin, stop = begin + 1, stop - 1
    elif passage.shadow[begin : begin + 1] == "“" and "”" not in passage.shadow[begin:stop]:
        begin += 1
    if not _TELLING.match(passage.shadow[begin:stop]):
        return
    name = passage.text[begin:stop]
    contest = _CONTEST.search(passage.shadow, low, cue) if _PRIZE.fullmatch(name) else None
    if contest:  # 参加全市演讲比赛荣获 | 二等奖
        name = passage.text[slice(*contest.span("name"))] + name
    behind = [won_by] if won_by else [body_named(passage, mentions, *place) for place in winners]
    for recipient in behind or recipients(passage, mentions, low, cue):
        yield Honour(
            span=passage.at(begin, stop),
            quote=name,
            sentence=passage.order,
            rule="honour.award",
            confidence=0.9,
            name=name,
            recipient=recipient,
            grantor=grantor,
            level=level_of(passage, name, grantor, mentions),
        )


def _items(shadow: str, start: int, end: int) -> list[tuple[int, int]]:
    """Awards in a row: “甲”“乙”, “甲”、“乙”等称号; else all of it is one."""
    quoted = list(QUOTED.finditer(shadow, start, end))
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
        joint = shadow[position] in "和及" and "”" in shadow[last:position] and "”" in shadow[position:end]
        joint = joint or (
            shadow[position] in "和及"
            and bool(_ENDED.search(shadow, last, position) and _NOUN.search(shadow, position, end))
        )
        if depth == 0 and (shadow[position] == "、" or joint) and _NOUN.search(shadow[last:position]):
            pieces.append((last, position))
            last = position + 1
    pieces.append((last, end))
    return [one for piece in pieces for one in _side_by_side(shadow, *piece)]


def _side_by_side(shadow: str, start: int, end: int) -> list[tuple[int, int]]:
    """“甲”“乙”: each quoted name that follows the other at once, else the stretch as it is."""
    if not _QUOTES.fullmatch(shadow, start, end):
        return [(start, end)]
    return [one.span() for one in QUOTED.finditer(shadow, start, end)]


def _grantor(passage: Passage, mentions: tuple[Mention, ...], cue: int, start: int, end: int) -> tuple[str | None, int]:
    """Who gave it: 被G命名为, or 获评G“…”; and where the name of the award begins."""
    by = BY.search(passage.shadow[:cue])
    if by:
        first, last = by.span("by")
        names = [m.name for m in mentions if first <= passage.inside(m.span)[0] < last]
        return ("、".join(names) if names else passage.text[first:last]), start
    for mention in mentions:
        begin, stop = passage.inside(mention.span)
        if begin == start and stop < end and mention.body_kind not in ("group", "team"):
            rest, place = None, stop
            if passage.shadow[stop] in "、和":  # 入选国务院、公安部 | 典型案例
                rest, place = _grantor(passage, mentions, stop + 1, stop + 1, end)
            return (f"{mention.name}、{rest}", place) if rest else (mention.name, stop)
    return None, start


def end_of(shadow: str, start: int) -> int:
    """Up to the end of the clause; brackets and quotation marks that close are kept whole."""
    depth = 0
    for position in range(start, len(shadow)):
        opened = "(“《".find(shadow[position])
        depth += opened >= 0 and ")”》"[opened] in shadow[position:]
        depth -= shadow[position] in ")”》"
        if depth <= 0 and shadow[position] in ",;。:!?\n":
            return position
    return len(shadow)


def enclosed(passage: Passage, position: int) -> bool:
    """Whether a place in the passage stands within a title or a quoted name."""
    place = passage.span.start + position
    return any(mask.span.start <= place < mask.span.end and mask.why in ("title", "quoted") for mask in passage.masks)


def level_of(passage: Passage, name: str, grantor: str | None, mentions: tuple[Mention, ...]) -> Level | None:
    """The level of an honour: what its name says (省级), else the place in its name, else that of who gave it."""
    for scope in _SCOPE.finditer(name):
        if len(scope[0]) > 1 or scope.start() == 0:  # 省重点项目, but not the 县 of 示范县
            return _LEVELS[scope[0]]
    area = passage.document.meta.area
    for place in (*area.parents, area) if area else ():
        short = re.sub("(?:省|市|县|区|自治区|自治州|盟|旗)$", "", place.name)
        if len(short) > 1 and short in name:
            return place.level
    return next((mention.level for mention in mentions if grantor and mention.name in grantor), None)
