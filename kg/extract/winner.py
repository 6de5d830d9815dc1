"""Winners: who got an honour, by the words before it."""

import re

from kg.extract.fact import Mention
from kg.extract.passage import Passage
from kg.lexicon import pattern

QUOTED = re.compile('[“"]([^“”"]+)[”"]')
_HOW = "(?:正式|联合|共同|分别|再次|首次|通报|授权|公开|批准)*"
BY = re.compile(f"被(?!{_HOW}$)(?P<by>[^,;。]{{2,24}}?){_HOW}$")
_DROPPED = pattern("winner.dropped")
HEAD = pattern("winner.head")
_COUNTED = pattern("winner.counted")
WINNER = pattern("winner.winner")
_EACH = pattern("winner.each")
_WHEN = re.compile(r"^(?:\d{4}年度?|\d{1,2}月)+")
_NO_WINNER = pattern("winner.no-winner")
_OPENING = pattern("winner.opening")
_DOERS = ("department", "institution", "township", "court", "procuratorate", "judicial")
_CONTEST = pattern("winner.contest")
_BY_RANK = pattern("winner.by-rank")


def recipients(passage: Passage, mentions: tuple[Mention, ...], low: int, cue: int) -> list[str | None]:
    """Who got it: the quoted names or the body before the cue, else the area that reports."""
    shadow = passage.shadow
    by = BY.search(shadow[low:cue])
    cue = low + by.start() if by else cue
    if (contest := _CONTEST.search(shadow, low, cue)) and contest.start() > low + 1:
        cue = contest.start()
    before = _DROPPED.sub("", shadow[low:cue])
    quoted = re.search('((?:[“"][^“”"]+[”"][、和及]?)+)[^“”]{0,12}$', before)
    if quoted:
        return list(dict.fromkeys(QUOTED.findall(quoted[1])))
    several = re.split("[、和]", _COUNTED.sub("", _EACH.sub("", before)))
    if len(several) > 1 and all(2 <= len(one) <= 24 and WINNER.search(one) for one in several):  # 甲县、乙县2个县获评
        return [_listed(passage, mentions, low, cue, one) for one in several]
    bodies = [m for m in mentions if low <= passage.inside(m.span)[0] and passage.inside(m.span)[1] <= cue]
    if bodies:
        return [bodies[-1].name]
    before = _BY_RANK.sub("", before).lstrip("-—–●■◆·")
    said = re.sub(
        "(?:被|成功|共|均|分别|先后|连续.{1,3}[年次届]|再次|荣|有|还|新|首次|继|,)+$", "", HEAD.sub("", before)
    )
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
