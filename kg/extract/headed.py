"""Bodies by their last word: 行政争议调解中心, “和解”调解工作室; the name is found by walking left from it."""

import re
from collections.abc import Iterator

from kg.corpus.document import Level
from kg.extract.found import Found
from kg.extract.group import COUNT
from kg.extract.place import ENDS, LEVELS, NO_NAME, Gazetteer, Place
from kg.extract.reporter import superiors
from kg.extract.tokens import Token, segmenter
from kg.extract.words import either, words_of
from kg.lexicon import divisions, pattern, table

HEADS = {head: (kind, bool(alone)) for head, kind, alone in table("body_heads", "head", "kind", "alone")}
_WHOLE = frozenset(
    head for head, (kind, _) in HEADS.items() if kind == "judicial" or head.endswith(("所", "海关", "党校"))
)
DEEDS = frozenset(verb for verb, kind, use in table("verbs", "verb", "class", "use") if use != "noun")
STOPS = {word: where for word, where in table("body_stops", "word", "where")}  # noqa: C416 (a row is a longer tuple to mypy)
_HEAD = pattern("headed.head", heads=either(HEADS))
_BREAK = re.compile(r"[,;:。、！？!?()\[\]《》\s‘’\0]")
_SET_UP = pattern("headed.set-up")
_OF_LEVEL = pattern("headed.of-level", ends=ENDS, outside=either(words_of("outside-team")))
_TOWN = pattern("office.town")
_HIRED = pattern("headed.hired")
_PROVINCE = re.compile(f"(?:{either(divisions.short(one.name) for one in divisions.provinces())})(?![)省市])")
"""What the name of a firm of lawyers begins with, as the rules for such names ask."""
_NO_NAME = pattern("headed.no-name")
_ALSO_CALLED = pattern("headed.also-called")
_VILLAGE = pattern("headed.village")
_HOURS = pattern("headed.hours")
_OF_ABOVE = pattern("headed.of-above")
_NO_LEVEL = ("市容", "市场", "市政", "市民", "市域")
"""市容管理科 is none of the city."""
_GRADE = pattern("headed.grade")
_ORDINAL = re.compile("第[一二三四五六七八九十]{1,2}")
_LEFT_MOST = 30
_MOST_TOKENS = 8


def headed(text: str, gazetteer: Gazetteer) -> Iterator[Found]:
    """行政争议调解中心, “和解”调解工作室: a head, extended to the left over words that can be part of a name."""
    for match in _HEAD.finditer(text):
        kind, alone = HEADS[match["head"]]
        start = _left(text, match.start(), match.end())
        if kind == "team" and (made := _SET_UP.search(text, max(0, start - 32), match.start())):
            start = made.start(1) if not _NO_NAME.search(made[1]) else start
        firm = match["head"].endswith(("律师事务所", "有限公司", "有限责任公司"))
        if firm and (hired := _HIRED.search(text, max(0, start - 16), match.start())):
            start = hired.start(1)
        if match["head"] == "律师事务所":  # 局法律服务单位|云岭青衿律师事务所
            provinces = [province.start() for province in _PROVINCE.finditer(text, start, match.start())]
            start = provinces[-1] if provinces else start
        if kind == "team" and (whole := _OF_LEVEL.search(text, max(0, start - 16), match.start())):
            named = gazetteer.before(text, whole.end("level"))
            if named or gazetteer.short(whole["level"]):
                start = min(start, named[0] if named else whole.start())
        if match["head"].endswith("领导小组") and text[start - 1 : start] == ")":  # 法治建设(依法行政)领导小组
            opening = text.rfind("(", max(0, start - 12), start)
            start = _left(text, opening, opening) if 0 < opening < start - 3 else start
        if (central := text.rfind("中央", start + 1, match.start())) > 0:  # 学习|中央依法治国委员会
            start = central
        if hours := _HOURS.search(text, max(0, start - 6), start + len("小时")):  # 街道24小时|智慧政务服务中心
            start = hours.start()
        if text[start] == "全" and text[start + 1] in gazetteer.own:  # 全省法治建设领导小组
            start += 2
        printed = text[start : match.end()]
        if (
            (start == match.start() and not alone)
            or len(printed) < (3 if alone else 4)
            or (start and text[start - 1] in "‘某×*")
        ):
            continue
        start = _at_place(text, start, match.start(), gazetteer)
        if start and text[start - 1].isdigit() and text[start] in "个家支所名只批":
            start += 1
        also = _ALSO_CALLED.match(text, match.end())
        stop = also.end() if also else match.end()
        if text[start] == "“" and "”" not in text[start:stop]:
            start += 1
        printed = text[start:stop]
        name, level = _canonical(printed, gazetteer)
        own = gazetteer.area
        its = kind in ("department", "team") or (kind == "judicial" and alone)
        its = its or _VILLAGE.match(printed) is not None
        above = _OF_ABOVE.match(printed)  # 区领导小组, of a district that the text does not tell
        if its and level is None and own and own.level == "township" and not above:  # 司法所 is its own
            rest = printed.removeprefix(own.name.removesuffix("道"))  # 海滨街 is 海滨街道
            name, level = own.name + (rest.removeprefix("道") if rest != printed else printed), own.level
        if name != printed and text.startswith("我", start - 1):
            start -= 1
        if text.endswith("各", 0, start):
            start, name, kind = start - 1, "各" + printed, "group"
        counted = COUNT.search(text, 0, start)
        counted = None if counted and re.fullmatch(r"\d{4,}", counted[0]) else counted  # 12345政务服务热线中心
        if counted or re.match(r"\d+个", text[stop:]):
            kind = "group" if kind == "institution" else kind
            start = counted.start() if counted else start
        yield Found(start, stop, name, kind, level, "body.headed", 0.8)


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
    whole = text[head:end] in _WHOLE  # what is done with a 司法所 is none of its name, as the 调解 of a 中心 is
    of_number = HEADS.get(text[head:end], ("", False))[0] in ("institution", "court")  # 第二实验中学
    start, number = head, 0
    taken: list[Token] = []
    tokens = segmenter().cut(text[bound:end], bound)
    if _is_unknown_name([token for token in tokens if token.start < head], head - bound):
        return bound
    for token in reversed(tokens):
        if token.start >= head:
            continue
        if token.start == bound and start - bound == 1 and head - start == 1 and token.word not in STOPS:
            return bound  # a name of two letters that no dictionary has: 尚|德 律师事务所
        if token.end <= head and (
            STOPS.get(token.word) == "any"
            or _GRADE.fullmatch(text, max(0, token.start - 1), token.end)
            or (token.word in DEEDS and taken)
            or (whole and not taken and token.tag == "v")
            or (token.tag[0] in "pcdurmqy" and not (of_number and _ORDINAL.fullmatch(token.word)))
            or not _is_word(token.word)
            or number >= _MOST_TOKENS
        ):
            break
        start, number = token.start, number + 1
        taken.append(token)
    while taken and (STOPS.get(taken[-1].word) == "first" or _done_to(taken)):
        start += len(taken.pop().word)
    if text[start - 1 : start] == "”" and (opening := text.rfind("“", bound, start)) >= 0:
        start = _left(text, opening, opening) if _joins(text, opening) else opening
    return start


def _done_to(taken: list[Token]) -> bool:
    """Whether a name read from its end begins with what is done with it: 挖掘|东北|烈士纪念馆 begins with its place."""
    return len(taken) > 1 and taken[-1].tag == "v" and (taken[-2].tag == "ns" or taken[-2].word in LEVELS)


def _is_unknown_name(tokens: list[Token], length: int) -> bool:
    """Whether two letters before a head are a name that no dictionary has, though each is a word: 唐|家 派出所."""
    first = tokens[0] if len(tokens) == 2 == length else None
    return first is not None and first.tag[0] == "n" and first.word not in STOPS and first.word not in NO_NAME


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
    return opening > 0 and text[opening - 1] in "镇乡街道村区县市局院"


def _canonical(printed: str, gazetteer: Gazetteer) -> tuple[str, Level | None]:
    """The name in full, and its level: 县行政争议调解中心 begins with a level, 西店镇调解工作室 with a township."""
    for name in sorted(gazetteer.townships, key=len, reverse=True):
        if printed.startswith(name):
            own = gazetteer.area is not None and gazetteer.area.name == name
            return ("" if own else gazetteer.county or "") + printed, "township"
    if town := _TOWN.search(printed):
        named = gazetteer.fictitious(printed, town.end(), town["word"])
        if named and named[0] == 0:
            return named[1].name + printed[town.end() :], "township"
    above = next(superiors(printed, gazetteer), None)
    if above and above.start == 0:  # 市局法制支队, in the report of an office of the same field
        return above.name + printed[above.end :], above.level
    place: Place | None
    for end in range(min(len(printed), 14), 1, -1):
        if printed[end - 1] in "省市县区旗州盟" and (found := gazetteer.before(printed, end)) and found[0] == 0:
            return found[1].name + printed[end:], found[1].level
    if printed[0] in "我本" and any(printed.startswith(word, 1) for word in gazetteer.own):
        printed = printed[1:]  # 我委改革领导小组
    word = next((word for word in sorted(gazetteer.own, key=len, reverse=True) if printed.startswith(word)), None)
    place = gazetteer.short(word) if word else None
    if word and place and not printed.startswith(_NO_LEVEL):
        return place.name + printed[len(word) :], place.level
    return printed, None
