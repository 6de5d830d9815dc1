"""What a clause says whose verb stands behind what it is done to: 将 O V 至 Y, a meeting that was held."""

from typing import Any

from kg.extract.boundary import SWEPT, after_adverbs
from kg.extract.unit import Clause, without_count
from kg.extract.words import words_of

WHERE_TO = words_of("where-to")
TAKEN_AS = words_of("taken-as")
ONWARD = words_of("onward")
GATHERED = words_of("gathered")
JOINED = tuple(sorted(words_of("joined")))


def held(shadow: str, units: Clause, at: int, end: int) -> dict[str, Any]:
    """全市工作推进会在甲县 | 召开: the meeting up to `end` is what was held."""
    return {
        "verb": units[-1].word,
        "verb_kind": units[-1].kind,
        "object": without_count(shadow[units[at].start : units[end - 1].end]),
        "object_units": units[at:end],
        "span": (units[at].start, units[-1].end),
        "rule": "action.subject-verb",
    }


def moved(shadow: str, units: Clause, at: int) -> dict[str, Any] | None:
    """将 O V 至 Y: the verb that moves O, and O; None where 将 is the future (我局将开展…)."""
    rest = range(at + 1, len(units))
    gathered = [n for n in rest[1:-1] if units[n].word in GATHERED and units[n + 1].word in WHERE_TO]
    movers = (
        [n for n in rest if n > at + 1 and units[n].word in TAKEN_AS][:1]
        or gathered[:1]
        or [
            n
            for n in rest
            if n > at + 1
            and units[n].is_verb
            and (
                units[n].kind == "move"
                or (
                    n + 1 < len(units)
                    and units[n + 1].word in WHERE_TO
                    and (units[n].kind != "noun-verb" or units[n + 1].word == "为")
                )
            )
        ]
    )
    after = after_adverbs(units, at + 1)
    if shadow.endswith(JOINED, 0, units[-1].end) or any(
        units[n].word == "同" and units[n + 1].is_verb for n in rest[:-1]
    ):
        return {}  # 把 O 与 W 相结合, 把 O 同 W 同部署、同推进
    if not movers:
        told = any(unit.word in ONWARD for unit in units[after + 2 :]) and units[after].kind == "noun-verb"
        told = told and units[after + 1].kind == "word"  # 将评议结果向乡镇反馈
        if (
            units[at].word == "将"
            and not told
            and (after >= len(units) or units[after].is_verb or units[after].kind in ("frame", "purpose"))
        ):
            return None
        movers = [n for n in rest if n > at + 1 and units[n].is_verb and units[n].kind != "noun-verb"][-1:]
        if not movers:
            return None
    verb = movers[0]
    end = verb
    while end > at + 1 and (units[end - 1].kind == "adverb" or units[end - 1].word in SWEPT):
        end -= 1
    onward = [n for n in range(at + 2, end) if units[n].word in ONWARD and units[n].kind == "frame"]
    if onward and not any(unit.kind == "of" for unit in units[onward[0] : end]):  # 把改革向纵深推进
        end = onward[0]
    thing = units[at + 1 : end]
    if not thing:
        return None
    printed = shadow[thing[0].start : thing[-1].end]
    return {
        "verb": units[verb].word,
        "verb_kind": units[verb].kind,
        "object": without_count(printed),
        "object_units": thing,
        "span": (thing[0].start, units[verb].end),
        "rule": "action.ba",
    }
