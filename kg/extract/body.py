"""Mentions of bodies and of classes of bodies, with the canonical name that each has in its report."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import cast, get_args

from kg.corpus.document import Level, Span
from kg.extract.place import ENDS, LEVELS, Gazetteer, Place
from kg.extract.tokens import segmenter
from kg.extract.words import either
from kg.lexicon import rules, table

ORGANS = {tail: (kind, name) for tail, kind, name in table("organs", "tail", "kind", "canonical")}
HEADS = {head: (kind, bool(alone)) for head, kind, alone in table("body_heads", "head", "kind", "alone")}
CENTRAL = {name: (kind, canonical) for name, kind, canonical in table("central_bodies", "name", "kind", "canonical")}
GROUPS = {word: (kind, level) for word, kind, level in table("groups", "word", "kind", "level")}
DEEDS = frozenset(verb for verb, kind, use in table("verbs", "verb", "class", "use") if not use)
"""Verbs that are no part of a name, unless right before its head: 用好数据中心, but 受理中心."""
STOPS = {word: where for word, where in table("body_stops", "word", "where")}  # noqa: C416 (a row is a longer tuple to mypy)
STEMS = either(stem for (stem,) in table("departments", "stem"))

INDEFINITE = ("个别", "部分", "少数", "某些", "一些")
LEVEL = rf"(?P<level>(?<![全各辖]){ENDS})"
OFFICE = "(?:局|厅|委员会|委|办公室|办|总队|支队|大队|中队|队|中心|管理处|署)"
_RULE_OF_LAW = r"委?(?:全面)?依法治[省市县区旗州盟镇街](?:委员会|委)?(?:办公室|办)?(?<!治[省市县区旗州盟镇街])"
_ORGAN = re.compile(
    rf"{LEVEL}(?P<tail>{_RULE_OF_LAW}|(?P<stem>{STEMS}{OFFICE}(?:[\u4e00-\u9fff]{{1,6}}分局)?)|{either(ORGANS)})"
    r"(?!(?<=[委办])[托派任任屈员事理案公]|(?<=政府)性|(?<=党委会)议|(?<=队)[伍列员]|(?<=局)[势面限部])"
)
_BARE = re.compile(
    rf"(?<![\u4e00-\u9fff])(?:{STEMS})局(?![势面限部])|(?<=[、和及与])(?:{STEMS})[局办委](?![势面限部公理事案件])"
)
_CENTRAL = re.compile(either(CENTRAL) + "(?![门队])")
_HEAD = re.compile(
    rf"(?P<head>{either(HEADS)})(?![组城镇区员长])(?!(?<=中心)[工任环论思内理路线])(?!(?<=组)织)(?!(?<=委员会)商)(?!(?<=大队)[伍])(?!(?<=学院)派)"
)
_GROUP = re.compile(
    rf"(?P<each>各级各类|各级|各类|各有关|各个|各|有关|相关|所有)?(?P<word>{either(GROUPS)})"
    r"(?!(?<=人大)代表|(?<=政协)(?:提案|委员)|(?<=[党人]委)[书员托]|(?<=党组)[书成]|(?<=院)长|(?<=工会)[组])"
)
_FIELD = re.compile(rf"(?:{STEMS})(?:主管|监管|执法)?部门")
_COMMITTEE = re.compile("及其(常委会)")
_OURS = re.compile(r"(?:我|本)(?P<word>局|厅|委|部|办|署|总局|管委会|院)(?![托派任屈员事理案公分署门队])")
_COUNT = re.compile(
    r"(?:(?:\d+|[一二三四五六七八九十百两]+)(?:[—–~至-](?:\d+|[一二三四五六七八九十]+))?[余多]?(?:个|家|支|所|名)?)$"
)
_VILLAGE = re.compile(r"[\u4e00-\u9fff]{2,4}?(?:村(?!级|民|规|居|务|委|\(|、)|社区(?!矫正|\(|、|工作))")
_TOWN = re.compile(
    r"(?<![城乡集小重古村制各全该本我两个级])(?P<word>镇|乡|街道|苏木)(?!镇|街|村|乡|道|级|长|\(|、[村街]|域|风|情|土)"
)
_BREAK = re.compile(r"[,;:。、！？!?()\[\]《》\s‘’\0]")
_LEFT_MOST = 30
_MOST_TOKENS = 8


@dataclass(frozen=True, slots=True)
class Found:
    """A body where it stands in a text, not yet placed in the document."""

    start: int
    end: int
    name: str
    kind: str
    level: Level | None
    rule: str
    confidence: float = 1.0
    flags: tuple[str, ...] = ()


def bodies(shadow: str, gazetteer: Gazetteer) -> tuple[Found, ...]:
    """The bodies named in a sentence, a heading or a title line; of those that overlap the longest.

    `shadow` has half-width marks; 《》 titles in it are blanked by the caller.
    """
    found = candidates(shadow, gazetteer)
    ends = {one.end for one in found if one.rule == "body.organ"}
    found = tuple(one for one in found if one.rule != "body.headed" or one.end not in ends)
    taken: list[Found] = []
    for one in sorted(found, key=lambda found: (found.start - found.end, -found.confidence, found.start, found.rule)):
        if all(one.end <= other.start or other.end <= one.start for other in taken):
            taken.append(one)
            if one.kind == "congress" and (its := _COMMITTEE.match(shadow, one.end)):
                taken.append(
                    replace(one, start=its.start(1), end=its.end(1), name=one.name + its[1], rule="body.its-committee")
                )
    return tuple(sorted(taken, key=lambda found: found.start))


def candidates(shadow: str, gazetteer: Gazetteer) -> tuple[Found, ...]:
    """All that some rule takes for a body, before overlaps are settled."""
    return (
        *_central(shadow),
        *_organs(shadow, gazetteer),
        *_own_office(shadow, gazetteer),
        *_towns(shadow, gazetteer),
        *_headed(shadow, gazetteer),
        *_groups(shadow, gazetteer),
    )


def _central(text: str) -> Iterator[Found]:
    for match in _CENTRAL.finditer(text):
        kind, name = CENTRAL[match[0]]
        yield Found(match.start(), match.end(), name, kind, "central", "body.central")


def _organs(text: str, gazetteer: Gazetteer) -> Iterator[Found]:
    """县委, 宁安市人民政府, 我县司法局: a level or place, then an organ or department."""
    for match in _ORGAN.finditer(text):
        word, tail = match["level"], match["tail"]
        issuers_own = LEVELS[word][1] == "issuer"
        if issuers_own and not tail.startswith(("党", "理论")):
            continue
        kind, canonical = ORGANS.get(tail, ("", tail))
        if not kind:
            kind = _office_kind(tail)
        start, place, confidence = match.start(), gazetteer.short(word), 1.0
        named = gazetteer.before(text, match.end("level"))
        if not named and not issuers_own and (place is None or tail.startswith("人民")):
            named = gazetteer.fictitious(text, match.end("level"), word, nouns=tail.startswith("人民"))
        if named:
            start, place = named
            confidence = 1.0 if place.known else 0.7
        if start and not named and text[start - 1] == "我" and not issuers_own:
            start -= 1
        if named and kind == "party" and text.endswith("中共", 0, start):
            start -= 2
        level = LEVELS[word][0] if place is None else place.level
        if kind == "government" and level == "township":
            kind = "township"
        yield Found(
            start, match.end(), (place.name if place else word) + canonical, kind, level, "body.organ", confidence
        )
    for match in _BARE.finditer(text):
        own = gazetteer.area
        name = own.name if own and own.level in get_args(Level)[1:4] else ""
        yield Found(
            match.start(),
            match.end(),
            name + match[0],
            "department",
            own.level if own else None,
            "body.bare-department",
            0.8,
        )


def _office_kind(tail: str) -> str:
    if "依法治" in tail:
        return "party"
    if tail.endswith(("大队", "支队", "总队", "中队", "队")):
        return "team"
    return "institution" if tail.endswith("中心") else "department"


def _own_office(text: str, gazetteer: Gazetteer) -> Iterator[Found]:
    """我局: the issuer itself, where it is such an office; and its full name as printed."""
    issuer = gazetteer.issuer
    if not issuer:
        return
    for match in _OURS.finditer(text):
        if issuer.removesuffix("员会").endswith(match["word"]):
            level = gazetteer.area.level if gazetteer.area else None
            yield Found(match.start(), match.end(), issuer, "department", level, "body.we")
    for one in issuer.split("、"):
        for match in re.finditer(re.escape(one), text):
            kind = issuer_kind(one)
            level = gazetteer.area.level if gazetteer.area else None
            yield Found(match.start(), match.end(), one.removeprefix("中共"), kind, level, "body.issuer")


@cache
def issuer_kind(name: str) -> str:
    """government, party, department, township … by the form of a full name.

    >>> issuer_kind("宁海县人民政府"), issuer_kind("望江区教育局"), issuer_kind("石门镇人民政府")
    ('government', 'department', 'township')
    """
    tails = [tail for tail in ORGANS if name.endswith(tail)]
    if tails:
        tail = max(tails, key=len)
        kind = ORGANS[tail][0]
        town = name.removesuffix(tail).endswith(("镇", "乡", "街道", "苏木"))
        return "township" if town and kind == "government" else kind
    if name.endswith(("镇", "乡", "街道", "苏木")):
        return "township"
    return (
        "government" if name.endswith(("团", "师", "兵团", "县", "市", "区", "旗", "州", "盟", "省")) else "department"
    )


def _towns(text: str, gazetteer: Gazetteer) -> Iterator[Found]:
    """Townships and villages: those of the own county by the division table, others by their form."""
    for match in gazetteer.township_pattern.finditer(text) if gazetteer.township_pattern else ():
        yield from _town(text, match.start(), match.end(), (gazetteer.county or "") + match[0], 1.0)
    for match in _TOWN.finditer(text):
        found = gazetteer.fictitious(text, match.end(), match["word"])
        if found:
            start, place = found
            own = gazetteer.area
            if own and place.name == own.name:
                continue
            yield from _town(text, start, match.end(), place.name, 0.6)


def _town(text: str, start: int, end: int, name: str, confidence: float) -> Iterator[Found]:
    flags = () if confidence == 1.0 else ("form",)
    yield Found(start, end, name, "township", "township", "body.township", confidence, flags)
    if village := _VILLAGE.match(text, end):
        yield Found(start, village.end(), name + village[0], "township", "village", "body.village", confidence, flags)
    if organ := re.compile(either(ORGANS)).match(text, end):
        kind, canonical = ORGANS[organ[0]]
        kind = "township" if kind == "government" else kind
        yield Found(start, organ.end(), name + canonical, kind, "township", "body.township-organ", confidence, flags)


def _headed(text: str, gazetteer: Gazetteer) -> Iterator[Found]:
    """行政争议调解中心, “和解”调解工作室: a head, extended to the left over words that can be part of a name."""
    for match in _HEAD.finditer(text):
        kind, alone = HEADS[match["head"]]
        start = _left(text, match.start(), match.end())
        printed = text[start : match.end()]
        if (
            (start == match.start() and not alone)
            or len(printed) < (3 if alone else 4)
            or text[start - 1 : start] == "‘"
        ):
            continue
        start = _at_place(text, start, match.start(), gazetteer)
        if start and text[start - 1].isdigit() and text[start] in "个家支所名只批":
            start += 1
        printed = text[start : match.end()]
        name, level = _canonical(printed, gazetteer)
        counted = _COUNT.search(text, 0, start)
        if counted or re.match(r"\d+个", text[match.end() :]):
            kind = "group" if kind == "institution" else kind
            start = counted.start() if counted else start
        yield Found(start, match.end(), name, kind, level, "body.headed", 0.8)


def _at_place(text: str, start: int, head: int, gazetteer: Gazetteer) -> int:
    """A place inside a name begins it: what stands before, 印制 in 印制云桥镇公共服务中心, is not its own."""
    for end in range(start + 3, head):
        if text[end - 1] in "省市县区旗州镇乡道":
            if gazetteer.township_pattern:
                for match in gazetteer.township_pattern.finditer(text, start + 1, end):
                    if match.end() == end:
                        return match.start()
            if (found := gazetteer.before(text, end)) and found[0] > start:
                return found[0]
    return start


def _left(text: str, head: int, end: int) -> int:
    """Where the name that ends in a head begins."""
    bound = _bound(text, head)
    start, number = head, 0
    taken: list[str] = []
    for token in reversed(segmenter().cut(text[bound:end], bound)):
        if token.start >= head:
            continue
        if token.end <= head and (
            STOPS.get(token.word) == "any"
            or (token.word in DEEDS and taken)
            or token.tag[0] in "pcdurmqy"
            or not _is_word(token.word)
            or number >= _MOST_TOKENS
        ):
            break
        start, number = token.start, number + 1
        taken.append(token.word)
    while taken and STOPS.get(taken[-1]) == "first":
        start += len(taken.pop())
    if text[start - 1 : start] == "”" and (opening := text.rfind("“", bound, start)) >= 0:
        start = _left(text, opening, opening) if _joins(text, opening) else opening
    return start


def _is_word(word: str) -> bool:
    return all("\u4e00" <= letter <= "\u9fff" for letter in word)


def _bound(text: str, head: int) -> int:
    """Where the clause before a head begins: after a mark, or after a quotation mark that is still open."""
    closed = 0
    for at in range(head - 1, max(-1, head - _LEFT_MOST), -1):
        if text[at] in "”":
            closed += 1
        elif text[at] == "“":
            if not closed:
                return at + 1
            closed -= 1
        elif not closed and _BREAK.match(text, at):
            return at + 1
    return max(0, head - _LEFT_MOST)


def _joins(text: str, opening: int) -> bool:
    """Whether the name goes on before the quoted part: 西店镇“和解”工作室, not 建立“和解”工作室."""
    return opening > 0 and text[opening - 1] in "镇乡道村区县市局院"


def _canonical(printed: str, gazetteer: Gazetteer) -> tuple[str, Level | None]:
    """The name in full, and its level: 县行政争议调解中心 begins with a level, 西店镇调解工作室 with a township."""
    for name in sorted(gazetteer.townships, key=len, reverse=True):
        if printed.startswith(name):
            return (gazetteer.county or "") + printed, "township"
    place: Place | None
    for end in range(min(len(printed), 14), 1, -1):
        if printed[end - 1] in "省市县区旗州盟" and (found := gazetteer.before(printed, end)) and found[0] == 0:
            return found[1].name + printed[end:], found[1].level
    word = next((word for word in sorted(gazetteer.own, key=len, reverse=True) if printed.startswith(word)), None)
    place = gazetteer.short(word) if word else None
    if word and place:
        return place.name + printed[len(word) :], place.level
    return printed, None


def _groups(text: str, gazetteer: Gazetteer) -> Iterator[Found]:
    for match in _GROUP.finditer(text):
        kind, level = GROUPS[match["word"]]
        name = match[0]
        if kind in ("court", "procuratorate") and name in ("法院", "检察院"):
            name = "人民" + name
        if match["each"]:
            kind = "group"
        elif kind == "party" and gazetteer.issuer and issuer_kind(gazetteer.issuer) == "department":
            name = gazetteer.issuer + name  # 党组 in a report of a department is its own
        yield from _counted(text, match.start(), match.end(), name, kind, level, "body.group", gazetteer)
    for match in _FIELD.finditer(text):
        yield from _counted(
            text, match.start(), match.end(), match[0], "group", "", "body.field-departments", gazetteer
        )
    for rule in rules("group"):
        for match in rule.pattern.finditer(text):
            if match[0]:
                fields = rule.fields
                yield from _counted(
                    text,
                    match.start(),
                    match.end(),
                    match[0],
                    fields["kind"],
                    fields.get("level", ""),
                    rule.id,
                    gazetteer,
                )


def _counted(
    text: str, start: int, end: int, name: str, kind: str, level: str, rule: str, gazetteer: Gazetteer
) -> Iterator[Found]:
    """A class with the number printed before it, which is in the mention but not in the name; another place's is kept."""
    if text.endswith(INDEFINITE, 0, start):
        return
    count = _COUNT.search(text, 0, start)
    named = None if count else gazetteer.before(text, start)
    if named and (gazetteer.area is None or named[1].name != gazetteer.area.name):
        start, name = named[0], named[1].name + name
    yield Found(count.start() if count else start, end, name, kind, cast("Level | None", level or None), rule, 0.9)


def spans(found: tuple[Found, ...], start: int) -> tuple[Span, ...]:
    """The places of bodies in the document, for a text that begins at `start`."""
    return tuple(Span(start + one.start, start + one.end) for one in found)
