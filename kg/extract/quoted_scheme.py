"""Quoted names: which of them name a scheme, by the words around them."""

import re
from collections.abc import Iterator

from kg.extract.fact import Programme
from kg.extract.mask import DAY, closing
from kg.extract.passage import Passage
from kg.extract.scheme import ENDING, KNOWN, NOT, SUFFIXES, scheme, widened
from kg.extract.words import cues, either, words_of
from kg.lexicon import pattern, table

_SPOKEN = pattern("quoted_scheme.spoken")
_DEMANDED = pattern("quoted_scheme.demanded")
_HONOURED = pattern("quoted_scheme.honoured", word=either(word for (word,) in table("honour_nouns", "word")))
_AFTER_QUOTE = re.compile(rf"(?P<between>[^,;。:、“”《》()的]{{0,8}})(?P<suffix>{either(SUFFIXES)})")
_QUOTE = re.compile('[“"]')
_DIRECT = re.compile(f"(?P<between>)(?P<suffix>{either(SUFFIXES)})")
_WEAK = words_of("weak-kind")
_APPOSED = re.compile(
    either(suffix for suffix, (kind, _) in SUFFIXES.items() if kind in ("platform", "application") or suffix == "品牌")
    + "$"
)
_ALWAYS = pattern("quoted_scheme.always")
# “专人主讲”学、“观看视频”学等方式: how it was done names no scheme
_MANNER = pattern("quoted_scheme.manner")
_MODELLED = pattern("quoted_scheme.modelled")
_AWARDED = pattern("quoted_scheme.awarded")
_LAUNCHED = pattern("quoted_scheme.launched")
_CARRIED = pattern("quoted_scheme.carried")
_LED_BY = pattern("quoted_scheme.led-by")
_MEASURED = pattern("quoted_scheme.measured")
_NEW_WORD = pattern("quoted_scheme.new-word", new=cues("new"))
# 从“碎片化”转变为“一体化”, 确保“放得下”, 增强“四个意识”: what is said of a quality names nothing
_QUALITY = re.compile(rf"{cues('quality')}了?$")
_IN_LIST = pattern("quoted_scheme.in-list")
_BODY_AFTER = pattern("quoted_scheme.body-after", no_name=cues("no-name"))
# “普法+服务+调解”模式, “多维普法+全域服务”模式: three parts, or two that say something; “线上+线下” says how
_COMPOUND = re.compile(r"[^+]+(?:\+[^+]+){2,}|[^+]{4,}\+[^+]{4,}")
_NUMBERED = re.compile(r"[\dNnXx]\+|\+[\dNnXx]")
_PLACED = pattern("quoted_scheme.placed")
_TEAM_AFTER = pattern("quoted_scheme.team-after")
# “年初定题、年中问效、年末评分”机制: what is done step by step names no mechanism
_WAYS = ("机制", "模式", "体系")
_LEVELS = pattern("quoted_scheme.levels")
_PAPERS = ("方案", "规定", "通知", "细则", "条例", "办法", "意见")
_TAUGHT = ("培训", "培训班", "讲座", "宣讲", "报告会")
_MADE = re.compile(rf"(?:{cues('use')}|{cues('develop')})了?$")
_LAYOUT = pattern("quoted_scheme.layout")
_MATTERS = ("工作", "情况", "职责", "责任人", "任务", "犯罪", "违法行为", "乱象")
_STEPS = re.compile("[^、]{4,6}(?:、[^、]{4,6}){2,}")
_JOINED = re.compile("[^、]{2,6}[与和][^、]{2,6}(?:、[^、]{2,6})+")
_GENERIC = pattern("quoted_scheme.generic")


def quoted(passage: Passage) -> Iterator[Programme]:
    """Every quoted name that a word of kind, a word before it or its own form tells to be a scheme: “清河”行动."""
    shadow = passage.shadow
    titles = [passage.inside(mask.span) for mask in passage.masks if mask.why == "title"]
    for start, end in _quotes(shadow):
        inner = shadow[start + 1 : end - 1].strip()
        if any(begin <= start < stop for begin, stop in titles) or DAY.fullmatch(inner):
            continue
        suffix = _classifier(shadow, end, inner)
        apposed = _APPOSED.search(shadow[:start])
        known = KNOWN.get(inner)
        if not (known or suffix or apposed or _ALWAYS.search(inner) or _named(shadow, start, inner)):
            continue
        if _MEASURED.match(shadow, last_of_all := _last_of_list(shadow, end)) or _MANNER.match(shadow, last_of_all):
            continue
        if _says_only(shadow, start, end, suffix) or (not known and _belongs(shadow, end, inner, suffix)):
            continue
        classifier = suffix["suffix"] if suffix else apposed[0] if apposed else ""
        first, last = start + 1, end - 1
        listed = _IN_LIST.search(shadow, 0, start) or _last_of_list(shadow, end) > end
        if len(inner) < 3 and listed and not known:
            pass  # “甲平台”“乙网”等行动: of a list no more than the words themselves
        elif classifier == "经验" and suffix and suffix["between"]:
            pass  # “甲”“乙”等品牌经验
        elif _GENERIC.search(inner) or classifier in ("普法", "责任制", "经验") or (inner in NOT and suffix):
            first, last = widened(passage, start), suffix.end() if suffix else end
            # the last of a list: 公示、记录、审核“三项制度”, 甲模式和“12”乙模式
            if shadow[first - 1 : first] in ("、", "和", "及") or shadow[start - 1 : start] in ("和", "及"):
                first = start
            if (first, last) == (start, end):
                first, last = start + 1, end - 1
        tells = classifier and classifier != "建设"  # “甲平台”建设: the name itself tells its kind
        kind = known or (SUFFIXES[classifier][0] if tells else _kind(inner))
        yield scheme(passage, first, last, kind, "programme.quoted", 0.8 if suffix or known else 0.6)


def _says_only(shadow: str, start: int, end: int, suffix: re.Match[str] | None) -> bool:
    """Whether quoted words only say something: the title of a talk, an honour held, a slogan, a quality, steps."""
    inner = shadow[start + 1 : end - 1].strip()
    if _DEMANDED.search(shadow, 0, start) or _SPOKEN.match(shadow, end) or _slogan(inner, classified=bool(suffix)):
        return True
    if inner.endswith("周年") or (suffix is None and inner.endswith(_MATTERS)):  # “质量工作”获得督查激励, “三大任务”
        return True
    taught = (
        suffix and suffix["suffix"] in _TAUGHT and inner not in KNOWN
    )  # “学习新条例,助力新发展”培训班, “依法治国”专题培训
    if taught and ("," in inner or suffix["between"].endswith("专题")):  # type: ignore[index]
        return True
    if inner.endswith(_PAPERS) and not (suffix and not suffix["between"]):  # 印发“三定方案”
        return True
    if (suffix is None or suffix["suffix"] == "建设") and _LAYOUT.match(inner) and not _MADE.search(shadow[:start]):
        return inner not in KNOWN and not ENDING.search(inner)  # but “七个专项行动”
    if inner.count("、") > 1 and re.match("[一二三四五六七八九十两]", shadow[end:]):  # “街头、网络、校园”三大矩阵
        return True
    if _LEVELS.fullmatch(inner):  # “市、镇(街)、村(社区)”三级体系
        return True
    if suffix is None:
        listed = _IN_LIST.search(shadow, 0, start)
        return bool(_QUALITY.search(shadow[: listed.start() if listed else start]))
    if suffix["suffix"] == "建设" and ("、" in inner or inner.isdecimal()):  # “平安甲县、法治甲县”建设, “148”建设
        return True
    if suffix["suffix"] in _WAYS and _JOINED.fullmatch(inner):  # “调解与仲裁、公证、复议”一体体系
        return True
    held = suffix["suffix"] == "品牌" and _HONOURED.search(inner)
    return bool(held or (suffix["suffix"] in _WAYS and _STEPS.fullmatch(inner)))


def _belongs(shadow: str, end: int, inner: str, suffix: re.Match[str] | None) -> bool:
    """Whether a quoted name is that of a body or a case (“甲区化解工作站”, “清风”志愿队) or tells a manner (“驻站式”监督)."""
    if _BODY_AFTER.match(shadow, end) and not (suffix and not suffix["between"]):
        return True
    manner = inner.endswith("式") and not inner.endswith("模式") and (not suffix or suffix["suffix"] in _WEAK)
    return bool(manner or _PLACED.search(inner) or _TEAM_AFTER.match(shadow, end))


def _classifier(shadow: str, end: int, inner: str) -> re.Match[str] | None:
    """The word of kind after a quoted name (“…”便利化行动); for a list of names the one after the last."""
    if inner in NOT:
        direct = _DIRECT.match(shadow, end)
        ruled = _AFTER_QUOTE.match(shadow, end)  # “三重一大”集体决策制度
        if ruled and ruled["suffix"].endswith("制度") and not _NEW_WORD.search(ruled["between"]):
            return ruled
        return direct if direct and direct["suffix"] not in _WEAK else None
    suffix = _AFTER_QUOTE.match(shadow, _last_of_list(shadow, end))
    if suffix is None or _NEW_WORD.search(suffix["between"]) or (suffix["suffix"] == "服务" and suffix["between"]):
        return None
    pair = "+" in inner and not _NUMBERED.search(inner) and not _COMPOUND.fullmatch(inner)
    if pair:  # a slogan is a name only when its kind follows at once
        if suffix["suffix"] == "模式" and _MODELLED.search(shadow, 0, end - len(inner) - 2):
            return suffix  # 创新“法治+网格”宣传模式
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
    if (inner in NOT and not classified) or re.search("[。!?]", inner):
        return True
    if re.match(r"\d{4}年", inner):
        return True  # “2023年重点工作”: the plan of a year
    if not classified and len(re.split("[-—→]", inner)) > 2:  # “科学决策-合规监管-审查保障”: steps
        return True
    parts = re.split("[、,]", inner)
    if len(parts) > 1 and any(part in NOT for part in parts):
        return True
    if len(parts) > 1 and not classified:
        return len({len(part) for part in parts}) == 1 or len(parts) > 2
    plus = "+" in inner and not _NUMBERED.search(inner) and not inner.startswith(("互联网+", "智慧+", "大数据+"))
    return plus and not classified


def _named(shadow: str, start: int, inner: str) -> bool:
    """Whether a quoted name without classifier is one: it is the object of a verb, or one of a list."""
    if inner.isdecimal() or re.fullmatch("..化|零..?|十大.?突破", inner):  # “适老化”大厅, “零费用”, “十大突破”
        return False
    before = shadow[max(0, start - 6) : start]
    if len(inner) > 3 and _LAUNCHED.match(shadow, start + len(inner) + 2):  # “甲事通”正式上线
        return True
    if len(inner) > 3 and _AWARDED.match(shadow, start + len(inner) + 2):  # “甲事通”连续3年被评为…
        return True
    if len(inner) > 3 and _CARRIED.search(shadow, 0, start):
        return True
    if len(inner) > 3 and shadow[start - 1 : start] == "以" and _LED_BY.match(shadow, start + len(inner) + 2):
        return True
    return bool(
        re.search(r"(?:[推深创打开实启探落上应运培擦做用发建依搭聚出行定施纳][\u4e00-\u9fff]{0,3}|[、”])$", before)
    ) or inner.endswith(tuple(suffix for suffix, (_, need) in SUFFIXES.items() if len(suffix) > 1))


def _kind(inner: str) -> str:
    ending = ENDING.search(inner)
    return SUFFIXES[ending[0]][0] if ending else "brand"


def _last_of_list(shadow: str, end: int) -> int:
    """“甲”“乙”应用: the classifier after the last quoted name holds for all of them."""
    first = end
    while shadow[end : end + 1] in ("“", "、", "和") and end < len(shadow):
        begin = end if shadow[end] == "“" else end + 1
        if shadow[begin : begin + 1] != "“" or closing(shadow, begin) < 0:
            break
        end = closing(shadow, begin)
    return end + (end > first and shadow.startswith("等", end))
