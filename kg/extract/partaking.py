"""Parts in a deed that the words around it tell, whatever the deed is: who approves, praises, holds, to whom it is reported."""

from collections.abc import Iterator

from kg.extract.fact import ActorRole
from kg.extract.standing import listed
from kg.extract.unit import Clause, Unit
from kg.extract.words import words_of

CAPABILITY, DECIDING, APPROVING, PRAISE = (
    tuple(sorted(words_of(kind))) for kind in ("capability", "deciding", "approving", "praise")
)
ESTEEM = (*PRAISE, *sorted(words_of("spreading")))
"""What is done to somebody's work by who thinks well of it: 被县委肯定, 被省司法厅转发."""
REPORTING, EARNING, HOLDING = map(words_of, ("reporting", "earning", "holding"))


def capability(units: Clause) -> Iterator[tuple[Unit, ActorRole, str]]:
    """提升人民调解组织的专业水平: a body whose own capability is raised."""
    rest = [unit for unit in units if unit.kind not in ("number", "adverb", "verb", "noun-verb") or unit.kind == "body"]
    first = rest[0] if rest else None
    if first and first.kind == "body" and any(_is_capability(unit.word) for unit in units if unit is not first):
        yield first, "target", "involvement.capability"


def _is_capability(word: str) -> bool:
    """能力, 专业水平, 规范化, but not 孵化."""
    return word.endswith(CAPABILITY) and not (word.endswith("化") and len(word) < 3)


def passed_by(units: Clause) -> Iterator[tuple[Unit, ActorRole, str]]:
    """经县委常委会会议研究审定: who decides has the lead, who approves (经省政府批准) authorises."""
    words = [unit.word for unit in units if unit.kind != "body"]
    if any(word.endswith(DECIDING) for word in words):
        role: ActorRole = "grantor" if any(word.endswith(APPROVING) for word in words) else "lead"
        for unit in units[: next((n for n, u in enumerate(units) if u.word.endswith(DECIDING)), 0)]:
            if unit.kind == "body":
                yield unit, role, "involvement.passed-by"


def reported_to(units: Clause) -> Iterator[tuple[Unit, ActorRole, str]]:
    """…向党委和县人大定期报告…: a recipient also inside the object."""
    for n, unit in enumerate(units):
        if unit.word == "向" and any(later.word in REPORTING for later in units[n + 1 :]):
            for later in units[n + 1 :]:
                if later.is_verb or later.word in REPORTING:
                    break
                if later.kind == "body":
                    yield later, "recipient", "involvement.reported-to"


def required(units: Clause) -> Iterator[tuple[Unit, ActorRole, str]]:
    """要求各单位严格履职: of whom it is required."""
    for n, unit in enumerate(units[:-1]):
        if unit.word == "要求" and units[n + 1].kind == "body":
            for body in listed(units, units[n + 1]):
                yield body, "target", "involvement.required"


def praised(units: Clause) -> Iterator[tuple[Unit, ActorRole, str]]:
    """得到省司法厅充分肯定: who gives the praise."""
    for n, unit in enumerate(units[:-1]):
        if unit.word in EARNING and units[n + 1].kind == "body":
            givers = [*listed(units, units[n + 1])]
            behind = [later for later in units if later.start >= givers[-1].end and later.kind not in ("of", "adverb")]
            for body in givers if behind and behind[0].word.endswith(PRAISE) else ():
                yield body, "grantor", "involvement.praised"


def held(units: Clause) -> Iterator[tuple[Unit, ActorRole, str]]:
    """参加县司法局、县公安局组织的培训: who holds what others attend."""
    for n, unit in enumerate(units[:-1]):
        if unit.word in HOLDING and units[n + 1].kind == "of":
            end = next((m for m in range(n - 1, 0, -1) if units[m].word == "在"), n)  # 县司法局 | 在青川组织的培训
            before = end = end if units[end - 1].kind == "body" else n
            while before and (units[before - 1].kind == "body" or units[before - 1].word in ("、", "和", "等", "联合")):
                before -= 1
            yield from ((body, "lead", "involvement.held") for body in units[before:end] if body.kind == "body")
