"""What a verb is done to where no object stands behind it: the target of a frame, a subject that does not act itself."""

from collections.abc import Sequence

from kg.extract.amount import UNITS
from kg.extract.boundary import MEETING, SITTING
from kg.extract.unit import VERBS, Clause, Frame, Unit
from kg.extract.words import words_of
from kg.lexicon import pattern

PRONOUNS = words_of("pronoun")
RUNNING = words_of("running")
CAUSING = words_of("causing")
EACH = words_of("each")
_WHOLE = pattern("deed.whole")
_HELD = ("会", "会议", "论坛", "仪式")


def is_count(unit: Unit) -> bool:
    """Whether a unit is a number or the measure word behind one."""
    return unit.kind == "number" or (unit.kind == "word" and len(unit.word) <= 2 and unit.word in UNITS)


def award_at(units: Clause, at: int) -> int:
    """Where the award stands that is told of what begins with a deed: 我市构建服务体系 | 获评示范项目; 0 where none does."""
    if units[at].kind != "verb" or units[at].word in CAUSING:
        return 0
    won = next((n for n in range(at + 2, len(units) - 1) if units[n].kind == "award" and len(units[n].word) > 1), 0)
    return won if won and all(u.kind in ("word", "noun-verb", "quoted") for u in units[at + 1 : won]) else 0


def each_at(units: Clause, at: int) -> int:
    """各项受理事项 | 均按程序办理, 优化环境等多项工作 | 获评先进: where what is told begins of all that stands before it; else 0."""
    for n in range(at + 1, len(units) - 1):
        if units[n].word == "等":
            won = next((m for m in range(n + 1, len(units) - 1) if units[m].kind == "award"), 0)
            if won and all(unit.kind in ("word", "number", "noun-verb") for unit in units[n + 1 : won]):
                return won
        elif units[n].word in EACH and (len(units[n - 1].word) > 1 or units[n - 1].word == "等"):  # not 亩均
            opened = units[at].kind == "purpose" or any(unit.kind in ("frame", "number") for unit in units[at:n])
            return 0 if opened else n  # 让全员均参与, 对各镇均开展检查
    return 0


def held_at(units: Clause, at: int) -> int:
    """全市工作推进会 | 在甲县召开: where the meeting ends that the last verb says was held; 0 where none was."""
    if units[-1].word not in MEETING or len(units) < at + 3:
        return 0
    end = next((n for n in range(at + 1, len(units) - 1) if units[n].kind in ("adverb", "frame")), len(units) - 1)
    return end if units[end - 1].word.endswith(_HELD) else 0


def deeds_in(tail: Clause) -> Clause:
    """What 进行 says is done, where it is nothing but verbs: 进行 | 研究和部署, but 进行合法性审查 is one thing."""
    deeds = tail[next((n for n, unit in enumerate(tail) if unit.kind != "adverb"), len(tail)) :]
    named = any(len(unit.word) > 2 and not {unit.word[:2], unit.word[2:]} <= VERBS.keys() for unit in deeds)
    return deeds if not named and all(unit.is_verb or unit.word in ("、", "和", "与", "及") for unit in deeds) else ()


def target_of(frames: Sequence[Frame]) -> Clause:
    """What is behind 对, without the adverbs at its end: 对各乡镇 | 实地调研."""
    target = next((frame.units for frame in frames if frame.kind == "target"), ())
    while target and target[-1].kind == "adverb":
        target = target[:-1]
    return target


def sits(subject: Clause) -> bool:
    """Whether a meeting or an officer acts: 常务会议专门安排部署 has no object, whatever was said before."""
    last = next((unit for unit in reversed(subject) if unit.kind != "adverb"), None)
    return last is not None and last.word.endswith(SITTING)


def nouns_before(subject: Clause, frames: Sequence[Frame], verb: str, *, counted: bool) -> Clause:
    """What a verb without an object is done to: the target of its frame, or a subject that does not act itself."""
    if verb in RUNNING and not frames:  # “和解”工作室有效运行
        return tuple(unit for unit in subject if unit.kind != "adverb")
    target = target_of(frames)
    last = next((unit for unit in reversed(subject) if unit.kind != "adverb"), None)
    acts = last and (last.kind == "body" or (sits(subject) and verb not in MEETING))
    if target or counted or acts:
        return target
    since = next((n for n, unit in enumerate(subject) if n and unit.word in ("于", "自")), len(subject))
    subject = subject[:since]  # 《…条例》于5月1日施行
    nouns = tuple(u for u in subject if u.kind not in ("adverb", "body", "bracket") and u.word not in PRONOUNS)
    return () if len(nouns) == 1 and _WHOLE.fullmatch(nouns[0].word) else nouns  # 全局共同推进


def from_title(tail: Clause) -> Clause:
    """落实国务院办公厅《…规定》: the document is the object, not its issuers."""
    for n, unit in enumerate(tail):
        if unit.kind == "title":
            return tail[n:]
        if unit.kind != "body" and unit.word not in ("、", "和", "及", "与", "关于", "印发", "的"):
            break
    return tail
