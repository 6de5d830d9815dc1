"""Programmes: named schemes, campaigns, platforms, mechanisms and brands."""

import re
from collections.abc import Iterable, Iterator

from kg.corpus.document import Span
from kg.extract.fact import Citation, Fact, Programme, Unread
from kg.extract.mask import DAY, closing
from kg.extract.passage import Passage
from kg.extract.phrase import ACTS, NOUN_VERBS, WHOLE, Word, clause, words
from kg.extract.words import cues, either
from kg.lexicon import rules, table

_SUFFIXES = {suffix: (kind, need) for suffix, kind, need in table("programme_suffixes", "suffix", "kind", "need")}
_KNOWN = {name: kind for name, kind in table("programmes", "name", "kind")}  # noqa: C416 (rows are open tuples)
_NOT = frozenset(word for (word,) in table("not_programmes", "word"))
_NO_WORKS = re.compile(f"{cues('works')}$")
_SPOKEN = re.compile("(?:为题|为主题|为目标|作(?:了)?(?:交流|典型|经验|专题|大会)?(?:发言|汇报|介绍))")
_HONOURED = re.compile(
    either(word for (word,) in table("honour_nouns", "word")) + "[市县区旗州镇乡村街道单位城地]{0,3}$"
)
_AFTER_QUOTE = re.compile(rf"(?P<between>[^,;。:、“”《》()的]{{0,8}})(?P<suffix>{either(_SUFFIXES)})")
_QUOTE = re.compile('[“"]')
_FORMER = re.compile(f"(?:{either(suffix for suffix, (_, need) in _SUFFIXES.items() if need == 'verb')})[和及与]")
_ENDING = re.compile(either(_SUFFIXES) + "$")
_DIRECT = re.compile(f"(?P<between>)(?P<suffix>{either(_SUFFIXES)})")
_WEAK = frozenset(
    (
        "服务",
        "规划",
        "计划",
        "体系",
        "机制",
        "监管",
        "模式",
        "宣讲",
        "讲座",
        "检查",
        "建设",
        "培训",
        "演讲",
        "阵地",
        "执法",
    )
)
_UNQUOTED = re.compile(either(s for s, (_, need) in _SUFFIXES.items() if need != "quote"))
_KNOWN_NAME = re.compile(either(_KNOWN))
_IN_USE = re.compile(cues("use"))
_REFORMED = re.compile("(?:制|体制|审批|登记|许可|复议|仲裁|集成|要素|权|证|照|事|试点|服务|监管|收费|户籍|医保)$")
_APPOSED = re.compile(
    either(suffix for suffix, (kind, _) in _SUFFIXES.items() if kind in ("platform", "application") or suffix == "品牌")
    + "$"
)
_ALWAYS = re.compile(r"^(?:一件事|三项制度|最佳实践)$|[\dNnXx]\+|\+[NnXx]|[\u4e00-\u9fff]{2}·[\u4e00-\u9fff]{2}")
_NEW_WORD = re.compile(rf"{cues('new')}|推进|提升|加强")
_NEW = re.compile(rf"{cues('new')}[^,;。]{{0,20}}$")
# 从“碎片化”转变为“一体化”, 确保“放得下”, 增强“四个意识”: what is said of a quality names nothing
_QUALITY = re.compile(rf"{cues('quality')}了?$")
_KIND_OF_LIST = re.compile('[”"]等[^,;。:、“”]{0,8}$')
_IN_LIST = re.compile('(?:[“"][^“”"]{1,24}[”"][、和及]?)+$')
_BODY_AFTER = re.compile(rf"[^,;。“”等]{{0,8}}?{cues('no-name')}(?![\u4e00-\u9fff]?改革)")
# “普法+服务+调解”模式, “多维普法+全域服务”模式: three parts, or two that say something; “线上+线下” says how
_COMPOUND = re.compile(r"[^+]+(?:\+[^+]+){2,}|[^+]{4,}\+[^+]{4,}")
_PLACED = re.compile("(?:工作站|服务站|工作室|调解室|中心|委员会|调委会|[^联]盟)$")
_TEAM_AFTER = re.compile("(?:普法|宣讲|调解|服务|执法)?(?:志愿|宣讲|先锋|骨干|服务)[^,;。“”的]{0,5}?[队团]")
# “年初定题、年中问效、年末评分”机制: what is done step by step names no mechanism
_WAYS = ("机制", "模式", "体系")
_STEPS = re.compile("[^、]{4,6}(?:、[^、]{4,6}){2,}")
_GENERIC = re.compile(
    r"^(?:一件事|三项制度|最佳实践|[一二三四五六七八九十两]?件?事|.{0,2})$|[\dNnXx]\+|\+[NnXx]|^\d+$|^[一二三四五六七八九十]五$"
)
_NP_TAG = re.compile("[nabjlqxz]|vn|eng")


def programmes(passage: Passage, others: Iterable[Fact] = ()) -> tuple[Programme, ...]:
    """Every named scheme printed in a passage; titles of documents and names of awards among `others` are none."""
    taken = [fact.span for fact in others if isinstance(fact, Citation) or fact.rule == "honour.award"]
    found: list[Programme] = []
    for programme in (*_quoted(passage), *_known(passage), *_unquoted(passage), *_by_rule(passage)):
        if any(span.start <= programme.span.start and programme.span.end <= span.end for span in taken):
            continue
        if not any(programme.span.overlaps(other.span) for other in found):
            found.append(programme)
    return tuple(sorted(found, key=lambda programme: programme.span))


def again(facts: Iterable[Fact], unread: Iterable[Unread]) -> tuple[list[Programme], list[Unread]]:
    """Quoted names that nothing around them tells, but that the report elsewhere prints as a scheme; and what stays unread."""
    kinds = {fact.name: fact.kind for fact in facts if isinstance(fact, Programme)}
    found: list[Programme] = []
    left: list[Unread] = []
    for one in unread:
        name = one.quote[1:-1]
        if one.reason != "quoted" or name not in kinds:
            left.append(one)
            continue
        span = Span(one.span.start + 1, one.span.end - 1)
        rule = "programme.again"
        found.append(
            Programme(
                span=span, quote=name, sentence=one.sentence, rule=rule, confidence=0.6, name=name, kind=kinds[name]
            )
        )
    return found, left


def _quoted(passage: Passage) -> Iterator[Programme]:
    shadow = passage.shadow
    titles = [passage.inside(mask.span) for mask in passage.masks if mask.why == "title"]
    for start, end in _quotes(shadow):
        inner = shadow[start + 1 : end - 1].strip()
        if any(begin <= start < stop for begin, stop in titles) or DAY.fullmatch(inner):
            continue
        suffix = _classifier(shadow, end, inner)
        apposed = _APPOSED.search(shadow[:start])
        known = _KNOWN.get(inner)
        listed = _IN_LIST.search(shadow, 0, start)
        if not (known or suffix or apposed or _ALWAYS.search(inner) or _named(shadow, start, inner)):
            continue
        if _SPOKEN.match(shadow, end) or (suffix and suffix["suffix"] == "品牌" and _HONOURED.search(inner)):
            continue
        if _slogan(inner, classified=bool(suffix)) or (
            _QUALITY.search(shadow[: listed.start() if listed else start]) and not suffix
        ):
            continue
        named = known or (suffix and not suffix["between"])
        if _BODY_AFTER.match(shadow, end) and not named:
            continue
        if not known and (
            _PLACED.search(inner) or (inner.endswith("式") and (not suffix or suffix["suffix"] in _WEAK))
        ):
            continue  # “甲区化解工作站” is a body, “驻站式”监督 a manner
        if _TEAM_AFTER.match(shadow, end) or (suffix and suffix["suffix"] in _WAYS and _STEPS.fullmatch(inner)):
            continue
        classifier = suffix["suffix"] if suffix else apposed[0] if apposed else ""
        first, last = start + 1, end - 1
        if len(inner) < 3 and listed and not known:  # “甲平台”“途安”等行动: of a list no more than the words themselves
            pass
        elif _GENERIC.search(inner) or classifier in ("普法", "责任制", "经验") or (inner in _NOT and suffix):
            first, last = _widened(passage, start), suffix.end() if suffix else end
            if shadow[first - 1 : first] in ("、", "和", "及"):  # the last of a list: 公示、记录、审核“三项制度”
                first = start
            if (first, last) == (start, end):
                first, last = start + 1, end - 1
        tells = classifier and classifier != "建设"  # “甲平台”建设: the name itself tells its kind
        kind = known or (_SUFFIXES[classifier][0] if tells else _kind(inner))
        yield _programme(passage, first, last, kind, "programme.quoted", 0.8 if suffix or known else 0.6)


def _classifier(shadow: str, end: int, inner: str) -> re.Match[str] | None:
    """The word of kind after a quoted name (“…”便利化行动); for a list of names the one after the last."""
    if inner in _NOT:
        direct = _DIRECT.match(shadow, end)
        ruled = _AFTER_QUOTE.match(shadow, end)  # “三重一大”集体决策制度
        if ruled and ruled["suffix"].endswith("制度") and not _NEW_WORD.search(ruled["between"]):
            return ruled
        return direct if direct and direct["suffix"] not in _WEAK else None
    suffix = _AFTER_QUOTE.match(shadow, _last_of_list(shadow, end))
    if suffix is None or _NEW_WORD.search(suffix["between"]) or (suffix["suffix"] == "服务" and suffix["between"]):
        return None
    pair = "+" in inner and not re.search(r"[\dNnXx]", inner) and not _COMPOUND.fullmatch(inner)
    if pair:  # a slogan is a name only when its kind follows at once
        direct = _DIRECT.match(shadow, _last_of_list(shadow, end))
        return direct if direct and direct["suffix"] not in _WEAK else None
    return suffix


def _quotes(shadow: str) -> Iterator[tuple[int, int]]:
    start = 0
    while mark := _QUOTE.search(shadow, start):
        start = mark.start()
        end = closing(shadow, start) if mark[0] == "“" else shadow.find('"', start + 1) + 1 or -1
        if 4 <= end - start <= 34:
            yield start, end
            start = end
        else:
            start += 1


def _slogan(inner: str, *, classified: bool) -> bool:
    if (inner in _NOT and not classified) or re.search("[。!?]", inner):
        return True
    if re.match(r"\d{4}年", inner):
        return True  # “2023年重点工作”: the plan of a year
    parts = re.split("[、,]", inner)
    if len(parts) > 1 and any(part in _NOT for part in parts):
        return True
    if len(parts) > 1 and not classified:
        return len({len(part) for part in parts}) == 1 or len(parts) > 2
    plus = "+" in inner and not re.search(r"[\dNnXx]", inner) and not inner.startswith(("互联网+", "智慧+", "大数据+"))
    return plus and not classified


def _named(shadow: str, start: int, inner: str) -> bool:
    """Whether a quoted name without classifier is one: it is the object of a verb, or one of a list."""
    before = shadow[max(0, start - 6) : start]
    return bool(
        re.search(r"(?:[推深创打开实启探落上应运培擦做用发建依搭聚出行定施][\u4e00-\u9fff]{0,3}|[、”])$", before)
    ) or inner.endswith(tuple(suffix for suffix, (_, need) in _SUFFIXES.items() if len(suffix) > 1))


def _kind(inner: str) -> str:
    ending = _ENDING.search(inner)
    return _SUFFIXES[ending[0]][0] if ending else "brand"


def _known(passage: Passage) -> Iterator[Programme]:
    for match in _KNOWN_NAME.finditer(passage.shadow):
        place = passage.at(*match.span())
        if not any(mask.why == "title" and mask.span.overlaps(place) for mask in passage.masks):
            yield _programme(passage, match.start(), match.end(), _KNOWN[match[0]], "programme.known", 0.9)


def _by_rule(passage: Passage) -> Iterator[Programme]:
    for rule in rules("programme"):
        for match in rule.pattern.finditer(passage.masked):
            yield _programme(passage, *match.span("name"), rule.fields["kind"], rule.id, 0.7)


def _unquoted(passage: Passage) -> Iterator[Programme]:
    for match in _UNQUOTED.finditer(passage.shadow):
        kind, need = _SUFFIXES[match[0]]
        following = passage.shadow[match.end() : match.end() + 2]
        place = passage.at(*match.span())
        if any(mask.why in ("title", "quoted") and mask.span.overlaps(place) for mask in passage.masks):
            continue
        if _KIND_OF_LIST.search(passage.shadow, 0, match.start()):  # “甲”“乙”等专项行动: the kind of those before
            continue
        if re.match("[建性化专领委办机组项中工服派员力“]", following) and not following.startswith(("工作", "服务")):
            continue
        low, _ = clause(passage, match.start(), match.end())
        start, governed = _widened(passage, match.start()), None
        if need in ("verb", "joint"):
            governed = _governed(passage.shadow, low, match.start())
            start = governed or start
        if passage.shadow[start : match.end()] in _NOT or _NO_WORKS.search(passage.shadow, start, match.end()):
            continue
        begins = words(passage, start, match.start())
        if governed and begins and begins[0].word in ACTS - WHOLE:  # 坚持做到责任机制…到位
            continue
        name = passage.shadow[start : match.start()]
        before = passage.shadow[low:start]
        if match[0] == "改革" and not _REFORMED.search(name):
            continue
        if len(name) < (2 if governed else 3) or (
            re.search("[、和与及等]$", before) and need != "noun" and not governed
        ):
            continue
        if (
            re.match(r"\d|[^“]*\d+[个项]", name)
            or re.search("等[^,;。]{0,3}$", name)
            or name.startswith(("等", "各项", "相关", "有关", "一系列"))
        ):
            continue
        used = bool(governed or _IN_USE.search(before[-12:])) and not _NEW.search(before)
        if need in ("verb", "joint") and not used and not (need == "joint" and re.search("共同|联合", before)):
            continue
        if need == "noun" and _NEW.search(before) and kind in ("mechanism", "system"):
            continue
        yield _programme(passage, start, match.end(), kind, "programme.unquoted", 0.7)


def _governed(shadow: str, low: int, end: int) -> int | None:
    """Where the name begins that a verb like 落实 governs: right after the verb, when nothing divides them."""
    uses = [match.end() for match in _IN_USE.finditer(shadow, low, end) if 3 <= end - match.end() <= 60]
    # 严格执行: of two verbs side by side the second governs
    whole = [use for use in uses if not re.search("[,;、:“”]", shadow[use:end]) and not _IN_USE.match(shadow, use)]
    whole = whole or [start for use in uses if (start := _last_listed(shadow, use, end))]
    if not whole:
        return None
    # 落实责任人职责机制和述法制度: two schemes under one verb
    first = max((match.end() for match in _FORMER.finditer(shadow, whole[0], end)), default=whole[0])
    return first if end - first >= 2 else None


def _last_listed(shadow: str, start: int, end: int) -> int | None:
    """推行公示制度、记录制度、审核制度: where the last one begins when all before it end as schemes do."""
    *before, last = shadow[start:end].split("、")
    listed = before and all(_ENDING.search(one) for one in before) and not re.search("[,;:“”]", shadow[start:end])
    return end - len(last) if listed and len(last) > 2 else None


def _last_of_list(shadow: str, end: int) -> int:
    """“甲”“乙”应用: the classifier after the last quoted name holds for all of them."""
    first = end
    while shadow[end : end + 1] in ("“", "、", "和") and end < len(shadow):
        begin = end if shadow[end] == "“" else end + 1
        if shadow[begin : begin + 1] != "“" or closing(shadow, begin) < 0:
            break
        end = closing(shadow, begin)
    return end + (end > first and shadow.startswith("等", end))


def _widened(passage: Passage, end: int) -> int:
    """Where the noun phrase begins that ends at `end`: leftwards over nouns, up to a verb, a mark or a function word."""
    low, _ = clause(passage, end, end)
    before = words(passage, low, end)
    start = end
    for index in range(len(before) - 1, -1, -1):
        word = before[index]
        first = index == 0 or before[index - 1].word in "、," or before[index - 1].tag == "d"
        if not _in_phrase(word, first=first) or end - word.start > 24:
            break
        start = word.start
    return start


def _in_phrase(word: Word, *, first: bool) -> bool:
    if (
        word.word in ACTS
        or _IN_USE.fullmatch(word.word)
        or not re.match(r"[\w()“]", word.word)
        or word.word
        in (
            "的",
            "好",
            "等",
            "全面",
            "深入",
            "积极",
            "大力",
            "严格",
            "认真",
            "扎实",
            "全市",
            "全县",
            "全省",
            "全区",
        )
    ):
        return False
    if word.word in ("(", ")", "和") or word.tag == "quoted":
        return True
    if word.word in NOUN_VERBS:
        return not first
    return bool(_NP_TAG.match(word.tag))


def _programme(passage: Passage, start: int, end: int, kind: str, rule: str, sure: float) -> Programme:
    quote = passage.text[start:end]
    return Programme(
        span=passage.at(start, end),
        quote=quote,
        sentence=passage.order,
        rule=rule,
        confidence=sure,
        name=quote,
        kind=kind,
    )
