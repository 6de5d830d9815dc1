"""Pieces of a clause that each say something of their own: coordinated deeds, deeds after 并, a meeting and what it did."""

from collections.abc import Iterator

from kg.extract.boundary import after_adverbs, frame_end, has_thing, met
from kg.extract.unit import FRAMES, Clause


def pieces(clause: Clause) -> Iterator[Clause]:
    """A clause, or its coordinated parts when each is a verb with its own object: 明确责任、规范条款设置; 反馈并督促整改."""
    cuts = [n for n, unit in enumerate(clause) if unit.word == "、"]
    parts: list[Clause] = []
    start = 0
    for cut in cuts:
        parts.append(clause[start:cut])
        start = cut + 1
    parts.append(clause[start:])
    heads = [_is_deed(part) for part in parts]
    coordinated = (
        len(parts) > 1 and all(heads) and not any(unit.kind == "of" or unit.word == "等" for unit in parts[-1][1:])
    )
    if not coordinated:
        parts = [clause]
    for part in parts:
        yield from _joined(part)


def _is_deed(part: Clause) -> bool:
    """Whether a part begins with a verb that has an object (after adverbs and one frame)."""
    at = after_adverbs(part, 0)
    framed = False
    if at < len(part) and part[at].kind == "frame" and FRAMES[part[at].word] in ("recipient", "target"):
        at = next((n for n in range(at + 1, len(part)) if part[n].is_verb), len(part))
        framed = True
    elif at < len(part) and part[at].kind == "frame" and FRAMES[part[at].word] in ("manner", "place"):
        at = frame_end(part, at, "manner")
        framed = True
    if at >= len(part) or not part[at].is_verb or not part[at].known:
        return False
    titled = at + 1 < len(part) and part[at + 1].kind == "title"  # 审议《…》、通报《…》
    if part[at].kind == "noun-verb" and not framed and not titled:
        return False
    return any(not unit.is_verb and unit.kind not in ("adverb", "number") for unit in part[at + 1 :])


def _joined(clause: Clause) -> Iterator[Clause]:
    """Split at 并 before a verb: 逐一反馈并督促整改; only where a verb stands before it too. And after 召开…会议."""
    for n, unit in enumerate(clause):
        if met(clause, n):
            yield clause[:n]
            yield from _joined(clause[n:])
            return
        if unit.word in ("并", "并且") and n and n + 1 < len(clause):
            after = after_adverbs(clause, n + 1)
            # 听取并审议了报告: one object for both
            shared = clause[n - 1].is_verb and not any(u.is_verb for u in clause[: n - 1]) and has_thing(clause, after)
            if not shared and after < len(clause) and clause[after].is_verb and any(u.is_verb for u in clause[:n]):
                yield clause[:n]
                yield from _joined(clause[n + 1 :])
                return
    if clause:
        yield clause
