"""Where a body stands in a clause: at the head of its subject, in a list, apart from what is told."""

from collections.abc import Iterator
from itertools import takewhile

from kg.extract.boundary import SITTING, heads
from kg.extract.unit import Clause, Unit
from kg.extract.words import words_of

OUTSIDE = tuple(sorted(words_of("outside")))


def subjects(subject: Clause) -> Iterator[Unit]:
    """The bodies that a subject consists of: all of them, unless the noun that they qualify is far away."""
    bodies = [unit for unit in subject if unit.kind == "body"]
    if not bodies:
        return
    after = [unit for unit in subject if unit.start >= bodies[-1].end]
    team = (
        after and after[0].word.endswith("班子") and after[1:2] and after[1].word != "成员"
    )  # 县司法局领导班子带领干部
    far = sum(unit.end - unit.start for unit in after if unit.kind != "adverb") > 8 and not team
    if not far and not any(unit.kind == "of" or unit.word.endswith(OUTSIDE) for unit in after):
        yield from bodies


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
    if any(unit.word.endswith(OUTSIDE) for unit in named):
        return True  # 被省司法厅官方公众号刊登
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
