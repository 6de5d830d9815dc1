"""Winners: who got an honour, by the words before it."""

import re

from kg.extract.fact import Mention
from kg.extract.passage import Passage

QUOTED = re.compile('[“"]([^“”"]+)[”"]')
_HOW = "(?:正式|联合|共同|分别|再次|首次|通报|授权|公开|批准)*"
BY = re.compile(f"被(?!{_HOW}$)(?P<by>[^,;。]{{2,24}}?){_HOW}$")
_DROPPED = re.compile(
    r"^(?:连续[\d一二三四五六七八九十]+[年次届])?(?:自从?(?:\d{4}年(?:\d+月)?)?|并|还|同时|先后|成功|顺利|正式|今年|分别|均|被|再次|荣|且|多次|首次|率先|也|共|其中|及其)*"
)
HEAD = re.compile(r"^(?:我[县市区省镇乡局]|全[县市区省州]|其中|同时|并|且|,)+")
_COUNTED = re.compile(r"[\d一二两三四五六七八九十]+[个家名](?:[^\d,;。、]{0,10}|[^\d,;。、]{0,6}\([^()]*\))$")
WINNER = re.compile(
    "(?:[省市县区旗州盟镇乡村街道社局委办厅院所队站校司]|(?:[所局站队院处科股]长|主任|书记|民警|律师|调解员|同志)[\u4e00-\u9fff]{2,3})$"
)
_EACH = re.compile("(?:分别|双双|均|都)+$")
_WHEN = re.compile(r"^(?:\d{4}年度?|\d{1,2}月)+")
_NO_WINNER = re.compile("[为在以经从对据按于由]|根据|通过|参加|参与")
_OPENING = re.compile(r"(?:[一二三四五六七八九十]是|其中|\d{4}年(?:\d{1,2}月)?|,)*")
_DOERS = ("department", "institution", "township", "court", "procuratorate", "judicial")
_CONTEST = re.compile(
    "在[^,;。在]{1,24}?(?:考[核评]|评[比选估价]|督[查察]|竞赛|大赛|比武|检查|测评|活动)[^,;。]{0,4}中(?!心)[^,;。]*$"
)
"""甲县在省厅考核中获…: a body named in it gave the award."""


def recipients(passage: Passage, mentions: tuple[Mention, ...], low: int, cue: int) -> list[str | None]:
    """Who got it: the quoted names or the body before the cue, else the area that reports."""
    shadow = passage.shadow
    by = BY.search(shadow[low:cue])
    cue = low + by.start() if by else cue
    if (contest := _CONTEST.search(shadow, low, cue)) and contest.start() > low + 1:
        cue = contest.start()
    before = _DROPPED.sub("", shadow[low:cue])
    quoted = re.search('((?:[“"][^“”"]+[”"][、和及]?)+)[^“”]{0,8}$', before)
    if quoted:
        return list(dict.fromkeys(QUOTED.findall(quoted[1])))
    several = re.split("[、和]", _COUNTED.sub("", _EACH.sub("", before)))
    if len(several) > 1 and all(2 <= len(one) <= 24 and WINNER.search(one) for one in several):  # 甲县、乙县2个县获评
        return [_listed(passage, mentions, low, cue, one) for one in several]
    bodies = [m for m in mentions if low <= passage.inside(m.span)[0] and passage.inside(m.span)[1] <= cue]
    if bodies:
        return [bodies[-1].name]
    before = before.lstrip("-—–●■◆·")
    said = re.sub("(?:被|成功|共|均|分别|先后|连续.{1,3}[年次届]|再次|荣|有|还|新|首次|,)+$", "", HEAD.sub("", before))
    said = _WHEN.sub("", re.sub("(?:作为|因)[^,;。]*$", "", said))  # 甲村作为全县首个获得…的村
    if 2 <= len(said) <= 30 and not re.match(r"[,、\0]", said) and not _NO_WINNER.match(said):
        return [said]
    made = passage.shadow.startswith(("创", "成功创"), cue)  # of 建成学院,创建基地 another clause may name the maker
    if not before and not made and (doer := _doer(passage, mentions, low)):
        return [doer]
    area = passage.document.meta.area
    return [area.name if area else passage.document.meta.issuer]


def _doer(passage: Passage, mentions: tuple[Mention, ...], low: int) -> str | None:
    """县司法局建立中心,被授予…: of the clauses before, whose deed the award is for; a government stands for its area."""
    for mention in mentions:
        start, end = passage.inside(mention.span)
        if end < low and _OPENING.fullmatch(passage.shadow, 0, start):
            return mention.name if mention.body_kind in _DOERS else None
    return None


def _listed(passage: Passage, mentions: tuple[Mention, ...], low: int, cue: int, printed: str) -> str:
    start = passage.shadow.index(printed, low, cue)
    return body_named(passage, mentions, start, start + len(printed))


def body_named(passage: Passage, mentions: tuple[Mention, ...], start: int, end: int) -> str:
    """The name of the body that stands just there, else what is printed."""
    found = (mention.name for mention in mentions if passage.inside(mention.span) == (start, end))
    area = passage.document.meta.area
    printed = passage.text[start:end]
    return next(found, area.name if area and re.fullmatch("[我本].", printed) else printed)
