"""What was set up, and who acts behind it: the team that was founded, or its founder."""

from collections.abc import Iterator

from kg.extract.fact import ActorRole
from kg.extract.predicate import Predicate
from kg.extract.standing import listed
from kg.extract.unit import Unit
from kg.extract.words import words_of
from kg.lexicon import table

FOUNDING, HOUSING, LEADING = map(words_of, ("founding", "housing", "leading"))
APPOINTED, OF_LEADERS = (tuple(sorted(words_of(kind))) for kind in ("appointed", "of-leaders"))
_SET_UP = frozenset(verb for verb, gives in table("role_verbs", "verb", "gives", key=2) if gives == "set-up")


def houses(one: Predicate) -> bool:
    """Whether an office is set up below what came before: 下设办公室."""
    return any(unit.word in HOUSING for unit in one.units)


def appoints(one: Predicate, start: int = 0) -> bool:
    """各科室负责人为成员: who is made what."""
    return any(unit.word.endswith(APPOINTED) for unit in one.units if unit.start >= start)


def set_up(one: Predicate, later: tuple[Predicate, ...], *, led: bool) -> Iterator[tuple[Unit, ActorRole, str]]:
    """组建宣讲队3支,开展宣讲: what is set up does what comes next, unless that is the founder's.

    Where the sentence names its founder (`led`), that one goes on behind a 领导小组 of leaders: 局里成立领导小组,制定计划.
    """
    units = one.object_units if one.rule != "action.subject-verb" else ()
    made = units[: next((n for n, unit in enumerate(units) if unit.kind == "number" and n), len(units))]  # 宣讲队3支
    if not made or made[-1].kind != "body":
        return
    following = next((o for o in later if o.verb or houses(o) or (o.subject and not appoints(o))), None)
    if following is None or following.subject or houses(following) or following.start < one.span[1]:
        return
    # 成立领导小组,将法治建设纳入考核
    founds = following.verb in FOUNDING or following.rule == "action.ba" or any(map(_founds, later))
    charged = following.verb.endswith(tuple(LEADING))  # 成立领导小组,负责日常工作
    if founds or (led and made[-1].word.endswith(OF_LEADERS) and not charged):
        return
    for unit in listed(units, units[0]) if units[0].kind == "body" else [u for u in units if u.kind == "body"][-1:]:
        yield unit, "lead", "involvement.set-up"  # 组建甲队、乙队


def _founds(one: Predicate) -> bool:
    """成立指挥部,制定方案,组建专班: who goes on founding is the founder of what came before."""
    return one.verb in FOUNDING and one.verb in _SET_UP
