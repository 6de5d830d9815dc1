"""Pieces of a clause that each say something of their own: coordinated deeds, deeds after 并, a meeting and what it did."""

from collections.abc import Iterator
from itertools import pairwise

from kg.extract.boundary import ENDOWING, after_adverbs, has_thing, heads, met, subject_end
from kg.extract.frame import DOING, LISTING, frame_end, takes_object
from kg.extract.moved import TAKEN_AS
from kg.extract.unit import FRAMES, Clause
from kg.extract.words import words_of
from kg.lexicon import table

HOUSING = words_of("housing")
FOUNDED = words_of("founding") & {
    verb for verb, gives in table("role_verbs", "verb", "gives", key=2) if gives == "set-up"
}
_RAISING = {verb for verb, gives in table("role_verbs", "verb", "gives", key=2) if gives == "capability"}
_AGAIN = DOING & (words_of("making") | _RAISING)
"""Verbs that never tell what a thing before 和 is for: 完善, 开展, but not 处置."""
_OPENING = ("partner", "object", "target", "agent", "manner")
_MATTERS = ("工作", "任务", "要求")
_THINGS = ("word", "quoted", "title")
_INWARD = ("上", "里", "中", "前", "前面", "前头")
LEARNING, LEARNT = words_of("learning"), tuple(sorted(words_of("learnt")))
SHARING = words_of("leading") | words_of("helping")
WITH = ("由", "、", "和", "及", "与", "等")
GIVEN = ENDOWING | {"提供"}


def pieces(clause: Clause) -> Iterator[Clause]:
    """A clause, or its coordinated parts when each is a verb with its own object: 明确责任、规范条款设置; 反馈并督促整改."""
    cuts = [n for n, unit in enumerate(clause) if unit.word == "、"]
    if cuts and (onward := next((n for n in cuts if _moves_on(clause, n)), 0)):
        yield from pieces(clause[:onward])
        yield from pieces(clause[onward + 1 :])
        return
    if cuts and (shares := _shares(clause, cuts)):
        yield from shares
        return
    parts: list[Clause] = []
    start = 0
    for cut in cuts:
        parts.append(clause[start:cut])
        start = cut + 1
    parts.append(clause[start:])
    if len(parts) > 1 and all(_is_slogan(part) for part in parts) and not _is_deed(parts[0]):
        return
    if _is_way(parts):
        return
    if len(parts) > 1 and all(map(_is_alone, parts[1:])) and _acts_alone(parts[0]):  # 亲自研究、亲自部署
        return
    if len(parts) > 1 and all(part and _is_done(part) for part in parts[1:]) and _begins(parts[0]):
        yield from parts
        return
    parts = [part for part in parts if not _only_how(part)] if len(parts) > 2 else parts
    coordinated = (
        len(parts) > 1
        and not _is_teaching(parts)
        and all(
            _is_deed(part)
            or _is_aim(part, parts)
            or (_is_counted(last) and _is_counted(part))
            or _is_one_of(part, parts)
            for last, part in pairwise(parts)
        )
        and (
            _is_deed(parts[0], first=True)
            or (parts[0] and parts[0][0].kind != "frame" and _is_deed(parts[0][subject_end(parts[0], 0) :]))
        )
        and not any(unit.kind == "of" or unit.word == "等" for unit in parts[-1][1:])
        and not _is_open(parts[0])
        and not (
            parts[0][0].word == "为" and any(unit.word in GIVEN for unit in parts[-1])
        )  # 为推进改革、加快建设提供保障
        and not (
            any(map(takes_object, parts[0])) and all(part[0].kind == "move" for part in parts[1:])
        )  # 扛在肩上、放在心上
    )
    if not coordinated:
        parts = [clause]
    for part in parts:
        yield from _joined(part)


def _moves_on(clause: Clause, cut: int) -> bool:
    """把 O 摆在甲、列入乙: whether what was moved before a mark is moved on behind it; 扛在肩上、放在心上 is a figure of speech."""
    behind = clause[cut + 1 : next((n for n in range(cut + 1, len(clause)) if clause[n].word == "、"), len(clause))]
    moved = next((n for n in range(cut) if takes_object(clause[n])), cut)
    return (
        len(behind) > 1
        and behind[0].kind == "move"
        and not behind[-1].word.endswith(_INWARD)
        and any(unit.is_verb or unit.word in TAKEN_AS for unit in clause[moved + 2 : cut])
    )


def _is_teaching(parts: list[Clause]) -> bool:
    """领会坚持依法治国、推进法治建设的部署: whether what is learnt is told by deeds; 学习党章、落实部署 are two."""
    first, last = parts[0], parts[-1]
    begins = after_adverbs(first, 0)
    taught = begins < len(first) and first[begins].word in LEARNING and last[-1].word.endswith(LEARNT)
    return taught and any(heads(unit) or unit.kind == "light" for unit in first[begins + 2 :])


def _shares(clause: Clause, cuts: list[int]) -> list[Clause]:
    """由县司法局牵头、县公安局和县交通局配合: what each body has to do, and nothing else; () where more is said."""
    shares, start = [], 0
    for cut in (*cuts, len(clause)):
        if clause[cut - 1].word in SHARING:
            shares.append(clause[start:cut])
            start = cut + 1
    told = (unit.kind == "body" or unit.word in WITH for share in shares for unit in share[:-1])
    return shares if len(shares) > 1 and start > len(clause) and all(told) else []


def takes_on(clause: Clause, n: int) -> bool:
    """Whether the verb at `n` has an object and is no part of a noun: 开展督察, not 督察的结果."""
    return heads(clause[n]) and has_thing(clause, n) and not any(unit.kind == "of" for unit in clause[n:])


def _housed(clause: Clause, n: int) -> bool:
    """Whether a body was set up before the verb at `n`, which tells what it does: 下设办公室 | 统筹工作, 组建督察组 | 开展督察."""
    if n < 2 or clause[n - 1].kind != "body" or not clause[n].is_verb:
        return False
    return clause[n - 2].word in HOUSING or (clause[n - 2].word in FOUNDED and takes_on(clause, n))


def _is_way(parts: list[Clause]) -> bool:
    """通过织密组织网络、创新化解机制,: a list of deeds that says how something was done, and nothing else."""
    first, *others = parts
    return (
        len(first) > 2
        and first[0].word in LISTING
        and first[0].kind == "frame"
        and heads(first[1])
        and bool(others)
        and all(len(part) > 1 and part[0].is_verb for part in others)
        and not any(unit.is_verb and not last.is_verb for part in (first[1:], *others) for last, unit in pairwise(part))
    )


def _is_slogan(part: Clause) -> bool:
    """系统谋划、整体推进: four letters that end in a verb say how things were done, not what."""
    return bool(part) and part[-1].end - part[0].start == 4 and part[-1].is_verb and part[-1].end - part[-1].start == 2


def _is_done(part: Clause, at: int = 0) -> bool:
    """重大问题亲自过问: a thing, an adverb, and a verb that has no object."""
    return len(part) > 2 + at and part[-1].is_verb and part[-2].kind == "adverb" and not part[at].is_verb


def _is_counted(part: Clause) -> bool:
    """参与会议9次, 审核合同5份, 承接10项: a verb, its object or none, and how many."""
    at = after_adverbs(part, 0)
    if at < len(part) and part[at].kind == "frame" and FRAMES[part[at].word] in ("manner", "place"):
        at = frame_end(part, at, FRAMES[part[at].word])  # 按照要求 | 检查校园20家, 在社区 | 设置展板20块
    acts = any(unit.is_verb and unit.known for unit in part[at : at + 2])
    bare = len(part) == at + 3 and part[-1].word.startswith(("次", "场", "期"))  # 专题学习18次 is a thing held
    return len(part) > at + 2 and acts and not bare and part[-2].kind == "number" and len(part[-1].word) <= 2


def _is_one_of(part: Clause, parts: list[Clause]) -> bool:
    """Whether a verb that may be a noun is one in a list of deeds: 分解任务、落实责任、确定目标."""
    if len(parts) < 3 or sum(map(_is_deed, parts)) < 2 or len(part) < 2:
        return False
    return (
        part[0].kind == "noun-verb" and part[0].known and not part[-1].is_verb and part[1].kind in ("word", "noun-verb")
    )


def _is_aim(part: Clause, parts: list[Clause]) -> bool:
    """坚持依法行政、保证公正司法、推进全民守法: an end among deeds."""
    return len(parts) > 2 and len(part) > 1 and part[0].kind == "purpose"


def _only_how(part: Clause) -> bool:
    """严格依法履职 at the end of a list: a verb with nothing but adverbs."""
    return len(part) > 1 and part[-1].is_verb and all(unit.kind == "adverb" for unit in part[:-1])


def _begins(part: Clause) -> bool:
    """亲自部署, 坚持重要工作亲自部署: what the first of such a list looks like."""
    return _is_alone(part) or _is_done(part, at=1)


def _acts_alone(part: Clause) -> bool:
    """书记亲自研究: somebody, an adverb and the only verb."""
    return _is_alone(part[-2:]) and not any(unit.is_verb for unit in part[:-1])


def _is_alone(part: Clause) -> bool:
    return len(part) > 1 and part[-1].is_verb and all(unit.kind == "adverb" for unit in part[:-1])


def _is_open(part: Clause) -> bool:
    """Whether a manner phrase inside goes on in the next part: 引导企业通过先行协商、自行和解方式解决纠纷."""
    opened = max((n for n, u in enumerate(part) if n and u.kind == "frame" and FRAMES[u.word] == "manner"), default=0)
    return opened > 0 and frame_end(part, opened, "manner") >= len(part)


def _is_deed(part: Clause, *, first: bool = False) -> bool:
    """Whether a part begins with a verb that has an object (after adverbs and one frame)."""
    at = after_adverbs(part, 0)
    framed = False
    if at < len(part) and part[at].kind == "frame" and FRAMES[part[at].word] in ("recipient", "target"):
        at = next((n for n in range(at + 1, len(part)) if part[n].is_verb), len(part))
        framed = True
    elif at < len(part) and part[at].kind == "frame" and FRAMES[part[at].word] in ("manner", "place"):
        at = frame_end(part, at, "manner")
        framed = True
    if at >= len(part) or not part[at].is_verb or not part[at].known or len(part[at].word) < 2:
        return False
    titled = at + 1 < len(part) and part[at + 1].kind == "title"  # 审议《…》、通报《…》
    if part[at].kind == "noun-verb" and not framed and not titled and not (first and at and _closes_in_noun(part)):
        return False
    rest = part[at + 1 :]
    said = part[at].kind == "verb" and len(rest) == 1 and rest[0].is_verb and not heads(rest[0])  # 作出批示
    return said or any(not unit.is_verb and unit.kind not in ("adverb", "number") for unit in rest)


def _closes_in_noun(part: Clause) -> bool:
    """依法履行政府职能: a verb as often a noun that an adverb stands before, with an object that is no verb."""
    return part[-1].kind == "word" and not any(heads(unit) for unit in part[2:])


def _opens(clause: Clause, n: int) -> bool:
    """将 O 纳入计划并 | 与业务同部署, 召开会议并 | 对工作进行部署: whether a phrase before a verb begins, behind a deed that is whole."""
    first = next((m for m in range(n) if clause[m].is_verb), n)
    whole = has_thing(clause[: n - 1], first) and FRAMES.get(clause[n].word) in _OPENING
    return whole and clause[n].kind == "frame" and any(unit.is_verb for unit in clause[n + 1 :])


def _also_did(clause: Clause, n: int) -> bool:
    """加强制度建设 | 和开展培训3期: whether 和 joins two deeds that each have an object; not 增强化解纠纷和处置事件能力."""
    first, second = clause[:n], clause[n + 1 :]
    if second[0].word not in _AGAIN or second[-1].word in _MATTERS or any(unit.kind == "of" for unit in second):
        return False
    begins = after_adverbs(first, 0)
    rest = first[begins + 1 :]
    if not rest or not first[begins].is_verb or any(map(heads, rest)) or (rest[0].is_verb and len(rest) > 2):
        return False
    far = heads(second[0]) and second[-1].end - second[0].end > 2  # 加强队伍建设和开展培训, not 规范合同签订和发布程序
    return (rest[-1].kind in _THINGS or (far and len(rest) > 1)) and has_thing(second, 0)


def _joined(clause: Clause) -> Iterator[Clause]:
    """Split at 并 before a verb: 逐一反馈并督促整改; only where a verb stands before it too. And after 召开…会议."""
    for n, unit in enumerate(clause):
        if met(clause, n) or _housed(clause, n):
            yield clause[:n]
            yield from _joined(clause[n:])
            return
        if unit.word == "和" and _also_did(clause, n):
            yield clause[:n]
            yield from _joined(clause[n + 1 :])
            return
        if unit.word in ("并", "并且") and n and n + 1 < len(clause):
            after = after_adverbs(clause, n + 1)
            # 听取并审议了报告: one object for both
            shared = clause[n - 1].is_verb and not any(u.is_verb for u in clause[: n - 1]) and has_thing(clause, after)
            opens = after < len(clause) and (clause[after].is_verb or _opens(clause, after))
            if not shared and opens and any(u.is_verb for u in clause[:n]):
                yield clause[:n]
                yield from _joined(clause[n + 1 :])
                return
    if clause:
        yield clause
