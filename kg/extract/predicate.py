"""One predicate: who does what to what in a piece of a clause, by frames (将, 把, 对, 由, 被 …) and the order of its units."""

from dataclasses import dataclass, field, replace
from typing import Any

from kg.extract.boundary import CALLING, CHANGES, after_adverbs, heads, is_noun, is_purpose, rises, subject_end
from kg.extract.done_to import award_at, deeds_in, each_at, from_title, held_at, is_count, nouns_before, target_of
from kg.extract.frame import ENDS, frame_end, framed
from kg.extract.moved import JOINED, WHERE_TO, held, moved
from kg.extract.unit import COUNT, FRAMES, VERBS, Clause, Frame, without_count
from kg.extract.verb_run import verb_run
from kg.extract.words import words_of

CAPABILITY = tuple(sorted(words_of("capability") - {"化", "作用", "队伍", "试点"}))
HELPING = words_of("helping")
LEADING, SETTLED = words_of("leading"), words_of("settled")
DONE = words_of("done")
FIRST = words_of("first")
MORE = words_of("more")
SECOND = words_of("second-deed")
EXTENT = words_of("extent")
ACHIEVING = words_of("achieving")
CAUSING = words_of("causing")
WHILE = words_of("while")
AFTERWARDS = words_of("afterwards")
SITED = words_of("sited")


@dataclass(frozen=True, slots=True, kw_only=True)
class Predicate:
    """What one clause, or one piece of it, says. `verb` is empty where it states no action."""

    start: int
    end: int
    clause: int
    """Which clause of the sentence."""
    subject: Clause = ()
    frames: tuple[Frame, ...] = ()
    verb: str = ""
    verb_kind: str = ""
    object: str = ""
    object_units: Clause = ()
    span: tuple[int, int] = (0, 0)
    """From verb to object, or from object to verb."""
    rule: str = ""
    units: Clause = field(default=(), repr=False)


def predicate(shadow: str, units: Clause, number: int) -> Predicate:
    """What one piece of clause `number` of a sentence says.

    >>> from kg.extract.unit import units as cut
    >>> text = "由县司法局开展培训2期"
    >>> one = predicate(text, tuple(cut(text)), 0)
    >>> one.verb, one.object, [frame.kind for frame in one.frames]
    ('开展', '培训', ['agent'])
    """
    frames: list[Frame] = []
    base = Predicate(start=units[0].start, end=units[-1].end, clause=number, units=units)
    at = 0
    subject: Clause = ()
    if number and units[0].word in MORE and len(units) > 1 and not units[1].is_verb:  # 学习甲法,以及乙等新修订的条例
        return base
    if rises(units) and units[-3].word.endswith(CAPABILITY) and not _moves_up(units):
        return base  # 运用法治思维解决问题能力不断提升
    while True:
        at = after_adverbs(units, at)
        if at >= len(units):
            return _stated(base, subject, frames)
        unit = units[at]
        if unit.is_verb and at + 2 < len(units) and units[at + 1].word == "后":  # 检查后作出处罚
            at += 2
            continue
        if unit.word in HELPING and at + 2 < len(units) and units[at + 1].kind == "body":
            end = next((n for n in range(at + 2, len(units) - 1) if heads(units[n])), len(units))
            if end < len(units) and not any(u.kind == "of" for u in units[at:end]):  # 配合县人大完成调研
                frames.append(Frame("partner", unit.word, units[at + 1 : end]))
                at = end
                continue
        if unit.kind == "frame":
            kind = FRAMES[unit.word]
            if unit.word == "联合" and at + 1 < len(units) and units[at + 1].is_verb:
                at += 1
                continue
            if unit.word == "同" and at + 1 < len(units) and units[at + 1].is_verb:  # 同部署、同考核
                return _stated(base, subject, frames)
            if kind == "object":
                onward = moved(shadow, units, at)
                if onward is not None:
                    return _stated(base, subject, frames, **onward)
                at += 1
                continue
            if unit.word == "为" and _is_end(units, at):
                return _stated(base, subject, frames, verb_kind="purpose")
            if kind == "partner" and shadow.endswith(JOINED, 0, units[-1].end):  # 与学习教育贯通起来
                return _stated(base, subject, frames, verb_kind="stative")
            end = frame_end(units, at, kind)
            passed = end >= len(units) or (end == len(units) - 2 and units[end].kind == units[-1].kind == "noun-verb")
            reached = unit.word == "通过" and passed and at and units[at - 1].word in ACHIEVING
            if reached and not units[at + 1].is_verb:  # 顺利通过县司法局评估验收
                return _verb_object(shadow, base, units, at, subject, frames)
            charged = kind == "agent" and end == len(units) and units[-1].word in LEADING and end > at + 2
            if charged and _is_matter(subject):  # 日常工作由办公室具体执行
                frames.append(Frame(kind, unit.word, units[at + 1 : -1]))
                return _verb_object(shadow, base, units, end - 1, subject, frames)
            frames.append(Frame(kind, unit.word, units[at + 1 : end]))
            if end >= len(units):
                return _stated(base, subject, frames)
            at = end
            continue
        if not subject and (told := _told_at(units, at)):
            subject, at = units[at:told], told
            continue
        if not subject and (each := each_at(units, at)):
            subject, at = units[at:each], each
            continue
        if not subject and (end := held_at(units, at)):
            return _stated(base, (), frames, **held(shadow, units, at, end))
        if subject or unit.is_verb or unit.kind in ("purpose", "stative"):
            break
        end = subject_end(units, at)
        if end >= len(units):
            return _stated(base, units[at:], frames)
        end = award_at(units, end) or end
        subject = units[at:end]
        at = end
    if units[at].kind == "stative" and at + 2 < len(units) and units[at + 1].is_verb and units[at + 2].word in DONE:
        at += 1  # 显著 | 提升了政策的效果
    head = units[at]
    if head.kind in ("purpose", "stative") or is_purpose(
        units, at, framed_by_for=any(frame.word == "为" for frame in frames)
    ):
        return _stated(base, subject, frames, verb_kind="stative" if head.kind == "stative" else "purpose")
    if not subject and head.kind == "noun-verb" and is_noun(units, at):
        end = subject_end(units, at, inside=not rises(units))
        if end >= len(units) or units[end].kind in ("stative", "purpose"):
            return _stated(base, units[at:end], frames)
        subject, at = units[at:end], end
    return _verb_object(shadow, base, units, at, subject, frames)


def _moves_up(units: Clause) -> bool:
    """推动治理水平不断提升: whether the first verb makes what rises rise."""
    first = next((unit for unit in units if unit.is_verb), None)
    return first is not None and (first is units[0] or first.kind == "light" or first.word in CAUSING)


def _is_end(units: Clause, at: int) -> bool:
    """为进一步规范执法行为: a clause that tells what for, with no other verb that says what was done."""
    verb = after_adverbs(units, at + 1)
    if verb >= len(units) or not units[verb].is_verb:
        return False
    others = [unit for unit in units[verb + 1 :] if heads(unit) or unit.word == "提供"]
    return not others or (units[verb].word in CAUSING and len(others) == 1)  # 为协助乡镇做好防汛


def _told_at(units: Clause, at: int) -> int:
    """承接的项目 | 被省司法厅评为典型案例: where a clause begins to tell of what a deed qualifies; 0 where it does not."""
    if not units[at].is_verb or at + 1 >= len(units) or units[at + 1].kind != "of":
        return 0
    return next((n for n in range(at + 3, len(units)) if FRAMES.get(units[n].word) == "passive"), 0)


def _is_matter(subject: Clause) -> bool:
    """Whether a subject is what 由 W tells who is charged with: 日常工作由办公室负责."""
    return bool(subject) and not any(unit.kind in ("body", "number") for unit in subject)


def _stated(base: Predicate, subject: Clause, frames: list[Frame], **said: Any) -> Predicate:
    said |= {"start": base.start, "end": base.end, "clause": base.clause, "units": base.units}  # quicker than replace()
    return Predicate(subject=subject, frames=tuple(frames), **said)


def _verb_object(
    shadow: str, base: Predicate, units: Clause, at: int, subject: Clause, frames: list[Frame]
) -> Predicate:
    """Verb and object from the verb at `at` on; where a frame comes first after it, what stands behind the frame."""
    first, last = verb_run(units, at)
    start = last + 1
    while start < len(units) and units[start].word in DONE:
        start += 1
    moves = start < len(units) and FRAMES.get(units[start].word) in ("place", "object")
    inside = start if units[last].kind == "light" or (units[last].word in FIRST and moves) else len(units)
    if units[last].word in CALLING and not (start < len(units) and units[start].kind == "frame"):
        inside = framed(units, start)
    if inside < len(units) and units[inside].kind == "frame":
        inner = predicate(shadow, units[inside:], base.clause)
        if not inner.verb and units[inside].word == "以":  # 坚持以法治思想为统揽
            return _stated(base, subject, [*frames, *inner.frames], verb_kind="guided")
        if not inner.verb and units[last].word in FIRST and moves:  # 做到把 O 同 W 同部署
            return _stated(base, subject, frames)
        if inner.verb:
            if units[last].word in CALLING:  # 组织各部门对落实情况开展自查
                frames.append(Frame("target", units[last].word, units[start:inside]))
            return replace(inner, start=base.start, subject=subject, frames=(*frames, *inner.frames))
    if (
        start + 1 < len(units)
        and units[start].word in ("至", "到", "为")
        and (
            (units[start + 1].kind == "number" and (start + 3 >= len(units) or units[start + 2].word != "年"))
            or (units[last].word in CHANGES and units[start].word != "为" and units[-2].kind == "number")
        )
    ):
        return _stated(base, subject, frames, verb_kind="stative")  # 压减至9项, 缩短到办理时间92天
    if units[last].word not in JOINED and shadow.endswith(JOINED, 0, units[-1].end) and units[at].word == "坚持":
        return _stated(base, subject, frames, verb_kind="stative")  # 坚持 O 与 W 相结合
    if units[-1].word in AFTERWARDS:
        return _stated(base, subject, frames)  # 收到通知后
    helps = units[last].word in HELPING and all(unit.word in HELPING for unit in units[start:])  # 协助配合
    charged = start >= len(units) and units[last].word in LEADING and frames
    if helps or (charged and not (frames[-1].kind == "agent" and _is_matter(subject))):
        return _stated(base, subject, frames, verb_kind="helping")  # 由法规科牵头, 各科室配合
    if start + 1 == len(units) and units[start].word in SETTLED:  # 计划制定到位
        return _stated(base, subject, frames, verb_kind="stative")
    if start >= len(units) and units[last].word in SETTLED and subject and subject[-1].kind != "adverb":  # 职责分工明确
        return _stated(base, subject, frames, verb_kind="stative")
    if start < len(units) and (units[start].kind == "of" or (start + 1 == len(units) and ENDS.get(units[start].word))):
        return _stated(base, subject, frames)  # 认真负责的精神, 大会召开后
    if start < len(units) and units[start].word in WHILE:  # 创建过程中, 换届期间加强监管
        inner = predicate(shadow, units[start + 1 :], base.clause) if start + 2 < len(units) else base
        return replace(inner, start=base.start, subject=subject, frames=(*frames, *inner.frames))
    run = units[first : last + 1]  # 支持、充分保障 without its adverb, but 听取并审议
    verb = "".join(
        unit.word for n, unit in enumerate(run) if not (unit.kind == "adverb" and run[n - 1].word in ("、", "带头"))
    )
    tail = from_title(units[start:])
    said = without_count(shadow[tail[0].start : tail[-1].end]) if tail else ""
    span = (units[first].start, units[-1].end)
    if verb in SITED and subject:  # 办公室设在县司法局
        return _stated(base, subject, frames, verb_kind="stative")
    reached = verb in EXTENT and COUNT.search(shadow, span[0], span[1])
    if reached:  # 覆盖群众200人次
        return _stated(base, subject, frames, verb_kind="stative")
    rule = "action.verb-object" if units[first].known else "action.unknown-verb"
    paired = len(tail) == 1 and tail[0].word in SECOND and units[first].kind == "noun-verb"
    if paired and (first and units[first - 1].kind == "adverb"):  # 及时沟通交流, 问题及时跟进处理
        verb, said, tail = verb + said, "", ()
        if not nouns_before(subject, frames, verb, counted=False):
            return _stated(base, subject, frames)
    dealt = tuple(unit for unit in units[at + 1 :] if unit.word != "了") if units[at].word == "进行" else ()
    if dealt and (done := deeds_in(dealt)) and (target := target_of(frames)):  # 对落实情况进行督促检查
        verb, said = shadow[done[0].start : done[-1].end], without_count(shadow[target[0].start : target[-1].end])
        span, tail, rule = (target[0].start, done[-1].end), target, "action.target-verb"
    counts = [unit for unit in tail if unit.kind not in ("number", "adverb", "mark")]
    if counts and all(unit.word in ("和", "与", "及", "至", "%", "‰") for unit in counts):  # 分别压缩67%和92%
        return _stated(base, subject, frames, verb_kind="stative")
    if tail and next((unit.kind for unit in reversed(tail) if not is_count(unit)), "") == "of":  # 作出决定的19件
        return _stated(base, subject, frames, verb_kind="stative")
    whole = VERBS.get(verb, ("", ""))[1] == "vo"
    where_to = tail and (tail[0].word in WHERE_TO or (units[last].kind == "move" and verb.endswith("入")))
    if subject and where_to and nouns_before(subject, (), "", counted=False):
        said = ""  # 办公室设在县司法局, 各项任务纳入计划
    if not subject and tail and tail[0].word in ("到", "至"):
        said, tail = "", ()  # 明确任务,分解到部门
    counted = bool(said and COUNT.fullmatch(said))
    if counted and subject and not whole and not any(unit.kind == "body" for unit in subject):
        return _stated(base, subject, frames, verb_kind="stative")  # 办理时限压缩72%
    if counted or not said:
        said = ""
        if whole:
            verb, said = verb[:-1], verb[-1]  # 学法4次
        elif nouns := nouns_before(subject, frames, units[last].word, counted=counted):
            said = without_count(shadow[nouns[0].start : nouns[-1].end])
            span, tail = (nouns[0].start, units[last].end), nouns
            rule = "action.target-verb" if nouns[0] not in subject else "action.subject-verb"
        elif units[at].word == "给予" and last > at and last + 1 == len(units):  # 给予大力支持
            verb, said, tail = units[at].word, shadow[units[at + 1].start : units[last].end], units[at + 1 :]
    return _stated(
        base,
        subject,
        frames,
        verb=verb,
        verb_kind=units[first].kind,
        object=said,
        object_units=tail,
        span=span,
        rule=rule,
    )
