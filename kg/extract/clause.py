"""Predicates: who does what to what in each clause, by frames (将, 把, 对, 由, 被 …) and the order of its units."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from kg.extract.body import Found
from kg.extract.unit import COUNT, FRAMES, VERBS, Clause, Unit, clauses, lead, without_count
from kg.lexicon import table

ENDS = {word: at_end for word, at_end in table("frame_ends", "word", "at_end")}  # noqa: C416
DOING = frozenset(verb for (verb,) in table("doing_verbs", "verb"))
CALLING = frozenset(("组织", "邀请", "委托", "抽调"))
HELPING = frozenset(("配合", "协助", "协同"))
ENDOWING = frozenset(("营造", "奠定", "注入", "贡献", "创造", "指明", "增添", "积累", "保驾护航"))
_COUNTING = "0123456789.,—–~-〇零一二三四五六七八九十百千万亿余多约近超逾共达不少于低至"
PRONOUNS = frozenset(("我们", "我", "他们", "其"))
GIVING = frozenset(("予以", "加以", "给予"))
NOT_MOVED = frozenset("至到为入给于成在")


@dataclass(frozen=True, slots=True)
class Frame:
    """A phrase before the verb: its kind (manner, target, recipient …) and its units."""

    kind: str
    word: str
    units: Clause


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


def predicates(shadow: str, found: tuple[Found, ...] = ()) -> tuple[Predicate, ...]:
    """The predicates of a sentence, in order.

    >>> [(p.verb, p.object, p.rule) for p in predicates("将299项处罚权下放至乡镇,出台审批办法,网办率达97%。")]
    [('下放', '处罚权', 'action.ba'), ('出台', '审批办法', 'action.verb-object'), ('', '', '')]
    """
    result: list[Predicate] = []
    for number, clause in enumerate(clauses(shadow, found)):
        skip = clause[0].start + lead(shadow[clause[0].start : clause[-1].end])
        rest = tuple(unit for unit in clause if unit.start >= skip)
        before: Predicate | None = None
        for piece in _pieces(rest):
            if piece[0].word == "其中" or shadow.startswith("其中", clause[0].start):
                result.append(Predicate(start=piece[0].start, end=piece[-1].end, clause=number, units=piece))
                continue
            one = _read(shadow, piece, number, before)
            if one.verb and not one.object:
                one = _with_object(shadow, one, next((p for p in reversed(result) if p.object), None))
            result.append(one)
            before = one
    return tuple(result)


def _with_object(shadow: str, one: Predicate, last: Predicate | None) -> Predicate:
    """A verb that stands alone takes what the sentence spoke of last, with its own count: 清理文件32件,废止19件.

    Another unit means another thing: in 检查单位30户,立案12件 the object is 12件.
    """
    said = last.object if last else ""
    count = COUNT.search(shadow, one.span[0], one.end)
    if not count:
        return replace(one, object=said, rule="action.bare-verb")
    before = COUNT.search(shadow, last.span[0], last.end) if last else None
    same = before is None or before[0].lstrip(_COUNTING) == count[0].lstrip(_COUNTING)
    return replace(one, object=(said if same else "") + count[0], rule="action.bare-verb")


# --- pieces -----------------------------------------------------------------------------------------------------------


def _pieces(clause: Clause) -> Iterator[Clause]:
    """A clause, or its coordinated parts when each is a verb with its own object: 明确责任、规范条款设置; 反馈并督促整改."""
    cuts = [n for n, unit in enumerate(clause) if unit.word == "、"]
    parts: list[Clause] = []
    start = 0
    for cut in cuts:
        parts.append(clause[start:cut])
        start = cut + 1
    parts.append(clause[start:])
    heads = [_head(part) for part in parts]
    coordinated = (
        len(parts) > 1 and all(heads) and not any(unit.kind == "of" or unit.word == "等" for unit in parts[-1][1:])
    )
    if not coordinated:
        parts = [clause]
    for part in parts:
        yield from _joined(part)


def _head(part: Clause) -> bool:
    """Whether a part begins with a verb that has an object (after adverbs and one frame)."""
    at = _after_adverbs(part, 0)
    framed = False
    if at < len(part) and part[at].kind == "frame" and FRAMES[part[at].word] in ("recipient", "target"):
        at = next((n for n in range(at + 1, len(part)) if part[n].is_verb), len(part))
        framed = True
    elif at < len(part) and part[at].kind == "frame" and FRAMES[part[at].word] in ("manner", "place"):
        at = _frame_end(part, at, "manner")
        framed = True
    if at >= len(part) or not part[at].is_verb or (part[at].kind == "noun-verb" and not framed) or not part[at].known:
        return False
    return any(not unit.is_verb and unit.kind not in ("adverb", "number") for unit in part[at + 1 :])


def _joined(clause: Clause) -> Iterator[Clause]:
    """Split at 并 before a verb: 逐一反馈并督促整改; only where a verb stands before it too."""
    for n, unit in enumerate(clause):
        if unit.word in ("并", "并且") and n and n + 1 < len(clause):
            after = _after_adverbs(clause, n + 1)
            if after < len(clause) and clause[after].is_verb and any(u.is_verb for u in clause[:n]):
                yield clause[:n]
                yield from _joined(clause[n + 1 :])
                return
    if clause:
        yield clause


def _after_adverbs(units: Sequence[Unit], at: int) -> int:
    while at < len(units) and units[at].kind == "adverb":
        at += 1
    return at


# --- one clause -------------------------------------------------------------------------------------------------------


def _read(shadow: str, units: Clause, number: int, before: Predicate | None) -> Predicate:
    """The predicate of one piece."""
    frames: list[Frame] = []
    base = Predicate(start=units[0].start, end=units[-1].end, clause=number, units=units)
    at = 0
    subject: Clause = ()
    while True:
        at = _after_adverbs(units, at)
        if at >= len(units):
            return _stated(base, subject, frames)
        unit = units[at]
        if unit.is_verb and at + 2 < len(units) and units[at + 1].word == "后":  # 检查后作出处罚
            at += 2
            continue
        if unit.word in HELPING and at + 2 < len(units) and units[at + 1].kind == "body":
            end = next((n for n in range(at + 2, len(units) - 1) if _heads(units[n])), len(units))
            if end < len(units) and not any(u.kind == "of" for u in units[at:end]):  # 配合县人大完成调研
                frames.append(Frame("partner", unit.word, units[at + 1 : end]))
                at = end
                continue
        if unit.kind == "frame":
            kind = FRAMES[unit.word]
            if unit.word == "联合" and at + 1 < len(units) and units[at + 1].is_verb:
                at += 1
                continue
            if kind == "object":
                moved = _moved(shadow, units, at)
                if moved:
                    return _stated(base, subject, frames, *moved, rule="action.ba")
                at += 1
                continue
            end = _frame_end(units, at, kind)
            frames.append(Frame(kind, unit.word, units[at + 1 : end]))
            if end >= len(units):
                return _stated(base, subject, frames)
            at = end
            continue
        if subject or unit.is_verb or unit.kind in ("purpose", "stative"):
            break
        end = _subject_end(units, at)
        if end >= len(units):
            return _stated(base, units[at:], frames)
        subject = units[at:end]
        at = end
    head = units[at]
    if head.kind in ("purpose", "stative") or _is_purpose(units, at, frames):
        return _stated(base, subject, frames, verb_kind="stative" if head.kind == "stative" else "purpose")
    if not subject and head.kind == "noun-verb" and _is_noun(units, at):
        end = _subject_end(units, at, inside=True)
        if end >= len(units) or units[end].kind in ("stative", "purpose"):
            return _stated(base, units[at:end], frames)
        subject, at = units[at:end], end
    return _verb_object(shadow, base, units, at, subject, frames)


def _stated(
    base: Predicate,
    subject: Clause,
    frames: list[Frame],
    verb: str = "",
    verb_kind: str = "",
    object_: str = "",
    object_units: Clause = (),
    span: tuple[int, int] = (0, 0),
    rule: str = "",
) -> Predicate:
    return Predicate(
        start=base.start,
        end=base.end,
        clause=base.clause,
        units=base.units,
        subject=subject,
        frames=tuple(frames),
        verb=verb,
        verb_kind=verb_kind,
        object=object_,
        object_units=object_units,
        span=span,
        rule=rule,
    )


def _moved(shadow: str, units: Clause, at: int) -> tuple[str, str, str, Clause, tuple[int, int]] | None:
    """将 O V 至 Y: the verb that moves O, and O; None where 将 is the future (我局将开展…)."""
    rest = range(at + 1, len(units))
    movers = [
        n
        for n in rest
        if n > at + 1
        and units[n].is_verb
        and (
            units[n].kind == "move"
            or (n + 1 < len(units) and units[n + 1].word in NOT_MOVED and units[n].kind != "noun-verb")
        )
    ]
    after = _after_adverbs(units, at + 1)
    if not movers:
        if units[at].word == "将" and (
            after >= len(units) or units[after].is_verb or units[after].kind in ("frame", "purpose")
        ):
            return None
        movers = [n for n in rest if n > at + 1 and units[n].is_verb and units[n].kind != "noun-verb"][-1:]
        if not movers:
            return None
    verb = movers[0]
    end = verb
    while end > at + 1 and (units[end - 1].kind == "adverb" or units[end - 1].word in ("统一", "全部", "全面")):
        end -= 1
    moved = units[at + 1 : end]
    if not moved:
        return None
    printed = shadow[moved[0].start : moved[-1].end]
    return units[verb].word, units[verb].kind, without_count(printed), moved, (moved[0].start, units[verb].end)


def _frame_end(units: Clause, at: int, kind: str) -> int:
    """Where the verb, or the next frame, stands after a frame that begins at `at`; the number of units when none does."""
    last = len(units)
    if kind in ("manner", "place") and (ENDS.get(units[-1].word) or _closes(units)):
        return last
    if kind in ("manner", "place"):
        for n in range(at + 1, last - 1):
            unit = units[n]
            if n > at + 2 and units[n - 1].kind == "adverb" and _heads(unit) and unit.kind != "stative":
                return n
            if unit.word in ENDS or unit.kind in ("quoted", "title"):
                after = _after_adverbs(units, n + 1)
                if after < last and (units[after].is_verb or units[after].kind == "purpose" or _opens(units[after])):
                    short = units[after].kind == "noun-verb" and after + 1 < last and units[after + 1].word in ENDS
                    if not short or unit.kind in ("quoted", "title"):
                        return after
        strong = [
            n for n in range(at + 2, last - 1) if units[n].is_verb and units[n].kind != "noun-verb" and units[n].known
        ]
        if kind == "place" and not strong:
            strong = [
                n for n in range(at + 2, last - 1) if units[n].kind == "noun-verb" and units[n - 1].kind == "adverb"
            ]
        sure = [n for n in strong if units[n - 1].kind == "adverb"] or [n for n in strong if units[n].word in DOING][
            -1:
        ]
        return sure[0] if sure else last
    light = [n for n in range(at + 1, last) if units[n].kind == "light" or units[n].word in ("开展", "实施")]
    if kind == "target" and light:
        return light[0]
    for n in range(at + 1, last):
        unit = units[n]
        if unit.kind in ("verb", "move", "award", "light", "purpose", "stative") and n > at + 1 and unit.known:
            return n
        if unit.kind in ("verb", "move", "award") and unit.known and kind in ("partner", "agent", "passive"):
            return n
        if unit.kind in ("noun-verb", "frame") and n > at + 1 and units[n - 1].kind in ("body", "adverb"):
            return n
        if unit.word in ("共同", "联合", "合作") and n > at + 1:
            return n
    nouny = [n for n in range(at + 2, last - 1) if units[n].kind == "noun-verb"]
    return nouny[0] if nouny else last


def _opens(unit: Unit) -> bool:
    return unit.kind == "frame" and FRAMES[unit.word] in ("object", "target", "recipient", "agent", "passive")


def _subject_end(units: Clause, at: int, *, inside: bool = False) -> int:
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
                units[n - 1].kind in ("body", "adverb", "word", "bracket")
                and not inside
                and unit.word not in ("和", "同", "就", "自", "从")
            )
        ):
            return n
        direct = units[n - 1].kind in ("body", "adverb")
        if unit.kind in ("verb", "move", "award", "light") and (direct or (unit.known and len(unit.word) > 1)):
            following = units[n + 1] if n + 1 < last else None
            if following and (following.word == "了" or (direct and following.kind != "of")):
                return n
            later = [m for m in marks if m > n]
            if later and any(_heads(units[m]) for m in range(later[-1] + 1, last)):
                continue
            return n
        if unit.kind == "noun-verb" and direct and not inside and not _is_modifier(units, n):
            return n
    return last


def _is_modifier(units: Clause, n: int) -> bool:
    """Whether a verb with its object in one word stands before a noun: 专题学法讲座."""
    vo = VERBS.get(units[n].word, ("", ""))[1] == "vo"
    return vo and n + 1 < len(units) and units[n + 1].kind != "number"


def _heads(unit: Unit) -> bool:
    return unit.kind == "stative" or (unit.is_verb and unit.kind != "noun-verb" and unit.known)


def _is_noun(units: Clause, at: int) -> bool:
    """Whether a verb that is as often a noun begins the subject here: 审查意见采纳率达86%, 规范性文件管理不断完善."""
    rest = units[at + 1 :]
    if any(unit.kind == "stative" for unit in rest):
        return True
    if any(_heads(unit) and after.kind == "number" for unit, after in pairwise(rest[1:])):
        return True  # 办理时限压缩72%
    last = rest[-1] if rest else None
    if (
        last
        and last.is_verb
        and any(unit.kind == "frame" and FRAMES[unit.word] in ("manner", "recipient") for unit in rest)
    ):
        return True
    return bool(last and last.kind in ("verb", "move") and len(rest) > 1 and any(u.kind == "adverb" for u in rest))


def _is_purpose(units: Clause, at: int, frames: list[Frame]) -> bool:
    """为…营造, 为…提供: an end, no action, unless a count says that it was done."""
    if not any(frame.word == "为" for frame in frames):
        return False
    word = units[at].word
    counted = any(unit.kind == "number" for unit in units[at:])
    return word in ENDOWING or (word == "提供" and not counted)


def _verb_object(
    shadow: str, base: Predicate, units: Clause, at: int, subject: Clause, frames: list[Frame]
) -> Predicate:
    first = last = at
    n = at + 1
    while n < len(units):  # verbs side by side stay one: 贯彻实施, 坚持和完善, 制定、废止
        unit = units[n]
        if units[last].kind == "light" and unit.is_verb and unit.kind != "noun-verb" and n == last + 1:
            first = last = n
        elif (
            unit.is_verb
            and unit.known
            and unit.kind not in ("noun-verb", "light")
            and n == last + 1
            and not _names(units, n)
        ):
            last = n
        elif (
            unit.word in ("和", "、", "与")
            and n == last + 1
            and n + 1 < len(units)
            and units[n + 1].is_verb
            and _has_object(units, n + 1)
        ):
            last = n + 1
            n += 1
        elif (
            unit.kind == "adverb"
            and n == last + 1
            and n + 1 < len(units)
            and units[last].kind == "light"
            and units[n + 1].is_verb
        ):
            first = last = n + 1
            n += 1
        else:
            break
        n += 1
    start = last + 1
    if units[last].word in GIVING and start < len(units) and units[start].is_verb:  # 对…予以审核把关
        first = last = start
        start += 1
    while start < len(units) and units[start].word in ("了", "过", "好", "成功"):
        start += 1
    inside = (
        start if units[last].kind == "light" else _framed(units, start) if units[last].word in CALLING else len(units)
    )
    if inside < len(units) and units[inside].kind == "frame":
        inner = _read(shadow, units[inside:], base.clause, None)
        if inner.verb:
            return _stated(
                base,
                subject,
                [*frames, *inner.frames],
                inner.verb,
                inner.verb_kind,
                inner.object,
                inner.object_units,
                inner.span,
                inner.rule,
            )
    if start + 1 < len(units) and units[start].word in ("至", "到", "为") and units[start + 1].kind == "number":
        return _stated(base, subject, frames, verb_kind="stative")  # 压减至9项
    if start >= len(units) and (units[last].word in HELPING or (units[last].word == "牵头" and frames)):
        return _stated(base, subject, frames, verb_kind="helping")  # 由法规科牵头, 各科室配合
    verb = shadow[units[first].start : units[last].end]
    tail = _from_title(units[start:])
    printed = shadow[tail[0].start : tail[-1].end] if tail else ""
    object_ = without_count(printed)
    rule = "action.verb-object" if units[first].known else "action.unknown-verb"
    span = (units[first].start, units[-1].end)
    counted = COUNT.fullmatch(object_) if object_ else None
    if counted:
        object_ = ""
        if subject and not any(unit.kind == "body" for unit in subject) and VERBS.get(verb, ("", ""))[1] != "vo":
            return _stated(base, subject, frames, verb_kind="stative")  # 办理时限压缩72%
    if not object_ and VERBS.get(verb, ("", ""))[1] == "vo":
        verb, object_ = verb[:-1], verb[-1]
    if not object_:
        target = next((frame.units for frame in frames if frame.kind == "target"), ())
        nouns = target or tuple(
            unit for unit in subject if unit.kind not in ("adverb", "body", "bracket") and unit.word not in PRONOUNS
        )
        if not target and (counted or (subject and subject[-1].kind == "body")):
            nouns = ()
        if nouns:
            object_ = without_count(shadow[nouns[0].start : nouns[-1].end])
            span = (nouns[0].start, units[last].end)
            rule = "action.target-verb" if target else "action.subject-verb"
            tail = nouns
    return _stated(base, subject, frames, verb, units[first].kind, object_, tail, span, rule)


def _from_title(tail: Clause) -> Clause:
    """落实国务院办公厅《…规定》: the document is the object, not its issuers."""
    for n, unit in enumerate(tail):
        if unit.kind == "title":
            return tail[n:]
        if unit.kind != "body" and unit.word not in ("、", "和", "及", "与", "关于", "印发", "的"):
            break
    return tail


def _closes(units: Clause) -> bool:
    """Whether a clause ends in the last word of a frame after a noun: …的坚强领导下."""
    return units[-1].word in ("下", "中", "上", "后", "前", "时", "内", "之际") and len(units) > 2


def _names(units: Clause, n: int) -> bool:
    """Whether a verb after a verb belongs to a short name: 健全约束机制, not 贯彻实施新的条例."""
    rest = units[n + 1 :]
    return not rest or (len(rest) == 1 and rest[0].kind == "word" and len(rest[0].word) <= 2)


def _framed(units: Clause, start: int) -> int:
    """Where 对 W 开展 begins in 组织专家对 W 开展评估."""
    ahead = range(start + 1, len(units) - 1)
    return next((n for n in ahead if units[n].word in ("对", "赴", "到") and units[n].kind == "frame"), len(units))


def _has_object(units: Clause, n: int) -> bool:
    """Whether something that can be an object follows a verb."""
    rest = units[n + 1 :]
    return bool(rest) and not all(unit.kind in ("number", "adverb") or COUNT.fullmatch(unit.word) for unit in rest)
