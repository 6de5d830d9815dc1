"""Where a body stands in a clause: at the head of its subject, in a list, apart from what is told."""

from collections.abc import Iterator
from itertools import takewhile

from kg.extract.boundary import SITTING, heads
from kg.extract.unit import Clause, Unit
from kg.extract.words import words_of

OUTSIDE, OFFICER = (tuple(sorted(words_of(kind))) for kind in ("outside", "officer"))


def subjects(subject: Clause, *, officers: bool = False) -> Iterator[Unit]:
    """The bodies that a subject consists of: all of them, unless the noun that they qualify is far away.

    县委书记 is a person and no body, unless `officers` stand for theirs; 12个县委书记 do.
    """
    bodies = [unit for unit in subject if unit.kind == "body"]
    if not bodies:
        return
    after = tuple(unit for unit in subject if unit.start >= bodies[-1].end)
    team = (
        after and after[0].word.endswith("班子") and after[1:2] and after[1].word != "成员"
    )  # 县司法局领导班子带领干部
    who = next((n for n, unit in enumerate(after) if unit.word.endswith(SITTING)), len(after))  # 县司法局负责人张某同志
    far = sum(unit.end - unit.start for unit in after[: who + 1] if unit.kind != "adverb") > 8 and not team
    one = not officers and not any(unit.kind == "number" for unit in subject) and _is_officer(after)
    if not far and not one and not any(unit.kind == "of" or unit.word.endswith(OUTSIDE) for unit in after):
        yield from bodies


def _is_officer(units: Clause) -> bool:
    """书记、局长, but not 主任会议."""
    named = any(unit.word.endswith(OFFICER) for unit in units)
    return named and not any(unit.word.endswith(("会", "会议")) for unit in units)


def listed(units: Clause, first: Unit) -> Iterator[Unit]:
    """The bodies of a list that begins with `first`: 县公安局、县司法局."""
    at = units.index(first)
    for unit in units[at:]:
        if unit.kind == "body":
            yield unit
        elif unit.word not in ("、", "和", "及", "与", "等", "会议", "会") and unit.kind not in ("number", "bracket"):
            return


def apart(body: Unit, units: Clause) -> bool:
    """Whether what is told is not of the body: 对我局承担的任务进行分解, 在局党组会上听取汇报, or of its document."""
    after = units[units.index(body) + 1 :][:1]
    named = takewhile(lambda unit: unit.kind == "word", units[units.index(body) + 1 :])
    said = tuple(named)
    if any(unit.word.endswith(OUTSIDE) for unit in said) or _is_officer(said):
        return True  # 被省司法厅官方公众号刊登, 由县委副书记负责
    acts = after and (heads(after[0]) or after[0].word in ("会", "牵头")) and not after[0].word.endswith(SITTING)
    return bool(acts) or wrote(body, units)


def wrote(body: Unit, units: Clause) -> bool:
    """对县法院、县检察院《…报告》作出批示: whose document it is, has no part in what is done about it."""
    for unit in units[units.index(body) + 1 :]:
        if unit.kind == "title":
            return True
        if unit.kind != "body" and unit.word not in ("、", "和", "及", "与", "的", "关于"):
            return False
    return False
