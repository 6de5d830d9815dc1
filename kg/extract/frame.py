"""Frames: where 在 W, 对 W, 为 W or 由 W ends, and the verb or the next frame begins."""

from kg.extract.boundary import DEALING, ENDOWING, RELATIVE, after_adverbs, has_thing, heads
from kg.extract.unit import FRAMES, Clause, Unit
from kg.extract.words import words_of
from kg.lexicon import table

ENDS = {word: at_end for word, at_end in table("frame_ends", "word", "at_end")}  # noqa: C416
DOING = frozenset(verb for (verb,) in table("doing_verbs", "verb"))
LISTING = words_of("listing")
DATED = words_of("dated")
WITHIN = ("上", "中", "下", "会上")
"""What closes a place frame, behind which a body may act."""


def frame_end(units: Clause, at: int, kind: str) -> int:
    """Where the verb, or the next frame, stands after a frame that begins at `at`; the number of units when none does."""
    last = len(units)
    if units[at].word == "以" and len(units) > at + 3 and units[-2].word == "为":
        return last  # 以法治思想为统揽
    if units[at].word in LISTING and units[-1].word in ENDS and units[-2].word == "等":
        return last  # 通过完善制度、规范执法等措施
    dated = last > at + 2 and (units[at + 1].kind == "number" or units[at + 1].word in DATED)
    if units[at].word == "于" and dated:  # 于4月21日下发了文件, 于日前下发了文件
        return next((n for n in range(at + 2, last) if units[n].is_verb), last)
    if kind == "place" and _in_area(units, at):
        return at + 2
    if kind in ("manner", "place") and (ENDS.get(units[-1].word) or closes(units)):
        return last
    of = max((n for n in range(at, last) if units[n].kind == "of"), default=last)
    problem = units[-1].word == "存在的问题" or (of < last and units[-1].word in ENDS)
    if kind == "target" and problem and not any(unit.is_verb for unit in units[of:]):
        return last  # 对推进中存在的问题, 制定措施
    if kind in ("manner", "place"):
        return _after_manner(units, at, kind, of)
    endowed = next(
        (n for n in range(at + 2, last) if units[n].word in ENDOWING or units[n].word in ("提供", "提出")), last
    )
    if units[at].word == "为" and endowed < last:  # 为推进改革提供保障: 推进 is inside
        return endowed
    dealt = [n for n in range(at + 1, last) if units[n].word in DEALING]
    dealt = dealt or [n for n in range(at + 2, last) if units[n].word == "进行"]
    dealt = dealt or [n for n in range(at + 1, last) if units[n].kind == "light"]
    if kind == "target" and dealt:
        return dealt[0]
    awarded = next((n for n in range(at + 2, last) if units[n].kind == "award"), last)
    if kind == "passive" and awarded < last:  # 被普及法律常识办公室表彰
        return awarded
    if units[at].word == "为" and (done := [n for n in range(at + 2, last) if units[n].word == "进行"]):
        return done[0]  # 为获得称号的村进行授牌
    for n in range(at + 1, last):
        unit = units[n]
        if unit.kind == "stative" and unit.word in RELATIVE and n < of < last:
            continue  # 对改革涉及的问题印发了通知
        if unit.kind in ("verb", "move", "award", "light", "purpose", "stative") and n > at + 1 and unit.known:
            return n
        if unit.kind in ("verb", "move", "award") and unit.known and kind in ("partner", "agent", "passive"):
            return n
        if unit.kind in ("noun-verb", "frame") and n > at + 1 and units[n - 1].kind in ("body", "adverb"):
            return n
        if unit.word in ("共同", "联合", "合作", "同") and n > at + 1:
            return n
    nouny = [n for n in range(at + 2, last - 1) if units[n].kind == "noun-verb"]
    return nouny[0] if nouny else last


def _after_manner(units: Clause, at: int, kind: str, of: int) -> int:
    """Where the deed stands behind how or where it was done (围绕 W, 依托 W, 在 W); `of` is the last 的 of the clause."""
    last = len(units)
    spoke = next((n for n in range(at + 2, last - 1) if units[n].word in ("作", "作出")), last)
    if spoke < last:  # 围绕学习宣传新条例作专题辅导
        return spoke
    for n in range(at + 1, last - 1):
        unit = units[n]
        if n > at + 2 and units[n - 1].kind == "adverb" and heads(unit) and unit.kind != "stative":
            return n
        if unit.kind == "quoted" and n > at + 2 and units[n - 1].is_verb and units[n - 1].word in DOING:
            return n - 1  # 依托公众号 | 发布“甲说”案例
        if unit.word in WITHIN and units[n + 1].kind == "body" and n > at + 1:  # 在例会上 | 各科室汇报情况
            return n + 1
        if unit.word in ENDS or unit.kind in ("quoted", "title"):
            after = after_adverbs(units, n + 1)
            if after < last and (units[after].is_verb or units[after].kind == "purpose" or opens(units[after])):
                noun = units[after].kind == "noun-verb"
                short = after + 1 < last and units[after + 1].word in ENDS
                short = short and (noun or any(later.is_verb for later in units[after + 2 :]))
                if unit.word not in ENDS and noun and _at_meeting(units[after:], kind):
                    continue
                # 围绕“三项制度”落实情况实施督察, 通过“明白人”培养工程提升素养
                on = short and (not noun or any(later.word in DEALING for later in units[after + 2 :]))
                if not short or (unit.kind in ("quoted", "title") and not on):
                    return after
    moved = next((n for n in range(at + 2, last - 2) if takes_object(units[n])), last)
    if moved < last and any(unit.is_verb for unit in units[moved + 2 :]):  # 在每年年底将经费列入预算
        return moved
    first = (
        at + 3 if at + 1 < last and units[at + 1].kind == "adverb" else at + 2
    )  # 围绕全面推进改革目标: 推进 is inside
    strong = [n for n in range(first, last - 1) if units[n].is_verb and units[n].kind != "noun-verb" and units[n].known]
    if kind == "place" and not strong:
        strong = [n for n in range(at + 2, last - 1) if units[n].kind == "noun-verb" and units[n - 1].kind == "adverb"]
    done = [n for n in range(at + 2, last - 1) if units[n].word in DEALING and units[n].is_verb and n > of - last]
    if done and not strong and (of >= last or done[-1] > of):  # 围绕“三项制度”落实情况实施督察
        return done[-1]
    sure = [n for n in strong if units[n - 1].kind == "adverb"]
    does = [n for n in strong if units[n].word in DOING]
    if kind == "place":  # 在…、提高效能等方面下功夫: what a later end closes is still inside
        does = [n for n in (does or strong)[:1] if not any(unit.word in ENDS for unit in units[n + 1 :])]
    return sure[0] if sure else does[-1] if does else last


def _in_area(units: Clause, at: int) -> bool:
    """在国内 | 创新推出新模式: whether a place frame is a wide area alone, and the deed follows at once."""
    if len(units) < at + 4 or units[at + 1].kind != "word" or len(units[at + 1].word) != 2:
        return False
    wide = (units[at + 1].word[0] == "全" or units[at + 1].word[1] == "内") and units[at + 2].is_verb
    if not wide or closes(units) or units[-1].word == "方面":  # 在全市推进改革过程中
        return False
    verb = next((n for n in (at + 3, at + 2) if heads(units[n])), at)
    return verb > at and has_thing(units, verb)


def _at_meeting(units: Clause, kind: str) -> bool:
    """在全省“一次办”改革推进会上: whether the meeting that a place frame names goes on behind the quoted name."""
    return kind == "place" and any(unit.word in ("上", "会上") for unit in units[1:])


def closes(units: Clause) -> bool:
    """Whether a clause ends in the last word of a frame after a noun: …的坚强领导下."""
    return units[-1].word in ("下", "中", "上", "后", "前", "时", "内", "之际") and len(units) > 2


def opens(unit: Unit) -> bool:
    """Whether a unit begins a frame of what is moved, done to, given to, or by whom: 把, 对, 向, 由, 被."""
    return unit.kind == "frame" and FRAMES[unit.word] in ("object", "target", "recipient", "agent", "passive")


def takes_object(unit: Unit) -> bool:
    """Whether a unit begins the frame of an object: 将, 把."""
    return unit.kind == "frame" and FRAMES[unit.word] == "object"


def framed(units: Clause, start: int) -> int:
    """Where 对 W 开展 begins in 组织专家对 W 开展评估."""
    ahead = range(start + 1, len(units) - 1)
    return next((n for n in ahead if units[n].word in ("对", "赴", "到") and units[n].kind == "frame"), len(units))
