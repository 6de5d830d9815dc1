"""Bounds within a clause: where a subject ends, which word heads it, what belongs to its object."""

from collections.abc import Sequence
from itertools import pairwise

from kg.extract.unit import COUNT, FRAMES, VERBS, Clause, Unit
from kg.extract.words import words_of
from kg.lexicon import table

CHANGES = frozenset(verb for verb, _, _ in table("changes", "word", "direction", "noun"))
MEETING = words_of("meeting")
ENDOWING = words_of("endowing")
SITTING = tuple(sorted(words_of("sitting")))
RELATIVE = words_of("relative")
CALLING = words_of("calling")
RUNNING = words_of("running")
RISING = words_of("rising")
SWEPT = words_of("swept")
DEALING = words_of("dealing")


def after_adverbs(units: Sequence[Unit], at: int) -> int:
    """The first place at or behind `at` where no adverb stands."""
    while at < len(units) and units[at].kind == "adverb":
        at += 1
    return at


def takes_target(units: Clause, n: int) -> bool:
    """Whether 对 W and what is done to W begin at `n`."""
    return units[n].word == "对" and units[n].kind == "frame" and any(u.kind == "light" for u in units[n + 2 :])


def subject_end(units: Clause, at: int, *, inside: bool = False) -> int:
    """Where the predicate of a clause begins whose first words are no verb."""
    last = len(units)
    marks = [n for n in range(at, last) if units[n].kind == "of"]
    for n in range(at + 1, last):
        unit = units[n]
        if unit.kind == "stative" or unit.kind == "purpose":
            return n
        if (
            unit.kind == "frame"
            and FRAMES[unit.word]
            in (
                "object",
                "recipient",
                "target",
                "partner",
                "passive",
                "manner",
                "place",
                "agent",
            )
            and (
                (units[n - 1].kind in ("body", "adverb", "word", "bracket") or FRAMES[unit.word] == "passive")
                and not inside
                and (unit.word not in ("和", "同", "就", "自", "从") or _deals(units, n) or _sides(units, n))
            )
        ):
            return n
        direct = (units[n - 1].kind in ("body", "adverb") or units[n - 1].word.endswith(SITTING)) and (
            unit.known or not any(later.is_verb and heads(later) for later in units[n + 1 :])
        )
        if unit.kind in ("verb", "move", "award", "light") and (
            direct or unit.kind == "award" or (unit.known and len(unit.word) > 1)
        ):
            following = units[n + 1] if n + 1 < last else None
            if following and following.kind == "body" and unit.word in CALLING:
                return n  # 我县组织各部门对涉及的问题印发了通知
            if following and (following.word == "了" or (direct and following.kind != "of")):
                return n
            later = [m for m in marks if m > n]
            if later and any(heads(units[m]) for m in range(later[-1] + 1, last)):
                continue
            return n
        if unit.kind == "noun-verb" and VERBS[unit.word][1] == "vo" and n + 1 < last and units[n + 1].kind == "number":
            return n  # 中心组全年学法9次
        if unit.kind == "noun-verb" and direct and n < last - 2 and rises(units):
            continue  # 公安机关执法规范化水平显著提升
        awarded = any(later.kind == "award" for later in units[n + 1 :])  # 县司法局调解工作室获评…
        if unit.kind == "noun-verb" and direct and not inside and not awarded and not is_modifier(units, n):
            return n
    return last


def rises(units: Clause) -> bool:
    """Whether a clause ends in a verb that tells how its subject changed: 显著提升, 不断增强."""
    return len(units) > 3 and units[-1].word in RISING and units[-2].kind in ("adverb", "stative")


def _deals(units: Clause, n: int) -> bool:
    """Whether 就 W leads to what was done about W: 主要负责人就加强法治建设作出批示."""
    return units[n].word == "就" and any(unit.word in DEALING | MEETING for unit in units[n + 2 :])


def _sides(units: Clause, n: int) -> bool:
    """县政府 | 从政策、资金等方面给予支持: whether 从 tells in which ways a body did it."""
    return units[n].word == "从" and units[n - 1].kind == "body" and any(unit.word == "方面" for unit in units[n + 2 :])


def is_modifier(units: Clause, n: int) -> bool:
    """Whether a verb with its object in one word stands before a noun: 专题学法讲座."""
    vo = VERBS.get(units[n].word, ("", ""))[1] == "vo"
    return vo and n + 1 < len(units) and units[n + 1].kind != "number"


def heads(unit: Unit) -> bool:
    """Whether a unit can head a predicate: a known verb that is no noun as well, or a state."""
    return unit.kind == "stative" or (unit.is_verb and unit.kind != "noun-verb" and unit.known)


def is_noun(units: Clause, at: int) -> bool:
    """Whether a verb that is as often a noun begins the subject here: 审查意见采纳率达86%, 规范性文件管理不断完善."""
    rest = units[at + 1 :]
    of = max((n for n, unit in enumerate(rest) if unit.kind == "of"), default=-1)
    # 清理涉及环境的文件: 涉及 tells of the object
    if any(unit.kind == "stative" and (n > of or unit.word not in RELATIVE) for n, unit in enumerate(rest)):
        return True
    counts = [n for n in range(2, len(rest)) if rest[n].kind == "number" and heads(rest[n - 1])]
    if any(n + 1 == len(rest) or rest[n + 1].word != "年" for n in counts):
        return True  # 办理时限压缩72%, but 指导县法学会举办2023年年会
    rates = zip(rest, rest[1:], rest[2:], strict=False)
    if any(one.word.endswith("率") and of.kind == "number" and mark.word in "%‰" for one, of, mark in rates):
        return units[at].word not in CHANGES  # 考核通过率98%
    if rest and rest[0].kind == "move" and rest[0].word.endswith("入") and len(rest) > 1:
        return True  # 专题学习纳入培训班
    if len(rest) > 2 and rest[1].word in ("由", "从") and rest[0].kind == "word" and rest[0].word != "了":
        return True  # 审批时限由30天缩短为3天
    if any(one.word.endswith(("人数", "金额")) and after.kind == "number" for one, after in pairwise(rest)):
        return True  # 参与学习人数500余人次
    last = rest[-1] if rest else None
    if (
        last
        and last.is_verb
        and any(unit.kind == "frame" and FRAMES[unit.word] in ("manner", "recipient") for unit in rest)
    ):
        return True
    if len(rest) < 2 or last is None:
        return False
    if rises(units) and units[-3].word.endswith(("率", "度")):  # 执法程序合规率逐年提升
        return True
    swept = rest[-2].kind == "adverb" or rest[-2].word in SWEPT
    if swept and (last.word in RUNNING or (last.is_verb and of >= 0)):  # 整改方案中的问题全部落实
        return True
    return last.kind in ("verb", "move") and any(unit.kind == "adverb" for unit in rest)


def is_purpose(units: Clause, at: int, *, framed_by_for: bool) -> bool:
    """为…营造, 为…提供: an end, no action, unless a count says that it was done."""
    if not framed_by_for:
        return False
    word = units[at].word
    counted = any(unit.kind == "number" for unit in units[at:])
    return word in ENDOWING or (word == "提供" and not counted)


def has_object(units: Clause, n: int) -> bool:
    """Whether something that can be an object follows a verb."""
    counted = (before.kind == "number" and len(unit.word) <= 2 for before, unit in pairwise(units[n:]))
    rest = zip(units[n + 1 :], counted, strict=True)
    return any(
        unit.kind not in ("number", "adverb") and not count and not COUNT.fullmatch(unit.word) for unit, count in rest
    )


def has_thing(units: Clause, n: int) -> bool:
    """Whether a noun, name or title follows the verb at `n`, and not only another verb."""
    return any(
        not unit.is_verb and unit.kind not in ("adverb", "number") and unit.word != "了" for unit in units[n + 1 :]
    )


def met(units: Clause, n: int) -> bool:
    """Whether a meeting was held before the verb at `n`, which tells what it did: 召开县政府常务会议2次 | 研究法治建设."""
    end = n
    while end and (units[end - 1].kind == "number" or units[end - 1].word in ("次", "场", "等")):
        end -= 1
    if end < 2 or not units[end - 1].word.endswith(("会", "会议")):
        return False
    if not any(unit.word in MEETING for unit in units[: end - 1]):
        return False
    if takes_target(units, n):  # 召开会议 | 对任务进行部署
        return True
    verb = after_adverbs(units, n)
    return verb < len(units) and units[verb].is_verb and units[verb].known and has_thing(units, verb)
